package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/openapi"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// stranger says who must not learn of something of Rita's.
type stranger int

const (
	everyoneElse  stranger = iota // colleagues too: her private conversations, what she sends, uploads and has in her mailbox
	otherAccounts                 // what colleagues may see
)

// kept is a request that names things of Rita's by the document's names. To strangers it is answered, to the byte, as one that names things that do not exist.
type kept struct {
	from   stranger
	params map[string]string
	body   any
	hidden []string // the names
	code   hire.Code
}

// isolation is what keeps the things of one user from others at an operation.
type isolation struct {
	kept []kept
	// own: the operation names nothing; what it answers is of the caller's own account, and of their own mailbox. Colleagues who may ask it at all are not to see Rita's.
	own bool
	// service: only a service may call, whose own affair it is what it may see.
	service bool
	// link: whoever has what the operation is called with may; what was used up, or is another browser's, is answered as what never was.
	link func(s *story) (params, unknown map[string]string)
}

var (
	secretThread = []kept{
		{from: everyoneElse, params: map[string]string{"thread_id": "thread-2"}, hidden: []string{"thread-2"}, code: hire.CodeUnknownThread},
		{from: otherAccounts, params: map[string]string{"thread_id": "thread-1"}, hidden: []string{"thread-1"}, code: hire.CodeUnknownThread},
	}
	secretCandidate = []kept{{from: otherAccounts, params: map[string]string{"candidate_id": "cora"}, hidden: []string{"cora"}, code: hire.CodeUnknownCandidate}}
	secretKey       = []kept{
		{from: everyoneElse, params: map[string]string{"idempotency_key": "first"}, hidden: []string{"first"}, code: hire.CodeNotFound},
		{from: everyoneElse, params: map[string]string{"idempotency_key": "queued"}, hidden: []string{"queued"}, code: hire.CodeNotFound},
	}
	secretBatch = []kept{{from: everyoneElse, params: map[string]string{"batch_id": "batch-1"}, hidden: []string{"batch-1"}, code: hire.CodeNotFound}}
)

// isolations has an entry for every operation.
var isolations = map[string]isolation{
	"allowAliases":       {own: true},
	"cancelBatch":        {kept: secretBatch},
	"cancelMessage":      {kept: secretKey},
	"disconnect":         {own: true},
	"exportAccountAudit": {service: true},
	"exportMail":         {own: true},
	"exportAudit":        {own: true},
	"finishConnect": {link: func(s *story) (map[string]string, map[string]string) {
		consent := s.people[rita].open(s.hire.URL + s.here("/oauthcallback/start?link=link-1"))
		return map[string]string{"state": consent.Query().Get("state"), "code": "4/0A"}, map[string]string{"state": unlike(consent.Query().Get("state")), "code": "4/0A"}
	}},
	"getAttachment": {kept: []kept{
		{from: everyoneElse, params: map[string]string{"thread_id": "thread-2", "message_id": "message-4", "part_id": "1"}, hidden: []string{"thread-2", "message-4"}, code: hire.CodeUnknownThread},
		{from: otherAccounts, params: map[string]string{"thread_id": "thread-1", "message_id": "message-2", "part_id": "1"}, hidden: []string{"thread-1", "message-2"}, code: hire.CodeUnknownThread},
		// A colleague may see thread-1; that does not lead into thread-2.
		{from: everyoneElse, params: map[string]string{"thread_id": "thread-1", "message_id": "message-4", "part_id": "1"}, hidden: []string{"thread-1", "message-4"}},
	}},
	"getBatch":   {kept: secretBatch},
	"getMessage": {kept: secretKey},
	"getOriginal": {kept: []kept{
		{from: everyoneElse, params: map[string]string{"thread_id": "thread-2", "message_id": "message-4"}, hidden: []string{"thread-2", "message-4"}, code: hire.CodeUnknownThread},
		{from: otherAccounts, params: map[string]string{"thread_id": "thread-1", "message_id": "message-3"}, hidden: []string{"thread-1", "message-3"}, code: hire.CodeUnknownThread},
		{from: everyoneElse, params: map[string]string{"thread_id": "thread-1", "message_id": "message-3"}, hidden: []string{"message-3"}},
	}},
	"getAccountDeletionReport": {service: true},
	"getDeletionReport":        {kept: []kept{{from: otherAccounts, params: map[string]string{"deletion_id": "deletion-1"}, hidden: []string{"deletion-1"}, code: hire.CodeNotFound}}},
	"listAccountDeletions":     {service: true},
	"listDeletions":            {own: true},
	"listImportable":           {own: true, kept: secretCandidate},
	"listImports":              {own: true, kept: secretCandidate},
	"listReportKeys":           {own: true},
	"listReportKeysForBackend": {service: true},
	// That the tasks of imports look into the mailbox of whoever has asked alone, TestImportByButton shows; and that a search looks through nobody else's private
	// conversations, TestSearch.
	"searchMail": {kept: []kept{{from: otherAccounts, params: map[string]string{"candidate_id": "cora"}, body: api.SearchMail{Q: "tomorrow"}, hidden: []string{"cora"}, code: hire.CodeUnknownCandidate}}},
	"setSeen": {kept: []kept{
		{from: everyoneElse, params: map[string]string{"thread_id": "thread-2"}, body: api.SetSeen{UpTo: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)}, hidden: []string{"thread-2"}, code: hire.CodeUnknownThread},
		{from: otherAccounts, params: map[string]string{"thread_id": "thread-1"}, body: api.SetSeen{UpTo: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)}, hidden: []string{"thread-1"}, code: hire.CodeUnknownThread},
	}},
	"startImports":         {kept: []kept{{from: otherAccounts, params: map[string]string{"candidate_id": "cora"}, body: api.StartImports{GmailThreadIDs: []string{"gmail-thread-1"}}, hidden: []string{"cora"}, code: hire.CodeUnknownCandidate}}},
	"getReceipt":           {kept: secretCandidate},
	"getSendingPolicy":     {own: true},
	"getSettings":          {own: true},
	"getThread":            {kept: secretThread},
	"listAudit":            {own: true},
	"listConnections":      {own: true},
	"listSendingAddresses": {own: true},
	"listThreads":          {kept: secretCandidate},
	"listUnmatched":        {own: true},
	"openConsent": {link: func(s *story) (map[string]string, map[string]string) {
		s.people[rita].open(s.hire.URL + s.here("/oauthcallback/start?link=link-1"))
		return map[string]string{"link": s.here("link-1")}, map[string]string{"link": unlike(s.here("link-1"))}
	}},
	"sendBatch": {kept: []kept{
		{from: otherAccounts, body: api.SendBatch{Messages: []api.BatchMessage{{CandidateID: "cora", Subject: "x", Text: "x"}}}, hidden: []string{"cora"}, code: hire.CodeInvalidBatch},
		{from: everyoneElse, body: api.SendBatch{Messages: []api.BatchMessage{{CandidateID: "nobody", Subject: "x", Text: "x", To: []api.Address{{Email: coraMail}}}}}, hidden: []string{"nobody"}, code: hire.CodeInvalidBatch},
		{from: everyoneElse, body: api.SendBatch{Messages: []api.BatchMessage{{CandidateID: "own", Subject: "x", Text: "x", Attachments: []api.AttachmentRef{{UploadID: "upload-1"}}}}}, hidden: []string{"upload-1"}, code: hire.CodeInvalidBatch},
	}},
	"sendMessage": {kept: []kept{
		{from: otherAccounts, body: api.SendMessage{CandidateID: "cora", Subject: "x", Text: "x"}, hidden: []string{"cora"}, code: hire.CodeUnknownCandidate},
		{from: otherAccounts, body: api.SendMessage{CandidateID: "own", ThreadID: "thread-1", Text: "x"}, hidden: []string{"thread-1"}, code: hire.CodeUnknownThread},
		{from: everyoneElse, body: api.SendMessage{CandidateID: "own", ThreadID: "thread-2", Text: "x"}, hidden: []string{"thread-2"}, code: hire.CodeUnknownThread},
		{from: everyoneElse, body: api.SendMessage{CandidateID: "own", Subject: "x", Text: "x", Attachments: []api.AttachmentRef{{UploadID: "upload-1"}}}, hidden: []string{"upload-1"}, code: hire.CodeUnknownUpload},
		{from: everyoneElse, body: api.SendMessage{CandidateID: "own", Subject: "x", Text: "x", Attachments: []api.AttachmentRef{{ThreadID: "thread-2", MessageID: "message-4", PartID: "1"}}}, hidden: []string{"thread-2", "message-4"}, code: hire.CodeUnknownUpload},
		{from: otherAccounts, body: api.SendMessage{CandidateID: "own", Subject: "x", Text: "x", Attachments: []api.AttachmentRef{{ThreadID: "thread-1", MessageID: "message-2", PartID: "1"}}}, hidden: []string{"thread-1", "message-2"}, code: hire.CodeUnknownUpload},
	}},
	"setPrivacy": {kept: []kept{
		{from: everyoneElse, params: map[string]string{"thread_id": "thread-2"}, body: api.SetPrivacy{}, hidden: []string{"thread-2"}, code: hire.CodeUnknownThread},
		{from: otherAccounts, params: map[string]string{"thread_id": "thread-1"}, body: api.SetPrivacy{Private: true}, hidden: []string{"thread-1"}, code: hire.CodeUnknownThread},
	}},
	"startConnect":      {own: true},
	"switchIntegration": {own: true},
	"takeReply":         {service: true},
	"updateDirectory":   {service: true},
	"uploadFile":        {own: true},
	"uploadReplyPart":   {service: true},
	"waitForChanges":    {kept: secretCandidate},
}

// unlike is something of the same shape that is not there.
func unlike(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r < 'z', r >= 'A' && r < 'Z', r >= '0' && r < '9':
			return r + 1
		}
		return r
	}, id)
}

// Every operation of the document is called by users of another account and by colleagues, with ids of Rita's that exist, and with ids that do not: nothing in the answers
// tells which is which.
func TestOpenAPIIsolation(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, o := range openapi.Operations() {
		known[o.ID] = true
		i, ok := isolations[o.ID]
		if !ok {
			t.Errorf("nothing is said of what keeps the things of one user from others at %s", o.ID)
			continue
		}
		t.Run(o.ID, func(t *testing.T) {
			t.Parallel()
			i.check(newApart(t), o)
		})
	}
	for id := range isolations {
		if !known[id] {
			t.Errorf("%s is no operation", id)
		}
	}
}

// apart is the story with another account beside it: Olga runs it, has connected her Gmail, and has a candidate. Colleagues of Rita's have connected theirs.
type apart struct {
	*story
	strangers map[stranger][]string
}

func newApart(t *testing.T) apart {
	t.Helper()
	s := newStory(t)
	s.sim.AddMailbox("olga@other.example", "Olga Other")
	s.tell(api.DirectoryBatch{
		Accounts: []api.DirectoryAccount{{ID: "other", Name: "Other", Plan: "pro", Version: 1}},
		Users:    []api.DirectoryUser{{AccountID: "other", ID: "olga", Name: "Olga Other", Email: "olga@other.example", Role: "super_admin", Active: true, Version: 1}},
		Candidates: []api.DirectoryCandidate{
			{AccountID: "other", ID: "own", Name: "Owen", Emails: []string{"owen@mail.example"}, UpdatedAt: s.clock.Now(), Version: 1},
			{AccountID: acme, ID: "own", Name: "Owen", Emails: []string{"owen@mail.example"}, UpdatedAt: s.clock.Now(), Version: 1},
		},
	})
	olga := s.person("other", "olga", "olga@other.example")
	s.people["olga"] = olga
	olga.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
	for _, p := range []string{"olga", "otto", "tina"} {
		s.people[p].connect()
	}
	return apart{story: s, strangers: map[stranger][]string{otherAccounts: {"olga"}, everyoneElse: {"olga", "otto", "tina"}}}
}

func (i isolation) check(s apart, o openapi.Operation) {
	s.t.Helper()
	switch {
	case i.own:
		s.ownOnly(o)
	case i.service:
		s.servicesOnly(o)
	case i.link != nil:
		params, unknown := i.link(s.story)
		s.same(o, "somebody else's", s.ask(o, request{params: params}), s.ask(o, request{params: unknown}))
	case len(i.kept) == 0:
		s.t.Errorf("nothing keeps the things of one user from others at %s", o.ID)
	}
	for n, k := range i.kept {
		for _, who := range s.strangers[k.from] {
			s.hides(o, k, who, n)
		}
	}
}

// hides asks for what is Rita's, and for what does not exist.
func (s apart) hides(o openapi.Operation, k kept, who string, n int) {
	s.t.Helper()
	ask := func(text func(string) string, key string) (answer, documents) {
		q := request{as: who, params: map[string]string{}}
		for name, v := range k.params {
			q.params[name] = text(v)
		}
		if k.body != nil {
			j, err := json.Marshal(k.body)
			s.ok(err)
			q.kind, q.body = "application/json", text(string(j))
		}
		if slices.ContainsFunc(o.Parameters, func(p openapi.Parameter) bool { return p.Name == "Idempotency-Key" }) {
			q.params["Idempotency-Key"] = key
		}
		before := s.platform.documents()
		a := s.ask(o, q)
		return a, s.platform.documents().minus(before)
	}
	real, realCost := ask(s.here, fmt.Sprintf("%s-%d-real", who, n))
	made, madeCost := ask(func(text string) string {
		for _, name := range k.hidden {
			text = replaceWord(text, name, unlike(s.here(name)))
		}
		return s.here(text)
	}, fmt.Sprintf("%s-%d-made", who, n))
	what := fmt.Sprintf("%s about %q", who, k.hidden)
	if k.code != "" && real.code() != k.code {
		s.t.Errorf("%s, to %s: %d %s, want %s", o.ID, what, real.Status, real.Body, k.code)
	}
	if real.Status < 400 || real.Status == http.StatusForbidden {
		s.t.Errorf("%s, to %s: %d %s, want it not to be there", o.ID, what, real.Status, real.Body)
	}
	if k.code == "" && slices.Contains(k.hidden, "thread-1") {
		return // whether there is a message in a conversation that may be seen is no secret
	}
	s.same(o, what, real, made)
	if realCost != madeCost { // a call of the store is what takes time that can be measured
		s.t.Errorf("%s takes %+v documents to answer %s, and %+v about what does not exist", o.ID, realCost, what, madeCost)
	}
}

// same checks that two answers differ in nothing but what differs between any two requests.
func (s apart) same(o openapi.Operation, what string, real, made answer) {
	s.t.Helper()
	plain := func(a answer) string {
		h := a.Header.Clone()
		for _, name := range []string{"Date", "RateLimit-Remaining", "RateLimit-Reset"} {
			h.Del(name)
		}
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(h)) {
			lines = append(lines, name+": "+strings.Join(h[name], ", "))
		}
		body := a.Body
		var p api.Problem
		if json.Unmarshal(body, &p) == nil && p.Instance != "" {
			body = bytes.ReplaceAll(body, []byte(p.Instance), nil)
		}
		return fmt.Sprintf("%d\n%s\n\n%s", a.Status, strings.Join(lines, "\n"), body)
	}
	if d := cmp.Diff(plain(made), plain(real)); d != "" {
		s.t.Errorf("%s answers %s otherwise than about what does not exist (-does not exist +exists):\n%s", o.ID, what, d)
	}
}

// ownOnly checks that what the operation answers to others has nothing of Rita's: Olga, nothing of Acme's at all; Otto, nothing of Rita's mailbox.
func (s apart) ownOnly(o openapi.Operation) {
	s.t.Helper()
	of := map[string][]string{
		"olga": {acme, "Acme", ritaMail, samMail, coraMail, "Rita", "Sam", "Cora", "salary", "Your application"},
		"otto": {ritaMail, "salary", "A question", "stranger@elsewhere.example"},
	}
	for _, id := range s.ids {
		if len(id[1]) >= 12 {
			of["olga"], of["otto"] = append(of["olga"], id[1]), append(of["otto"], id[1])
		}
	}
	for _, who := range []string{"olga", "otto"} {
		for _, e := range o.Examples {
			q := s.asked(e)
			if q.as = who; q.params["user_id"] != "" {
				q.params["user_id"] = rita
			}
			a := s.ask(o, q)
			for _, mark := range of[who] {
				if bytes.Contains(a.Body, []byte(mark)) {
					s.t.Errorf("%s tells %s of %q: %d %s", o.ID, who, mark, a.Status, a.Body)
				}
			}
		}
	}
	// And what they have asked for has changed nothing of hers.
	if now := s.people[rita].settings(); now.Connection.State != "connected" || !now.Account.Enabled || now.Account.AliasesAllowed {
		s.t.Errorf("%s: after strangers have called it, Rita's settings are %+v", o.ID, now)
	}
}

// servicesOnly checks that users and other services learn nothing but that they may not call.
func (s apart) servicesOnly(o openapi.Operation) {
	s.t.Helper()
	c := s.config.Callers
	audiences := map[string]string{"": s.token(s.people[sam]), "scheduler": s.issuer.ServiceToken(c.SchedulerAudience, c.SchedulerServiceAccount)}
	if o.Caller == openapi.Backend {
		audiences["gateway"] = s.issuer.ServiceToken(c.GatewayAudience, c.GatewayServiceAccounts[0])
	} else {
		audiences["backend"] = s.issuer.ServiceToken(c.BackendAudience, c.BackendServiceAccounts[0])
	}
	for who, token := range audiences {
		var first answer
		for n, e := range o.Examples {
			q := s.asked(e)
			path := "/" + o.Function + o.Path
			for name, v := range q.params {
				path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(v))
			}
			h := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {q.kind}}
			for _, p := range o.Parameters {
				if v := q.params[p.Name]; p.In == "header" && v != "" {
					h.Set(p.Name, v)
				}
			}
			a := s.do(s.hire.Client(), o.Method, s.hire.URL+path, h, strings.NewReader(q.body))
			if a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden {
				s.t.Errorf("%s is open to %q: %d %s", o.ID, who, a.Status, a.Body)
			}
			if n == 0 {
				first = a
			}
			s.same(o, "to "+who, a, first)
		}
	}
}
