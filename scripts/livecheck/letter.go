package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// letter is a mail of this run.
type letter struct {
	to         string // "" is nobody
	word       string // tells it from the others; letters and digits
	answers    string // Message-ID of the mail that it answers, with its angles; "" for none
	references string // of that, and of what it answered
	text       string
	file       []byte // an attachment; nil for none
}

const fileName = "livecheck.dat"

// word is one that only mail of this run has, and only that one.
func (x *trial) word(word string) string { return x.token + word }

func (x *trial) subject(word string) string {
	return fmt.Sprintf("Livecheck %s %s", x.token, x.word(word))
}

// messageID is the one that we choose, to see whether it stays.
func (x *trial) messageID(word string) string {
	return "<" + x.word(word) + "@livecheck.invalid>"
}

// write makes the mail (RFC 5322), with the header by which the product finds its own mail again.
func (x *trial) write(from *account, l letter) []byte {
	var b bytes.Buffer
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	field("MIME-Version", "1.0")
	field("Date", time.Now().UTC().Format(time.RFC1123Z))
	field("From", from.address)
	field("To", l.to)
	if l.answers == "" {
		field("Message-ID", x.messageID(l.word))
		field("Subject", x.subject(l.word))
	} else {
		// The subject has to be that of the mail it answers.
		field("Subject", "Re: "+x.subject(l.word))
		field("In-Reply-To", l.answers)
		field("References", l.references)
	}
	field(hire.SendHeader, x.token)
	if l.file == nil {
		fmt.Fprintf(&b, "Content-Type: text/plain; charset=\"UTF-8\"\r\n\r\n%s\r\n", l.text)
		return b.Bytes()
	}
	boundary := "part-" + x.token
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n", boundary)
	fmt.Fprintf(&b, "--%s\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\r\n%s\r\n", boundary, l.text)
	fmt.Fprintf(&b, "--%s\r\nContent-Type: application/octet-stream; name=\"%s\"\r\nContent-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		boundary, fileName, fileName)
	const line = 57 // bytes that make 76 characters
	for file := l.file; len(file) > 0; {
		n := min(line, len(file))
		b.Write(base64.StdEncoding.AppendEncode(b.AvailableBuffer(), file[:n]))
		b.WriteString("\r\n")
		file = file[n:]
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}

// draft makes a draft as the product does: by a multipart upload in one request, in a conversation if one is named.
func (x *trial) draft(ctx context.Context, from *account, thread string, l letter) (*gmailapi.Draft, error) {
	about := &gmailapi.Draft{}
	if thread != "" {
		about.Message = &gmailapi.Message{ThreadId: thread}
	}
	d, err := from.gmail.Drafts.Create("me", about).Context(ctx).
		Media(bytes.NewReader(x.write(from, l)), googleapi.ContentType("message/rfc822"), googleapi.ChunkSize(0)).Do()
	if err != nil {
		return nil, err
	}
	from.made.drafts = append(from.made.drafts, d.Id)
	if d.Message == nil || d.Message.Id == "" || d.Message.ThreadId == "" {
		return nil, contrary("drafts.create does not name the draft's message and its conversation")
	}
	return d, nil
}

// send makes a draft and sends it.
func (x *trial) send(ctx context.Context, from *account, thread string, l letter) (*gmailapi.Draft, *gmailapi.Message, error) {
	d, err := x.draft(ctx, from, thread, l)
	if err != nil {
		return nil, nil, err
	}
	sent, err := from.sendDraft(ctx, d.Id)
	return d, sent, err
}

// sendDraft sends a draft of this run and notes that the mail has to go.
func (a *account) sendDraft(ctx context.Context, id string) (*gmailapi.Message, error) {
	sent, err := a.gmail.Drafts.Send("me", &gmailapi.Draft{Id: id}).Context(ctx).Do()
	if err != nil {
		return nil, err
	}
	if sent.Id == "" || sent.ThreadId == "" {
		return nil, contrary("drafts.send does not name the message that came of it and its conversation")
	}
	a.made.mails = append(a.made.mails, sent.Id)
	return sent, nil
}
