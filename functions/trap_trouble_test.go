package functions_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// Something goes wrong on the way: one mail can't be read, a process dies, an answer gets lost.

// One mail can't be read while those after it can. It is neither passed over nor in their way.
func TestTrap04_OneMailThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNotFound, http.StatusBadRequest, http.StatusInternalServerError} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			w.pass(time.Minute)
			candidate.answers("Yes, tomorrow.")
			mend := w.unreadable(w.newest(), status)
			w.settle()
			w.clock.Advance(2 * time.Second)
			candidate.answers("At ten.")
			w.pass(30 * time.Second)
			r.shows("while one can't be read", "> Can we talk?", "At ten.")
			if c := r.settings().Connection; c.Waiting != 1 || c.OldestWait.IsZero() {
				t.Errorf("the settings show %d that wait, since %s", c.Waiting, c.OldestWait)
			}
			r.receipt("while one can't be read", "2 of 3, repairing")
			w.losePushes()
			mend()
			w.pass(10 * time.Minute) // and no sweep
			r.shows("once it can", "> Can we talk?", "Yes, tomorrow.", "At ten.")
			if c := r.settings().Connection; c.Waiting != 0 {
				t.Errorf("%d wait still", c.Waiting)
			}
		})
	}
}

// Mails that can never be read wait for ever, a mail of Rita's own for five days. Neither keeps the cursor, nor what comes.
func TestTrap13_WhatWaitsDoesNotPinTheCursor(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.unlabel() // the comparison with Gmail might get them another way
	w.pass(time.Minute)
	later := hello
	later.Subject, later.Text, later.SendAt = "Next week", "See you.", w.clock.Now().Add(5*24*time.Hour)
	r.send("k2", later).into(202, nil)
	w.losePushes()
	for _, together := range []int{2, 1} { // so that they are tried in one request, and, after a while, all three
		for range together {
			candidate.answers("Poison.")
			w.unreadable(w.newest(), http.StatusInternalServerError)
			w.clock.Advance(time.Second)
		}
		w.look()
	}
	w.watchPushes(func([]byte) bool { return false })
	w.pass(time.Minute)
	want := []string{"> Can we talk?"}
	for i := range 4 {
		w.clock.Advance(24 * time.Hour)
		w.sweep()
		cursor := w.record(rita).Cursor
		want = append(want, fmt.Sprintf("Mail %d.", i))
		candidate.answers(want[i+1])
		w.pass(time.Minute)
		r.shows("a minute later", want...)
		if now := w.record(rita).Cursor; now <= cursor {
			t.Errorf("the cursor is at %d after %d", now, cursor)
		}
	}
	c := r.settings().Connection
	if c.Waiting != 3 || w.clock.Now().Sub(c.OldestWait) < 4*24*time.Hour {
		t.Errorf("the settings show %d that wait, since %s, want three for four days", c.Waiting, c.OldestWait)
	}
	w.clock.Advance(24 * time.Hour)
	w.pass(time.Minute)
	w.coraGot("in the end", 2)
}

// The process dies when a mail is filed and nobody was told of it yet.
func TestTrap41_CrashBetweenCommitAndEvent(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	candidate := r.asks()
	w.fiveMinutesLater()
	before := w.published(store.EventMessageImported)
	candidate.answers("Yes, tomorrow.")
	died := h.breaks("import.commit", embedded.AfterCommit, 1)
	w.pass(time.Minute) // Pub/Sub delivers the notification again: the mail is there already
	h.set(nil)
	if died() == 0 {
		t.Fatal("nothing was committed, so this shows nothing")
	}
	r.shows("after the crash", "> Can we talk?", "Yes, tomorrow.")
	if n := w.published(store.EventMessageImported) - before; n != 0 {
		t.Fatalf("%d events went out, so this shows nothing", n)
	}
	w.fiveMinutesLater()
	if n := w.published(store.EventMessageImported) - before; n != 1 {
		t.Errorf("after the sweep %d events have gone out, want one", n)
	}
	w.fiveMinutesLater()
	if n := w.published(store.EventMessageImported) - before; n != 1 {
		t.Errorf("in the end %d events have gone out, want one", n)
	}
}

// Each answer of the store to a sync gets lost in its turn. In the cloud the client repeats the commit, and may meet what it has written itself: the work is neither
// dropped for that nor done twice. (That a send's is not, TestSendMatrix_store shows.)
func TestTrap43_LostAnswerOfACommit(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.pass(time.Minute)
	w.losePushes()
	want := []string{"> Can we talk?"}
	moments := w.platform.moments()
	lost := moments[len(moments)-1] // the last of them is after the effect
	for n := 1; ; n++ {
		w.clock.Advance(time.Minute)
		want = append(want, fmt.Sprintf("Mail %d.", n))
		candidate.answers(want[n])
		events := w.published(store.EventMessageImported)
		read := w.counting("messages.get")
		end := w.platform.breakCall(n, lost)
		w.lookInsisting()
		call := end()
		w.pass(5 * time.Minute)
		r.shows(fmt.Sprintf("with the answer to call %d, %s, lost,", n, call), want...)
		if th := r.profile(cora).Threads[0]; th.Messages != n+1 || th.Receipt.Stored != n+1 || th.Receipt.InGmail != n+1 {
			t.Errorf("with the answer to call %d, %s, lost, the conversation counts %+v, want %d mails", n, call, th, n+1)
		}
		w.sweep()
		if got := w.published(store.EventMessageImported) - events; got != 1 {
			t.Errorf("with the answer to call %d, %s, lost, %d events went out, want one", n, call, got)
		}
		if got := read(); got > 2 {
			t.Errorf("with the answer to call %d, %s, lost, the mail was read %d times", n, call, got)
		}
		if call == "" {
			if n < 4 {
				t.Errorf("a sync makes %d calls of the store, so this shows nothing", n-1)
			}
			return
		}
		if t.Failed() {
			return
		}
	}
}

// lookInsisting has Rita's mailbox listed, and notifies again until that is acknowledged, as Pub/Sub does.
func (w *world) lookInsisting() {
	w.t.Helper()
	for range 5 {
		if a := w.pushes(notification(ritaMail, 1)); a.Status == http.StatusNoContent {
			return
		}
		w.pass(10 * time.Second)
	}
	w.t.Fatalf("the notification is never acknowledged\n%s", w.logs)
}
