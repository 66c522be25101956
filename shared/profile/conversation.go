package profile

import (
	"context"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/safehtml"
	"github.com/trakstar/hire-gmail/shared/store"
)

const messagesPage = 50

// Conversation is a conversation opened: a page of its messages, and who a reply goes to.
type Conversation struct {
	Row
	Messages []Message       // of the newest page, or the one asked for, oldest first
	Next     *store.Position // where older messages go on; nil at the end
	Reply    hire.Recipients // of an in-app reply
}

// Message is a stored message as it is shown. Its HTML is harmless, and its Text what its writer has added; Quoted is what they quote.
type Message struct {
	hire.Message
	Writer    Person
	ToPeople  []Person
	CcPeople  []Person
	Quoted    string
	HasRemote bool    // there are images on other servers, which are left out unless they were asked for
	Claims    *Person // whose address a forged mail names as its sender; nil for any other mail
}

// Open opens a conversation, with the images that lie on other servers if remoteImages: whoever asks for these tells the sender that the mail was read.
func (s *Service) Open(ctx context.Context, reader hire.User, id string, after *store.Position, remoteImages bool) (Conversation, error) {
	t, err := s.opened(ctx, reader, id)
	if err != nil {
		return Conversation{}, err
	}
	c, err := s.Candidate(ctx, reader, t.CandidateID)
	if err != nil {
		return Conversation{}, err
	}
	messages, err := s.Store.Messages(ctx, reader.AccountID, t.ID, after, messagesPage)
	if err != nil {
		return Conversation{}, err
	}
	rows, err := s.rows(ctx, reader, c, []hire.Thread{t})
	if err != nil {
		return Conversation{}, err
	}
	out := Conversation{Row: rows[0]}
	if len(messages) == messagesPage {
		last := messages[messagesPage-1]
		out.Next = &store.Position{At: last.ReceivedAt, ID: last.ID}
	}
	var addresses []string
	for _, m := range messages {
		for _, a := range slices.Concat(m.From, m.To, m.Cc) {
			addresses = append(addresses, a.Addr)
		}
	}
	people, err := s.people(ctx, c, addresses)
	if err != nil {
		return Conversation{}, err
	}
	for _, m := range slices.Backward(messages) {
		shown, err := s.message(ctx, people, m, remoteImages)
		if err != nil {
			return Conversation{}, err
		}
		out.Messages = append(out.Messages, shown)
	}
	out.Reply, err = s.Sending.ReplyRecipients(ctx, reader, c, messages)
	return out, err
}

// message is a stored message as it is shown.
func (s *Service) message(ctx context.Context, p people, m hire.Message, remoteImages bool) (Message, error) {
	if err := blobs.LoadBody(ctx, s.Blobs, &m); err != nil {
		return Message{}, err
	}
	out := Message{Message: m, ToPeople: p.all(m.To), CcPeople: p.all(m.Cc)}
	out.Text, out.Quoted = mime.QuotedSplit(m.Text)
	out.HTML, out.HasRemote = safehtml.Shown(m.HTML, remoteImages)
	if m.Authentication.Forged() {
		out.Claims = p.claimed(m.From)
	}
	if out.Date.IsZero() {
		out.Date = m.ReceivedAt
	}
	if len(m.From) > 0 {
		out.Writer = p.writer(m.From[0], m.Direction)
		if m.UserID != "" && out.Writer.Kind == "other" { // another address of theirs
			out.Writer.Kind, out.Writer.ID = "user", m.UserID
		}
	}
	return out, nil
}

// SetSeen notes that the reader has seen what a conversation had up to a time, and tells how it then stands for them.
func (s *Service) SetSeen(ctx context.Context, reader hire.User, id string, upTo time.Time) (seenUpTo time.Time, unread bool, err error) {
	t, err := s.readable(ctx, reader, id)
	if err != nil {
		return time.Time{}, false, err
	}
	at, err := s.Store.SetSeen(ctx, reader.AccountID, reader.ID, t.ID, upTo.UTC().Truncate(time.Microsecond))
	return at, t.InboundAt.After(at), err
}

// SetPrivate hides a conversation from all who are not on it, or shows it again, as somebody on it or a Super Admin may ask.
func (s *Service) SetPrivate(ctx context.Context, reader hire.User, id string, private bool) (Row, error) {
	t, err := s.readable(ctx, reader, id)
	if err != nil {
		return Row{}, err
	}
	if !t.HasUser(reader.ID) && reader.Role != hire.RoleSuperAdmin {
		return Row{}, hire.Err(hire.CodeForbidden, "Only people on the conversation, or a Super Admin, can change who sees it.")
	}
	if t, err = s.Store.SetPrivate(ctx, reader.AccountID, t.ID, reader.ID, private); err != nil {
		return Row{}, err
	}
	c, err := s.Candidate(ctx, reader, t.CandidateID)
	if err != nil {
		return Row{}, err
	}
	rows, err := s.rows(ctx, reader, c, []hire.Thread{t})
	if err != nil {
		return Row{}, err
	}
	return rows[0], nil
}
