package functions_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// trail is the account's audit trail, oldest first: who did what.
func (p *person) trail(query string) (out []string) {
	p.w.t.Helper()
	var a api.Audit
	p.call("GET", "/settings/v1/audit?"+query, nil).into(200, &a)
	for _, e := range slices.Backward(a.Entries) {
		out = append(out, e.UserID+" "+e.Action)
	}
	return out
}

// auditLines reads an exported trail, newest first, and checks the line at its end.
func (a answer) auditLines() (entries []api.AuditEntry) {
	a.w.t.Helper()
	var end api.AuditExportEnd
	a.into(200, nil)
	if got := a.Header.Get("Content-Type"); got != "application/x-ndjson" {
		a.w.t.Errorf("content type %q", got)
	}
	lines := bufio.NewScanner(bytes.NewReader(a.Body))
	for lines.Scan() {
		if end.End {
			a.w.t.Fatalf("after the end comes %s", lines.Bytes())
		}
		var e api.AuditEntry
		a.w.ok(json.Unmarshal(lines.Bytes(), &e))
		if e.ID == "" {
			a.w.ok(json.Unmarshal(lines.Bytes(), &end))
			continue
		}
		entries = append(entries, e)
	}
	if !end.End || end.Entries != len(entries) {
		a.w.t.Errorf("%d entries, and at the end %+v", len(entries), end)
	}
	return entries
}

// Who enabled, connected, sent, imported, made private, looked at a private conversation, lost their connection, disconnected and exported: each is found, by time,
// user and action, by a Super Admin and nobody else.
func TestAuditTrailTellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, s := w.rita(), w.sam()
	w.enable()
	w.pass(time.Second)
	r.connect()
	w.pass(time.Second)
	candidate := r.asks()
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	thread := r.profile(cora).Threads[0].ID
	r.call("PUT", "/threads/v1/threads/"+thread+"/privacy", api.SetPrivacy{Private: true}).into(200, nil)
	w.pass(time.Second)
	s.thread(thread)
	w.pass(time.Second)
	s.thread(thread)
	w.sim.OAuth().Revoke(ritaMail)
	w.clock.Advance(2 * time.Hour)
	w.sweep()
	w.pass(time.Second)
	r.connect()
	w.pass(time.Second)
	r.disconnect()
	w.clock.Advance(time.Millisecond)
	w.settle()
	w.pass(time.Second)
	exported := s.call("GET", "/settings/v1/audit/export?user_id="+rita, nil).auditLines()

	got := s.trail("")
	want := []string{
		"sam integration.enabled", "rita mailbox.connected", "rita message.sent", "rita message.imported", "rita thread.made_private", "sam thread.private_viewed",
		" mailbox.needs_reconnect", "rita mailbox.connected", "rita mailbox.disconnected", " deletion.completed", "sam audit.exported",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("audit trail (-want +got):\n%s", d)
	}
	var a api.Audit
	s.call("GET", "/settings/v1/audit?action=message.sent", nil).into(200, &a)
	m := r.thread(thread).MessageList[0]
	if e := a.Entries[0]; e.Target != thread || e.CandidateID != cora || e.Detail != m.ID {
		t.Errorf("the send is audited as %+v, want message %s of conversation %s with %s", e, m.ID, thread, cora)
	}
	at := url.QueryEscape(a.Entries[0].At.Add(time.Microsecond).Format(time.RFC3339Nano))
	if got := s.trail("user_id=rita&from=" + at + "&action=mailbox.connected"); !slices.Equal(got, []string{"rita mailbox.connected"}) {
		t.Errorf("Rita's connecting after the mail: %q", got)
	}
	if got := s.trail("to=" + at); !slices.Equal(got, want[:3]) {
		t.Errorf("until then: %q, want %q", got, want[:3])
	}
	if len(exported) != 6 || exported[0].Action != store.AuditDisconnected || exported[5].Action != store.AuditConnected {
		t.Errorf("exported of Rita: %+v", exported)
	}
	w.pass(time.Second) // what happens in one moment is listed in no order
	backends := w.backend("/directory/v1/accounts/" + acme + "/audit/export").auditLines()
	if len(backends) != len(want)+1 || backends[0].Action != store.AuditTrailExported || backends[0].UserID != "" {
		t.Errorf("Hire's backend has %d entries, the last %+v", len(backends), backends[0])
	}

	r.call("GET", "/settings/v1/audit", nil).problem(403, hire.CodeSuperAdmin)
	r.call("GET", "/settings/v1/audit/export", nil).problem(403, hire.CodeSuperAdmin)
	s.call("GET", "/settings/v1/audit?action=everything", nil).problem(400, hire.CodeInvalidRequest)
	s.call("GET", "/settings/v1/audit/export?from=yesterday", nil).problem(400, hire.CodeInvalidRequest)
	s.call("GET", "/directory/v1/accounts/"+acme+"/audit/export", nil).problem(401, hire.CodeUnauthenticated)
	w.backend("/directory/v1/accounts/nowhere/audit/export").problem(404, hire.CodeNotFound)
	other := w.person(starter, sam, "sam@starter.example")
	if got := other.trail(""); len(got) != 0 {
		t.Errorf("another account has %q", got)
	}
}

// What was queued and what has become of it stands in the trail, each by whom: one that was cancelled, one that has left, one that could not, one that was asked for twice, and a batch of
// which a part was cancelled.
func TestAuditOfQueuedMail(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	s := w.sam()
	w.candidate("gone", "Gone", "gone@mail.example")
	w.pass(time.Second)
	began := w.clock.Now()
	step := func() { w.pass(time.Second) } // what happens in one moment is listed in no order
	cancelled := w.in(time.Hour)
	r.later("cancelled", cancelled)
	r.later("cancelled", cancelled) // the same once more is nothing new
	step()
	r.later("leaves", w.in(2*time.Hour))
	step()
	gone := w.in(2 * time.Hour)
	gone.CandidateID = "gone"
	r.later("can not", gone)
	step()
	for range 2 {
		r.call("DELETE", "/sendmessage/v1/messages/cancelled", nil)
	}
	step()
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: "gone", Name: "Gone", Emails: []string{"gone@mail.example"}, Deleted: true, Version: 2}}})
	step()
	w.skip(2 * time.Hour)
	step()
	r.call("DELETE", "/sendmessage/v1/messages/leaves", nil).problem(409, hire.CodeTooLateToCancel)
	batch := r.bulk("batch", w.crowd(5))
	w.pass(7 * time.Second) // three have left by then
	r.call("DELETE", "/sendmessage/v1/batches/"+batch.BatchID, nil)
	w.pass(time.Minute)
	sent := r.batch(batch.BatchID).Counts.Sent
	if sent == 0 || sent == 5 {
		t.Fatalf("%d mails of the batch have left, so this shows little", sent)
	}

	var a api.Audit
	s.call("GET", "/settings/v1/audit?limit=200&from="+url.QueryEscape(began.Format(time.RFC3339Nano)), nil).into(200, &a)
	type entry struct{ User, Action, Target, Detail string }
	var got []entry
	for _, e := range slices.Backward(a.Entries) {
		switch e.Action {
		case store.AuditSent:
			got = append(got, entry{e.UserID, e.Action, "", ""})
		case store.AuditQueued, store.AuditCancelled, store.AuditNotSent, store.AuditOutcomeUnknown, store.AuditBatchQueued, store.AuditBatchCancelled:
			got = append(got, entry{e.UserID, e.Action, e.Target, e.Detail})
		}
	}
	at := func(m api.SendMessage) string { return "to leave at " + m.SendAt.UTC().Format(time.RFC3339) }
	later := gone
	later.SendAt = gone.SendAt.Add(-time.Second)
	want := []entry{
		{rita, "message.queued", cora, at(cancelled)}, {rita, "message.queued", cora, at(later)}, {rita, "message.queued", "gone", at(gone)}, {rita, "message.cancelled", cora, ""},
	}
	ends := []entry{{"", "message.not_sent", "gone", "unknown_candidate"}, {rita, "message.sent", "", ""}} // in one moment
	want = append(want, ends...)
	want = append(want, entry{rita, "batch.queued", batch.BatchID, "mails: 5"})
	for range sent {
		want = append(want, entry{rita, "message.sent", "", ""})
	}
	want = append(want, entry{rita, "batch.cancelled", batch.BatchID, ""})
	order := func(e []entry) []entry {
		e = slices.Clone(e)
		slices.SortStableFunc(e, func(a, b entry) int { return strings.Compare(a.Action+a.Target+a.Detail, b.Action+b.Target+b.Detail) })
		return e
	}
	if d := cmp.Diff(order(want), order(got)); d != "" {
		t.Errorf("audit trail (-want +got):\n%s", d)
	}
}
