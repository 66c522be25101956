package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// auditKept is how long audit entries are kept: long enough for a yearly audit to look back over the whole of its year, and no longer, as they name people.
const auditKept = 2 * 365 * 24 * time.Hour

// AuditEntry says who did what when. Entries are only ever added, and removed when they expire. They name by ids and have no content.
type AuditEntry struct {
	ID          string
	At          time.Time
	UserID      string // who did it; "" for the system, and for Hire's backend
	Action      string // one of AuditActions
	Target      string // id of the user, conversation, candidate, batch or deletion it was done to
	CandidateID string // whose mail it is about; "" for none
	Detail      string // why, of which message, or how many
	ExpiresAt   time.Time
}

// What is audited.
const (
	AuditIntegrationOn     = "integration.enabled"
	AuditIntegrationOff    = "integration.disabled"
	AuditAliasesAllowed    = "aliases.allowed"
	AuditAliasesForbidden  = "aliases.forbidden"
	AuditConnected         = "mailbox.connected"
	AuditNeedsReconnect    = "mailbox.needs_reconnect"
	AuditDisconnected      = "mailbox.disconnected" // from then on nothing goes through it
	AuditResync            = "mailbox.resync"
	AuditSent              = "message.sent"            // to a candidate; Detail is the message's id
	AuditQueued            = "message.queued"          // Detail says when it is to leave
	AuditCancelled         = "message.cancelled"       // by its user, while it was queued
	AuditNotSent           = "message.not_sent"        // of one that was queued; Detail is the code of why
	AuditOutcomeUnknown    = "message.outcome_unknown" // of one that was queued: nobody can say whether Gmail has sent it
	AuditBatchQueued       = "batch.queued"            // Target is the batch; Detail says of how many mails, each of which is audited when it leaves or can't
	AuditBatchCancelled    = "batch.cancelled"         // what was still queued of it
	AuditImportRequested   = "import.requested"        // of conversations of one's own, by the button; Detail says how many
	AuditImported          = "message.imported"        // Detail says how many of the conversation were at once
	AuditMadePrivate       = "thread.made_private"
	AuditMadeVisible       = "thread.made_visible"
	AuditPrivateViewed     = "thread.private_viewed"
	AuditMailExported      = "mail.exported"
	AuditTrailExported     = "audit.exported"
	AuditAccountDeleted    = "account.deleted"
	AuditAccountRestored   = "account.restored" // by Hire's backend, which had said that it is deleted
	AuditCandidateDeleted  = "candidate.deleted"
	AuditDeletionCompleted = "deletion.completed" // Target is the deletion's id
)

// AuditActions lists all that is audited.
func AuditActions() []string {
	return []string{
		AuditIntegrationOn, AuditIntegrationOff, AuditAliasesAllowed, AuditAliasesForbidden, AuditConnected, AuditNeedsReconnect, AuditDisconnected, AuditResync,
		AuditSent, AuditQueued, AuditCancelled, AuditNotSent, AuditOutcomeUnknown, AuditBatchQueued, AuditBatchCancelled, AuditImportRequested, AuditImported, AuditMadePrivate, AuditMadeVisible, AuditPrivateViewed, AuditMailExported, AuditTrailExported, AuditAccountDeleted, AuditAccountRestored,
		AuditCandidateDeleted, AuditDeletionCompleted,
	}
}

func (s *Store) audit(tx docs.Tx, account string, e AuditEntry) error {
	tail, err := s.NewID()
	if err != nil {
		return err
	}
	e.At = s.clock()
	e.ExpiresAt = e.At.Add(auditKept)
	e.ID = timeID(e.At, tail)
	return tx.Set(auditRef(account, e.ID), &e)
}

// auditQueued notes what becomes of a mail that was queued; by is "" for the system.
func (s *Store) auditQueued(tx docs.Tx, x *Send, by, action, detail string) error {
	target := x.CandidateID
	if x.Asked != nil && x.Asked.ThreadID != "" {
		target = x.Asked.ThreadID
	}
	return s.audit(tx, x.AccountID, AuditEntry{UserID: by, Action: action, Target: target, CandidateID: x.CandidateID, Detail: detail})
}

// AuditView notes that a user reads a private conversation that they are not on: once an hour, however often they look.
func (s *Store) AuditView(ctx context.Context, account, user, thread string) error {
	return s.db.Update(ctx, "audit.view", func(ctx context.Context, tx docs.Tx) error {
		now := s.clock()
		e := AuditEntry{At: now, UserID: user, Action: AuditPrivateViewed, Target: thread, ExpiresAt: now.Add(auditKept)}
		e.ID = timeID(now.Truncate(time.Hour), hire.Digest("viewed", user, thread))
		if there, err := docs.Get[AuditEntry](ctx, tx, auditRef(account, e.ID)); err != nil || there != nil {
			return err
		}
		return tx.Set(auditRef(account, e.ID), &e)
	})
}

// AuditExport notes that a user takes mail or the audit trail out of the account; "" is Hire's backend. action is AuditMailExported or AuditTrailExported.
func (s *Store) AuditExport(ctx context.Context, account, user, action, detail string) error {
	return s.db.Update(ctx, "audit.export", func(_ context.Context, tx docs.Tx) error {
		return s.audit(tx, account, AuditEntry{UserID: user, Action: action, Detail: detail})
	})
}

// AuditQuery says which entries are wanted; the zero value is all of them.
type AuditQuery struct {
	UserID string    // by this user alone
	Action string    // of this action alone
	From   time.Time // not before
	To     time.Time // before
	After  *Position // the last one of the page before
}

// Audit lists an account's entries, newest first. What has expired is not listed, removed already or not.
func (s *Store) Audit(ctx context.Context, account string, a AuditQuery, limit int) ([]AuditEntry, error) {
	end := s.clock().Add(-auditKept)
	if last := a.From.Add(-time.Microsecond); !a.From.IsZero() && last.After(end) {
		end = last
	}
	q := docs.Query{Collection: accountRef(account).Under("audit"), OrderBy: "At", Desc: true, Before: end, Limit: limit}
	if a.UserID != "" {
		q.Where = append(q.Where, docs.Equal{Field: "UserID", Value: a.UserID})
	}
	if a.Action != "" {
		q.Where = append(q.Where, docs.Equal{Field: "Action", Value: a.Action})
	}
	switch {
	case a.After != nil && (a.To.IsZero() || a.After.At.Before(a.To)):
		q.After = &docs.Position{Value: a.After.At, ID: a.After.ID}
	case !a.To.IsZero():
		q.After = &docs.Position{Value: a.To, ID: "0"} // no entry's id is before it
	}
	return list[AuditEntry](ctx, s, "audit.list", q)
}

// list reads one page of documents.
func list[T any](ctx context.Context, s *Store, op string, q docs.Query) ([]T, error) {
	var out []T
	err := s.db.View(ctx, op, func(ctx context.Context, tx docs.Tx) error {
		page, err := docs.List[T](ctx, tx, q)
		if err != nil {
			return err
		}
		out = make([]T, len(page))
		for i, p := range page {
			out[i] = *p
		}
		return nil
	})
	return out, err
}
