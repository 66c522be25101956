package functions_test

import (
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What a candidate writes is unread for each user until they say that they have seen it. What one writes oneself is not, nor does looking at it alone change anything.
func TestUnread(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	s := w.sam()
	id := r.profile(cora).Threads[0].ID
	want := func(when string, p *person, unread bool) api.ThreadSummary {
		t.Helper()
		got := p.profile(cora).Threads[0]
		if got.Unread != unread {
			t.Errorf("%s: unread %t for %s", when, got.Unread, p.user)
		}
		return got
	}
	seen := func(p *person, upTo time.Time) (out api.Seen) {
		t.Helper()
		p.call("PUT", "/threads/v1/threads/"+id+"/seen", api.SetSeen{UpTo: upTo}).into(200, &out)
		return out
	}
	if got := want("sent", r, false); !got.InboundAt.IsZero() {
		t.Errorf("sent: %+v", got)
	}
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	first := want("answered", r, true)
	documents := w.platform.documents()
	if !r.thread(id).Unread || w.platform.documents().minus(documents).written != 0 {
		t.Error("opened: it is seen, or something was written")
	}
	if got := seen(r, first.InboundAt); got.Unread || !got.SeenUpTo.Equal(first.InboundAt) {
		t.Errorf("seen: %+v", got)
	}
	want("seen", r, false)
	want("seen by Rita", s, true)
	candidate.answers("Or on Friday.")
	w.pass(time.Minute)
	second := want("answered again", r, true)
	if got := seen(r, first.InboundAt); !got.Unread {
		t.Errorf("a frontend that has not shown the last one: %+v", got)
	}
	seen(r, second.InboundAt.Add(24*time.Hour))
	want("seen", r, false)
	if got := seen(r, first.InboundAt); got.Unread || !got.SeenUpTo.Equal(second.InboundAt) {
		t.Errorf("it went back: %+v", got)
	}
	r.call("PUT", "/threads/v1/threads/"+id+"/seen", api.SetSeen{}).problem(400, hire.CodeInvalidRequest)
	r.call("PUT", "/threads/v1/threads/nothing/seen", api.SetSeen{UpTo: w.clock.Now()}).problem(404, hire.CodeUnknownThread)
	// The candidate is merged into another: what was seen stays seen.
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{
		{AccountID: acme, ID: "one", Name: "The One", Emails: []string{"one@mail.example"}, UpdatedAt: w.clock.Now(), Version: 1},
		{AccountID: acme, ID: cora, Name: "Cora", MergedInto: "one", UpdatedAt: w.clock.Now(), Version: 2},
	}})
	if got := r.profile("one").Threads; len(got) != 1 || got[0].Unread {
		t.Errorf("merged: %+v", got)
	}
}

// Super Admins see how many users are connected, whatever page they look at; the owner sees how far a comparison is that was asked for.
func TestConnectionsAreCounted(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	s := w.sam()
	counts := func(want api.ConnectionCounts) {
		t.Helper()
		var got api.UserConnections
		s.call("GET", "/settings/v1/connections", nil).into(200, &got)
		if got.Counts != want {
			t.Errorf("counts %+v, want %+v", got.Counts, want)
		}
		var last api.UserConnections
		s.call("GET", "/settings/v1/connections?page_token="+got.Users[len(got.Users)-1].UserID, nil).into(200, &last)
		if last.Counts != want || len(last.Users) != 0 {
			t.Errorf("on the page after: %+v", last)
		}
	}
	counts(api.ConnectionCounts{Users: 2, Connected: 1, NotConnected: 1})
	s.connect()
	counts(api.ConnectionCounts{Users: 2, Connected: 2})
	w.sim.OAuth().Revoke(ritaMail)
	w.clock.Advance(2 * time.Hour)
	w.sweep()
	counts(api.ConnectionCounts{Users: 2, Connected: 1, NeedsReconnect: 1})
	s.disconnect()
	w.settle()
	counts(api.ConnectionCounts{Users: 2, NeedsReconnect: 1, NotConnected: 1})
	r.call("GET", "/settings/v1/connections", nil).problem(403, hire.CodeSuperAdmin)

	if back := r.consent(oauthtest.Decision{}); back.Query().Get("connected") != "1" {
		t.Fatal("not connected again")
	}
	_, due, err := w.platform.services().Store.AskResync(t.Context(), store.MailboxKey{AccountID: acme, UserID: rita}, 3)
	w.ok(err)
	if got := r.settings().Connection.Resync; got == nil || got.Total != 3 || got.Done != 0 || !got.EndedAt.IsZero() {
		t.Errorf("asked for: %+v", got)
	}
	w.platform.services().Outbox.HandOver(t.Context(), due)
	w.settle()
	if got := r.settings().Connection.Resync; got == nil || got.EndedAt.IsZero() {
		t.Errorf("done: %+v", got)
	}
}
