package sending

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// maxFiles is how many files a mail can have. Each is a record in the transaction that begins the send.
const maxFiles = 100

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
	box, err := s.connected(ctx, account, user)
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
	box, err := s.connected(ctx, account, user)
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

// plan decides recipients, conversation and content, and refuses what can't be sent before anything is stored.
func (s *Service) plan(ctx context.Context, account hire.Account, box store.Mailbox, user hire.User, r Request) (store.Send, error) {
	x, err := s.address(ctx, box, user, r)
	if err != nil {
		return store.Send{}, err
	}
	if x.Attachments, err = s.attachments(ctx, user, r.Attachments); err != nil {
		return store.Send{}, err
	}
	x.Attachments = append(x.Attachments, r.Files...)
	err = s.complete(&x, account, box, user, r, s.addressList(ctx, box))
	return x, err
}

// complete checks a mail that is addressed and has its files, and signs it; Gmail is asked only about what could leave otherwise.
func (s *Service) complete(x *store.Send, account hire.Account, box store.Mailbox, user hire.User, r Request, addresses addressList) error {
	if err := s.check(*x, user); err != nil {
		return err
	}
	if err := s.sign(x, account, box, user, r, addresses); err != nil {
		return err
	}
	if !r.Signature && x.From.Addr == "" {
		return nil
	}
	return s.check(*x, user)
}

// address decides whom a mail goes to, in which conversation, and under which subject.
func (s *Service) address(ctx context.Context, box store.Mailbox, user hire.User, r Request) (store.Send, error) {
	candidate, err := s.Store.Candidate(ctx, user.AccountID, r.CandidateID)
	if err != nil {
		return store.Send{}, err
	}
	x := store.Send{AccountID: user.AccountID, UserID: user.ID, CandidateID: candidate.ID, Subject: r.Subject, Text: r.Text, HTML: r.HTML, Sub: box.Sub, Original: r.Original}
	if r.ThreadID == "" {
		err = s.planNew(&x, candidate, r)
	} else {
		err = s.planReply(ctx, &x, box, user, candidate, r)
	}
	return x, err
}

func (s *Service) planNew(x *store.Send, candidate hire.Candidate, r Request) error {
	x.To, x.Cc, x.Bcc = r.To, r.Cc, r.Bcc
	if len(r.To) == 0 && candidate.Primary() != "" {
		x.To = []hire.Address{{Name: candidate.Name, Addr: candidate.Primary()}}
	}
	if strings.TrimSpace(r.Subject) == "" {
		return invalid("subject", "Give a subject.")
	}
	return nil
}

func (s *Service) planReply(ctx context.Context, x *store.Send, box store.Mailbox, user hire.User, candidate hire.Candidate, r Request) error {
	if len(r.To)+len(r.Cc)+len(r.Bcc) > 0 {
		return invalid("to", "On a reply Hire chooses the recipients: the candidate and the users on the conversation. Leave to, cc and bcc out.")
	}
	thread, err := s.conversation(ctx, user, r.ThreadID)
	if err != nil {
		return err
	}
	// The conversation may be of a profile that was merged into this one.
	owner, err := s.Store.Candidate(ctx, user.AccountID, thread.CandidateID)
	if err != nil {
		return err
	}
	if owner.ID != candidate.ID {
		return hire.Err(hire.CodeUnknownThread)
	}
	messages, err := s.Store.Messages(ctx, user.AccountID, thread.ID, nil, 50)
	if err != nil {
		return err
	}
	rec, err := s.ReplyRecipients(ctx, user, candidate, messages)
	if err != nil {
		return err
	}
	x.To, x.Cc, x.LeftOut = rec.To, rec.Cc, rec.LeftOut
	if strings.TrimSpace(x.Subject) != "" && !strings.EqualFold(mime.BaseSubject(x.Subject), mime.BaseSubject(thread.Subject)) {
		return nil // another subject on purpose: a new conversation
	}
	x.Subject, x.ThreadID = mime.ReplySubject(thread.Subject), thread.ID
	for _, m := range messages {
		if m.MessageID != "" {
			x.InReplyTo, x.References = m.MessageID, mime.References(m.References, m.MessageID)
			break
		}
	}
	for _, src := range thread.Sources {
		if src.Sub == box.Sub {
			x.ReplyGmailThreadID = src.GmailThreadID
		}
	}
	return nil
}

// conversation reads one that the user may reply to.
func (s *Service) conversation(ctx context.Context, user hire.User, id string) (hire.Thread, error) {
	thread, err := s.Store.Thread(ctx, user.AccountID, id)
	if err != nil {
		return thread, err
	}
	if err := hire.MaySend(user, &thread); err != nil {
		return thread, err
	}
	return thread, hire.MayRead(user, thread)
}

// ReplyRecipients says who an in-app reply to these messages goes to.
func (s *Service) ReplyRecipients(ctx context.Context, user hire.User, candidate hire.Candidate, newestFirst []hire.Message) (hire.Recipients, error) {
	var people []hire.Address
	var addresses []string
	for _, m := range newestFirst {
		for _, a := range slices.Concat(m.From, m.To, m.Cc) {
			people = append(people, a)
			addresses = append(addresses, a.Addr)
		}
	}
	users, err := s.Store.UsersByLogin(ctx, user.AccountID, addresses)
	if err != nil {
		return hire.Recipients{}, err
	}
	aliases, err := s.aliases(ctx, user, users, newestFirst)
	if err != nil {
		return hire.Recipients{}, err
	}
	for i, p := range people {
		if u, ok := aliases[hire.NormalizeAddress(p.Addr)]; ok {
			users[hire.NormalizeAddress(u.Email)] = u
			people[i].Addr = u.Email
		}
	}
	return hire.ReplyRecipients(candidate, user, slices.Collect(maps.Values(users)), people), nil
}

// aliases are the addresses in a conversation that users have written from besides their login addresses: whose they are, its messages tell.
func (s *Service) aliases(ctx context.Context, self hire.User, byLogin map[string]hire.User, messages []hire.Message) (map[string]hire.User, error) {
	out, known := map[string]hire.User{}, map[string]hire.User{self.ID: self}
	for _, m := range messages {
		if m.UserID == "" || m.Direction != hire.Outbound || len(m.From) == 0 {
			continue
		}
		address := hire.NormalizeAddress(m.From[0].Addr)
		_, login := byLogin[address]
		if _, found := out[address]; login || found {
			continue
		}
		u, ok := known[m.UserID]
		if !ok {
			var err error
			if u, err = s.Store.User(ctx, self.AccountID, m.UserID); err != nil && hire.CodeOf(err) != hire.CodeNotFound {
				return nil, err
			}
			known[m.UserID] = u
		}
		if u.ID != "" {
			out[address] = u
		}
	}
	return out, nil
}

func checkFiles(refs []AttachmentRef) error {
	if len(refs) > maxFiles {
		return invalid("attachments", fmt.Sprintf("A mail can have %d files at most. Put them into one archive.", maxFiles))
	}
	return nil
}

// attachments finds the files that a request names.
func (s *Service) attachments(ctx context.Context, user hire.User, refs []AttachmentRef) ([]hire.Attachment, error) {
	if err := checkFiles(refs); err != nil {
		return nil, err
	}
	var out []hire.Attachment
	for _, ref := range refs {
		a, err := s.attachment(ctx, user, ref)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (s *Service) attachment(ctx context.Context, user hire.User, ref AttachmentRef) (hire.Attachment, error) {
	if ref.UploadID == "" {
		return s.earlier(ctx, user, ref)
	}
	u, err := s.Store.GetUpload(ctx, user.AccountID, user.ID, ref.UploadID)
	return hire.Attachment{Filename: u.Filename, ContentType: u.ContentType, ContentID: ref.ContentID, Inline: ref.ContentID != "", Size: u.Size, Blob: u.Blob}, err
}

// earlier finds a file of a message that the user may read.
func (s *Service) earlier(ctx context.Context, user hire.User, ref AttachmentRef) (hire.Attachment, error) {
	unknown := hire.Err(hire.CodeUnknownUpload)
	if ref.ThreadID == "" || ref.MessageID == "" {
		return hire.Attachment{}, unknown
	}
	thread, err := s.Store.Thread(ctx, user.AccountID, ref.ThreadID)
	if err != nil || hire.MayRead(user, thread) != nil {
		return hire.Attachment{}, unknown
	}
	m, err := s.Store.Message(ctx, user.AccountID, ref.ThreadID, ref.MessageID)
	if err != nil {
		return hire.Attachment{}, unknown
	}
	i := slices.IndexFunc(m.Attachments, func(a hire.Attachment) bool { return a.PartID == ref.PartID })
	if i < 0 {
		return hire.Attachment{}, unknown
	}
	a := m.Attachments[i]
	// The message might be deleted before the send or the batch that refers to the file, too, is begun.
	err = s.Blobs.Keep(ctx, user.AccountID, a.Blob)
	if errors.Is(err, blobs.ErrNotFound) {
		return hire.Attachment{}, unknown
	}
	if err != nil {
		return hire.Attachment{}, fmt.Errorf("keep a file of an earlier message: %w", err)
	}
	a.PartID, a.ContentID, a.Inline = "", ref.ContentID, ref.ContentID != ""
	return a, nil
}

// check refuses what Gmail would refuse, with words a recruiter understands.
func (s *Service) check(x store.Send, user hire.User) error {
	if len(x.Attachments) == 0 && saysNothing(x) {
		return hire.Err(hire.CodeEmptyMessage)
	}
	if len(x.Text)+len(x.HTML) > maxText {
		return hire.Err(hire.CodeMessageTooLarge, "The text is longer than 512 KB. Attach it as a file.")
	}
	n := len(x.To) + len(x.Cc) + len(x.Bcc)
	switch {
	case len(x.To) == 0:
		return hire.Err(hire.CodeNoRecipient)
	case n > s.Limits.Recipients:
		return hire.Err(hire.CodeTooManyRecipients, fmt.Sprintf("Gmail takes at most %d recipients in one message; this one has %d.", s.Limits.Recipients, n))
	}
	var size int64
	for _, a := range x.Attachments {
		size += a.Size
	}
	if size > s.Limits.Attachments {
		return hire.Err(hire.CodeMessageTooLarge, fmt.Sprintf("Attachments can be %d MB in all; these are %.1f MB. Remove some, or send a link.", s.Limits.Attachments>>20, float64(size)/(1<<20)))
	}
	return problemOf(s.outgoing(x, user, s.Now()).Validate())
}

// saysNothing tells whether a mail has neither words nor pictures.
func saysNothing(x store.Send) bool {
	return strings.TrimSpace(x.Text) == "" && strings.TrimSpace(mime.TextOf(x.HTML)) == "" && !strings.Contains(strings.ToLower(x.HTML), "<img")
}

// problemOf says what is wrong with a mail to be composed, in words for its writer. An error that is not theirs stays as it is.
func problemOf(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, mime.ErrHeaderInjection):
		return hire.Wrap(hire.CodeInvalidHeader, err)
	case errors.Is(err, mime.ErrNoRecipient):
		return hire.Err(hire.CodeNoRecipient)
	case errors.Is(err, mime.ErrInvalidAddress):
		return hire.Err(hire.CodeInvalidAddress, sentence(err))
	case errors.Is(err, mime.ErrInvalidPicture):
		return invalid("attachments", sentence(err))
	case errors.Is(err, mime.ErrInvalidFilename):
		return hire.Err(hire.CodeInvalidHeader, sentence(err))
	}
	return err
}

// sentence makes one of an error whose text is fit for the caller.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func invalid(field, text string) error {
	e := hire.Err(hire.CodeInvalidRequest, text)
	e.Fields = map[string]string{field: text}
	return e
}

// outgoing is the mail as it is composed.
func (s *Service) outgoing(x store.Send, user hire.User, at time.Time) mime.Outgoing {
	from := mime.Address{Name: user.Name, Addr: user.Email}
	if x.From.Addr != "" {
		from = mime.Address{Name: x.From.Name, Addr: x.From.Addr}
	}
	o := mime.Outgoing{
		From: from, To: mimeAddresses(x.To), Cc: mimeAddresses(x.Cc), Bcc: mimeAddresses(x.Bcc),
		Subject: x.Subject, Text: x.Text, HTML: x.HTML, InReplyTo: x.InReplyTo, References: x.References, Date: at,
		Header: []mime.HeaderField{{Name: hire.SendHeader, Value: x.ID}},
	}
	for _, a := range x.Attachments {
		o.Attachments = append(o.Attachments, mime.OutgoingAttachment{
			Filename: a.Filename, ContentType: a.ContentType, ContentID: inlineID(a), Size: a.Size,
			Open: func() (io.ReadCloser, error) {
				c, _, err := s.Blobs.Open(context.Background(), x.AccountID, a.Blob)
				return c, err
			},
		})
	}
	return o
}

// inlineID is the content id of a picture within the text; "" for a file.
func inlineID(a hire.Attachment) string {
	if !a.Inline {
		return ""
	}
	return a.ContentID
}

func mimeAddresses(as []hire.Address) []mime.Address {
	out := make([]mime.Address, len(as))
	for i, a := range as {
		out[i] = mime.Address{Name: a.Name, Addr: a.Addr}
	}
	return out
}

// Outcome reads what became of a send.
func (s *Service) Outcome(ctx context.Context, k store.MailboxKey, key string) (store.Send, error) {
	return s.Store.GetSend(ctx, k.AccountID, store.SendID(k.UserID, key))
}

// uploadTTL is how long an upload waits for its mail.
const uploadTTL = 24 * time.Hour

// Upload takes a file for a mail that is not written yet, in a stream.
func (s *Service) Upload(ctx context.Context, k store.MailboxKey, filename, contentType string, body io.Reader) (store.Upload, error) {
	_, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return store.Upload{}, err
	}
	if err := hire.MaySend(user, nil); err != nil {
		return store.Upload{}, err
	}
	if err := problemOf(mime.CheckFilename(filename)); err != nil {
		return store.Upload{}, err
	}
	id, err := s.Store.NewID()
	if err != nil {
		return store.Upload{}, err
	}
	b, err := s.Blobs.Put(ctx, k.AccountID, io.LimitReader(body, s.Limits.Attachments+1))
	if errors.Is(err, blobs.ErrTooLarge) || (err == nil && b.Size > s.Limits.Attachments) {
		return store.Upload{}, hire.Err(hire.CodeMessageTooLarge, fmt.Sprintf("A file can be %d MB at most. Send a link instead.", s.Limits.Attachments>>20))
	}
	if err != nil {
		return store.Upload{}, fmt.Errorf("store upload: %w", err)
	}
	u := store.Upload{ID: id, UserID: k.UserID, Filename: filename, ContentType: contentType, Size: b.Size, Blob: b.ID, ExpiresAt: s.Now().Add(uploadTTL)}
	return u, s.Store.PutUpload(ctx, k.AccountID, u)
}
