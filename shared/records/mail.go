package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// MailStore is what the export of mail needs of the store.
type MailStore interface {
	AllThreads(ctx context.Context, account, after string, limit int) ([]hire.Thread, error)
	Thread(ctx context.Context, account, thread string) (hire.Thread, error)
	Messages(ctx context.Context, account, thread string, after *store.Position, limit int) ([]hire.Message, error)
	AuditView(ctx context.Context, account, user, thread string) error
	AuditExport(ctx context.Context, account, user, action, detail string) error
}

// MailExport walks all mail of an account for one of its Super Admins.
type MailExport struct {
	Store   MailStore
	Blobs   blobs.Store
	Account string
	User    string // who takes it
}

// Page is some of an account's mail, as it is kept.
type Page struct {
	Next     string // token of the page after it; "" at the end
	messages []exported
}

type exported struct {
	hire.Message
	private bool
}

const (
	pageBytes    = 16 << 20 // of texts and files; one message more than that is a page of its own
	pageMessages = 200
	atOnce       = 20 // messages read at a time
)

// Page lists the messages of a page: conversation by conversation, in the order of their ids, each newest first. format is for the audit, which notes that mail is taken, and
// each private conversation that the user is not on.
func (x MailExport) Page(ctx context.Context, token, format string) (p Page, err error) {
	var at *store.Position
	thread := ""
	if token == "" {
		if err := x.Store.AuditExport(ctx, x.Account, x.User, store.AuditMailExported, "format: "+format); err != nil {
			return p, fmt.Errorf("audit the export: %w", err)
		}
	} else {
		place, err := api.DecodePageToken(token)
		if err != nil {
			return p, err
		}
		var message string
		if thread, message, _ = strings.Cut(place.ID, "/"); message != "" {
			at = &store.Position{At: place.At, ID: message}
		}
	}
	size := 0
	if at != nil { // within a conversation
		t, err := x.Store.Thread(ctx, x.Account, thread)
		if err != nil && hire.CodeOf(err) != hire.CodeUnknownThread { // one that was deleted meanwhile has no rest
			return p, err
		}
		if err == nil {
			if full, err := x.conversation(ctx, &p, t, at, &size); full || err != nil {
				return p, err
			}
		}
	}
	for {
		found, err := x.Store.AllThreads(ctx, x.Account, thread, atOnce)
		if err != nil {
			return p, fmt.Errorf("list conversations: %w", err)
		}
		for _, t := range found {
			if full, err := x.conversation(ctx, &p, t, nil, &size); full || err != nil {
				return p, err
			}
			thread = t.ID
		}
		if len(found) < atOnce {
			return p, nil
		}
	}
}

// conversation adds a conversation's messages to a page until it is full, which is at a message that the next page begins with.
func (x MailExport) conversation(ctx context.Context, p *Page, t hire.Thread, after *store.Position, size *int) (full bool, err error) {
	noted := !t.Private || t.HasUser(x.User)
	last := store.Position{At: time.UnixMicro(0)}
	if after != nil {
		last = *after
	}
	for {
		page, err := x.Store.Messages(ctx, x.Account, t.ID, after, atOnce)
		if err != nil {
			return false, fmt.Errorf("list messages: %w", err)
		}
		for _, m := range page {
			n := sizeOf(m)
			if len(p.messages) > 0 && (*size+n > pageBytes || len(p.messages) == pageMessages) {
				p.Next = p.token(t.ID, last)
				return true, nil
			}
			if !noted {
				if err := x.Store.AuditView(ctx, x.Account, x.User, t.ID); err != nil {
					return false, fmt.Errorf("audit the look at a private conversation: %w", err)
				}
				noted = true
			}
			p.messages = append(p.messages, exported{m, t.Private})
			*size += n
			last = store.Position{At: m.ReceivedAt, ID: m.ID}
			after = &store.Position{At: m.ReceivedAt, ID: m.ID}
		}
		if len(page) < atOnce {
			return false, nil
		}
	}
}

// token names the place after a message of a conversation; one of which nothing is on the page is begun after the conversation before it.
func (p *Page) token(thread string, last store.Position) string {
	if last.ID != "" {
		return api.PageToken(last.At, thread+"/"+last.ID)
	}
	return api.PageToken(last.At, p.messages[len(p.messages)-1].ThreadID)
}

func sizeOf(m hire.Message) int {
	n := len(m.Text) + len(m.HTML) + 1<<10
	for _, a := range m.Attachments {
		n += int(a.Size)
	}
	return n
}

const chunk = 384 << 10

// JSONLines writes a page as JSON lines. It holds one message and one piece of a file at a time.
func (x MailExport) JSONLines(ctx context.Context, w io.Writer, p Page) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, e := range p.messages {
		m := e.Message
		if err := blobs.LoadBody(ctx, x.Blobs, &m); err != nil {
			return err
		}
		if err := out.Encode(wireMessage(m, e.private)); err != nil {
			return fmt.Errorf("write message: %w", err)
		}
		for _, a := range m.Attachments {
			if err := x.chunks(ctx, out, m, a); err != nil {
				return err
			}
		}
	}
	if err := out.Encode(api.ExportEnd{Type: "end", Messages: len(p.messages), NextPageToken: p.Next}); err != nil {
		return fmt.Errorf("write end: %w", err)
	}
	return nil
}

func (x MailExport) chunks(ctx context.Context, out *json.Encoder, m hire.Message, a hire.Attachment) error {
	line := api.ExportedChunk{Type: "chunk", MessageID: m.ID, PartID: a.PartID}
	c, _, err := x.Blobs.Open(ctx, m.AccountID, a.Blob)
	if errors.Is(err, blobs.ErrNotFound) {
		line.Last, line.Missing = true, true
		return out.Encode(line)
	}
	if err != nil {
		return fmt.Errorf("open file: %w", err)
	}
	defer c.Close()
	buffer := make([]byte, chunk)
	for !line.Last {
		n, err := io.ReadFull(c, buffer)
		if line.Last = err == io.EOF || err == io.ErrUnexpectedEOF; err != nil && !line.Last {
			return fmt.Errorf("read file: %w", err)
		}
		line.Data = buffer[:n]
		if err := out.Encode(line); err != nil {
			return fmt.Errorf("write file: %w", err)
		}
	}
	return nil
}

func wireMessage(m hire.Message, private bool) api.ExportedMessage {
	return api.ExportedMessage{
		Type: "message", ID: m.ID, ThreadID: m.ThreadID, CandidateID: m.CandidateID, Private: private, MessageID: m.MessageID, InReplyTo: m.InReplyTo, References: m.References,
		Direction: string(m.Direction), UserID: m.UserID, From: api.Addresses(m.From), To: api.Addresses(m.To), Cc: api.Addresses(m.Cc), Bcc: api.Addresses(m.Bcc), Subject: m.Subject,
		Date: m.Date, ReceivedAt: m.ReceivedAt, ImportedAt: m.ImportedAt, Via: m.Via, Text: m.Text, HTML: m.HTML, Attachments: api.Attachments(m.Attachments), Defects: m.Defects,
		Authentication: api.Authenticated(m.Authentication),
	}
}
