package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"
)

var attachmentChecks = []check{
	{
		Name: "attachment-by-id", Used: "shared/mime, FromPayload; shared/mailsync, run.keep",
		Fact: "messages.get with format=full brings a large attachment's name, size and id, and not its content.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			p, _, err := x.attachment(ctx)
			if err != nil {
				return "", err
			}
			if p.Body.AttachmentId == "" || p.Body.Data != "" || p.Body.Size != int64(x.size) || p.PartId == "" {
				return "", contrary("id %t, part id %q, size %d instead of %d, content %t", p.Body.AttachmentId != "", p.PartId, p.Body.Size, x.size, p.Body.Data != "")
			}
			return "", nil
		},
	},
	{
		Name: "attachment-content", Used: "shared/gmail, Mailbox.Attachment",
		Fact: "attachments.get gives the bytes that were sent.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			p, l, err := x.attachment(ctx)
			if err != nil {
				return "", err
			}
			body, err := x.a.gmail.Messages.Attachments.Get("me", l.sent.Id, p.Body.AttachmentId).Context(ctx).Do()
			if err != nil {
				return "", err
			}
			data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(body.Data, "="))
			if err != nil || !bytes.Equal(data, l.file) {
				return "", contrary("they are others, or can't be decoded")
			}
			return "", nil
		},
	},
	{
		Name: "attachment-part-id", Used: "shared/mailsync, run.keep: attachments are known by message and part id",
		Fact: "Another messages.get names the attachment by the same part id; its attachment id may be another.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			first, _, err := x.attachment(ctx)
			if err != nil {
				return "", err
			}
			second, _, err := x.attachment(ctx)
			switch {
			case err != nil:
				return "", err
			case first.PartId != second.PartId:
				return "", contrary("it is %q, then %q", first.PartId, second.PartId)
			case first.Body.AttachmentId != second.Body.AttachmentId:
				return "the attachment id changes with every get", nil
			}
			return "the attachment id stays", nil
		},
	},
	{
		Name: "raw-has-attachments", Used: "shared/gmail, FormatRaw: a mail with its attachments in one call",
		Fact: "messages.get with format=raw brings the whole mail, attachments included.",
		Try: func(ctx context.Context, x *trial) (string, error) {
			l, err := x.largeMail(ctx)
			if err != nil {
				return "", err
			}
			m, err := x.a.gmail.Messages.Get("me", l.sent.Id).Context(ctx).Format("raw").Do()
			if err != nil {
				return "", err
			}
			raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(m.Raw, "="))
			if err != nil {
				return "", contrary("raw is not base64 of the URL's alphabet")
			}
			file, err := fileIn(raw)
			if err != nil || !bytes.Equal(file, l.file) {
				return "", contrary("the attachment in it is another, or can't be read")
			}
			return "", nil
		},
	},
}

// largeMail is a reply to the first mail with a large attachment.
type largeMail struct {
	to    string // the conversation
	file  []byte
	draft *gmailapi.Draft
	sent  *gmailapi.Message
}

func (x *trial) largeMail(ctx context.Context) (*largeMail, error) {
	m, l, err := x.answering(ctx, "A large reply.")
	if err != nil {
		return nil, err
	}
	return x.large.get("a large mail", func() (*largeMail, error) {
		out := &largeMail{to: m.sent.ThreadId, file: make([]byte, x.size)}
		if _, err := rand.Read(out.file); err != nil {
			return nil, fmt.Errorf("no randomness: %w", err)
		}
		l.file = out.file
		var err error
		if out.draft, out.sent, err = x.send(ctx, x.a, out.to, l); err != nil {
			return nil, err
		}
		_, _, _, err = x.soon(ctx, x.a, out.sent.Id, "Subject")
		return out, err
	})
}

type part = gmailapi.MessagePart

// attachment asks for the large mail and finds its attachment.
func (x *trial) attachment(ctx context.Context) (*part, *largeMail, error) {
	l, err := x.largeMail(ctx)
	if err != nil {
		return nil, nil, err
	}
	m, err := x.a.gmail.Messages.Get("me", l.sent.Id).Context(ctx).Format("full").Do()
	if err != nil {
		return nil, nil, err
	}
	var found *part
	walk(m.Payload, func(p *part) {
		if p.Filename == fileName && p.Body != nil {
			found = p
		}
	})
	if found == nil {
		return nil, nil, contrary("the attachment is not there by its name")
	}
	return found, l, nil
}

// walk goes through a part and all below it.
func walk(p *part, do func(*part)) {
	if p == nil {
		return
	}
	do(p)
	for _, sub := range p.Parts {
		walk(sub, do)
	}
}

// decoded is what a part has in it; "" where that can't be read.
func decoded(p *part) string {
	if p.Body == nil {
		return ""
	}
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(p.Body.Data, "="))
	if err != nil {
		return ""
	}
	return string(data)
}

// fileIn is the attachment in one of our own mails.
func fileIn(raw []byte) ([]byte, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if p.FileName() == fileName {
			return io.ReadAll(base64.NewDecoder(base64.StdEncoding, p))
		}
	}
}
