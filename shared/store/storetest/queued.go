package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func (w *world) queue(key string, at time.Time) (store.Send, []store.OutboxRow) {
	w.t.Helper()
	x, due, err := w.QueueSend(w.ctx, store.Send{
		AccountID: acme, UserID: rita, Key: key, RequestHash: "h", CandidateID: cora, Sub: "sub-rita", Subject: "Hi", SendAt: at, Asked: &store.Asked{Subject: "Hi"},
	})
	w.ok(err)
	return x, due
}

// task reads the one task that is due.
func (w *world) task(due []store.OutboxRow) (t store.DeliverTask, at time.Time) {
	w.t.Helper()
	if len(due) != 1 || due[0].Type != store.QueueDeliver {
		w.t.Fatalf("due: %v, want one task", types(due))
	}
	w.ok(json.Unmarshal(due[0].Body, &t))
	return t, due[0].DueAt
}

// leave lets a queued send go as it is.
func (w *world) leave(x store.Send, holder string) (store.Send, bool, []store.OutboxRow) {
	w.t.Helper()
	x, claimed, due, err := w.LeaveSend(w.ctx, x, holder, time.Minute)
	w.ok(err)
	return x, claimed, due
}

func leavesOnce(t *testing.T, w *world) {
	at := w.clock.Now().Add(time.Hour)
	x, due := w.queue("k1", at)
	if task, when := w.task(due); x.State != store.SendQueued || task.SendID != x.ID || task.Turn != 1 || !when.Equal(at) {
		t.Fatalf("queued as %s, with %+v at %s", x.State, task, when)
	}
	if again, due := w.queue("k1", at); again.ID != x.ID || len(due) != 0 {
		t.Errorf("queued again: due %v", types(due))
	}
	_, _, err := w.QueueSend(w.ctx, store.Send{AccountID: acme, UserID: rita, Key: "k1", RequestHash: "other"})
	w.code(err, hire.CodeKeyReused)
	if _, claimed, err := w.ClaimSend(w.ctx, acme, x.ID, "other", time.Minute); err != nil || claimed {
		t.Errorf("a queued send was claimed (%v)", err)
	}

	if early, claimed, due := w.leave(x, "early"); claimed || early.State != store.SendQueued || early.Turn != 2 {
		t.Errorf("before its time it is %s, claimed: %t", early.State, claimed)
	} else if task, when := w.task(due); task.Turn != 2 || !when.Equal(at) {
		t.Errorf("it waits with %+v at %s", task, when)
	}
	w.clock.Advance(time.Hour)
	x, err = w.GetSend(w.ctx, acme, x.ID)
	w.ok(err)
	decided := x
	decided.To, decided.ThreadID, decided.InReplyTo = []hire.Address{{Addr: "cora@new.example"}}, "t1", "m1"
	out, claimed, _ := w.leave(decided, "first")
	if !claimed || out.State != store.SendSending || out.To[0].Addr != "cora@new.example" || out.ThreadID != "t1" || out.InReplyTo != "m1" || !out.BegunAt.Equal(w.clock.Now()) {
		t.Errorf("it leaves as %+v", out)
	}
	if _, claimed, _ = w.leave(decided, "second"); claimed {
		t.Error("it left twice")
	}
	if _, claimed, _ = w.leave(decided, "first"); !claimed {
		t.Error("a repeated commit does not know that it had succeeded")
	}
	if out, _, err = w.DropSend(w.ctx, acme, x.ID, 0, store.Problem{Code: hire.CodeCancelled}); err != nil || out.State != store.SendSending {
		t.Errorf("cancelled while it is being sent: %s (%v)", out.State, err)
	}

	y, _ := w.queue("k2", at)
	if out, _, err = w.DropSend(w.ctx, acme, y.ID, 0, store.Problem{Code: hire.CodeCancelled}); err != nil || out.State != store.SendFailed || out.Problem.Code != hire.CodeCancelled {
		t.Errorf("cancelled: %s (%v)", out.State, err)
	}
	if _, claimed, _ = w.leave(y, "late"); claimed {
		t.Error("a cancelled mail left")
	}
	_, _, err = w.DropSend(w.ctx, acme, "none", 0, store.Problem{})
	w.code(err, hire.CodeNotFound)
}

func turns(t *testing.T, w *world) {
	x, _ := w.queue("k1", time.Time{})
	until := w.clock.Now().Add(time.Hour)
	due, err := w.PutOffSend(w.ctx, acme, x.ID, 1, until, true, store.Problem{Code: hire.CodeDailyLimit})
	w.ok(err)
	if task, when := w.task(due); task.Turn != 2 || !when.Equal(until) {
		t.Errorf("put off: turn %d at %s", task.Turn, when)
	}
	if due, err = w.PutOffSend(w.ctx, acme, x.ID, 1, until, true, store.Problem{}); err != nil || len(due) != 0 {
		t.Errorf("the former turn's task put it off again: %v (%v)", types(due), err)
	}
	if _, claimed, _ := w.leave(x, "former"); claimed {
		t.Error("it left in a former turn")
	}
	if out, _, err := w.DropSend(w.ctx, acme, x.ID, 1, store.Problem{}); err != nil || out.State != store.SendQueued {
		t.Errorf("dropped in a former turn: %s (%v)", out.State, err)
	}
	x, err = w.GetSend(w.ctx, acme, x.ID)
	w.ok(err)
	if x.Problem == nil || x.Problem.Code != hire.CodeDailyLimit || !x.LeaveAt.Equal(until) {
		t.Errorf("it waits as %+v", x)
	}
	if out, claimed, _ := w.leave(x, "now"); !claimed || out.Problem != nil {
		t.Errorf("it did not leave in its turn, or with a problem: %+v", out.Problem)
	}
}

func requeued(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	x, due := w.queue("k1", time.Time{})
	w.ok(w.HandedOver(w.ctx, due[0].ID))
	x, _, _ = w.leave(x, "holder")
	x, _, err := w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	until := w.clock.Now().Add(time.Hour)
	out, due, err := w.RequeueSend(w.ctx, acme, x.ID, "holder", until, store.Problem{Code: hire.CodeDailyLimit})
	w.ok(err)
	if task, when := w.task(due); task.Turn != 2 || !when.Equal(until) {
		t.Errorf("turn %d at %s", task.Turn, when)
	}
	if out.State != store.SendQueued || out.DraftID != "" || out.FormerDraftID != "d1" || out.GmailThreadID != "" || out.ThreadID != "" || out.Claim.Holder != "" {
		t.Errorf("it waits as %+v", out)
	}
	if _, _, err = w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d2"}, "sub-rita"); err == nil {
		t.Error("whoever let go of it has set a draft")
	}
	w.clock.Advance(10 * time.Minute)
	if left, err := w.LeftInOutbox(w.ctx, 100); err != nil || settles(left) {
		t.Errorf("it is still to be settled: %v (%v)", types(left), err)
	}
	out, claimed, _ := w.leave(out, "again")
	if !claimed || out.State != store.SendSending {
		t.Errorf("it did not leave again: %s", out.State)
	}
}

// A mail goes back to the queue and is cancelled there before anybody knows that its draft is gone.
func droppedWithDraft(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	x, due := w.queue("k1", time.Time{})
	w.ok(w.HandedOver(w.ctx, due[0].ID))
	x, _, _ = w.leave(x, "holder")
	x, _, err := w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	back := w.clock.Now()
	_, due, err = w.RequeueSend(w.ctx, acme, x.ID, "holder", back.Add(time.Hour), store.Problem{Code: hire.CodeDailyLimit})
	w.ok(err)
	w.ok(w.HandedOver(w.ctx, due[0].ID))
	w.clock.Advance(time.Minute)
	out, _, err := w.DropSend(w.ctx, acme, x.ID, 0, store.Problem{Code: hire.CodeCancelled})
	w.ok(err)
	if !out.Orphaned.Equal(back) {
		t.Errorf("a draft may be left of until %s, want when it went back to the queue", out.Orphaned)
	}
	w.clock.Advance(10 * time.Minute)
	left, err := w.LeftInOutbox(w.ctx, 100)
	w.ok(err)
	if task, _ := w.task(slices.DeleteFunc(left, func(r store.OutboxRow) bool { return r.Type != store.QueueDeliver })); task.SendID != x.ID || !task.Orphans {
		t.Errorf("what is due is %+v, want the look for the draft", task)
	}
}

// The draft of a mail that was thought not to have left was sent all the same.
func metWhileQueued(t *testing.T, w *world) {
	m := w.connect(ritaBox, "sub-rita", 100)
	x, _ := w.queue("k1", time.Time{})
	x, _, _ = w.leave(x, "holder")
	x, _, err := w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	x, _, err = w.RequeueSend(w.ctx, acme, x.ID, "holder", w.clock.Now().Add(time.Hour), store.Problem{Code: hire.CodeDailyLimit})
	w.ok(err)
	w.imports(w.lease(m), "t1", store.Incoming{GmailID: "g1", Message: w.sent().Message, SendID: x.ID})
	if got, err := w.GetSend(w.ctx, acme, x.ID); err != nil || got.State != store.SendSent {
		t.Errorf("it is %s (%v)", got.State, err)
	}
	if _, claimed, _ := w.leave(x, "late"); claimed {
		t.Error("it left once more")
	}
}

// bulk accepts a batch of mails in parts of two.
func (w *world) bulk(key string, n int) store.Batch {
	w.t.Helper()
	b, due, err := w.BeginBatch(w.ctx, store.Batch{AccountID: acme, UserID: rita, Key: key, RequestHash: "h", Mails: n, Parts: (n + 1) / 2, Blob: "blob"}, nil)
	w.ok(err)
	if task, _ := w.task(due); task.BatchID != b.ID {
		w.t.Fatalf("task %+v", task)
	}
	return b
}

func (w *world) writePart(b store.Batch, number int) (store.Batch, []store.OutboxRow) {
	w.t.Helper()
	var mails []store.Send
	for i := number * 2; i < min(number*2+2, b.Mails); i++ {
		mails = append(mails, store.Send{Key: fmt.Sprintf("%s:%d", b.ID, i), CandidateID: cora, Sub: "sub-rita", Subject: "Hi", Asked: &store.Asked{Subject: "Hi"}})
	}
	b, due, err := w.WriteBatchPart(w.ctx, acme, b.ID, number, number*2, mails)
	w.ok(err)
	return b, due
}

// mailOfBatch reads the send of one mail of a batch.
func (w *world) mailOfBatch(b store.Batch, i int) store.Send {
	w.t.Helper()
	x, err := w.GetSend(w.ctx, acme, store.SendID(rita, fmt.Sprintf("%s:%d", b.ID, i)))
	w.ok(err)
	return x
}

func (w *world) states(b store.Batch) []store.SendState {
	w.t.Helper()
	_, mails, err := w.BatchMails(w.ctx, acme, rita, b.ID)
	w.ok(err)
	var out []store.SendState
	for _, m := range mails {
		out = append(out, m.State)
	}
	return out
}

func batchParts(t *testing.T, w *world) {
	w.connect(ritaBox, "sub-rita", 100)
	b := w.bulk("b1", 3)
	if again, due, err := w.BeginBatch(w.ctx, store.Batch{AccountID: acme, UserID: rita, Key: "b1", RequestHash: "h"}, nil); err != nil || len(due) != 0 || again.Mails != 3 {
		t.Errorf("begun again: %+v, %v (%v)", again, types(due), err)
	}
	_, _, err := w.BeginBatch(w.ctx, store.Batch{AccountID: acme, UserID: rita, Key: "b1", RequestHash: "other"}, nil)
	w.code(err, hire.CodeKeyReused)

	if _, due := w.writePart(b, 1); len(due) != 0 {
		t.Error("the second part was written before the first")
	}
	began := w.clock.Now()
	b, due := w.writePart(b, 0)
	if len(due) != 2 || b.Written != 1 || b.Blob == "" {
		t.Errorf("after the first part: due %v, %+v", types(due), b)
	}
	w.clock.Advance(time.Minute)
	if _, due = w.writePart(b, 0); len(due) != 0 {
		t.Error("a part was written twice")
	}
	b, due = w.writePart(b, 1)
	if len(due) != 1 || b.Written != 2 || b.Blob != "" {
		t.Errorf("after the last part: due %v, %+v", types(due), b)
	}
	if at := w.mailOfBatch(b, 2).LeaveAt; !at.Equal(began.Add(2 * store.BulkEvery)) {
		t.Errorf("the third mail's turn comes at %s, want two steps after the first's", at)
	}

	// The batch says how each of its mails stands, however that changes.
	x, claimed, _ := w.leave(w.mailOfBatch(b, 0), "holder")
	if want := []store.SendState{store.SendSending, store.SendQueued, store.SendQueued}; !claimed || !slices.Equal(w.states(b), want) {
		t.Errorf("states %v, want %v", w.states(b), want)
	}
	_, _, err = w.SetDraft(w.ctx, acme, x.ID, "holder", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	_, _, err = w.CommitSent(w.ctx, acme, x.ID, w.sent())
	w.ok(err)
	w.clock.Advance(store.BulkEvery)
	x, _, _ = w.leave(w.mailOfBatch(b, 1), "holder")
	_, _, err = w.EndSend(w.ctx, acme, x.ID, "holder", store.Ending{State: store.SendUnknown, Problem: store.Problem{Code: hire.CodeSendUnknown}})
	w.ok(err)
	_, _, err = w.DropSend(w.ctx, acme, w.mailOfBatch(b, 2).ID, 0, store.Problem{Code: hire.CodeUnknownCandidate})
	w.ok(err)
	_, mails, err := w.BatchMails(w.ctx, acme, rita, b.ID)
	w.ok(err)
	if mails[0].State != store.SendSent || mails[0].ThreadID == "" || mails[0].MessageID == "" || mails[0].SentAt.IsZero() ||
		mails[1].State != store.SendUnknown || mails[1].Code != hire.CodeSendUnknown || mails[2].State != store.SendFailed || mails[2].Code != hire.CodeUnknownCandidate {
		t.Errorf("mails %+v", mails)
	}
	// A mail found later is sent, in the batch as well.
	m := w.sent()
	m.Message.MessageID = "found@mail.gmail.com"
	w.imports(w.lease(w.mailbox(ritaBox)), "t2", store.Incoming{GmailID: "g2", Message: m.Message, SendID: x.ID})
	if got := w.states(b)[1]; got != store.SendSent {
		t.Errorf("found, it is %s in the batch", got)
	}
	_, _, err = w.BatchMails(w.ctx, acme, rita, "none")
	w.code(err, hire.CodeNotFound)
	_, _, err = w.BatchMails(w.ctx, acme, sam, b.ID)
	w.code(err, hire.CodeNotFound)
}

func cancelledBatch(t *testing.T, w *world) {
	b := w.bulk("b1", 4)
	b, _ = w.writePart(b, 0)
	x, claimed, _ := w.leave(w.mailOfBatch(b, 0), "holder")
	if !claimed {
		t.Fatal("the first did not leave")
	}
	w.ok(w.CancelBatch(w.ctx, acme, b.ID))
	b, due := w.writePart(b, 1)
	if len(due) != 0 {
		t.Errorf("a cancelled batch has tasks: %v", types(due))
	}
	w.ok(w.CancelBatch(w.ctx, acme, b.ID))
	if want := []store.SendState{store.SendSending, store.SendFailed, store.SendFailed, store.SendFailed}; !slices.Equal(w.states(b), want) {
		t.Errorf("states %v, want %v", w.states(b), want)
	}
	// The one that was under way can't go back to the queue.
	x, due, err := w.RequeueSend(w.ctx, acme, x.ID, "holder", w.clock.Now().Add(time.Hour), store.Problem{Code: hire.CodeDailyLimit})
	w.ok(err)
	if x.State != store.SendFailed || x.Problem.Code != hire.CodeCancelled || len(due) != 0 || w.states(b)[0] != store.SendFailed {
		t.Errorf("back to the queue it is %s, due %v", x.State, types(due))
	}
	w.code(w.CancelBatch(w.ctx, acme, "none"), hire.CodeNotFound)
}

func pace(t *testing.T, w *world) {
	one, two := w.bulk("b1", 2), w.bulk("b2", 2)
	w.writePart(one, 0)
	w.writePart(two, 0)
	if _, claimed, _ := w.leave(w.mailOfBatch(one, 0), "holder"); !claimed {
		t.Error("the first mail did not leave at once")
	}
	out, claimed, due := w.leave(w.mailOfBatch(two, 0), "holder")
	if task, at := w.task(due); claimed || task.Turn != 2 || !at.Equal(w.clock.Now().Add(store.BulkEvery)) || out.State != store.SendQueued {
		t.Errorf("the other batch's: claimed %t, turn %d at %s", claimed, task.Turn, at)
	}
	w.clock.Advance(store.BulkEvery)
	if _, claimed, due = w.leave(w.mailOfBatch(one, 1), "holder"); claimed || len(due) != 1 {
		t.Error("a mail left at a place in the pace that is taken")
	}
	if _, claimed, _ = w.leave(out, "holder"); !claimed {
		t.Error("it did not leave at its place")
	}
	// A mail of its own does not wait for batches.
	x, _ := w.queue("k1", time.Time{})
	if _, claimed, _ = w.leave(x, "holder"); !claimed {
		t.Error("a mail of its own was put off")
	}
	// Those that wait for the same time get places one after the other.
	until := w.clock.Now().Add(time.Hour)
	three := w.bulk("b3", 2)
	w.writePart(three, 0)
	for i := range 2 {
		x := w.mailOfBatch(three, i)
		due, err := w.PutOffSend(w.ctx, acme, x.ID, x.Turn, until, true, store.Problem{Code: hire.CodeDailyLimit})
		w.ok(err)
		if _, at := w.task(due); !at.Equal(until.Add(time.Duration(i) * store.BulkEvery)) {
			t.Errorf("number %d waits until %s", i, at)
		}
	}
}
