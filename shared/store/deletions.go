package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// DeletionKind says what is taken away.
type DeletionKind string

// The kinds.
const (
	DeletionOfMailbox     DeletionKind = "mailbox"     // one connection: what Google has granted, and the token
	DeletionOfIntegration DeletionKind = "integration" // all connections of an account, each of which has a deletion of its own
	DeletionOfCandidate   DeletionKind = "candidate"   // their mail, if the account's retention says so
	DeletionOfAccount     DeletionKind = "account"     // all connections, and all that is kept of the account, if its retention says so
)

// Deletion is what a customer can ask about afterwards: who has asked for what to be taken away, and how far it has come. It begins in the commit that begins the work.
// What was done is told by its steps, which are only ever added.
type Deletion struct {
	ID          string
	AccountID   string
	Kind        DeletionKind
	Subject     string // id of the user, the candidate or the account
	Reason      string // disconnected, integration_off, plan_downgraded, user_deactivated, user_deleted, address_changed, candidate_deleted, account_deleted
	By          string // user id; "" for Hire's backend, and for the system
	Parent      string // the deletion that this one is a part of; "" for none
	Retention   hire.Retention
	RequestedAt time.Time
	CompletedAt time.Time      // zero: it is under way
	Stopped     string         // why it has ended before all was done: connected_anew, switched_on_again, restored, retention_changed
	Removed     map[string]int // how many of what are removed from the database, counted in the commits that remove them
	ExpiresAt   time.Time
}

// StepOutcome says how a step has ended.
type StepOutcome string

// The outcomes.
const (
	StepDone        StepOutcome = "done"
	StepNotNeeded   StepOutcome = "not_needed"   // there was nothing to do, or another connection lives by it
	StepNotPossible StepOutcome = "not_possible" // and no other try would change that
	StepFailed      StepOutcome = "failed"       // and is tried again
)

// DeletionStep is one thing that a deletion has done, or why it has not.
type DeletionStep struct {
	ID        string
	At        time.Time
	What      string // watch, grant, token, access_token, record, connections, mail, ...
	Outcome   StepOutcome
	Detail    string   // in words
	Items     []string // names of what is gone: versions of a secret
	ExpiresAt time.Time
}

func deletionRef(account, id string) docs.Ref { return accountRef(account).Child("deletions", id) }

func stepRef(account, deletion, id string) docs.Ref {
	return deletionRef(account, deletion).Child("steps", id)
}

// mailboxDeletion is the id of the deletion of one connection.
func mailboxDeletion(user string, generation int64) string {
	return hire.Digest("mailbox", user, fmt.Sprint(generation))
}

// MailboxDeletion is the id of the deletion of one connection.
func MailboxDeletion(k MailboxKey, generation int64) string {
	return mailboxDeletion(k.UserID, generation)
}

// beginDeletion writes a deletion that begins in this commit.
func (s *Store) beginDeletion(tx docs.Tx, d Deletion) error {
	d.RequestedAt = s.clock()
	d.ExpiresAt = d.RequestedAt.Add(auditKept)
	return tx.Set(deletionRef(d.AccountID, d.ID), &d)
}

// endDeletion writes that a deletion, as the transaction has read it, has ended, with its last step; nil is one that was never noted. stopped is "" where all is done.
func (s *Store) endDeletion(tx docs.Tx, d *Deletion, stopped string, last DeletionStep) error {
	if d == nil || !d.CompletedAt.IsZero() {
		return nil
	}
	d.CompletedAt, d.Stopped = s.clock(), stopped
	if err := tx.Set(deletionRef(d.AccountID, d.ID), d); err != nil {
		return err
	}
	if err := s.putStep(tx, d.AccountID, d.ID, last); err != nil {
		return err
	}
	return s.audit(tx, d.AccountID, AuditEntry{Action: AuditDeletionCompleted, Target: d.ID, Detail: string(d.Kind) + " " + d.Subject})
}

// stepID makes an id that a repetition of the step has too. What has ended has ended once; a failure is told once for each reason.
func stepID(p DeletionStep) string {
	if p.Outcome == StepFailed {
		return hire.Digest("failed", p.What, p.Detail)
	}
	return hire.Digest("ended", p.What)
}

func (s *Store) putStep(tx docs.Tx, account, deletion string, p DeletionStep) error {
	p.ID, p.At = stepID(p), s.clock()
	p.ExpiresAt = p.At.Add(auditKept)
	return tx.Set(stepRef(account, deletion, p.ID), &p)
}

// NoteStep adds a step to a deletion. One that was noted before stays as it was.
func (s *Store) NoteStep(ctx context.Context, account, deletion string, p DeletionStep) error {
	return s.db.Update(ctx, "deletion.step", func(ctx context.Context, tx docs.Tx) error {
		there, err := docs.Get[DeletionStep](ctx, tx, stepRef(account, deletion, stepID(p)))
		if err != nil || there != nil {
			return err
		}
		return s.putStep(tx, account, deletion, p)
	})
}

// EndConnections ends the deletion of an account's connections once all of them were turned away; stopped is "" or why it went no further.
func (s *Store) EndConnections(ctx context.Context, account, deletion, stopped string) error {
	return s.db.Update(ctx, "deletion.connections", func(ctx context.Context, tx docs.Tx) error {
		d, err := docs.Get[Deletion](ctx, tx, deletionRef(account, deletion))
		if err != nil {
			return err
		}
		p := DeletionStep{What: "connections", Outcome: StepDone, Detail: "All connections were turned away. Each has a report of its own."}
		if stopped != "" {
			p.Outcome, p.Detail = StepNotNeeded, "The integration was switched on again before its connections were turned away."
		}
		return s.endDeletion(tx, d, stopped, p)
	})
}

// Deletion reads a deletion with its steps, in the order in which they ended; hire.CodeNotFound if there is none.
func (s *Store) Deletion(ctx context.Context, account, id string) (d Deletion, steps []DeletionStep, err error) {
	if !docs.IsID(account) || !docs.IsID(id) {
		return d, nil, hire.Err(hire.CodeNotFound)
	}
	if d, err = read[Deletion](ctx, s, "deletion", deletionRef(account, id), hire.CodeNotFound); err != nil {
		return d, nil, err
	}
	steps, err = list[DeletionStep](ctx, s, "deletion.steps", docs.Query{Collection: deletionRef(account, id).Under("steps"), OrderBy: "At", Limit: 500})
	slices.SortStableFunc(steps, func(a, b DeletionStep) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(slices.Index(stepOrder, a.What), slices.Index(stepOrder, b.What)))
	})
	return d, steps, err
}

// stepOrder is the order of steps that were noted at the same moment.
var stepOrder = []string{"watch", "grant", "token", "access_token", "record", "connections", "mail"}

// Deletions lists an account's deletions, newest first, or those that are parts of another; after is the last one of the page before.
func (s *Store) Deletions(ctx context.Context, account, parent string, after *Position, limit int) ([]Deletion, error) {
	q := docs.Query{Collection: accountRef(account).Under("deletions"), OrderBy: "RequestedAt", Desc: true, Limit: limit}
	if parent != "" {
		q.Where = []docs.Equal{{Field: "Parent", Value: parent}}
	}
	if after != nil {
		q.After = &docs.Position{Value: after.At, ID: after.ID}
	}
	return list[Deletion](ctx, s, "deletions", q)
}

// offboardAccount queues one task that walks the account's mailboxes: an account may have thousands, more than one commit takes.
func (s *Store) offboardAccount(tx docs.Tx, rs *rows, a hire.Account, kind DeletionKind, by, reason string) error {
	d := Deletion{
		ID: hire.Digest("account", reason, fmt.Sprint(s.clock().UnixMicro())), AccountID: a.ID, Kind: kind, Subject: a.ID, Reason: reason, By: by, Retention: a.Retention,
	}
	body, err := json.Marshal(OffboardTask{AccountID: a.ID, Reason: reason, DeletionID: d.ID})
	if err != nil {
		return err
	}
	rs.task(a.ID, QueueOffboard, fmt.Sprintf("account-%s-%s-%d", a.ID, reason, s.clock().UnixMicro()), s.clock(), body)
	return s.beginDeletion(tx, d)
}

// QueueErase queues a turn of a deletion's removal from the database. One that is queued already is not queued twice.
func (s *Store) QueueErase(ctx context.Context, t OffboardTask, at time.Time) (due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "deletion.queue", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		if err := rs.erase(t, at); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return rs, err
}

func (rs *rows) erase(t OffboardTask, at time.Time) error {
	t.Erase = true
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	rs.task(t.AccountID, QueueOffboard, fmt.Sprintf("erase-%s-%d", t.DeletionID, t.Turn), at, body)
	return nil
}
