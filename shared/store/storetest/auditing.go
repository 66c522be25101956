package storetest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// recorded are the collections whose documents are added, and never changed or removed but by their expiry.
var recorded = map[string]bool{"audit": true, "steps": true}

// appendOnly watches a database: what is once in a recorded collection must be left alone by whatever the contract does.
func appendOnly(t *testing.T, db docs.DB) docs.DB {
	return &watchedRecords{DB: db, t: t, there: map[docs.Ref]bool{}}
}

type watchedRecords struct {
	docs.DB
	t     *testing.T
	mu    sync.Mutex
	there map[docs.Ref]bool
}

func (db *watchedRecords) Update(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	var wrote []docs.Ref
	err := db.DB.Update(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		wrote = nil
		return fn(ctx, recordsTx{Tx: tx, wrote: &wrote})
	})
	if err != nil {
		return err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, ref := range wrote {
		if db.there[ref] {
			db.t.Errorf("%s has changed or removed %s", op, ref)
		}
		db.there[ref] = true
	}
	return nil
}

func (db *watchedRecords) Replace(ctx context.Context, op string, ref docs.Ref, seen docs.Stamp, doc any) (bool, error) {
	if recorded[docs.CollectionName(ref.Parent())] {
		db.t.Errorf("%s replaces %s", op, ref)
	}
	return db.DB.Replace(ctx, op, ref, seen, doc)
}

type recordsTx struct {
	docs.Tx
	wrote *[]docs.Ref
}

func (tx recordsTx) note(ref docs.Ref) {
	if recorded[docs.CollectionName(ref.Parent())] {
		*tx.wrote = append(*tx.wrote, ref)
	}
}

func (tx recordsTx) Create(ref docs.Ref, doc any) error { tx.note(ref); return tx.Tx.Create(ref, doc) }
func (tx recordsTx) Set(ref docs.Ref, doc any) error    { tx.note(ref); return tx.Tx.Set(ref, doc) }
func (tx recordsTx) Delete(ref docs.Ref) error          { tx.note(ref); return tx.Tx.Delete(ref) }

// trail lists the audit entries, oldest first: "who action target detail".
func (w *world) trail(q store.AuditQuery) (out []string) {
	w.t.Helper()
	entries, err := w.Audit(w.ctx, acme, q, 100)
	w.ok(err)
	for _, e := range slices.Backward(entries) {
		out = append(out, strings.Join(strings.Fields(e.UserID+" "+e.Action+" "+e.Detail), " "))
	}
	return out
}

// auditOfMail: who has brought mail in, from whose profile it can be seen and how much, and who has sent.
func auditOfMail(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.clock.Advance(time.Second)
	w.imports(h, "t1", w.mail("g1", "m1"), w.mail("g2", "m2"))
	w.imports(h, "t1", w.mail("g1", "m1"), w.mail("g2", "m2")) // nothing new
	w.clock.Advance(time.Second)
	w.imports(h, "t1", w.mail("g3", "m3"))
	entries, err := w.Audit(w.ctx, acme, store.AuditQuery{Action: store.AuditImported}, 10)
	w.ok(err)
	if len(entries) != 2 {
		t.Fatalf("%d entries about imports, want one for each commit that has brought something: %+v", len(entries), entries)
	}
	thread := w.threads(acme, cora)[0].ID
	for i, want := range []string{"messages: 1", "messages: 2"} {
		if e := entries[i]; e.UserID != rita || e.Target != thread || e.CandidateID != cora || e.Detail != want {
			t.Errorf("entry %d is %+v, want %s's, of conversation %s with %s, %s", i, e, rita, thread, cora, want)
		}
	}
}

// auditOfConnections: each way in which a connection ends, and who has ended it.
func auditOfConnections(t *testing.T, w *world) {
	w.clock.Advance(time.Second)
	m := w.connect(ritaBox, "sub-rita", 100)
	w.clock.Advance(time.Second)
	for range 2 {
		_, err := w.MarkNeedsReconnect(w.ctx, ritaBox, m.Generation, store.Problem{Code: hire.CodeReconnectRequired})
		w.ok(err)
	}
	w.clock.Advance(time.Second)
	_, err := w.Disconnect(w.ctx, ritaBox, 0, rita, "disconnected")
	w.ok(err)
	w.clock.Advance(time.Second)
	w.connect(ritaBox, "sub-rita", 100)
	w.clock.Advance(time.Second)
	w.user(hire.User{AccountID: acme, ID: rita, Email: "rita@acme.example", Role: hire.RoleAdmin, Active: false, Version: 2})
	want := []string{
		"sam integration.enabled", "rita mailbox.connected", "mailbox.needs_reconnect reconnect_required", "rita mailbox.disconnected disconnected",
		"rita mailbox.connected", "mailbox.disconnected user_deactivated",
	}
	ended := func(e string) bool { return strings.HasPrefix(e, store.AuditDeletionCompleted) } // in the commit that connects anew, so at the same moment
	got := w.trail(store.AuditQuery{})
	if d := cmp.Diff(want, slices.DeleteFunc(slices.Clone(got), ended)); d != "" {
		t.Errorf("audit trail (-want +got):\n%s", d)
	}
	if i := slices.IndexFunc(got, ended); i < 0 || got[i] != "deletion.completed mailbox rita" {
		t.Errorf("of the first connection's end there is no entry: %q", got)
	}
}

// auditQueries: by user, by action, by time, and in pages that have each entry once.
func auditQueries(t *testing.T, w *world) {
	start := w.clock.Now()
	for i := range 6 {
		w.clock.Advance(time.Minute)
		by := []string{rita, sam}[i%2]
		w.ok(w.AuditExport(w.ctx, acme, by, []string{store.AuditMailExported, store.AuditTrailExported}[i/2%2], string(rune('a'+i))))
	}
	minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
	for name, tt := range map[string]struct {
		q    store.AuditQuery
		want []string
	}{
		"all":              {store.AuditQuery{}, []string{"sam integration.enabled", "rita mail.exported a", "sam mail.exported b", "rita audit.exported c", "sam audit.exported d", "rita mail.exported e", "sam mail.exported f"}},
		"by user":          {store.AuditQuery{UserID: rita}, []string{"rita mail.exported a", "rita audit.exported c", "rita mail.exported e"}},
		"by action":        {store.AuditQuery{Action: store.AuditTrailExported}, []string{"rita audit.exported c", "sam audit.exported d"}},
		"by both":          {store.AuditQuery{UserID: sam, Action: store.AuditMailExported}, []string{"sam mail.exported b", "sam mail.exported f"}},
		"from":             {store.AuditQuery{From: minute(5)}, []string{"rita mail.exported e", "sam mail.exported f"}},
		"to":               {store.AuditQuery{To: minute(2)}, []string{"sam integration.enabled", "rita mail.exported a"}},
		"from, to, user":   {store.AuditQuery{From: minute(2), To: minute(6), UserID: sam}, []string{"sam mail.exported b", "sam audit.exported d"}},
		"nothing":          {store.AuditQuery{UserID: "nobody"}, nil},
		"before the begin": {store.AuditQuery{To: start}, nil},
	} {
		if d := cmp.Diff(tt.want, w.trail(tt.q)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		var paged []string
		for q, n := tt.q, 0; n < 20; n++ {
			page, err := w.Audit(w.ctx, acme, q, 2)
			w.ok(err)
			for _, e := range page {
				paged = append(paged, strings.Join(strings.Fields(e.UserID+" "+e.Action+" "+e.Detail), " "))
			}
			if len(page) < 2 {
				break
			}
			q.After = &store.Position{At: page[1].At, ID: page[1].ID}
		}
		slices.Reverse(paged)
		if d := cmp.Diff(tt.want, paged); d != "" {
			t.Errorf("%s, in pages (-want +got):\n%s", name, d)
		}
	}
	if got, err := w.Audit(w.ctx, "bolt", store.AuditQuery{}, 10); err != nil || len(got) != 0 {
		t.Errorf("another account has %+v (%v)", got, err)
	}
}
