package functions_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// A batch is cancelled, broken off, or stopped by Gmail halfway.

func TestBulk_CancelledHalfway(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	const n = 8
	id := r.bulk("b1", w.crowd(n)).BatchID
	w.pass(10 * time.Second)
	sent := r.batch(id).Counts.Sent
	if sent == 0 || sent == n {
		t.Fatalf("%d have left, so this shows nothing", sent)
	}
	// One alone, then the rest.
	r.cancel(r.batch(id).Messages[n-1].IdempotencyKey).into(200, nil)
	for range 2 {
		var got api.Batch
		r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).into(200, &got)
		if got.Counts != (api.BatchCounts{Sent: sent, Failed: n - sent}) || got.Problems["cancelled"] != n-sent || !got.Done || got.CancelledAt.IsZero() {
			t.Errorf("cancelled: %+v", got)
		}
	}
	w.pass(2 * time.Minute)
	w.sweep()
	if got := r.batch(id); got.Counts.Sent != sent {
		t.Errorf("in the end %+v", got.Counts)
	}
	left := 0
	for _, at := range w.got(n) {
		left += len(at)
	}
	if left != sent {
		t.Errorf("%d mails have left, want %d", left, sent)
	}
}

// It is cancelled before its messages are written.
func TestBulk_CancelledAtOnce(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	id := r.bulk("b1", w.crowd(3)).BatchID
	r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).into(200, nil)
	w.pass(time.Minute)
	if got := r.batch(id); got.Counts != (api.BatchCounts{Failed: 3}) || got.Problems["cancelled"] != 3 {
		t.Errorf("in the end %+v", got)
	}
	w.eachGot(3, 0)
}

// The cancellation of a batch meets the task that sends one of its messages, and dies right after its first commit.
func TestBulk_CancellationMeetsTheTask(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	id := r.bulk("b1", w.crowd(3)).BatchID
	met := 0
	h.set(func(op string, at embedded.Phase) error {
		switch {
		case op == "send.leave" && at == embedded.BeforeRun:
			if met++; met == 1 {
				r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).problem(500, hire.CodeInternal)
			}
		case op == "batch.cancel_part" && at == embedded.BeforeCommit:
			return errBroken
		}
		return nil
	})
	w.settle()
	w.pass(time.Minute)
	if met == 0 {
		t.Fatal("no message came to leave, so this shows nothing")
	}
	w.eachGot(3, 0)
	if got := r.batch(id); got.Counts.Failed != 3 || got.Problems["cancelled"] != 3 {
		t.Errorf("in the end %+v", got)
	}
	h.set(nil)
	r.call("DELETE", "/sendmessage/v1/batches/"+id, nil).into(200, nil)
}

// Gmail's limit is met in the middle: one refusal, and the rest waits, and nothing fails.
func TestBulk_LimitParksTheRest(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	const n = 10
	id := r.bulk("b1", w.crowd(n)).BatchID
	w.pass(10 * time.Second)
	before := r.batch(id).Counts.Sent
	asked := w.counting("drafts.send")
	until := w.clock.Now().Add(2 * time.Hour)
	mend := w.sendingLimit(until)
	w.pass(time.Minute)
	got := r.batch(id)
	if got.Counts.Sent != before || got.Counts.Queued != n-before || got.Problems["daily_gmail_limit"] != n-before {
		t.Errorf("after the refusal: %+v, %v\n%s", got.Counts, got.Problems, w.logs)
	}
	if n := asked(); n != 1 {
		t.Errorf("Gmail was asked to send %d times", n)
	}
	var turns []time.Time
	for _, m := range got.Messages {
		if m.State == "queued" {
			turns = append(turns, m.LeavesAt)
		}
	}
	slices.SortFunc(turns, time.Time.Compare)
	for i, at := range turns {
		if want := until.Add(time.Duration(i) * 3 * time.Second); !at.Equal(want) {
			t.Errorf("number %d has its turn at %s, want %s", i, at, want)
		}
	}
	r.send("k1", hello).problem(429, hire.CodeDailyLimit) // it is Gmail's word for the mailbox
	mend()
	w.clock.Advance(until.Sub(w.clock.Now()) - 10*time.Second)
	w.pass(time.Minute)
	if got := r.batch(id); got.Counts != (api.BatchCounts{Sent: n}) || len(got.Problems) != 0 {
		t.Errorf("in the end: %+v, %v\n%s", got.Counts, got.Problems, w.logs)
	}
	w.pass(2 * time.Minute)
	w.eachGot(n, 1)
	w.hasDrafts("in the end")
}

// However the acceptance and the writing of a batch are broken off, each message leaves once.
func TestBulk_BrokenOffWhileItIsQueued(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		op   string
		nth  int // time that it is met
		at   embedded.Phase
		code hire.Code // of the first answer
	}{
		{"batch.begin", 1, embedded.BeforeCommit, hire.CodeInternal},
		{"batch.begin", 1, embedded.AfterCommit, hire.CodeInternal},
		{"batch.write", 1, embedded.BeforeCommit, ""},
		{"batch.write", 1, embedded.AfterCommit, ""},
		{"batch.write", 2, embedded.BeforeCommit, ""},
		{"batch.write", 2, embedded.AfterCommit, ""},
	} {
		t.Run(fmt.Sprint(test.op, " ", test.nth, " ", test.at), func(t *testing.T) {
			t.Parallel()
			w, r, h := hooked(t)
			const n = 60 // two parts
			b := w.crowd(n)
			met := h.breaks(test.op, test.at, test.nth)
			if a := r.sendBatch("b1", b); test.code != "" {
				a.problem(500, test.code)
			}
			out := r.bulk("b1", b)
			w.settle()
			if met() < test.nth {
				t.Fatalf("%s was met %d times, so this shows nothing", test.op, met())
			}
			for range 60 {
				w.skip(5 * time.Second)
			}
			for range 3 {
				w.sweep()
				w.skip(3 * time.Minute)
			}
			if got := r.batch(out.BatchID); got.Counts != (api.BatchCounts{Sent: n}) {
				t.Errorf("in the end: %+v, %v\n%s", got.Counts, got.Problems, w.logs)
			}
			w.eachGot(n, 1)
		})
	}
}
