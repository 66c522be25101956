package sending

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
)

// claimTTL is how long one process may be at work on a send.
const claimTTL = 2 * time.Minute

// Request is a mail that a user wants to send.
type Request struct {
	CandidateID string
	ThreadID    string // a reply: recipients are Hire's rule
	Subject     string // on a reply: another one begins a new conversation
	Text, HTML  string
	To, Cc, Bcc []hire.Address
	Attachments []AttachmentRef
	// What follows is left out of the request's hash where it is zero, so that the hashes of older requests stand.
	SendAt    time.Time         `json:",omitzero"`  // when it is to leave; zero: now
	From      string            `json:",omitempty"` // another address of the mailbox; "" for its own
	Signature bool              `json:",omitempty"` // the Gmail signature of that address goes below the text
	Files     []hire.Attachment `json:",omitempty"` // further attachments, whose content lies in blobs already
	// Original is the blob of the mail that the message was made of; "" for none. It does not count when requests of one key are compared: the same mail may have
	// come another way.
	Original string `json:"-"`
}

// AttachmentRef names an upload, or a file of a message in the same profile.
type AttachmentRef struct {
	UploadID                    string
	ThreadID, MessageID, PartID string
	ContentID                   string `json:",omitempty"` // of a picture that the HTML shows as cid:…
}

func checkKey(key string) error {
	switch {
	case key == "":
		return hire.Err(hire.CodeKeyMissing)
	case len(key) > 255:
		return hire.Err(hire.CodeInvalidRequest, "An Idempotency-Key has at most 255 characters.")
	case strings.HasPrefix(key, batchKeys):
		return hire.Err(hire.CodeInvalidRequest, "Keys that begin with "+batchKeys+" belong to the messages of batches.")
	}
	return nil
}

// Send sends a mail under an idempotency key, or queues it where it has a time. With a key used before it answers as then, or goes on where an earlier call was
// broken off.
func (s *Service) Send(ctx context.Context, k store.MailboxKey, key string, r Request) (store.Send, error) {
	ctx = obs.WithMailbox(ctx, k.AccountID, k.UserID)
	if err := checkKey(key); err != nil {
		return store.Send{}, err
	}
	hash, err := hashOf(r)
	if err != nil {
		return store.Send{}, err
	}
	// What was decided under this key stands, whatever has changed since.
	old, err := s.Store.GetSend(ctx, k.AccountID, store.SendID(k.UserID, key))
	switch {
	case err == nil && old.RequestHash != hash:
		return store.Send{}, hire.Err(hire.CodeKeyReused)
	case err == nil && (old.State == store.SendQueued || old.State.Final()):
		return old, nil
	case err == nil:
		return s.retry(ctx, k, old)
	case err != nil && hire.CodeOf(err) != hire.CodeNotFound:
		return store.Send{}, err
	}
	if err := s.checkTime(r.SendAt, 0); err != nil {
		return store.Send{}, err
	}
	account, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return store.Send{}, err
	}
	if err := hire.MaySend(user, nil); err != nil {
		return store.Send{}, err
	}
	box, err := s.Connected(ctx, account, user)
	if err != nil {
		// Whoever may not reply need not connect to be told so.
		if r.ThreadID != "" {
			if _, terr := s.conversation(ctx, user, r.ThreadID); terr != nil {
				return store.Send{}, terr
			}
		}
		return store.Send{}, err
	}
	if r.SendAt.IsZero() && s.Now().Before(box.SendBlockedUntil) {
		e := hire.Err(hire.CodeDailyLimit)
		e.RetryAfter = box.SendBlockedUntil
		return store.Send{}, e
	}
	x, err := s.plan(ctx, account, box, user, r)
	if err != nil {
		return store.Send{}, err
	}
	x.Key, x.RequestHash = key, hash
	if !r.SendAt.IsZero() {
		return s.queue(ctx, x, r)
	}
	holder, err := s.Store.NewID()
	if err != nil {
		return store.Send{}, err
	}
	x, claimed, err := s.Store.BeginSend(ctx, x, holder, claimTTL)
	if err != nil {
		return store.Send{}, err
	}
	return s.claimed(ctx, box, user, x, holder, claimed)
}

// retry goes on with a send under way, as it was planned when it was asked for.
func (s *Service) retry(ctx context.Context, k store.MailboxKey, old store.Send) (store.Send, error) {
	account, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return store.Send{}, err
	}
	box, err := s.Connected(ctx, account, user)
	if err != nil {
		return store.Send{}, err
	}
	holder, err := s.Store.NewID()
	if err != nil {
		return store.Send{}, err
	}
	x, claimed, err := s.Store.ClaimSend(ctx, old.AccountID, old.ID, holder, claimTTL)
	if err != nil {
		return store.Send{}, err
	}
	return s.claimed(ctx, box, user, x, holder, claimed)
}

// claimed carries on with a send where it is ours to carry.
func (s *Service) claimed(ctx context.Context, box store.Mailbox, user hire.User, x store.Send, holder string, claimed bool) (store.Send, error) {
	switch {
	case claimed:
		return s.drive(ctx, box, user, x, holder)
	case x.State == store.SendQueued, x.State.Final():
		return x, nil
	}
	return store.Send{}, hire.Err(hire.CodeSendInProgress)
}

func hashOf(r any) (string, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("hash request: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

func invalid(field, text string) error {
	return hire.Invalid(field, text, text)
}

// Outcome reads what became of a send.
func (s *Service) Outcome(ctx context.Context, k store.MailboxKey, key string) (store.Send, error) {
	return s.Store.GetSend(ctx, k.AccountID, store.SendID(k.UserID, key))
}
