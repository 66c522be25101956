package mailsync

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/trakstar/hire-gmail/shared/authresults"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	// inlineBody is the largest body that is kept in the message's own document.
	inlineBody = 200 << 10
	// maxBody is the most of a body that is kept at all, in characters; what is beyond is cut and said so.
	maxBody = 10 << 20
)

// prepare turns a Gmail message into what is filed: parsed, its attachments and a large body in blobs.
func (r *run) prepare(ctx context.Context, g *gmail.Message) (store.Incoming, error) {
	var parsed *mime.Message
	var err error
	if g.Raw != nil {
		parsed, err = mime.Parse(g.Raw)
	} else {
		parsed, err = mime.FromPayload(g.Payload)
	}
	if err != nil {
		return store.Incoming{}, fmt.Errorf("%w: %w", gmail.ErrInvalid, err)
	}
	if parsed.ReportElsewhere() || elsewhere(parsed.Attachments) > 1 {
		// The source costs what one of the missing parts does, and has all of them: a mail of a thousand small files would take what the mailbox may spend in minutes, begun anew
		// each time that it is spent, with all other mail waiting.
		source, err := r.gmail.Message(ctx, g.ID, gmail.FormatRaw)
		switch {
		case err == nil:
			if parsed, err = mime.Parse(source.Raw); err != nil {
				return store.Incoming{}, fmt.Errorf("%w: %w", gmail.ErrInvalid, err)
			}
		case stops(err) || r.retrying[g.ID].Attempts < fileAttempts:
			return store.Incoming{}, fmt.Errorf("get source: %w", err)
		}
	}
	files := parsed.Attachments[:min(len(parsed.Attachments), maxFiles)]
	msg := hire.Message{
		MessageID: parsed.MessageID, InReplyTo: parsed.InReplyTo, References: parsed.References,
		From: addresses(parsed.From), To: addresses(parsed.To), Cc: addresses(parsed.Cc), Bcc: addresses(parsed.Bcc),
		Subject: cut(parsed.Subject, maxSubject), Date: parsed.Date, ReceivedAt: g.InternalDate,
		Text: parsed.Text, HTML: parsed.HTML, Snippet: hire.Snippet(parsed.FreshText(), 140),
		AutoReply: parsed.AutoReply(), Bounce: parsed.DeliveryReport(), Via: "gmail", Defects: parsed.Defects,
	}
	for _, a := range files {
		kept, err := r.keep(ctx, g.ID, a)
		switch {
		case errors.Is(err, blobs.ErrTooLarge):
			// The mail is worth more than one file of it, which Gmail still has.
			msg.Defects = append(msg.Defects, fmt.Sprintf("the attachment %q is too large to be kept; it is only in Gmail", a.Filename))
		case err != nil && !stops(err) && r.retrying[g.ID].Attempts >= fileAttempts:
			msg.Defects = append(msg.Defects, fmt.Sprintf("Gmail does not give the attachment %q", a.Filename))
		case err != nil:
			return store.Incoming{}, err
		}
		kept.Filename = cut(kept.Filename, maxFilename)
		msg.Attachments = append(msg.Attachments, kept)
	}
	bound(&msg, len(files) < len(parsed.Attachments))
	if err := r.keepBody(ctx, &msg); err != nil {
		return store.Incoming{}, err
	}
	in := store.Incoming{GmailID: g.ID, Message: msg}
	if r, ok := parsed.Report(); ok {
		in.Report = &hire.DeliveryReport{Originals: r.Originals, Recipients: r.Recipients, Delayed: r.Delayed, Status: r.Status, Reason: r.Reason}
	}
	if slices.Contains(g.LabelIDs, hire.LabelSent) {
		in.Sent, in.SendID = true, parsed.HeaderValue(hire.SendHeader)
	} else { // what Gmail sends, it does not examine
		in.Message.Authentication = authresults.OfGmail(parsed.AuthenticationResults(), msg.From)
	}
	return in, nil
}

// elsewhere counts the files that the answer did not carry.
func elsewhere(files []mime.Attachment) (n int) {
	for _, a := range files {
		if a.Content == nil && a.GmailAttachmentID != "" {
			n++
		}
	}
	return n
}

// keep stores an attachment's content, fetching it where the message did not carry it.
func (r *run) keep(ctx context.Context, gmailID string, a mime.Attachment) (hire.Attachment, error) {
	out := hire.Attachment{PartID: a.PartID, Filename: a.Filename, ContentType: a.ContentType, ContentID: a.ContentID, Inline: a.Inline, Size: a.Size}
	var content io.Reader = bytes.NewReader(a.Content)
	if a.Content == nil && a.GmailAttachmentID != "" {
		body, err := r.gmail.Attachment(ctx, gmailID, a.GmailAttachmentID)
		if errors.Is(err, gmail.ErrNotFound) {
			// The mail is there, so this is a passing trouble of Gmail's; it must not count as a mail that is gone.
			err = fmt.Errorf("%w: attachment not found", gmail.ErrUnavailable)
		}
		if err != nil {
			return out, fmt.Errorf("get attachment: %w", err)
		}
		defer body.Close()
		content = body
	}
	b, err := r.Blobs.Put(ctx, r.key.AccountID, content)
	if errors.Is(err, blobs.ErrSource) {
		err = fmt.Errorf("%w: %w", gmail.ErrUnavailable, err)
	}
	if err != nil {
		return out, fmt.Errorf("store attachment: %w", err)
	}
	out.Blob, out.Size = b.ID, b.Size
	return out, nil
}

// The most that is kept of what is not body: its record is one document, whatever a sender puts into it.
const (
	maxSubject    = 2 << 10 // bytes
	maxFilename   = 500
	maxAddresses  = 500 // in one field
	maxReferences = 100
	maxDefects    = 20
	maxFiles      = commitFiles
)

// fileAttempts is how often a mail is tried for an attachment that Gmail does not give, before it is filed without.
const fileAttempts = 5

// bound cuts what is not body to what a document takes, and says so; shortened, where files were left out already.
func bound(m *hire.Message, shortened bool) {
	for _, field := range []*[]hire.Address{&m.From, &m.To, &m.Cc, &m.Bcc} {
		if len(*field) > maxAddresses {
			*field, shortened = (*field)[:maxAddresses], true
		}
	}
	for _, ids := range []*[]string{&m.InReplyTo, &m.References} {
		if n := len(*ids); n > maxReferences {
			*ids = (*ids)[n-maxReferences:] // the newest
		}
	}
	m.Defects = m.Defects[:min(len(m.Defects), maxDefects)]
	if shortened {
		m.Defects = append(m.Defects, "the mail names more addresses or files than are kept; the rest is only in Gmail")
	}
}

// cut keeps the first n bytes of a text, and no part of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// keepBody moves a body that is too large for a document into a blob.
func (r *run) keepBody(ctx context.Context, m *hire.Message) error {
	for _, body := range []*string{&m.Text, &m.HTML} {
		if len(*body) > maxBody {
			*body = cut(*body, maxBody)
			m.Defects = append(m.Defects, "the text is longer than 10 MB; the rest is only in Gmail")
		}
	}
	if len(m.Text)+len(m.HTML) <= inlineBody {
		return nil
	}
	content, err := json.Marshal(hire.Body{Text: m.Text, HTML: m.HTML})
	if err != nil {
		return fmt.Errorf("encode body: %w", err)
	}
	b, err := r.Blobs.Put(ctx, r.key.AccountID, bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("store body: %w", err)
	}
	m.BodyBlob, m.Text, m.HTML = b.ID, "", ""
	return nil
}

func addresses(as []mime.Address) []hire.Address {
	out := make([]hire.Address, len(as))
	for i, a := range as {
		out[i] = hire.Address{Name: a.Name, Addr: a.Addr}
	}
	return out
}
