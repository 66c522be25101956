package sending

import (
	"context"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What is decided when a mail is queued stands: its text with the signature, files, subject, the recipients that its writer has named, the conversation it answers, and the Google account it
// leaves from. That is what the writer has seen and signed. What others may have changed since is decided anew when it leaves: whether the plan, the integration, the
// connection and the user's role still allow it, and the address that it is to leave from; whether the candidate and the conversation are still there, and the user may still read it; the candidate's address
// where the writer has named none; and a reply's recipients and place in its conversation, so that it answers the latest mail and leaves out who has left.

const (
	// maxAhead is how far ahead a mail may be queued: as far as Cloud Tasks takes tasks.
	maxAhead = 30 * 24 * time.Hour
	// callerSkew is how much the caller's clock may be behind ours.
	callerSkew = time.Minute
	// patience is how long past its time a queued mail waits until Gmail's sending limit lets it out. The limit counts 24 hours; a batch may take more than one.
	patience = 72 * time.Hour
	// reconnectEvery is how often a queued mail whose user must reconnect looks whether they have.
	reconnectEvery = 30 * time.Minute
)

// checkTime refuses a time at which no mail can leave, the last one so long after it.
func (s *Service) checkTime(at time.Time, last time.Duration) error {
	now := s.Now()
	switch {
	case at.IsZero():
		return nil
	case at.Before(now.Add(-callerSkew)):
		return invalid("send_at", "send_at is in the past.")
	case at.Add(last).After(now.Add(maxAhead)):
		return invalid("send_at", "A message can leave at most 30 days ahead.")
	}
	return nil
}

// queue records a mail that was planned, for its time.
func (s *Service) queue(ctx context.Context, x store.Send, r Request) (store.Send, error) {
	x.Asked, x.SendAt = r.asked(), r.SendAt.UTC()
	x, due, err := s.Store.QueueSend(ctx, x)
	if err != nil {
		return store.Send{}, err
	}
	s.Outbox.HandOver(ctx, due)
	return x, nil
}

func (r Request) asked() *store.Asked {
	return &store.Asked{ThreadID: r.ThreadID, Subject: r.Subject, To: r.To, Cc: r.Cc, Bcc: r.Bcc}
}

// leave lets a queued mail go at its turn, if everything still allows it.
func (s *Service) leave(ctx context.Context, x store.Send, turn int) error {
	if x.Turn != turn {
		return nil // the task of a former turn
	}
	box, user, err := s.mayLeave(ctx, x)
	var decided store.Send
	if err == nil && !s.Now().Before(box.SendBlockedUntil) {
		decided, err = s.decideAnew(ctx, box, user, x)
	}
	switch code := hire.CodeOf(err); {
	case err == nil && s.Now().Before(box.SendBlockedUntil):
		return s.waitForGmail(ctx, x, box.SendBlockedUntil)
	case err == nil:
	case code == hire.CodeInternal || code == hire.CodeUnavailable:
		return err
	case waitsForUser(code) && s.Now().Sub(x.Due()) <= giveUpAfter:
		return s.putOff(ctx, x, s.Now().Add(reconnectEvery), false, problem(err))
	default:
		return s.drop(ctx, x, problem(err))
	}
	holder, err := s.Store.NewID()
	if err != nil {
		return err
	}
	x, claimed, due, err := s.Store.LeaveSend(ctx, decided, holder, claimTTL)
	if err != nil {
		return fmt.Errorf("let queued mail leave: %w", err)
	}
	s.Outbox.HandOver(ctx, due)
	if !claimed {
		if x.State == store.SendFailed { // its batch was cancelled
			s.Metrics.SendEnded(ctx, outcomeOf(x))
		}
		return nil
	}
	_, err = s.drive(ctx, box, user, x, holder)
	return lookedAtAgain(err)
}

// mayLeave reads the mailbox that a queued mail is to leave from, or says why it can't.
func (s *Service) mayLeave(ctx context.Context, x store.Send) (store.Mailbox, hire.User, error) {
	account, user, err := s.Store.Member(ctx, x.AccountID, x.UserID)
	if hire.CodeOf(err) == hire.CodeNotFound {
		err = hire.Err(hire.CodeUserInactive)
	}
	if err != nil {
		return store.Mailbox{}, user, err
	}
	if err := hire.MaySend(user, nil); err != nil {
		return store.Mailbox{}, user, err
	}
	box, err := s.Connected(ctx, account, user)
	if err == nil && x.From.Addr != "" && !account.Aliases.Allowed {
		err = hire.Err(hire.CodeAliasNotAllowed)
	}
	if err == nil && box.Sub != x.Sub {
		err = hire.Err(hire.CodeStaleConnection, "Another Google account was connected after this message was queued. Write it again to send it from there.")
	}
	return box, user, err
}

// decideAnew plans a queued mail as things are now.
func (s *Service) decideAnew(ctx context.Context, box store.Mailbox, user hire.User, x store.Send) (store.Send, error) {
	decided, err := s.address(ctx, box, user, Request{
		CandidateID: x.CandidateID, ThreadID: x.Asked.ThreadID, Subject: x.Asked.Subject, Text: x.Text, HTML: x.HTML, To: x.Asked.To, Cc: x.Asked.Cc, Bcc: x.Asked.Bcc,
	})
	if err != nil {
		return store.Send{}, err
	}
	decided.ID, decided.Key, decided.Turn, decided.From, decided.Attachments = x.ID, x.Key, x.Turn, x.From, x.Attachments
	return decided, s.check(decided, user)
}

// waitForGmail puts a queued mail off until Gmail sends for the mailbox again; one that would leave days late fails instead.
func (s *Service) waitForGmail(ctx context.Context, x store.Send, until time.Time) error {
	if until.Sub(x.Due()) > patience {
		return s.drop(ctx, x, limitReached(until))
	}
	return s.putOff(ctx, x, until, true, limitReached(until))
}

// drop ends a queued mail, in its present turn.
func (s *Service) drop(ctx context.Context, x store.Send, why store.Problem) error {
	out, dropped, err := s.Store.DropSend(ctx, x.AccountID, x.ID, x.Turn, why)
	if dropped {
		s.Metrics.SendEnded(ctx, outcomeOf(out))
	}
	return err
}

func (s *Service) putOff(ctx context.Context, x store.Send, until time.Time, inLine bool, why store.Problem) error {
	due, err := s.Store.PutOffSend(ctx, x.AccountID, x.ID, x.Turn, until, inLine, why)
	if err != nil {
		return fmt.Errorf("put queued mail off: %w", err)
	}
	s.Outbox.HandOver(ctx, due)
	return nil
}

func limitReached(until time.Time) store.Problem {
	return store.Problem{Code: hire.CodeDailyLimit, Detail: hire.Err(hire.CodeDailyLimit).Detail, RetryAfter: until}
}

// Cancel cancels a queued mail: it does not leave, and ends as failed with hire.CodeCancelled. Cancelled before, it stays so; one that is not queued is
// hire.CodeTooLateToCancel.
func (s *Service) Cancel(ctx context.Context, k store.MailboxKey, key string) (store.Send, error) {
	x, dropped, err := s.Store.DropSend(ctx, k.AccountID, store.SendID(k.UserID, key), 0, store.Problem{Code: hire.CodeCancelled})
	if err != nil {
		return store.Send{}, err
	}
	if dropped {
		s.Metrics.SendEnded(ctx, outcomeOf(x))
	}
	if x.State != store.SendFailed || x.Problem == nil || x.Problem.Code != hire.CodeCancelled {
		return store.Send{}, hire.Err(hire.CodeTooLateToCancel).With("state", x.State)
	}
	return x, nil
}
