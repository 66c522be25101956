package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// looks are the looks for a send's orphaned drafts among rows.
func (w *world) looks(rows []store.OutboxRow, send string) (out []store.OutboxRow) {
	w.t.Helper()
	for _, r := range rows {
		var task store.DeliverTask
		if r.Type == store.QueueDeliver {
			w.ok(json.Unmarshal(r.Body, &task))
		}
		if task.Orphans && task.SendID == send {
			out = append(out, r)
		}
	}
	return out
}

func (w *world) orphaned(send string, want time.Time) {
	w.t.Helper()
	x, err := w.GetSend(w.ctx, acme, send)
	w.ok(err)
	if !x.Orphaned.Equal(want) {
		w.t.Errorf("drafts may be left until %s, want %s", x.Orphaned, want)
	}
}

// A claim that was neither given back nor ended was that of a process which died: it may have made a draft, until its claim ran out at the latest.
func orphanOfTheDead(t *testing.T, w *world) {
	x, _, err := w.send("k1", "h1")
	w.ok(err)
	_, _, err = w.send("k1", "h1") // the client repeats its commit
	w.ok(err)
	w.orphaned(x.ID, time.Time{})
	end := w.clock.Now().Add(time.Minute)
	w.clock.Advance(time.Hour)
	_, _, err = w.ClaimSend(w.ctx, acme, x.ID, "second", time.Minute)
	w.ok(err)
	w.orphaned(x.ID, end)
	_, err = w.ReleaseSend(w.ctx, acme, x.ID, "second", store.Release{Again: w.clock.Now().Add(time.Minute)})
	w.ok(err)
	w.clock.Advance(time.Minute)
	_, _, err = w.ClaimSend(w.ctx, acme, x.ID, "third", time.Minute) // the second has said that it left none
	w.ok(err)
	w.orphaned(x.ID, end)
	_, _, err = w.SetDraft(w.ctx, acme, x.ID, "third", store.Draft{ID: "d1", MessageID: "dm1", GmailThreadID: "t1"}, "sub-rita")
	w.ok(err)
	w.clock.Advance(time.Hour)
	_, _, err = w.ClaimSend(w.ctx, acme, x.ID, "fourth", time.Minute) // the third has committed what it made
	w.ok(err)
	w.orphaned(x.ID, end)
	w.connect(ritaBox, "sub-rita", 100)
	_, due, err := w.CommitSent(w.ctx, acme, x.ID, w.sent())
	w.ok(err)
	if looks := w.looks(due, x.ID); len(looks) != 1 || !looks[0].DueAt.After(w.clock.Now()) {
		t.Errorf("looks %+v, want one in a while", looks)
	}
}

func orphans(t *testing.T, w *world) {
	x, _, err := w.send("k1", "h1")
	w.ok(err)
	due, err := w.ReleaseSend(w.ctx, acme, x.ID, "k1-holder", store.Release{Again: w.clock.Now(), Orphan: true})
	w.ok(err)
	noted := w.clock.Now()
	w.orphaned(x.ID, noted)
	w.clock.Advance(time.Second)
	more, err := w.NoteOrphan(w.ctx, acme, x.ID, noted.Add(-time.Minute), w.clock.Now())
	w.ok(err)
	if looks := w.looks(append(due, more...), x.ID); len(looks) != 0 {
		t.Errorf("looked for while the send is under way: %+v", looks)
	}
	w.orphaned(x.ID, noted)
	_, _, err = w.ClaimSend(w.ctx, acme, x.ID, "second", time.Minute)
	w.ok(err)
	_, due, err = w.EndSend(w.ctx, acme, x.ID, "second", store.Ending{State: store.SendFailed, Problem: store.Problem{Code: hire.CodeGmailRefused}})
	w.ok(err)
	if looks := w.looks(due, x.ID); len(looks) != 1 {
		t.Errorf("looks %+v, want one", looks)
	}
	// Another comes to light meanwhile.
	late, look := w.clock.Now().Add(time.Second), w.clock.Now().Add(time.Hour)
	due, err = w.NoteOrphan(w.ctx, acme, x.ID, late, look)
	w.ok(err)
	if looks := w.looks(due, x.ID); len(looks) != 1 || !looks[0].DueAt.Equal(look) {
		t.Errorf("looks %+v, want one at %s", looks, look)
	}
	w.ok(w.OrphansGone(w.ctx, acme, x.ID, noted))
	w.orphaned(x.ID, late)
	w.ok(w.OrphansGone(w.ctx, acme, x.ID, late))
	w.orphaned(x.ID, time.Time{})
	w.clock.Advance(10 * time.Minute)
	left, err := w.LeftInOutbox(w.ctx, 100)
	w.ok(err)
	if looks := w.looks(left, x.ID); len(looks) != 1 {
		t.Errorf("looks that nobody has handed over: %+v, want the first", looks)
	}
	_, err = w.NoteOrphan(w.ctx, acme, "none", late, look)
	w.code(err, hire.CodeNotFound)
	w.ok(w.OrphansGone(w.ctx, acme, "none", late))
}
