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

// busyWait is how long a task waits for a mailbox that another is syncing, at least.
const busyWait = 15 * time.Second

// laterAtLeast is how far ahead a task that is put off is queued, at least: farther than the clocks of Cloud Tasks and of an instance are apart.
const laterAtLeast = 5 * time.Second

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
	err = e.Connections.WithLivingToken(ctx, m, func(ctx context.Context) error { return e.do(ctx, m, &t) })
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
	case errors.As(err, &limit):
		if err := e.Connections.Limited(ctx, m, limit); err != nil {
			return err
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
