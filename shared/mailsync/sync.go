package mailsync

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	leaseTTL = 5 * time.Minute
	// confirmAfter is how much later a second empty listing must be before the id that the first one named is trusted.
	confirmAfter = time.Minute
	// passes bounds how often one call lists again because a push came meanwhile; a task goes on after that.
	passes = 5
	// historyPages bounds one pass; the next one goes on at the last record of this one.
	historyPages = 500
)

// earlyDelays are the waits before a mailbox is looked at again whose push came ahead of its history.
var earlyDelays = []time.Duration{3 * time.Second, 20 * time.Second, 70 * time.Second}

// busyWait is how long a task waits for a mailbox that another is syncing, at least.
const busyWait = 15 * time.Second

// laterAtLeast is how far ahead a task that is put off is queued, at least: farther than the clocks of Cloud Tasks and of an instance are apart.
const laterAtLeast = 5 * time.Second

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

// errBusy: another instance is syncing the mailbox.
var errBusy = errors.New("mailbox is being synced")

// errMoved: the mailbox has moved since it was read; look again.
var errMoved = errors.New("mailbox has moved")

// Notified brings every mailbox of the address up to date, as Gmail's push asks, which was published at a time; zero where that is not known. The id in the notification is
// not where to begin: the cursor is. An address that is no one's is no error.
func (e *Engine) Notified(ctx context.Context, address string, historyID int64, published time.Time) error {
	keys, err := e.mailboxesOf(ctx, address)
	if err != nil {
		return err
	}
	var errs []error
	for _, k := range keys {
		errs = append(errs, e.Sync(ctx, store.SyncTask{AccountID: k.AccountID, UserID: k.UserID, Reason: "pushed", HistoryID: historyID, AskedAt: published, PushedAt: published}))
	}
	return errors.Join(errs...)
}

// Sync does one task for one mailbox: it lists what is new from the cursor on, and then whatever else the task asks for. A mailbox that is not
// connected, is being synced elsewhere, or must wait for Gmail is no error: what is to be done later is queued.
func (e *Engine) Sync(ctx context.Context, t store.SyncTask) (err error) {
	ctx, span := obs.Start(ctx, "sync mailbox", attribute.String("sync.reason", t.Reason))
	defer func() { obs.End(span, err, string(hire.CodeOf(err))) }()
	ctx = obs.WithMailbox(ctx, t.AccountID, t.UserID)
	key := store.MailboxKey{AccountID: t.AccountID, UserID: t.UserID}
	m, found, err := e.Store.Mailbox(ctx, key)
	if err != nil {
		return fmt.Errorf("read mailbox: %w", err)
	}
	if !found || m.State != store.Connected {
		return nil
	}
	if !t.Since.IsZero() && !m.ListedAt.Before(t.Since) {
		return nil // another listing has seen all that this one was to see
	}
	if e.Now().Before(m.ReadBlockedUntil) {
		return e.later(ctx, t, m.ReadBlockedUntil)
	}
	err = e.do(ctx, m, &t)
	if errors.Is(err, gmail.ErrUnauthorized) {
		// A cached access token may be dead while the grant lives: once more, with a fresh one.
		if parked, perr := e.Connections.Refused(ctx, m, err); parked || perr != nil {
			return perr
		}
		err = e.do(ctx, m, &t)
	}
	return e.outcome(ctx, m, t, err)
}

// do lists what is new, and does what else a task asks for. Once the listing is committed, the task has been asked for no longer: what is left of it is asked for anew.
func (e *Engine) do(ctx context.Context, m store.Mailbox, t *store.SyncTask) error {
	r := &run{Engine: e, gmail: e.Connections.Gmail(m), key: m.Key(), task: *t, begun: e.Now()}
	r.gmail.SpentElsewhere(m.Spent)
	defer r.release(ctx)
	if err := r.catchUp(ctx, m); err != nil {
		return err
	}
	if r.listed {
		r.tellLag(ctx)
		r.task.AskedAt, t.AskedAt = time.Time{}, time.Time{}
	}
	return r.extras(ctx)
}

// outcome turns what stopped a sync into what is to be done about it.
func (e *Engine) outcome(ctx context.Context, m store.Mailbox, t store.SyncTask, err error) error {
	var limit *gmail.RateLimit
	switch {
	case err == nil, hire.CodeOf(err) == hire.CodeStaleConnection:
		return nil
	case errors.Is(err, errBusy):
		// Whoever is syncing lists again before they are done, if all goes well. In case it does not, we look ourselves; one task for a flood of pushes.
		return e.later(ctx, t, e.Now().Truncate(busyWait).Add(2*busyWait))
	case errors.As(err, &limit) && limit.Own():
		return e.later(ctx, t, limit.Until) // Gmail has asked for nothing: what goes first may go on, here and elsewhere
	case errors.As(err, &limit):
		if err := e.Store.Block(ctx, m.Key(), m.Generation, limit.Until, false); err != nil {
			return fmt.Errorf("open breaker: %w", err)
		}
		return e.later(ctx, t, limit.Until)
	}
	if parked, perr := e.Connections.Refused(ctx, m, err); parked || perr != nil {
		return perr
	}
	if errors.Is(err, gmail.ErrUnavailable) {
		return hire.Wrap(hire.CodeGmailUnavailable, err) // Gmail's trouble, not ours
	}
	return err
}

// later queues the same task for a time to come. Names carry the second, so that a flood of pushes that must wait for one moment leaves one task, and no task ever
// asks for its own name, which is refused for an hour after it ran: a time that is over, or that comes within the difference of two clocks, is put off.
func (e *Engine) later(ctx context.Context, t store.SyncTask, at time.Time) error {
	if soonest := e.Now().Add(laterAtLeast); at.Before(soonest) {
		at = soonest
	}
	if t.AskedAt.IsZero() {
		t.AskedAt = at
	}
	name := fmt.Sprintf("later-%s-%d-%t-%s", t.UserID, at.Unix(), t.Import, hire.Digest(append([]string{t.CandidateID}, t.Threads...)...))
	return e.Queue.Sync(ctx, hire.Digest(t.AccountID, name), t, at)
}

// run is one sync of one mailbox.
type run struct {
	*Engine
	gmail Gmail
	key   store.MailboxKey
	task  store.SyncTask
	box   store.Mailbox // as last read or leased
	held  *store.Held   // nil while nothing has concerned Hire
	since time.Time     // of the lease

	atWork bool // a record tells of labels put on or taken off

	passed passed
	// lately is what was told within the minute before the cursor came to where it was at latelyAt, by conversation; nil until it is asked for.
	lately   map[string][]string
	latelyAt int64

	begun  time.Time
	listed bool    // all that is new was listed and committed
	found  finding // how what is being filed was found

	repaired int // messages that comparisons with Gmail have found missing

	filing  sync.Mutex               // guards held, since, the lease in box, and due while several conversations are filed at once
	due     []store.OutboxRow        // of commits, not handed over yet
	threads map[string]*gmail.Thread // read ahead, by id
	alone   bool                     // Gmail could not give several at once: they are read one by one from then on

	retrying map[string]store.LedgerRow // rows being tried again in this run
}

// lease takes the mailbox for this run, if it has not yet. It fails with errMoved where the cursor is not the one that the listing began at, or another held the
// lease since: what they began to track, this listing may have taken for not ours.
func (r *run) lease(ctx context.Context) error {
	if r.held != nil {
		return nil
	}
	holder, err := r.Store.NewID()
	if err != nil {
		return err
	}
	m, held, err := r.Store.Lease(ctx, r.key, r.box.Generation, holder, leaseTTL)
	if err != nil {
		return fmt.Errorf("lease mailbox: %w", err)
	}
	if held == nil {
		return errBusy
	}
	moved := m.Cursor != r.box.Cursor || held.Fence != r.box.Lease.Fence+1
	r.held, r.box, r.since = held, m, r.Now()
	if moved {
		return errMoved
	}
	return nil
}

// renew takes the lease for longer when half its time is over.
func (r *run) renew(ctx context.Context) error {
	now := r.Now()
	if now.Sub(r.since) < leaseTTL/2 {
		return nil
	}
	m, held, err := r.Store.Lease(ctx, r.key, r.box.Generation, r.held.Holder, leaseTTL)
	if err != nil {
		return fmt.Errorf("renew lease: %w", err)
	}
	if held == nil {
		return errBusy // it had run out
	}
	r.held, r.box.Lease, r.since = held, m.Lease, now // the rest of box stays as the listing saw it
	return nil
}

func (r *run) release(ctx context.Context) {
	defer r.handOver(ctx)
	if r.held == nil {
		return
	}
	// The work may have ended because ctx did; the lease should not outlive it all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	r.held.Spent = r.gmail.Spent()
	if err := r.Store.Release(ctx, *r.held); err != nil {
		r.Log.WarnContext(ctx, "lease is left to run out", "error", err)
	}
	r.held = nil
}

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
			if m, found, err := r.Store.Mailbox(ctx, r.key); err != nil || !found || m.State != store.Connected {
				return err
			} else {
				r.box = m
			}
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

// extras does what a task asks for beyond the listing. A push asks for nothing more: imports and recoveries have tasks of their own.
func (r *run) extras(ctx context.Context) error {
	if len(r.task.Threads) > 0 {
		if err := r.lookAt(ctx, r.task.Threads); err != nil {
			return err
		}
	}
	if r.task.CandidateID != "" {
		if err := r.importAsked(ctx, r.task.CandidateID); err != nil {
			return err
		}
	}
	switch r.task.Reason {
	case "pushed", "early", "at_work", "asked":
		return nil
	}
	ctx = gmail.WithPriority(ctx, gmail.PriorityBackfill)
	m, found, err := r.Store.Mailbox(ctx, r.key)
	if err != nil || !found || m.State != store.Connected {
		return err
	}
	r.release(ctx)
	r.box = m
	if m.Recovery != nil {
		if err := r.recover(ctx); err != nil {
			return err
		}
	}
	if m.Resyncing() {
		if over, err := r.resync(ctx); err != nil || !over {
			return err
		}
	}
	if r.task.Import || m.Import != nil {
		if err := r.walkLabelled(ctx); err != nil {
			return err
		}
	}
	if r.task.Reason == "connected" {
		if err := r.Connections.Tidy(ctx, m); err != nil {
			return err
		}
	}
	if err := r.Connections.RenewWatch(ctx, m); err != nil {
		// The mail is here; the failure is recorded with the mailbox, raises its alert, and the sweep tries again.
		if parked, perr := r.Connections.Refused(ctx, m, err); parked || perr != nil {
			return perr
		}
		r.Log.WarnContext(ctx, "watch could not be renewed", "error", err)
	}
	return nil
}
