package replies

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/replyaddr"
	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Store is what replies need of the store.
type Store interface {
	ReplyTo(ctx context.Context, id string) (store.ReplyTo, error)
	User(ctx context.Context, account, user string) (hire.User, error)
	Thread(ctx context.Context, account, thread string) (hire.Thread, error)
	PutUpload(ctx context.Context, account string, u store.Upload) error
	GetUpload(ctx context.Context, account, user, id string) (store.Upload, error)
	NewID() (string, error)
}

// Sending is what replies ask of package sending.
type Sending interface {
	Send(ctx context.Context, k store.MailboxKey, key string, r sending.Request) (store.Send, error)
	Outcome(ctx context.Context, k store.MailboxKey, key string) (store.Send, error)
}

// Options of a Service; all are needed.
type Options struct {
	Store     Store
	Sending   Sending
	Blobs     blobs.Store
	Addresses *replyaddr.Signer
	AppURL    string // where Hire is opened, for the mails that say what went wrong
	MaxMail   int64  // bytes of one mail
	Now       func() time.Time
}

// Service takes replies in.
type Service struct{ Options }

// New makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Sending == nil || o.Blobs == nil || o.Addresses == nil || o.AppURL == "" || o.MaxMail <= 0 || o.Now == nil {
		return nil, errors.New("replies: store, sending, blobs, addresses, application's address, a bound and now are all needed")
	}
	return &Service{o}, nil
}

// Envelope is what the gateway knows of a mail besides its content.
type Envelope struct {
	To             string // of RCPT TO: the reply address
	From           string // of MAIL FROM; "" for <>
	Authentication string // what the gateway has found out about the sender, as an Authentication-Results field has it (RFC 8601)
}

// State of a reply that was taken in.
type State string

// The states.
const (
	Sent      State = "sent"
	Duplicate State = "duplicate" // sent before, under the same Message-ID
	Ignored   State = "ignored"   // a program wrote it; nobody is to be told
)

// Outcome of a reply.
type Outcome struct {
	State  State
	Reason string // of an ignored one
	Send   store.Send
}

// Refused is why a reply was not sent, together with what its writer can be told by mail. A refusal without one, of a sender who is not proved, is not to be
// answered: it would go to whoever's address was forged.
type Refused struct {
	Err     error
	To      string // the user's login address
	Subject string
	Text    string
}

func (r *Refused) Error() string { return r.Err.Error() }

func (r *Refused) Unwrap() error { return r.Err }

// headPeek is how much of a mail is looked at for whether a program wrote it, before anything else is done with it.
const headPeek = 64 << 10

// Take takes a mail in. It can be repeated: the same mail is sent once.
func (s *Service) Take(ctx context.Context, e Envelope, body io.Reader) (Outcome, error) {
	r := bufio.NewReaderSize(body, headPeek)
	head, err := r.Peek(headPeek)
	if err != nil && !errors.Is(err, io.EOF) {
		return Outcome{}, s.unreadable(err)
	}
	// First of all, and whatever else is wrong with it: nobody answers a program.
	if reason := automatic(e, head); reason != "" {
		return Outcome{State: Ignored, Reason: reason}, nil
	}
	to, late, err := s.address(ctx, e.To)
	if err != nil {
		return Outcome{}, err
	}
	original, err := s.Blobs.Put(ctx, to.AccountID, io.LimitReader(r, s.MaxMail+1))
	if err != nil {
		return Outcome{}, s.unreadable(err)
	}
	if original.Size > s.MaxMail {
		return Outcome{}, s.tooLarge()
	}
	return s.take(ctx, e, to, late, original)
}

// TakeUploads takes a mail in that is larger than one request: its parts were uploaded in this order.
func (s *Service) TakeUploads(ctx context.Context, e Envelope, ids []string) (Outcome, error) {
	to, _, err := s.address(ctx, e.To)
	if err != nil {
		return Outcome{}, err
	}
	var parts []io.Reader
	for _, id := range ids {
		u, err := s.Store.GetUpload(ctx, to.AccountID, to.UserID, id)
		if err != nil {
			return Outcome{}, err
		}
		c, _, err := s.Blobs.Open(ctx, to.AccountID, u.Blob)
		if err != nil {
			return Outcome{}, fmt.Errorf("open upload: %w", err)
		}
		defer c.Close()
		parts = append(parts, c)
	}
	return s.Take(ctx, e, io.MultiReader(parts...))
}

// uploadTTL is how long a part waits for its mail.
const uploadTTL = 24 * time.Hour

// Upload takes a part of a mail, of at most the size of a request, for a reply address.
func (s *Service) Upload(ctx context.Context, address string, body io.Reader) (store.Upload, error) {
	to, _, err := s.address(ctx, address)
	if err != nil {
		return store.Upload{}, err
	}
	id, err := s.Store.NewID()
	if err != nil {
		return store.Upload{}, err
	}
	b, err := s.Blobs.Put(ctx, to.AccountID, body)
	if err != nil {
		return store.Upload{}, s.unreadable(err)
	}
	u := store.Upload{ID: id, UserID: to.UserID, Filename: "reply.eml", ContentType: "application/octet-stream", Size: b.Size, Blob: b.ID, ExpiresAt: s.Now().Add(uploadTTL)}
	return u, s.Store.PutUpload(ctx, to.AccountID, u)
}

// address finds out what a reply address is for. late says that its time is over; who it was made for can still be told so.
func (s *Service) address(ctx context.Context, address string) (to store.ReplyTo, late bool, err error) {
	id, until, err := s.Addresses.Read(strings.Trim(strings.TrimSpace(address), "<>"))
	if err != nil {
		return to, false, hire.Wrap(hire.CodeReplyAddressUnknown, err)
	}
	to, err = s.Store.ReplyTo(ctx, id)
	return to, !s.Now().Before(until), err
}

// unreadable is an error met while a mail was read from the gateway.
func (s *Service) unreadable(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return hire.Err(hire.CodeBodyTooLarge, fmt.Sprintf("A request takes at most %d bytes. Upload a larger mail in parts.", large.Limit)).With("limit_bytes", large.Limit)
	case errors.Is(err, blobs.ErrTooLarge):
		return s.tooLarge()
	case errors.Is(err, blobs.ErrSource):
		return hire.Wrap(hire.CodeUnavailable, err) // the gateway has gone
	}
	return fmt.Errorf("store mail: %w", err)
}

func (s *Service) tooLarge() error {
	return hire.Err(hire.CodeMessageTooLarge, fmt.Sprintf("A mail can be %d MB at most.", s.MaxMail>>20))
}

// take makes a send of a mail that was stored.
func (s *Service) take(ctx context.Context, e Envelope, to store.ReplyTo, late bool, original blobs.Blob) (Outcome, error) {
	user, err := s.Store.User(ctx, to.AccountID, to.UserID)
	if err != nil {
		return Outcome{}, err
	}
	m, err := s.read(ctx, to.AccountID, original)
	if err != nil {
		return Outcome{}, err
	}
	if err := proved(e, m, user); err != nil {
		return Outcome{}, err
	}
	refused := func(err error) error { return s.refused(err, user, m) }
	if late {
		return Outcome{}, refused(hire.Err(hire.CodeReplyAddressExpired))
	}
	thread, err := s.Store.Thread(ctx, to.AccountID, to.ThreadID)
	if err != nil {
		return Outcome{}, refused(err)
	}
	request, err := s.request(ctx, thread, m)
	if err != nil {
		return Outcome{}, err
	}
	request.Original = original.ID
	box, key := store.MailboxKey{AccountID: to.AccountID, UserID: to.UserID}, keyOf(thread.ID, m, original)
	old, err := s.Sending.Outcome(ctx, box, key)
	if err != nil && hire.CodeOf(err) != hire.CodeNotFound {
		return Outcome{}, err
	}
	x, err := s.Sending.Send(ctx, box, key, request)
	if hire.CodeOf(err) == hire.CodeKeyReused {
		err = hire.Wrap(hire.CodeReplyRepeated, err)
	}
	if err != nil {
		return Outcome{}, refused(err)
	}
	switch {
	case x.State != store.SendSent:
		return Outcome{}, refused(problemOf(x))
	case old.State == store.SendSent:
		return Outcome{State: Duplicate, Send: x}, nil
	}
	return Outcome{State: Sent, Send: x}, nil
}

func problemOf(x store.Send) error {
	if x.Problem == nil {
		return hire.Err(hire.CodeSendInProgress)
	}
	e := hire.Err(x.Problem.Code, x.Problem.Detail).With("state", x.State)
	e.RetryAfter = x.Problem.RetryAfter
	return e
}

func (s *Service) read(ctx context.Context, account string, original blobs.Blob) (*mime.Message, error) {
	c, _, err := s.Blobs.Open(ctx, account, original.ID)
	if err != nil {
		return nil, fmt.Errorf("open mail: %w", err)
	}
	defer c.Close()
	raw, err := io.ReadAll(c)
	if err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	m, err := mime.Parse(raw)
	if err != nil {
		return nil, hire.Wrap(hire.CodeEmptyMessage, err)
	}
	return m, nil
}

// request is the in-app reply that a mail stands for. Recipients, subject and conversation are Hire's rule, whatever the mail says.
func (s *Service) request(ctx context.Context, thread hire.Thread, m *mime.Message) (sending.Request, error) {
	reply := m.Reply()
	// A quote that could not be told from an answer may name the address; it must not come to the candidate.
	out := sending.Request{CandidateID: thread.CandidateID, ThreadID: thread.ID, Text: s.Addresses.Erase(reply.Text), HTML: s.Addresses.Erase(reply.HTML)}
	if strings.TrimSpace(out.Text) == "" {
		out.Text, out.HTML = "", ""
	}
	for _, a := range reply.Attachments {
		b, err := s.Blobs.Put(ctx, thread.AccountID, bytes.NewReader(a.Content))
		if err != nil {
			return out, fmt.Errorf("store attachment: %w", err)
		}
		out.Files = append(out.Files, hire.Attachment{Filename: a.Filename, ContentType: a.ContentType, Size: b.Size, Blob: b.ID})
	}
	return out, nil
}

// keyOf is the same for the same mail, whichever way it came: its writer's program chooses the Message-ID, so sender and date count too. A mail
// without one is known by its content.
func keyOf(thread string, m *mime.Message, original blobs.Blob) string {
	parts := []string{"reply", thread}
	if m.MessageID == "" {
		return "reply-" + hire.Digest(append(parts, "content", original.ID)...)
	}
	parts = append(parts, "id", m.MessageID, m.Date.Format(time.RFC3339))
	for _, f := range m.From {
		parts = append(parts, hire.NormalizeAddress(f.Addr))
	}
	return "reply-" + hire.Digest(parts...)
}

// passing are failures after which the gateway tries again by itself, and nobody is told yet.
var passing = []hire.Code{hire.CodeInternal, hire.CodeUnavailable, hire.CodeSendInProgress, hire.CodeGmailUnavailable, hire.CodeRateLimited}

// refused adds what the user can be told by mail.
func (s *Service) refused(err error, user hire.User, m *mime.Message) error {
	var own *hire.Error
	if !errors.As(err, &own) || slices.Contains(passing, own.Code) {
		return err
	}
	what := "Your reply was not sent."
	if own.Code == hire.CodeSendUnknown {
		what = "It is not known whether your reply was sent."
	}
	return &Refused{Err: err, To: user.Email, Subject: "Not sent: " + m.Subject, Text: what + "\n\n" + own.Detail + "\n\n" + s.AppURL + "\n"}
}
