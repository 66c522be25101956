package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// A user chooses conversations of their own mailbox to be imported into a candidate's profile. What they have chosen is noted, with the task that reads them, before any
// of it is read; what became of each is noted when it was. Nothing else is kept of a conversation that turns out not to be the candidate's.

// AskedImports are the conversations that one user has asked for in one candidate's profile, the last asked last.
type AskedImports struct {
	AccountID     string
	UserID        string
	CandidateID   string
	Sub           string // Google's id of the mailbox's owner: in another mailbox the ids mean other conversations
	Conversations []AskedImport
	ExpiresAt     time.Time
}

// AskedImport is one of them.
type AskedImport struct {
	GmailThreadID string
	AskedAt       time.Time
	EndedAt       time.Time       // zero: its turn is yet to come
	Miss          hire.MissReason // why it is not in the profile; "" where it is
	ThreadID      string          // in which it is
}

const (
	// askedKept is how many conversations are remembered of one user and candidate, and how many may wait.
	askedKept = 100
	// askedFor is how long it is remembered what became of them.
	askedFor = 30 * 24 * time.Hour
	// askedAgain is after how long a conversation that waits still is taken to have lost its task: whoever asks again gets another.
	askedAgain = 10 * time.Minute
)

// MissError says why a conversation that was asked for is not the candidate's. Nothing was stored.
type MissError struct{ Reason hire.MissReason }

// Error is for the log.
func (e *MissError) Error() string { return "not imported: " + string(e.Reason) }

// AskImport notes that a user asks for conversations of their mailbox in a candidate's profile, and queues the task that reads them, in one commit. What waits already is not
// asked for twice, what has ended is looked at anew. hire.CodeRateLimited where too many wait.
func (s *Store) AskImport(ctx context.Context, k MailboxKey, generation int64, candidate string, gmailThreads []string) (out AskedImports, due []OutboxRow, err error) {
	var rs rows
	err = s.db.Update(ctx, "import.ask", func(ctx context.Context, tx docs.Tx) error {
		rs = nil
		m, err := docs.Get[Mailbox](ctx, tx, mailboxRef(k))
		if err != nil {
			return err
		}
		if m == nil || m.Generation != generation || m.State != Connected {
			return hire.Err(hire.CodeStaleConnection)
		}
		a, err := askedImports(ctx, tx, k, candidate, m.Sub)
		if err != nil {
			return err
		}
		now := s.clock()
		asked, again, err := a.ask(gmailThreads, now)
		if err != nil {
			return err
		}
		if out = a; asked == 0 && !again {
			return nil
		}
		a.ExpiresAt = now.Add(askedFor)
		out = a
		t := SyncTask{AccountID: k.AccountID, UserID: k.UserID, Generation: generation, Reason: "asked", CandidateID: candidate}
		if err := rs.sync(t, fmt.Sprintf("asked-%s-%s-%d", k.UserID, candidate, now.UnixMicro()), now); err != nil {
			return err
		}
		if asked > 0 {
			e := AuditEntry{UserID: k.UserID, Action: AuditImportRequested, Target: candidate, CandidateID: candidate, Detail: fmt.Sprintf("%d asked for", asked)}
			if err := s.audit(tx, k.AccountID, e); err != nil {
				return err
			}
		}
		if err := tx.Set(askedRef(k, candidate), &a); err != nil {
			return err
		}
		return s.putRows(ctx, tx, rs)
	})
	return out, rs, err
}

// ask notes conversations that are not noted as waiting yet, and counts these. again tells that one of the others has waited for so long that its task was lost. Of those that have ended, the oldest
// give way.
func (a *AskedImports) ask(gmailThreads []string, now time.Time) (asked int, again bool, err error) {
	for _, id := range gmailThreads {
		i := slices.IndexFunc(a.Conversations, func(c AskedImport) bool { return c.GmailThreadID == id })
		if i >= 0 && a.Conversations[i].EndedAt.IsZero() {
			again = again || now.Sub(a.Conversations[i].AskedAt) >= askedAgain
			continue
		}
		if i >= 0 {
			a.Conversations = slices.Delete(a.Conversations, i, i+1)
		}
		a.Conversations = append(a.Conversations, AskedImport{GmailThreadID: id, AskedAt: now})
		asked++
	}
	waiting := 0
	for _, c := range a.Conversations {
		if c.EndedAt.IsZero() {
			waiting++
		}
	}
	if waiting > askedKept {
		return 0, false, hire.Err(hire.CodeRateLimited, fmt.Sprintf("%d conversations wait to be imported. Ask for more when these are done.", waiting-asked))
	}
	for i := 0; len(a.Conversations) > askedKept; {
		if a.Conversations[i].EndedAt.IsZero() {
			i++
			continue
		}
		a.Conversations = slices.Delete(a.Conversations, i, i+1)
	}
	return asked, again, nil
}

// AskedImports reads what a user has asked for in a candidate's profile, from the mailbox of this Google user.
func (s *Store) AskedImports(ctx context.Context, k MailboxKey, candidate, sub string) (out AskedImports, err error) {
	err = s.db.View(ctx, "import.asked", func(ctx context.Context, tx docs.Tx) (err error) {
		out, err = askedImports(ctx, tx, k, candidate, sub)
		return err
	})
	return out, err
}

func askedImports(ctx context.Context, tx docs.Tx, k MailboxKey, candidate, sub string) (AskedImports, error) {
	a, err := docs.Get[AskedImports](ctx, tx, askedRef(k, candidate))
	if err != nil || a == nil || a.Sub != sub {
		return AskedImports{AccountID: k.AccountID, UserID: k.UserID, CandidateID: candidate, Sub: sub}, err
	}
	return *a, nil
}

// EndAsked notes what became of a conversation that was asked for. One that waits no longer is left as it is.
func (s *Store) EndAsked(ctx context.Context, k MailboxKey, candidate, sub, gmailThread string, miss hire.MissReason) error {
	return s.db.Update(ctx, "import.answer", func(ctx context.Context, tx docs.Tx) error {
		a, err := askedImports(ctx, tx, k, candidate, sub)
		if err != nil {
			return err
		}
		t, err := docs.Get[Tracked](ctx, tx, trackedRef(k.AccountID, sub, gmailThread))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(a.Conversations, func(c AskedImport) bool { return c.GmailThreadID == gmailThread })
		if i < 0 || !a.Conversations[i].EndedAt.IsZero() {
			return nil
		}
		a.Conversations[i].EndedAt, a.Conversations[i].Miss = s.clock(), miss
		if t != nil && miss == "" {
			a.Conversations[i].ThreadID = t.ThreadID
		}
		return tx.Set(askedRef(k, candidate), &a)
	})
}

// matchAsked gives a conversation to the candidate whom its user has chosen, by the rules that hold for labelled ones: the mailbox is that of the user's login address, and
// the candidate has one of its addresses. Where the address is on several profiles, the one that has the conversation already keeps it.
func (f *filing) matchAsked(ctx context.Context) error {
	defer f.markRead()
	if !hire.SameAddress(f.user.Email, f.box.Address) {
		return &MissError{hire.MissLoginAddress}
	}
	c, err := root(ctx, f.tx, f.account, f.c.Asked)
	if err != nil {
		return err
	}
	if c == nil || c.Deleted {
		return &MissError{hire.MissCandidateDeleted}
	}
	others := f.others()
	if f.tracked.CandidateID != "" {
		owner, err := root(ctx, f.tx, f.account, f.tracked.CandidateID)
		switch {
		case err != nil:
			return err
		case owner == nil || owner.ID != c.ID:
			return &MissError{hire.MissOtherCandidate}
		}
		f.family = []string{f.tracked.CandidateID}
	} else {
		candidates, err := candidatesByAddress(ctx, f.tx, f.account, others)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(candidates, func(o hire.Candidate) bool { return o.ID == c.ID }) {
			return &MissError{hire.MissNoCandidate}
		}
		owner, err := f.owner(ctx, candidates)
		if err != nil {
			return err
		}
		if owner != "" && owner != c.ID {
			return &MissError{hire.MissOtherCandidate}
		}
		_, ambiguous, _ := hire.Match(candidates, owner)
		f.tracked.CandidateID, f.tracked.Ambiguous = c.ID, ambiguous
		if f.family, err = family(ctx, f.tx, f.account, c.ID); err != nil {
			return err
		}
	}
	f.tracked.Addresses = others
	f.tracked.State, f.tracked.Miss = TrackActive, ""
	return nil
}

// MissOf is why a conversation that was asked for is not the candidate's; "" where err says something else.
func MissOf(err error) hire.MissReason {
	var miss *MissError
	if errors.As(err, &miss) {
		return miss.Reason
	}
	return ""
}
