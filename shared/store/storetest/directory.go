package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func olderVersion(t *testing.T, w *world) {
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Name: "New", Emails: []string{"new@mail.example"}, Version: 5})
	w.candidate(hire.Candidate{AccountID: acme, ID: cora, Name: "Old", Version: 4})
	c, err := w.Candidate(w.ctx, acme, cora)
	w.ok(err)
	if c.Name != "New" {
		t.Errorf("name is %q", c.Name)
	}
	if applied, _ := w.account(hire.Account{ID: acme, Plan: hire.PlanStarter, Version: 1}); applied {
		t.Error("an account of the same version was applied")
	}
}

func integration(t *testing.T, w *world) {
	_, err := w.SetIntegration(w.ctx, acme, rita, false)
	w.code(err, hire.CodeSuperAdmin)
	due, err := w.SetIntegration(w.ctx, acme, sam, false)
	w.ok(err)
	if !slices.Equal(types(due), []string{store.QueueOffboard}) {
		t.Errorf("switching off made %v due", types(due))
	}
	w.account(hire.Account{ID: acme, Plan: hire.PlanStarter, Version: 2})
	_, err = w.SetIntegration(w.ctx, acme, sam, true)
	w.code(err, hire.CodePlanUpgrade)
}

func aliases(t *testing.T, w *world) {
	allowed := func() bool {
		a, err := w.Account(w.ctx, acme)
		w.ok(err)
		return a.Aliases.Allowed
	}
	if allowed() {
		t.Error("other addresses are allowed from the start")
	}
	w.code(w.AllowAliases(w.ctx, acme, rita, true), hire.CodeSuperAdmin)
	w.ok(w.AllowAliases(w.ctx, acme, sam, true))
	w.ok(w.AllowAliases(w.ctx, acme, sam, true))
	w.account(hire.Account{ID: acme, Plan: hire.PlanProPlus, Version: 2})
	if !allowed() {
		t.Error("an update of the directory took it back")
	}
	w.account(hire.Account{ID: acme, Plan: hire.PlanStarter, Version: 3})
	w.clock.Advance(time.Second)
	w.ok(w.AllowAliases(w.ctx, acme, sam, false)) // whatever the plan
	w.code(w.AllowAliases(w.ctx, acme, sam, true), hire.CodePlanUpgrade)
	if allowed() {
		t.Error("it was not taken back")
	}
	entries, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 10)
	w.ok(err)
	var actions []string
	for _, e := range entries {
		if strings.HasPrefix(e.Action, "aliases.") {
			actions = append(actions, e.Action+" by "+e.UserID)
		}
	}
	if want := []string{"aliases.forbidden by sam", "aliases.allowed by sam"}; !slices.Equal(actions, want) {
		t.Errorf("the audit has %q, want %q", actions, want)
	}
}

func downgrade(t *testing.T, w *world) {
	_, due := w.account(hire.Account{ID: acme, Plan: hire.PlanPlus, Version: 2})
	if !slices.Equal(types(due), []string{store.QueueOffboard}) {
		t.Errorf("the downgrade made %v due", types(due))
	}
	a, err := w.Account(w.ctx, acme)
	w.ok(err)
	if a.GmailActive() || a.Integration.Enabled {
		t.Error("the integration is still on")
	}
}

func deletedUser(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	deleted := hire.User{AccountID: acme, ID: rita, Name: "Rita", Email: "rita@acme.example", Role: hire.RoleAdmin, Active: true, Deleted: true, Version: 2}
	_, due := w.user(deleted)
	if !slices.Equal(types(due), []string{store.QueueOffboard}) || w.mailbox(ritaBox).State != store.Disconnecting {
		t.Errorf("deletion made %v due, the mailbox is %s", types(due), w.mailbox(ritaBox).State)
	}
	_, err := w.User(w.ctx, acme, rita)
	w.code(err, hire.CodeNotFound)
	if found, err := w.UsersByLogin(w.ctx, acme, []string{"rita@acme.example"}); err != nil || len(found) != 0 {
		t.Errorf("her login address leads to %+v, %v", found, err)
	}
	if applied, _ := w.user(deleted); applied {
		t.Error("the same news was applied twice")
	}
	late := hire.User{AccountID: acme, ID: rita, Email: "rita@acme.example", Role: hire.RoleAdmin, Active: true, Version: 1}
	if applied, _ := w.user(late); applied {
		t.Error("late news brought her back")
	}
	late.Version = 3
	if applied, _ := w.user(late); !applied {
		t.Error("she could not come back")
	}
	if u, err := w.User(w.ctx, acme, rita); err != nil || u.Deleted || u.Version != 3 {
		t.Errorf("back she is %+v, %v", u, err)
	}
}

func deactivation(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	_, due := w.user(hire.User{AccountID: acme, ID: rita, Email: "rita@acme.example", Role: hire.RoleAdmin, Active: false, Version: 2})
	if !slices.Equal(types(due), []string{store.QueueOffboard}) {
		t.Errorf("deactivation made %v due", types(due))
	}
	if m := w.mailbox(ritaBox); m.State != store.Disconnecting {
		t.Errorf("state is %s", m.State)
	}
}

func newAddress(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	in := w.mail("g1", "m1")
	done, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t1", Labelled: true, Addresses: []string{"other@mail.example"}, Messages: []store.Incoming{in}})
	w.ok(err)
	if done.Tracked.State != store.TrackUnmatched {
		t.Fatalf("state is %s", done.Tracked.State)
	}
	due := w.candidate(hire.Candidate{AccountID: acme, ID: cora, Emails: []string{"cora@mail.example", "Other@mail.example"}, Version: 2})
	if !slices.Equal(types(due), []string{store.QueueSync}) {
		t.Fatalf("the new address made %v due", types(due))
	}
	done, err = w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: "t1", Messages: []store.Incoming{in}})
	w.ok(err)
	if done.Tracked.CandidateID != cora || len(done.New) != 1 {
		t.Errorf("the second look filed %d messages under %q", len(done.New), done.Tracked.CandidateID)
	}
	if due := w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Emails: []string{"other@mail.example"}, Version: 1}); len(due) != 0 {
		t.Errorf("a matched conversation still waits: %v", types(due))
	}
}

func generations(t *testing.T, w *world) {
	first := w.connect(ritaBox, "sub-rita", 100)
	if first.Generation != 1 || first.Cursor != 100 {
		t.Fatalf("first connection: generation %d, cursor %d", first.Generation, first.Cursor)
	}
	w.clock.Advance(time.Hour)
	second := w.connect(ritaBox, "sub-rita", 900)
	if second.Generation != 2 || second.Cursor != 100 {
		t.Errorf("same google user: generation %d, cursor %d, want 2 and the old 100", second.Generation, second.Cursor)
	}
	// The same commit once more, as a client makes it that has not heard of it: by its token it is known.
	if again := w.connect(ritaBox, "sub-rita", 900); again.Generation != 2 || again.TokenVersion != second.TokenVersion {
		t.Errorf("repeated: generation %d, want 2", again.Generation)
	}
	third := w.connect(ritaBox, "sub-another", 50)
	if third.Cursor != 50 {
		t.Errorf("another google user: cursor %d, want its own 50", third.Cursor)
	}
	keys, err := w.MailboxesOf(w.ctx, "Rita@ACME.example")
	w.ok(err)
	if !slices.Equal(keys, []store.MailboxKey{ritaBox}) {
		t.Errorf("mailboxes of the address: %v", keys)
	}
}

func googleLease(t *testing.T, w *world) {
	_, held, err := w.LockGoogleUser(w.ctx, "sub-rita", "a", time.Minute)
	w.ok(err)
	if !held {
		t.Fatal("free lease was not given")
	}
	if _, held, err = w.LockGoogleUser(w.ctx, "sub-rita", "b", time.Minute); err != nil || held {
		t.Fatalf("a held lease was given twice (%v)", err)
	}
	_, _, err = w.CommitConnection(w.ctx, store.NewConnection{Key: ritaBox, Sub: "sub-rita", Address: "rita@acme.example", Holder: "b"})
	if !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("commit without the lease: %v", err)
	}
	w.clock.Advance(2 * time.Minute)
	if _, held, err = w.LockGoogleUser(w.ctx, "sub-rita", "b", time.Minute); err != nil || !held {
		t.Errorf("an expired lease was not given (%v)", err)
	}
	_, _, err = w.CommitConnection(w.ctx, store.NewConnection{Key: ritaBox, Sub: "sub-rita", Address: "someone@acme.example", Holder: "b"})
	w.code(err, hire.CodeWrongAccount)
}

func staleOffboard(t *testing.T, w *world) {
	first := w.connect(ritaBox, "sub-rita", 100)
	_, err := w.Disconnect(w.ctx, ritaBox, 0, rita, "disconnected")
	w.ok(err)
	second := w.connect(ritaBox, "sub-rita", 200)
	_, err = w.FinishOffboard(w.ctx, ritaBox, first.Generation)
	w.ok(err)
	if m := w.mailbox(ritaBox); m.State != store.Connected || m.Generation != second.Generation {
		t.Errorf("the new connection is %s", m.State)
	}
	_, err = w.Disconnect(w.ctx, ritaBox, second.Generation, rita, "disconnected")
	w.ok(err)
	due, err := w.FinishOffboard(w.ctx, ritaBox, second.Generation)
	w.ok(err)
	if !slices.Equal(types(due), []string{store.EventMailboxDisconnected}) {
		t.Errorf("the end made %v due", types(due))
	}
	if keys, err := w.MailboxesOf(w.ctx, "rita@acme.example"); err != nil || len(keys) != 0 {
		t.Errorf("the address still leads to %v (%v)", keys, err)
	}
}

func needsReconnect(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	due, err := w.MarkNeedsReconnect(w.ctx, ritaBox, m.Generation, store.Problem{Code: hire.CodeReconnectRequired})
	w.ok(err)
	again, err := w.MarkNeedsReconnect(w.ctx, ritaBox, m.Generation, store.Problem{Code: hire.CodeReconnectRequired})
	w.ok(err)
	if len(due) != 1 || len(again) != 0 {
		t.Errorf("events: first %v, second %v", types(due), types(again))
	}
	if _, err = w.MarkNeedsReconnect(w.ctx, ritaBox, m.Generation-1, store.Problem{}); err != nil {
		t.Error(err)
	}
}

func tenants(t *testing.T, w *world) {
	w.seed("bolt")
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	if list := w.threads("bolt", cora); len(list) != 0 {
		t.Errorf("the other account has %d threads", len(list))
	}
	_, err := w.Thread(w.ctx, "bolt", w.threads(acme, cora)[0].ID)
	w.code(err, hire.CodeUnknownThread)
}

func begunElsewhere(t *testing.T, w *world) {
	x, _, err := w.send("k1", "h1")
	w.ok(err)
	_, _, err = w.SetDraft(w.ctx, acme, x.ID, "k1-holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	for _, test := range []struct {
		account, sub, thread string
		want                 bool
	}{{acme, "sub-rita", "t1", false}, {"bolt", "sub-rita", "t1", true}, {"bolt", "sub-rita", "t2", false}, {"bolt", "sub-sam", "t1", false}} {
		got, err := w.BegunElsewhere(w.ctx, test.account, test.sub, test.thread)
		w.ok(err)
		if got != test.want {
			t.Errorf("%+v: %t", test, got)
		}
	}
}

func audit(t *testing.T, w *world) {
	w.clock.Advance(time.Second)
	w.connect(ritaBox, "sub-rita", 100)
	first, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 1)
	w.ok(err)
	second, err := w.Audit(w.ctx, acme, store.AuditQuery{After: &store.Position{At: first[0].At, ID: first[0].ID}}, 10)
	w.ok(err)
	if first[0].Action != "mailbox.connected" || len(second) != 1 || second[0].Action != "integration.enabled" || second[0].UserID != sam {
		t.Errorf("audit: %+v, %+v", first, second)
	}
}

// auditOfViews: one entry for an hour of looking at one thing.
func auditOfViews(t *testing.T, w *world) {
	views := func() (n int) {
		list, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 10)
		w.ok(err)
		for _, e := range list {
			if e.Action == "thread.private_viewed" && e.UserID == sam && strings.HasPrefix(e.Target, "t") {
				n++
			}
		}
		return n
	}
	for n, step := range []struct {
		sleep  time.Duration
		thread string
		want   int
	}{{0, "t1", 1}, {59 * time.Minute, "t1", 1}, {0, "t2", 2}, {time.Minute, "t1", 3}} {
		w.clock.Advance(step.sleep)
		w.ok(w.AuditView(w.ctx, acme, sam, step.thread))
		if got := views(); got != step.want {
			t.Errorf("after look %d there are %d entries, want %d", n+1, got, step.want)
		}
	}
}

// auditExpires: an expired entry is not listed, whether or not the database has removed it.
func auditExpires(t *testing.T, w *world) {
	const kept = 2 * 365 * 24 * time.Hour
	w.clock.Advance(time.Hour)
	w.connect(ritaBox, "sub-rita", 100)
	listed := func() (actions []string) {
		t.Helper()
		list, err := w.Audit(w.ctx, acme, store.AuditQuery{}, 10)
		w.ok(err)
		for _, e := range list {
			if want := e.At.Add(kept); !e.ExpiresAt.Equal(want) {
				t.Errorf("%s expires at %s, want %s", e.Action, e.ExpiresAt, want)
			}
			actions = append(actions, e.Action)
		}
		return actions
	}
	for _, step := range []struct {
		sleep time.Duration
		want  []string
	}{
		{0, []string{"mailbox.connected", "integration.enabled"}},
		{kept - time.Hour - time.Microsecond, []string{"mailbox.connected", "integration.enabled"}},
		{time.Microsecond, []string{"mailbox.connected"}},
		{time.Hour, nil},
	} {
		w.clock.Advance(step.sleep)
		if got := listed(); !slices.Equal(got, step.want) {
			t.Errorf("after %s more: %q, want %q", step.sleep, got, step.want)
		}
	}
}

// Two users may have one login address for a while: it is then the active one's.
func loginAddress(t *testing.T, w *world) {
	whose := func(address string) string {
		t.Helper()
		users, err := w.UsersByLogin(w.ctx, acme, []string{address})
		w.ok(err)
		return users[hire.NormalizeAddress(address)].ID
	}
	put := func(id, email string, active bool, version int64) {
		t.Helper()
		w.user(hire.User{AccountID: acme, ID: id, Email: email, Role: hire.RoleAdmin, Active: active, Version: version})
	}
	put("old", "max@acme.example", true, 1)
	put("old", "max@acme.example", false, 2)
	if got := whose("Max@acme.example"); got != "old" {
		t.Errorf("a deactivated user's mail is %q's", got)
	}
	put("new", "max@acme.example", true, 1)
	put("old", "max@acme.example", false, 3)
	if got := whose("max@acme.example"); got != "new" {
		t.Errorf("after news of the old user the address is %q's", got)
	}
	put("old", "former@acme.example", false, 4)
	if got := whose("max@acme.example"); got != "new" {
		t.Errorf("after the old user's change of address it is %q's", got)
	}
	put("new", "maxine@acme.example", true, 2)
	if whose("max@acme.example") != "" || whose("maxine@acme.example") != "new" || whose("former@acme.example") != "old" {
		t.Errorf("in the end: %q, %q, %q", whose("max@acme.example"), whose("maxine@acme.example"), whose("former@acme.example"))
	}
	put("odd", " ", true, 1) // nothing to look up by, and nothing to fail on
}

// A directory change that finds many conversations queues them in tasks that fit.
func manyWaiting(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	want := map[string]bool{}
	var emails []string
	for i := range 4 {
		emails = append(emails, fmt.Sprintf("stranger%d@mail.example", i))
		for j := range 140 {
			id := fmt.Sprintf("a-gmail-thread-id-%d-%d", i, j)
			want[id] = true
			_, err := w.CommitImport(w.ctx, store.ImportCommit{Held: h, GmailThreadID: id, Labelled: true, Addresses: emails[i:]})
			w.ok(err)
		}
	}
	due := w.candidate(hire.Candidate{AccountID: acme, ID: "dora", Emails: emails, Version: 1})
	ids := map[string]bool{}
	for _, r := range due {
		var task store.SyncTask
		w.ok(json.Unmarshal(r.Body, &task))
		if len(r.Body) > 100<<10 || ids[r.ID] || task.UserID != rita {
			t.Errorf("task of %d bytes for %s", len(r.Body), task.UserID)
		}
		ids[r.ID] = true
		for _, id := range task.Threads {
			delete(want, id)
		}
	}
	if len(want) != 0 || len(due) < 2 {
		t.Errorf("%d tasks leave %d conversations out", len(due), len(want))
	}
}

func formerAddress(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	w.user(hire.User{AccountID: acme, ID: rita, Email: "rita.new@acme.example", Role: hire.RoleAdmin, Active: true, Version: 2})
	_, held, err := w.LockGoogleUser(w.ctx, "sub-new", "holder", time.Minute)
	w.ok(err)
	if !held {
		t.Fatal("google user is locked")
	}
	_, _, err = w.CommitConnection(w.ctx, store.NewConnection{Key: ritaBox, Sub: "sub-new", Address: "rita.new@acme.example", TokenVersion: "2", Holder: "holder", WatchHistoryID: 5})
	w.ok(err)
	for address, want := range map[string]int{"rita@acme.example": 0, "rita.new@acme.example": 1} {
		if keys, err := w.MailboxesOf(w.ctx, address); err != nil || len(keys) != want {
			t.Errorf("%s leads to %v (%v)", address, keys, err)
		}
	}
}
