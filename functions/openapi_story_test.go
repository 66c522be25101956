package functions_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/openapi"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// story is a world in which everything is there that the documented examples speak of. Ids that are made at random have names in the document: thread-1, upload-1.
type story struct {
	*world
	people map[string]*person // by user id
	ids    [][2]string        // the document's name, and what it is here
	next   map[string]int     // numbers of names given so far
}

// newStory tells the story: Rita has connected her Gmail, written to Cora, got an answer with a file, answered that by email, and more.
func newStory(t *testing.T) *story {
	t.Helper()
	w := newWorld(t)
	w.enable()
	w.pass(time.Second) // what happens in one moment is listed in no order
	s := &story{world: w, next: map[string]int{}}
	r := w.rita()
	s.people = map[string]*person{
		rita: r, sam: w.sam(), "otto": w.colleague("otto", "admin"), "tina": w.colleague("tina", "hiring_team_member"), "eve": w.colleague("eve", "external_agency"),
	}
	w.candidate("cleo", "Cleo Candidate", "cleo@mail.example")
	r.connect()
	w.pass(time.Second)
	r.send("first", hello).into(200, nil)
	w.pass(5 * time.Second)
	candidate := w.cora()
	candidate.answers("Yes. When?", withFile("cv.pdf", "application/pdf", []byte("%PDF-1.7 Cora")), func(m *gmailtest.OutgoingMail) {
		m.Examined = "spf=pass (google.com: domain of " + coraMail + " designates 192.0.2.7 as permitted sender) smtp.mailfrom=" + coraMail + "; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=mail.example"
	})
	w.pass(time.Minute)
	address := w.replyAddress(rita)
	s.name("reply-address@reply.hire.example", address)
	var answered api.ReplyResult
	w.gateway(written(address, "Tomorrow?")).into(200, &answered)
	w.pass(time.Minute)
	one := r.thread(answered.ThreadID)
	s.name("thread-1", one.ID)
	for i, m := range one.MessageList {
		s.name("message-"+strconv.Itoa(i+1), m.ID)
	}
	s.name("part-1", one.MessageList[1].Attachments[0].PartID)
	s.next["message"] = 4

	var secret api.SendResult
	r.send("second", api.SendMessage{
		CandidateID: "cleo", Subject: "Your salary", Text: "Between us.", Attachments: []api.AttachmentRef{{UploadID: r.upload("payslip.pdf", "%PDF-1.7 payslip")}},
	}).into(200, &secret)
	s.name("thread-2", secret.ThreadID)
	s.name("message-4", secret.MessageID)
	w.pass(time.Second)
	r.call("PUT", "/threads/v1/threads/"+secret.ThreadID+"/privacy", api.SetPrivacy{Private: true}).into(200, nil)
	s.next["thread"] = 2

	s.name("upload-1", r.upload("plan.pdf", "%PDF-1.7 plan"))
	var part api.Upload
	parts := written(address, "Or on Friday.", "Message-ID: <parts@acme.example>")
	w.fromGateway("/inboundreply/v1/uploads", parts.raw, "Content-Type", "application/octet-stream", "X-Envelope-To", address).into(201, &part)
	s.name("upload-2", part.UploadID)
	s.next["upload"] = 2

	w.pass(time.Second)
	r.later("queued", w.in(24*time.Hour))
	w.pass(time.Second)
	tomorrow := w.clock.Now().Add(24 * time.Hour).Truncate(time.Hour)
	s.name("batch-1", r.bulk("many", api.SendBatch{SendAt: tomorrow, Messages: []api.BatchMessage{
		{CandidateID: cora, Subject: "News", Text: "Dear Cora, …"}, {CandidateID: "cleo", Subject: "News", Text: "Dear Cleo, …"},
	}}).BatchID)
	s.next["batch"] = 1

	w.outside("stranger@elsewhere.example", "Stranger").writes("A question", "Are you hiring?")
	found := w.inGmail("subject:question")
	w.ok(w.mailbox(ritaMail).LabelThread(found[0].ThreadID, "Hire"))
	w.pass(time.Minute)
	candidate.writes("One more thing", "May I bring my dog?")
	if found = w.inGmail("subject:thing"); len(found) != 1 {
		t.Fatalf("%v", found)
	}
	s.name("gmail-thread-1", found[0].ThreadID)
	s.next["gmail-thread"] = 1
	tina := s.people["tina"]
	tina.connect()
	w.pass(time.Second)
	tina.disconnect()
	w.pass(time.Minute)
	var ended api.DeletionList
	s.people[sam].call("GET", "/settings/v1/deletions", nil).into(200, &ended)
	s.name("deletion-1", ended.Deletions[0].ID)
	link, err := url.Parse(r.start())
	w.ok(err)
	s.name("link-1", link.Query().Get("link"))
	s.next["link"] = 1
	return s
}

func (s *story) name(name, here string) {
	s.t.Helper()
	if here == "" {
		s.t.Fatalf("the story has no %s\n%s", name, s.logs)
	}
	s.ids = append(s.ids, [2]string{name, here})
}

// here puts the ids of this world into what the document has written; gmail-thread-1 before thread-1.
func (s *story) here(text string) string {
	ids := slices.SortedStableFunc(slices.Values(s.ids), func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	for _, id := range ids {
		text = replaceWord(text, id[0], id[1])
	}
	return text
}

// replaceWord replaces a name where it does not go on: thread-1, and not the beginning of thread-10.
func replaceWord(text, name, with string) string {
	return regexp.MustCompile(regexp.QuoteMeta(name)+`\b`).ReplaceAllLiteralString(text, with)
}

// call is a request to an operation.
type request struct {
	as     string // user id; "" for whom the story is about
	params map[string]string
	kind   string // media type of the body
	body   string
	bare   bool // without a token
}

// ask sends a request to an operation as its caller does. Parameters that the operation does not have go into the query.
func (s *story) ask(o openapi.Operation, q request) answer {
	s.t.Helper()
	path, query, h := "/"+o.Function+o.Path, url.Values{}, http.Header{}
	for name, v := range q.params {
		i := slices.IndexFunc(o.Parameters, func(p openapi.Parameter) bool { return p.Name == name })
		switch {
		case i >= 0 && o.Parameters[i].In == "path":
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(v))
		case i >= 0 && o.Parameters[i].In == "header":
			h[http.CanonicalHeaderKey(name)] = []string{v}
		default:
			query.Set(name, v)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if q.body != "" || q.kind != "" {
		h.Set("Content-Type", q.kind)
	}
	if !q.bare {
		s.sign(o, q, h)
	}
	client := &http.Client{Transport: s.hire.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s.do(client, o.Method, s.hire.URL+path, h, strings.NewReader(q.body))
}

// sign shows the token of an operation's caller.
func (s *story) sign(o openapi.Operation, q request, h http.Header) {
	c := s.config.Callers
	token := ""
	switch o.Caller {
	case openapi.User:
		p := s.people[q.as]
		if p == nil {
			p = s.people[rita]
		}
		token = s.token(p)
	case openapi.Backend:
		token = s.issuer.ServiceToken(c.BackendAudience, c.BackendServiceAccounts[0])
	case openapi.Gateway:
		token = s.issuer.ServiceToken(c.GatewayAudience, c.GatewayServiceAccounts[0])
	}
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
}

// asked is an example as a request to this world.
func (s *story) asked(e openapi.Example) request {
	s.t.Helper()
	q := request{as: e.As, params: map[string]string{}, kind: e.Type}
	for name, v := range e.Params {
		q.params[name] = s.here(v)
	}
	switch b := e.Body.(type) {
	case nil:
	case string:
		q.body = s.here(b)
	default:
		j, err := json.Marshal(b)
		s.ok(err)
		q.body = s.here(string(j))
		if q.kind == "" {
			q.kind = "application/json"
		}
	}
	return q
}

// recorded is an answer as the document has it.
func (s *story) recorded(a answer) openapi.Recorded {
	s.t.Helper()
	out := openapi.Recorded{Status: a.Status, Headers: map[string]string{}}
	for _, name := range []string{"Content-Disposition", "Content-Range", "ETag", "Location"} {
		if v := a.Header.Get(name); v != "" {
			if name == "ETag" {
				s.stands("blob", strings.Trim(v, `"`))
			}
			if name == "Location" {
				v = s.address(v)
			}
			out.Headers[name] = s.named(v)
		}
	}
	out.Type, _, _ = strings.Cut(a.Header.Get("Content-Type"), ";")
	switch {
	case a.Status == http.StatusNotModified, a.Status == http.StatusSeeOther:
		out.Type = ""
	case out.Type == "application/x-ndjson":
		lines := ""
		for line := range bytes.Lines(a.Body) {
			var v any
			s.ok(json.Unmarshal(line, &v))
			j, err := json.Marshal(s.read("", v))
			s.ok(err)
			lines += string(j) + "\n"
		}
		out.Body = lines
	case strings.HasSuffix(out.Type, "json"):
		var v any
		s.ok(json.Unmarshal(a.Body, &v))
		out.Body = s.read("", v)
	default:
		out.Body = s.named(string(a.Body))
	}
	return out
}

// address takes what is made at random out of an address that a browser is sent to.
func (s *story) address(text string) string {
	u, err := url.Parse(text)
	s.ok(err)
	q := u.Query()
	for _, name := range []string{"state", "code_challenge", "nonce"} {
		if q.Has(name) {
			q.Set(name, name+"-1")
		}
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// random are members whose values are made at random, and what those are called.
var random = map[string]string{
	"id": "entry", "thread_id": "thread", "report_thread_id": "thread", "message_id": "message", "report_id": "message", "upload_id": "upload", "batch_id": "batch",
	"gmail_thread_id": "gmail-thread", "rfc822_message_id": "rfc822-message", "next_page_token": "page", "signed": "signed-report",
}

// read gives the values of a JSON value that are made at random the names that the document has for them.
func (s *story) read(member string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			v[k] = s.read(k, v[k])
		}
	case []any:
		for i := range v {
			v[i] = s.read(member, v[i])
		}
	case string:
		if member == "instance" {
			return "urn:hire:request:4bf92f3577b34da6a3ce929d0e0e4736"
		}
		if at, link, ok := strings.Cut(v, "?link="); ok && member == "start_url" {
			s.stands("link", link)
			return s.named(at) + "?link=" + s.named(link)
		}
		if member == "items" { // versions of a secret, which each vault names in its own way
			return "1"
		}
		if kind := random[member]; kind != "" && len(v) >= 12 {
			s.stands(kind, v)
		}
		return s.named(v)
	}
	return v
}

// stands names a value, unless it has a name.
func (s *story) stands(kind, here string) {
	if slices.ContainsFunc(s.ids, func(id [2]string) bool { return id[1] == here }) {
		return
	}
	s.next[kind]++
	s.ids = append(s.ids, [2]string{kind + "-" + strconv.Itoa(s.next[kind]), here})
}

// named puts the document's names for ids of this world. Short ones are not looked for: they might be anything.
func (s *story) named(text string) string {
	text = strings.ReplaceAll(text, s.hire.URL, "https://hire.example")
	text = strings.ReplaceAll(text, url.QueryEscape(s.hire.URL), url.QueryEscape("https://hire.example"))
	text = strings.ReplaceAll(text, s.google.URL, "https://google.example")
	for _, id := range s.ids {
		if len(id[1]) >= 12 {
			text = strings.ReplaceAll(text, id[1], id[0])
		}
	}
	return text
}
