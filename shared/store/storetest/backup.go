package storetest

import (
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// restored opens the database as one that was restored from a backup just now.
func (w *world) restored() {
	w.t.Helper()
	w.clock.Advance(time.Hour)
	s, err := store.New(w.db, store.Options{Now: w.clock.Now, Replies: unsigned{}, RestoredAt: w.clock.Now()})
	w.ok(err)
	w.Store = s
}

func fromBackup(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	under, _, err := w.send("under-way", "h1")
	w.ok(err)
	drafted, _, err := w.send("drafted", "h1")
	w.ok(err)
	_, _, err = w.SetDraft(w.ctx, acme, drafted.ID, "drafted-holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	queued, _ := w.queue("queued", w.clock.Now().Add(2*time.Hour))
	b := w.bulk("b1", 3)
	b, _ = w.writePart(b, 0)
	failed, _, err := w.send("failed", "h1")
	w.ok(err)
	_, _, err = w.EndSend(w.ctx, acme, failed.ID, "failed-holder", store.Ending{State: store.SendFailed, Problem: store.Problem{Code: hire.CodeGmailRefused}})
	w.ok(err)

	w.restored()
	ends := func(x store.Send, claimed bool, err error) {
		t.Helper()
		if err != nil || claimed || x.State != store.SendUnknown || x.Problem == nil || x.Problem.Code != hire.CodeSendUnknown || x.Problem.Detail == "" {
			t.Errorf("%s: claimed %t, %s, %+v (%v)", x.Key, claimed, x.State, x.Problem, err)
		}
		if kept, err := w.GetSend(w.ctx, acme, x.ID); err != nil || kept.State != store.SendUnknown {
			t.Errorf("%s is kept as %s (%v)", x.Key, kept.State, err)
		}
	}
	ends(w.send("under-way", "h1")) // by a retry of the caller's
	ends(w.ClaimSend(w.ctx, acme, drafted.ID, "other", time.Minute))
	leaves := func(x store.Send) {
		t.Helper()
		x, claimed, _ := w.leave(x, "other")
		ends(x, claimed, nil)
	}
	leaves(queued)
	leaves(w.mailOfBatch(b, 0))
	b, _ = w.writePart(b, 1) // a part that the backup does not have yet, and whose mails may have left
	leaves(w.mailOfBatch(b, 2))
	if got := w.states(b); got[0] != store.SendUnknown || got[1] != store.SendQueued || got[2] != store.SendUnknown {
		t.Errorf("the batch says %v", got)
	}
	if x, _, err := w.send("failed", "h1"); err != nil || x.State != store.SendFailed {
		t.Errorf("what had ended is %s (%v)", x.State, err)
	}

	// What is asked for from now on leaves as ever, and mail that is found settles its send.
	if x, claimed, err := w.send("new", "h1"); err != nil || !claimed || x.State != store.SendSending {
		t.Errorf("a new send: claimed %t, %s (%v)", claimed, x.State, err)
	}
	m := w.sent()
	w.imports(w.lease(w.mailbox(ritaBox)), "t2", store.Incoming{GmailID: "g2", Message: m.Message, SendID: under.ID})
	if x, err := w.GetSend(w.ctx, acme, under.ID); err != nil || x.State != store.SendSent {
		t.Errorf("found, it is %s (%v)", x.State, err)
	}
}
