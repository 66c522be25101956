package mailsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	// confirmAfter is how much later a second empty listing must be before the id that the first one named is trusted.
	confirmAfter = time.Minute
	// passes bounds how often one call lists again because a push came meanwhile; a task goes on after that.
	passes = 5
	// historyPages bounds one pass; the next one goes on at the last record of this one.
	historyPages = 500
)

// earlyDelays are the waits before a mailbox is looked at again whose push came ahead of its history.
var earlyDelays = []time.Duration{3 * time.Second, 20 * time.Second, 70 * time.Second}

const (
	// atWorkWait is how long after somebody was seen at work in a mailbox it is looked at again, at least: Gmail's second is over by then, and whoever goes on brings a
	// listing of their own.
	atWorkWait = 6 * time.Second
	// gmailsSecond is how long after one notification Gmail drops the next, with room for clocks that differ.
	gmailsSecond = 2 * time.Second
)

// runsAhead is after how many looks in vain, three for each push, it is taken for usual that a mailbox's id is ahead of its last record: a push that has brought
// records then asks for no further look.
const runsAhead = 9

// catchUp lists until nothing is new.
func (r *run) catchUp(ctx context.Context, m store.Mailbox) error {
	r.box = m
	for range passes {
		again, err := r.pass(ctx)
		if errors.Is(err, errMoved) {
			again, err = true, nil
		}
		if err != nil {
			return err
		}
		if !again {
			r.listed = true
			return nil
		}
		if r.held == nil {
			m, found, err := r.Store.Mailbox(ctx, r.key)
			if err != nil || !found || m.State != store.Connected {
				return err
			}
			r.box = m
			if r.box.Lease.Held(r.Now()) {
				// Whoever holds it may be about to track a conversation that this listing took for not ours. Asking for the lease makes them list again.
				if err := r.lease(ctx); err != nil && !errors.Is(err, errMoved) {
					return err
				}
			}
		}
	}
	return r.later(ctx, r.task, r.Now().Add(time.Second))
}

// pass is one complete listing from the cursor: all its pages, what concerns Hire committed, then the cursor.
func (r *run) pass(ctx context.Context) (again bool, err error) {
	if r.box.LedgerSize > 0 && !r.Now().Before(r.box.LedgerNext) {
		if err := r.lease(ctx); err != nil {
			return false, err
		}
		if err := r.retryLedger(ctx); err != nil {
			return false, err
		}
	}
	begun, start := r.Now(), r.box.Cursor
	last, named, token := start, int64(0), ""
	for range historyPages {
		page, err := r.gmail.History(ctx, start, token)
		if errors.Is(err, gmail.ErrHistoryExpired) {
			return true, r.beginRecovery(ctx)
		}
		if err != nil {
			return false, fmt.Errorf("list history: %w", err)
		}
		if token == "" {
			named = page.HistoryID
		}
		for _, rec := range page.Records {
			last = max(last, rec.ID)
			r.atWork = r.atWork || len(rec.LabelsAdded)+len(rec.LabelsRemoved) > 0
		}
		if err := r.page(ctx, page.Records); err != nil {
			return false, err
		}
		if token = page.NextPageToken; token == "" {
			return r.advance(ctx, begun, start, last, named)
		}
	}
	// Records come in order, and all up to the last one are committed.
	_, err = r.move(ctx, store.Advance{Cursor: last, Pushed: r.task.Reason == "pushed", Partial: true})
	return true, err
}

// page does what one page of history asks for.
func (r *run) page(ctx context.Context, records []gmail.HistoryRecord) error {
	if len(records) == 0 {
		return nil
	}
	if err := r.learnLabels(ctx, records); err != nil {
		return err
	}
	conversations := digest(records, r.box.ImportLabel)
	ids := make([]string, len(conversations))
	for i, c := range conversations {
		ids[i] = c.id
	}
	tracked, err := r.tracked(ctx, ids)
	if err != nil {
		return err
	}
	for _, c := range conversations {
		if _, known := tracked[c.id]; !known {
			r.passed.add(c)
		}
	}
	jobs := plan(conversations, tracked)
	if len(jobs) == 0 {
		return nil
	}
	if r.held == nil {
		if err := r.lease(ctx); err != nil {
			return err
		}
		// What another had begun to track before we held the lease must be seen.
		if tracked, err = r.tracked(ctx, ids); err != nil {
			return err
		}
		jobs = plan(conversations, tracked)
	}
	return r.perform(ctx, jobs)
}

// advance moves the cursor after a complete listing from start whose last record was last, and whose first answer named the mailbox's present id.
func (r *run) advance(ctx context.Context, begun time.Time, start, last, named int64) (again bool, err error) {
	now := r.Now()
	a := store.Advance{Cursor: last, Begun: begun, Pushed: r.task.Reason == "pushed", Ahead: store.Ahead{Cursor: last, HistoryID: named, SeenAt: now}}
	before := r.box.Ahead
	if last == start && before.Cursor == start && before.HistoryID > 0 {
		if begun.Sub(before.SeenAt) >= confirmAfter { // not by the time now: a process may stand still after its listing
			a.Cursor = max(start, before.HistoryID) // two empty listings, a minute apart: nothing was on its way below the first one's id
			a.Ahead.Cursor = a.Cursor
		} else {
			a.Ahead = before
		}
	}
	if r.task.Reason == "early" {
		a.Early = store.EarlyInVain
		if last > start {
			a.Early = store.EarlyFound
		}
	}
	if err := r.lookAgainIfEarly(ctx, start, a.Cursor); err != nil {
		return false, err
	}
	if err := r.lookAgainIfAtWork(ctx); err != nil {
		return false, err
	}
	return r.move(ctx, a)
}

// move commits where the cursor stands. again tells that the mailbox is to be listed once more.
func (r *run) move(ctx context.Context, a store.Advance) (again bool, err error) {
	a.Spent = r.gmail.Spent()
	defer r.handOver(ctx)
	if r.held != nil {
		h := *r.held
		r.held = nil
		again, err = r.Store.Finish(ctx, h, r.box, a)
		if err != nil {
			return false, fmt.Errorf("finish sync: %w", err)
		}
		return again, nil
	}
	moved, err := r.Store.AdvanceIdle(ctx, r.box, a)
	if err != nil {
		return false, fmt.Errorf("advance cursor: %w", err)
	}
	return !moved, nil
}

// lookAgainIfEarly queues another look where a push has named an id that the listing from start did not reach: the push was faster than its history, or the mailbox's
// id is ahead of its last record. Where that has turned out to be usual, only a push that has brought nothing is looked after.
func (r *run) lookAgainIfEarly(ctx context.Context, start, reached int64) error {
	if r.task.HistoryID <= reached || r.task.Early >= len(earlyDelays) {
		return nil
	}
	if reached > start && r.box.EarlyInVain >= runsAhead {
		return nil
	}
	t := r.task
	t.Early++
	t.Reason, t.AskedAt = "early", r.Now().Add(earlyDelays[r.task.Early])
	name := fmt.Sprintf("early-%s-%d-%d", t.UserID, t.HistoryID, t.Early)
	return r.Queue.Sync(ctx, hire.Digest(t.AccountID, name), t, t.AskedAt)
}

// lookAgainIfAtWork queues another look after a push whose records tell of labels put on or taken off: somebody is at work in the mailbox, and of what they do
// within a second Gmail drops the notification. A conversation that is opened and labelled in one go would else wait for the sweep. That look asks for no other, and is not taken where
// another listing has begun after that second.
func (r *run) lookAgainIfAtWork(ctx context.Context) error {
	if !r.atWork || r.task.Reason != "pushed" {
		return nil
	}
	now := r.Now()
	at := now.Truncate(atWorkWait).Add(2 * atWorkWait)
	t := store.SyncTask{AccountID: r.task.AccountID, UserID: r.task.UserID, Reason: "at_work", Since: now.Add(gmailsSecond), AskedAt: at, PushedAt: r.task.PushedAt}
	return r.Queue.Sync(ctx, hire.Digest(t.AccountID, fmt.Sprintf("at-work-%s-%d", t.UserID, at.Unix())), t, at)
}
