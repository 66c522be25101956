package functions_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// importable is a page of the conversations that the person may import into Cora's profile.
func (p *person) importable(token string) (out api.ImportableList) {
	p.w.t.Helper()
	p.call("GET", "/threads/v1/candidates/"+cora+"/importable?page_token="+url.QueryEscape(token), nil).into(200, &out)
	return out
}

// imports asks for conversations in Cora's profile, or with none for how far they are.
func (p *person) imports(ids ...string) (out api.Imports) {
	p.w.t.Helper()
	if len(ids) == 0 {
		p.call("GET", "/threads/v1/candidates/"+cora+"/imports", nil).into(200, &out)
		return out
	}
	p.call("POST", "/threads/v1/candidates/"+cora+"/imports", api.StartImports{GmailThreadIDs: ids}).into(202, &out)
	return out
}

func subjects(l api.ImportableList) (out []string) {
	for _, c := range l.Conversations {
		out = append(out, c.Subject)
	}
	return out
}

// A candidate's new conversation is not read by itself; its user is shown it when they ask, chooses it, and it is imported whole and followed.
func TestImportByButton(t *testing.T) {
	t.Parallel()
	w, r, _ := conversation(t)
	story := w.cora().tells("Story", 3)
	w.outside("cora@mail.example.org", "").tells("Somebody else", 1)
	other := w.outside("news@letters.example", "").tells("News", 1)
	spam := w.cora().tells("Spam", 1)
	box := w.mailbox(ritaMail)
	w.ok(box.Spam(spam))
	// Gmail finds hidden copies, too, and they make nothing the candidate's.
	_, err := box.Send(gmailtest.OutgoingMail{To: []string{"news@letters.example"}, Bcc: []string{coraMail}, Subject: "Hidden", Text: "Hidden"})
	w.ok(err)
	w.pass(2 * time.Minute)

	documents := w.platform.documents()
	list := r.importable("")
	if diff := w.platform.documents().minus(documents); diff.written != 0 || diff.deleted != 0 {
		t.Errorf("to show them has written: %+v", diff)
	}
	if got := subjects(list); !slices.Equal(got, []string{"Story"}) || list.NextPageToken != "" {
		t.Fatalf("shown are %q, %+v\n%s", got, list, w.logs)
	}
	c := list.Conversations[0]
	if c.GmailThreadID != story || c.Messages != 3 || c.State != "new" || len(c.Participants) != 1 || c.Participants[0].Email != coraMail || !c.FirstAt.Before(c.LastAt) {
		t.Errorf("shown is %+v", c)
	}

	// It is queued, and asking twice queues and audits it once.
	if got := r.imports(story).Imports; len(got) != 1 || got[0].State != "waiting" || got[0].GmailThreadID != story {
		t.Errorf("asked for: %+v", got)
	}
	r.imports(story)
	if got := r.importable("").Conversations; len(got) != 1 || got[0].State != "waiting" {
		t.Errorf("while it waits: %+v", got)
	}
	w.settle()
	got := r.imports().Imports
	if len(got) != 1 || got[0].State != "imported" || got[0].ThreadID == "" || got[0].EndedAt.IsZero() {
		t.Fatalf("in the end: %+v\n%s", got, w.logs)
	}
	th := r.thread(got[0].ThreadID)
	if th.Subject != "Story" || len(th.MessageList) != 3 || th.Receipt.State != "verified" || th.Receipt.Stored != 3 {
		t.Errorf("the profile has %s with %d messages, receipt %+v", th.Subject, len(th.MessageList), th.Receipt)
	}
	if got := r.importable("").Conversations; len(got) != 0 {
		t.Errorf("still to be imported: %+v", got)
	}
	if n := w.audited(store.AuditImportRequested); n != 1 {
		t.Errorf("%d entries in the audit, want 1", n)
	}
	if n := w.published("com.trakstar.hire.mail.message.imported.v1"); n != 3 {
		t.Errorf("%d messages were announced, want 3", n)
	}
	// Doing it again changes nothing, and what comes later comes by itself.
	r.imports(story)
	w.settle()
	candidate := w.cora()
	candidate.repliesTo(candidate.Sent()[0], "Story 4")
	w.pass(time.Minute)
	if th = r.thread(got[0].ThreadID); len(th.MessageList) != 4 {
		t.Errorf("the profile has %d messages of it, want 4", len(th.MessageList))
	}
	// It is followed for its own sake: a label that comes and goes does not end that.
	w.ok(box.LabelThread(story, "Hire"))
	w.pass(time.Minute)
	w.ok(box.UnlabelThread(story, "Hire"))
	w.pass(time.Minute)
	candidate.repliesTo(candidate.Sent()[0], "Story 5")
	w.pass(time.Minute)
	if th = r.thread(got[0].ThreadID); len(th.MessageList) != 5 {
		t.Errorf("after a label has come and gone the profile has %d messages of it, want 5", len(th.MessageList))
	}
	// What is not with the candidate, in spam, or nowhere, is not imported, and leaves no trace.
	r.imports(other, spam, "ffff")
	w.settle()
	reasons := map[string]string{}
	for _, i := range r.imports().Imports {
		reasons[i.GmailThreadID] = i.State + " " + i.Reason
		if i.State == "not_imported" && i.Detail == "" {
			t.Errorf("no detail of %+v", i)
		}
	}
	for id, want := range map[string]hire.MissReason{other: hire.MissNoCandidate, spam: hire.MissNoCandidate, "ffff": hire.MissGone} {
		if reasons[id] != "not_imported "+string(want) {
			t.Errorf("%s is %s, want %s", id, reasons[id], want)
		}
	}
	tracked, err := w.platform.services().Store.Tracked(t.Context(), acme, w.record(rita).Sub, []string{other, spam, "ffff"})
	w.ok(err)
	if len(tracked) != 0 || len(r.unmatched()) != 0 || len(r.profile(cora).Threads) != 2 {
		t.Errorf("traces: %+v, unmatched %+v, %d threads", tracked, r.unmatched(), len(r.profile(cora).Threads))
	}
	w.filedOnce(cora)
}

// filedOnce checks that no message is twice in a candidate's profile, and that the sweep of the day finds nothing missing.
func (w *world) filedOnce(candidate string) {
	w.t.Helper()
	w.aDayLater()
	r := w.rita()
	seen := map[string]bool{}
	for _, s := range r.profile(candidate).Threads {
		if s.Receipt.State != "verified" && s.Receipt.State != "unchecked" {
			w.t.Errorf("%s: receipt %+v", s.Subject, s.Receipt)
		}
		for _, m := range r.thread(s.ID).MessageList {
			if seen[m.MessageID] {
				w.t.Errorf("%s is there twice", m.Text)
			}
			seen[m.MessageID] = true
		}
	}
}

// audited is how many of the newest entries of Acme's audit are of this action.
func (w *world) audited(action string) (n int) {
	w.t.Helper()
	var audit api.Audit
	w.sam().call("GET", "/settings/v1/audit", nil).into(200, &audit)
	for _, e := range audit.Entries {
		if e.Action == action {
			n++
		}
	}
	return n
}

func TestImportableComesPageByPage(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	var want []string
	for i := range 12 {
		subject := fmt.Sprintf("Story %02d", i)
		w.cora().tells(subject, 1)
		want = append([]string{subject}, want...)
	}
	w.pass(2 * time.Minute)
	cost := w.costOf(func() {
		first := r.importable("")
		if got := subjects(first); !slices.Equal(got, want[:10]) || first.NextPageToken == "" {
			t.Fatalf("first page %q, %q", got, first.NextPageToken)
		}
		second := r.importable(first.NextPageToken)
		if got := subjects(second); !slices.Equal(got, want[10:]) || second.NextPageToken != "" {
			t.Errorf("second page %q, %q", got, second.NextPageToken)
		}
	})
	if want := 2*10 + 12*40; cost.units != want {
		t.Errorf("%s, want %d units", cost, want)
	}
	r.call("GET", "/threads/v1/candidates/"+cora+"/importable?page_token=nonsense", nil).problem(400, hire.CodeInvalidRequest)
	r.call("GET", "/threads/v1/candidates/"+cora+"/importable?page_token="+strings.Repeat("x", 2000), nil).problem(400, hire.CodeInvalidRequest)
}

// Who may import what: one's own mailbox alone, while it is connected, by ids that Gmail could have given.
func TestImportIsRefused(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	story := w.cora().tells("Story", 1)
	base := "/threads/v1/candidates/" + cora
	for _, tt := range []struct {
		name   string
		body   any
		status int
		code   hire.Code
	}{
		{"none", api.StartImports{}, 400, hire.CodeInvalidRequest},
		{"too many", api.StartImports{GmailThreadIDs: strings.Split("abcdefghijklmnopqrstu", "")}, 400, hire.CodeInvalidRequest},
		{"a path", api.StartImports{GmailThreadIDs: []string{"../1"}}, 400, hire.CodeInvalidRequest},
		{"an empty one", api.StartImports{GmailThreadIDs: []string{""}}, 400, hire.CodeInvalidRequest},
		{"one that is too long", api.StartImports{GmailThreadIDs: []string{strings.Repeat("a", 65)}}, 400, hire.CodeInvalidRequest},
	} {
		t.Log(tt.name)
		r.call("POST", base+"/imports", tt.body).problem(tt.status, tt.code)
	}
	ask := api.StartImports{GmailThreadIDs: []string{story}}
	r.call("POST", "/threads/v1/candidates/nobody/imports", ask).problem(404, hire.CodeUnknownCandidate)
	r.call("GET", "/threads/v1/candidates/nobody/importable", nil).problem(404, hire.CodeUnknownCandidate)
	r.call("GET", "/threads/v1/candidates/nobody/imports", nil).problem(404, hire.CodeUnknownCandidate)
	// Sam has no mailbox; with one, Rita's conversation is none of his, and her imports are hers.
	s := w.sam()
	s.call("GET", base+"/importable", nil).problem(409, hire.CodeConnectRequired)
	s.call("POST", base+"/imports", ask).problem(409, hire.CodeConnectRequired)
	s.connect()
	r.imports(story)
	if got := s.importable("").Conversations; len(got) != 0 {
		t.Errorf("Sam is shown %+v", got)
	}
	if got := s.imports().Imports; len(got) != 0 {
		t.Errorf("Sam is shown Rita's imports %+v", got)
	}
	s.imports(story)
	w.settle()
	if got := s.imports().Imports; len(got) != 1 || got[0].State != "not_imported" || got[0].Reason != string(hire.MissGone) {
		t.Errorf("Sam's import of Rita's conversation: %+v", got)
	}
	r.disconnect()
	r.call("GET", base+"/importable", nil).problem(409, hire.CodeConnectRequired)
	r.call("POST", base+"/imports", ask).problem(409, hire.CodeConnectRequired)
	if got := r.imports().Imports; len(got) != 1 || got[0].State != "imported" {
		t.Errorf("after disconnecting: %+v", got)
	}
	w.switchOff()
	s.call("POST", base+"/imports", ask).problem(409, hire.CodeIntegrationOff)
}

// The address is on two profiles: the one that it was asked for in gets it, though the other was updated later, and keeps it.
func TestImportIntoTheChosenProfile(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: "twin", Name: "Cora Again", Emails: []string{coraMail}, UpdatedAt: w.clock.Now().Add(time.Hour), Version: 1}}})
	story := w.cora().tells("Story", 2)
	r.imports(story)
	w.settle()
	if th := r.profile(cora).Threads; len(th) != 1 || !th[0].AlsoMatches || th[0].Messages != 2 {
		t.Fatalf("Cora's profile has %+v\n%s", th, w.logs)
	}
	r.call("POST", "/threads/v1/candidates/twin/imports", api.StartImports{GmailThreadIDs: []string{story}}).into(202, nil)
	w.settle()
	var got api.Imports
	r.call("GET", "/threads/v1/candidates/twin/imports", nil).into(200, &got)
	if len(got.Imports) != 1 || got.Imports[0].Reason != string(hire.MissOtherCandidate) || len(r.profile("twin").Threads) != 0 {
		t.Errorf("asked for in the other's: %+v, %d threads", got, len(r.profile("twin").Threads))
	}
}

// What was labelled, and then no longer, is in the profile up to then: the button goes on where the label ended.
func TestImportOfWhatIsNoLongerLabelled(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	story := w.cora().tells("Story", 1)
	box := w.mailbox(ritaMail)
	w.ok(box.LabelThread(story, "Hire"))
	w.pass(2 * time.Minute)
	w.ok(box.UnlabelThread(story, "Hire"))
	w.pass(time.Minute)
	candidate := w.cora()
	candidate.repliesTo(candidate.Sent()[0], "Later.")
	w.pass(time.Minute)
	r.shows("unlabelled", "Story 1")
	if got := r.importable("").Conversations; len(got) != 1 || got[0].State != "stopped" || got[0].Messages != 2 {
		t.Fatalf("shown are %+v", got)
	}
	r.imports(story)
	w.settle()
	r.shows("imported", "Story 1", "Later.")
	w.filedOnce(cora)
}

// Gmail fails, and the process with it: the import goes on, once.
func TestImportWhileGmailFails(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	story := w.cora().tells("Story", 2)
	w.sim.AddFault(gmailtest.FaultRule{Method: "threads.list", Times: 10, Status: 503})
	r.call("GET", "/threads/v1/candidates/"+cora+"/importable", nil).problem(503, hire.CodeGmailUnavailable)
	w.sim.ClearFaults()
	w.sim.AddFault(gmailtest.FaultRule{Method: "threads.get", Times: 5, Status: 503})
	r.imports(story)
	w.settle()
	if got := r.imports().Imports; len(got) != 1 || got[0].State != "waiting" {
		t.Errorf("while Gmail fails: %+v", got)
	}
	w.pass(10 * time.Minute)
	if got := r.imports().Imports; len(got) != 1 || got[0].State != "imported" {
		t.Errorf("afterwards: %+v\n%s", got, w.logs)
	}
	r.shows("imported", "Story 1", "Story 2")
	w.filedOnce(cora)
}

// What Gmail can't show is not said to be gone, and can be asked for again.
func TestImportOfWhatGmailCannotShow(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	story := w.cora().tells("Story", 2)
	mend := w.sim.AddFault(gmailtest.FaultRule{Method: "threads.get", ID: story, Status: http.StatusBadRequest})
	for _, want := range []string{"not_imported gmail_cannot_show_it", "imported "} {
		r.imports(story)
		w.settle()
		if got := r.imports().Imports[0]; got.State+" "+got.Reason != want {
			t.Errorf("the import is %+v, want %q", got, want)
		}
		mend()
		w.pass(time.Second)
	}
}
