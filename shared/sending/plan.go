package sending

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

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

// What a request names is bounded, so that the record of it is one that the database takes. No mail program shows as much.
const (
	maxSubject = 1000 // characters
	maxName    = 1000 // characters
	maxAddress = 320  // bytes (RFC 5321 section 4.5.3.1)
)

func bounded(r Request) error {
	if utf8.RuneCountInString(r.Subject) > maxSubject {
		return invalid("subject", "A subject can have 1,000 characters at most.")
	}
	for _, a := range slices.Concat(r.To, r.Cc, r.Bcc) {
		if len(a.Addr) > maxAddress || utf8.RuneCountInString(a.Name) > maxName {
			return hire.Err(hire.CodeInvalidAddress, "An address can have 320 characters at most, and a name 1,000.")
		}
	}
	return nil
}

// address decides whom a mail goes to, in which conversation, and under which subject.
func (s *Service) address(ctx context.Context, box store.Mailbox, user hire.User, r Request) (store.Send, error) {
	if err := bounded(r); err != nil {
		return store.Send{}, err
	}
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
	if err := hire.MayRead(user, thread); err != nil { // first: to whoever may not see it, it is not there
		return thread, err
	}
	return thread, hire.MaySend(user, &thread)
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
