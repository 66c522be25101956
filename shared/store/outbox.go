package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// OutboxKind says where a row is handed over.
type OutboxKind string

// The kinds.
const (
	OutboxEvent OutboxKind = "event" // to the topic hire-mail-events
	OutboxTask  OutboxKind = "task"  // to a Cloud Tasks queue
)

// OutboxRow is an event or a task that a commit made due. It is written in that commit, handed over after it, and handed over again by
// the sweep until that has succeeded; its id is derived from what happened, so that a repetition can be recognised.
type OutboxRow struct {
	ID        string
	Kind      OutboxKind
	AccountID string
	DueAt     time.Time // not to be handed over by the sweep before; for a task also its time to run
	CreatedAt time.Time
	WaitsFrom time.Time // when it was due first
	Trace     string    // W3C's traceparent of the transaction that wrote it; "" for none
	// An event's type and subject, or a task's queue and name.
	Type    string
	Subject string
	Body    []byte // JSON
}

// Queues of tasks.
const (
	QueueSync     = "mailbox-sync"
	QueueOffboard = "offboarding"
	QueueDeliver  = "mail-delivery"
)

// Types of the events that go out. Each is a CloudEvents type.
const (
	EventMessageImported     = "com.trakstar.hire.mail.message.imported.v1"
	EventMessageSent         = "com.trakstar.hire.mail.message.sent.v1"
	EventMessageBounced      = "com.trakstar.hire.mail.message.bounced.v1"
	EventMailboxConnected    = "com.trakstar.hire.mail.mailbox.connected.v1"
	EventMailboxReconnect    = "com.trakstar.hire.mail.mailbox.needs_reconnect.v1"
	EventMailboxDisconnected = "com.trakstar.hire.mail.mailbox.disconnected.v1"
)

// SyncTask is the body of a task on the queue mailbox-sync.
type SyncTask struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	// Generation that the task was made for; a later one takes the task over, since nothing in it depends on the token.
	Generation  int64    `json:"generation"`
	Reason      string   `json:"reason"`                     // connected, pushed, early, at_work, sweep, retry, directory, import, recovery, settle, resync, backfill, asked
	Threads     []string `json:"gmail_thread_ids,omitempty"` // conversations to match or list anew
	CandidateID string   `json:"candidate_id,omitempty"`     // import what the user has asked for in this candidate's profile
	Import      bool     `json:"import,omitempty"`           // go through all labelled conversations
	Early       int      `json:"early,omitempty"`            // how often a push was ahead of its history
	HistoryID   int64    `json:"history_id,omitempty"`       // that the push named
	// Since is when the looked-for may have come, at the latest: a complete listing that has begun since then spares this one. Zero: nothing does.
	Since time.Time `json:"since,omitzero"`
	// AskedAt is when the sync was asked for: when Gmail's push was published, or when this task was due first. Zero: nobody says.
	AskedAt time.Time `json:"asked_at,omitzero"`
	// PushedAt is when Gmail's push was published that the sync goes back to; zero where it goes back to none.
	PushedAt time.Time `json:"pushed_at,omitzero"`
}

// Check refuses a task that names nobody, or something by what can be no id: ids become parts of keys.
func (t SyncTask) Check() error {
	err := errors.Join(named("account_id", t.AccountID), named("user_id", t.UserID), named("gmail_thread_ids", t.Threads...), perhaps("candidate_id", t.CandidateID))
	if t.Early < 0 {
		err = errors.Join(err, hire.Invalid("early", "must not be negative", `The field "early" of a task must not be negative.`))
	}
	return err
}

// OffboardTask is the body of a task on the queue offboarding: about one connection, or without a user about all of an account, or about what is to be removed.
type OffboardTask struct {
	AccountID  string `json:"account_id"`
	UserID     string `json:"user_id"`
	Generation int64  `json:"generation"` // only this connection is ended
	Reason     string `json:"reason"`     // disconnected, integration_off, plan_downgraded, user_deactivated, user_deleted, address_changed, account_deleted, candidate_deleted
	// DeletionID names the deletion that the task is a turn of; "" in one that ends a connection, which has its own.
	DeletionID string `json:"deletion_id,omitempty"`
	Erase      bool   `json:"erase,omitempty"` // what is kept is to be removed from the database
	Turn       int    `json:"turn,omitempty"`  // of the removal
}

// Check is that of SyncTask.
func (t OffboardTask) Check() error {
	deletion := perhaps("deletion_id", t.DeletionID)
	if t.Erase {
		deletion = named("deletion_id", t.DeletionID)
	}
	return errors.Join(named("account_id", t.AccountID), perhaps("user_id", t.UserID), deletion)
}

// DeliverTask is the body of a task on the queue mail-delivery: about one send, or about a batch that is to be queued.
type DeliverTask struct {
	AccountID string `json:"account_id"`
	SendID    string `json:"send_id,omitempty"`
	Turn      int    `json:"turn,omitempty"`    // of a queued send; 0 where one that was begun is to be settled
	Orphans   bool   `json:"orphans,omitempty"` // the send has ended: what drafts it may have left are to be deleted
	BatchID   string `json:"batch_id,omitempty"`
}

// Check is that of SyncTask.
func (t DeliverTask) Check() error {
	if t.BatchID != "" {
		return errors.Join(named("account_id", t.AccountID), named("batch_id", t.BatchID))
	}
	return errors.Join(named("account_id", t.AccountID), named("send_id", t.SendID))
}

// named refuses what can't be ids.
func named(field string, ids ...string) error {
	for _, id := range ids {
		if !docs.IsID(id) {
			return hire.Invalid(field, "must be an id", fmt.Sprintf("The field %q of a task must be an id.", field))
		}
	}
	return nil
}

// perhaps is named for a field that may be empty.
func perhaps(field, id string) error {
	if id == "" {
		return nil
	}
	return named(field, id)
}

// handedOverAfter is how long the process that wrote a row has for handing it over before the sweep does.
const handedOverAfter = 2 * time.Minute

// rows collects what a transaction made due, so that the caller can hand it over after the commit. Reset at each run of the function.
type rows []OutboxRow

func (rs *rows) event(account, kind, subject, key string, body []byte) {
	*rs = append(*rs, OutboxRow{ID: hire.Digest("event", account, kind, key), Kind: OutboxEvent, AccountID: account, Type: kind, Subject: subject, Body: body})
}

func (rs *rows) task(account, queue, key string, at time.Time, body []byte) {
	*rs = append(*rs, OutboxRow{ID: hire.Digest("task", account, queue, key), Kind: OutboxTask, AccountID: account, Type: queue, Subject: key, DueAt: at, Body: body})
}

// sync queues a sync of a mailbox, for a time.
func (rs *rows) sync(t SyncTask, key string, at time.Time) error {
	t.AskedAt = at
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	rs.task(t.AccountID, QueueSync, key, at, body)
	return nil
}

// putRows writes the rows, and completes those that the caller hands over. Their times tell their order.
func (s *Store) putRows(ctx context.Context, tx docs.Tx, rs rows) error {
	now, trace := s.clock(), obs.Traceparent(ctx)
	for i := range rs {
		r := &rs[i]
		r.CreatedAt = now.Add(time.Duration(i) * time.Microsecond)
		if r.DueAt.IsZero() {
			r.DueAt = r.CreatedAt
		}
		r.WaitsFrom, r.Trace = r.DueAt, trace
		if err := tx.Set(outboxRef(r.ID), r); err != nil {
			return err
		}
	}
	return nil
}

// HandedOver removes rows that were handed over.
func (s *Store) HandedOver(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.db.Update(ctx, "outbox.handed_over", func(_ context.Context, tx docs.Tx) error {
		for _, id := range ids {
			if err := tx.Delete(outboxRef(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// LeftInOutbox lists rows that nobody has handed over in time, at most limit of them, the most overdue first, whatever shard they are in.
func (s *Store) LeftInOutbox(ctx context.Context, limit int) ([]OutboxRow, error) {
	before := s.clock().Add(-handedOverAfter)
	var out []OutboxRow
	err := s.db.View(ctx, "outbox.left", func(ctx context.Context, tx docs.Tx) error {
		out = nil
		for i := range shards {
			page, err := docs.List[OutboxRow](ctx, tx, docs.Query{
				Collection: docs.Path("outbox", shardName(i)).Under("rows"), OrderBy: "DueAt", Before: before, Limit: limit,
			})
			if err != nil {
				return fmt.Errorf("list outbox: %w", err)
			}
			for _, r := range page {
				out = append(out, *r)
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b OutboxRow) int {
		return cmp.Or(a.DueAt.Compare(b.DueAt), a.CreatedAt.Compare(b.CreatedAt))
	})
	return out[:min(len(out), limit)], err
}

// PutOff lets rows that could not be handed over wait until the given time, so that they don't keep those behind them waiting. Rows handed over meanwhile
// stay gone.
func (s *Store) PutOff(ctx context.Context, until time.Time, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	refs := make([]docs.Ref, len(ids))
	for i, id := range ids {
		refs[i] = outboxRef(id)
	}
	return s.db.Update(ctx, "outbox.put_off", func(ctx context.Context, tx docs.Tx) error {
		found, err := docs.GetAll[OutboxRow](ctx, tx, refs)
		if err != nil {
			return err
		}
		for i, r := range found {
			if r == nil || !r.DueAt.Before(until) {
				continue
			}
			r.DueAt = until
			if err := tx.Set(refs[i], r); err != nil {
				return err
			}
		}
		return nil
	})
}
