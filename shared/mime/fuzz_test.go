package mime

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	gmail "google.golang.org/api/gmail/v1"
)

// FuzzParse: whatever comes in, a sound message comes out, and what it is answered with is well-formed.
func FuzzParse(f *testing.F) {
	for _, file := range corpus(f) {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("Content-Disposition:\xa7"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			if len(strings.Trim(string(raw), " \t\r\n\v\f\x00\xef\xbb\xbf\u0085\u00a0")) > 0 && len(bytes.TrimSpace(raw)) > 16 {
				t.Fatalf("refused: %v", err)
			}
			return
		}
		checkSound(t, m)
		for _, d := range m.Defects {
			if strings.Contains(d, "could not be taken apart") {
				t.Fatal("the parser panicked")
			}
		}
		o := simple()
		o.Subject, o.InReplyTo, o.References = ReplySubject(m.Subject), m.MessageID, References(m.References, m.MessageID)
		for _, a := range m.Attachments {
			o.Attachments = append(o.Attachments, file(a.Filename, a.ContentType, string(a.Content)))
		}
		for _, a := range m.From {
			o.To[0].Name = a.Name
		}
		var b bytes.Buffer
		if err := Compose(&b, o, boundaries()); err != nil {
			t.Fatalf("the answer: %v", err)
		}
		checkComposed(t, b.Bytes())
	})
}

// FuzzCompose: a mail is refused, or written so that it is ASCII, has the fields it should have, and reads back.
func FuzzCompose(f *testing.F) {
	f.Add("Anna", "anna@example.com", "Subject", "text", "<p>html</p>", "id@x", "X-A", "value", "file.txt", "text/plain", "", []byte("content"))
	f.Add("Groß, \"J\"", "a@b.cd", "=?utf-8?Q?x?=", "ü\r\n.", "", "", "X-B", "ü", "ü\".pdf", "message/rfc822", "", []byte{0})
	f.Add("a\r\nb", "a\nb@c.de", "\r\n\r\n", "\x00", "\xff", "<>", "Bcc", "\n", "../x", "x", "", []byte(nil))
	f.Add("0", "0@0.0", "0", "", "0", "0", "0", "0", "0", "\xff", "", []byte("0"))
	f.Add("Anna", "anna@example.com", "Look", "", `<img src="cid:logo@hire">`, "", "X-A", "", "logo.png", "image/png", "logo@hire", []byte("\x89PNG"))
	f.Add("Anna", "anna@example.com", "Look", "", `<img src="cid:a%2Bb">`, "", "X-A", "", "a.gif", "image/gif; a=b", "a+b\r\n", []byte("GIF"))
	f.Fuzz(func(t *testing.T, name, addr, subject, text, html, id, field, value, filename, kind, contentID string, content []byte) {
		o := simple()
		o.To[0], o.Subject, o.Text, o.HTML, o.InReplyTo, o.References = Address{name, addr}, subject, text, html, id, []string{id}
		o.Header = []HeaderField{{field, value}}
		o.Attachments = []OutgoingAttachment{file(filename, kind, string(content))}
		o.Attachments[0].ContentID = contentID
		var b bytes.Buffer
		if err := Compose(&b, o, boundaries()); err != nil {
			if b.Len() > 0 {
				t.Fatalf("%v, after %d bytes", err, b.Len())
			}
			return
		}
		checkComposed(t, b.Bytes())
		m, err := Parse(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		checkSound(t, m)
		if len(m.From) != 1 || len(m.To) != 1 || m.To[0].Addr != addr || len(m.Cc)+len(m.Bcc) != 0 || len(m.Attachments) != 1 || !bytes.Equal(m.Attachments[0].Content, content) || m.Attachments[0].ContentID != contentID {
			t.Fatalf("read back %+v from:\n%s", m, &b)
		}
	})
}

// FuzzTextOf: HTML becomes text whatever it is, and not more than a few times as long.
func FuzzTextOf(f *testing.F) {
	f.Add("<p>a<br>b</p><blockquote>c</blockquote><ul><li><a href='https://x'>d</a></ul>")
	f.Fuzz(func(t *testing.T, html string) {
		got := TextOf(html)
		if len(got) > 20*len(html)+10 || strings.HasSuffix(got, "\n") || strings.Contains(got, "\n\n\n\n") && !strings.Contains(html, "\n\n") {
			t.Fatalf("%q became %q", html, got)
		}
	})
}

// FuzzHeader: each field of a header is read into sound values of bounded size, whatever it is.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{
		"=?utf-8?Q?J=C3=BCrgen?= <a@example.com>, \"b, c\" <d@e.f>; g:h@i,j@k;", "<a@b> <c@d>", "text/plain; charset=\"utf-8\"; name*0*=utf-8''a%20; name*1=b", "Tue, 14 May 2024 10:22:07 +0200 (CEST)",
		"(((((", "\"\\\"", "<<<@>>>", "=?=?=?", "=?a?b?", "a@b@c", "\x1b$B$\"", "\xff\xfe", "attachment; filename=../../x\r\n y",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		h, _ := readHeader([]byte("To: " + value + "\r\nSubject: " + value + "\r\nMessage-ID: " + value + "\r\nReferences: " + value + "\r\nContent-Type: " + value + "\r\nContent-Disposition: " + value + "\r\nDate: " + value + "\r\n\r\n"))
		list, _ := h.addresses("To")
		if len(list) > maxAddresses {
			t.Fatalf("%d addresses", len(list))
		}
		m := &Message{Subject: h.text("Subject"), MessageID: h.messageID(), References: h.ids("References"), To: list}
		if len(m.Subject) > maxText || len(m.References) > maxIDs {
			t.Fatalf("a subject of %d bytes, %d ids", len(m.Subject), len(m.References))
		}
		checkSound(t, m)
		p := newPart("1", h, "text/plain")
		if !strings.Contains(p.mediaType, "/") || strings.ContainsAny(p.filename+p.name, "/\\\x00\r\n") {
			t.Fatalf("a part of type %q with the names %q and %q", p.mediaType, p.filename, p.name)
		}
		parseDate(h.text("Date"))
		BaseSubject(m.Subject)
	})
}

// FuzzFromPayload: a mail as Gmail has taken it apart, whatever the answer is made of.
func FuzzFromPayload(f *testing.F) {
	for _, seed := range []string{
		`{"mimeType":"multipart/mixed","headers":[{"name":"From","value":"a@b.example"},null],"parts":[{"mimeType":"text/plain","body":{"data":"eA=="}},null,{"filename":"a.pdf","mimeType":"application/pdf","body":{"attachmentId":"x","size":5}}]}`,
		`{"mimeType":"message/rfc822","parts":[{"parts":[null]}]}`, `{"mimeType":"multipart/report","parts":[{"mimeType":"message/delivery-status","parts":[{"headers":[{"name":"Status","value":"5.1.1"}]}]}]}`,
		`{"parts":[{"parts":[{"parts":[{}]}]}]}`, `{"body":{"data":"!!"}}`, `{"headers":[{}]}`, `{"body":{"size":-1,"attachmentId":"a"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		var p gmail.MessagePart
		if json.Unmarshal(answer, &p) != nil {
			return
		}
		m, err := FromPayload(&p)
		if err != nil {
			return
		}
		checkSound(t, m)
		for _, d := range m.Defects {
			if strings.Contains(d, "could not be taken apart") {
				t.Fatal("the reader panicked")
			}
		}
		m.Report()
	})
}
