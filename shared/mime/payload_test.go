package mime

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	gmail "google.golang.org/api/gmail/v1"
)

// payloadOf takes a well-formed mail apart the way Gmail does: parts numbered from 0, text as UTF-8 under headers that still name its first charset,
// files to be fetched by an id, attached mails taken apart below their part. It uses the standard library alone, so it shares no code with
// what it is to check.
func payloadOf(t testing.TB, raw []byte) *gmail.MessagePart {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return payloadPart(t, textproto.MIMEHeader(m.Header), m.Body, "")
}

func payloadPart(t testing.TB, h textproto.MIMEHeader, body io.Reader, id string) *gmail.MessagePart {
	t.Helper()
	p := &gmail.MessagePart{PartId: id, Body: &gmail.MessagePartBody{}}
	for name, values := range h {
		for _, v := range values {
			p.Headers = append(p.Headers, &gmail.MessagePartHeader{Name: name, Value: v})
		}
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	p.MimeType = kind
	_, disposition, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	p.Filename = disposition["filename"]
	if p.Filename == "" {
		p.Filename, _ = new(mime.WordDecoder).DecodeHeader(params["name"])
	}
	child := func(n int) string {
		if id == "" {
			return strconv.Itoa(n)
		}
		return id + "." + strconv.Itoa(n)
	}
	if strings.HasPrefix(kind, "multipart/") {
		r := multipart.NewReader(body, params["boundary"])
		for n := 0; ; n++ {
			part, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return p
			}
			if err != nil {
				t.Fatal(err)
			}
			p.Parts = append(p.Parts, payloadPart(t, part.Header, part, child(n)))
		}
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	p.Body.Size = int64(len(content))
	switch {
	case kind == "message/rfc822":
		inner, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(content))).ReadMIMEHeader()
		if err != nil {
			t.Fatal(err)
		}
		p.Parts = []*gmail.MessagePart{payloadPart(t, inner, strings.NewReader(""), child(0))}
		p.Body.AttachmentId = "ANGjdJ" + id
	case strings.HasPrefix(kind, "text/") && p.Filename == "":
		if e, plain := charsetOf(params["charset"]); !plain {
			content, err = e.NewDecoder().Bytes(content)
			if err != nil {
				t.Fatal(err)
			}
		}
		p.Body.Data, p.Body.Size = base64.URLEncoding.EncodeToString(content), int64(len(content))
	default:
		p.Body.AttachmentId = "ANGjdJ" + id
	}
	return p
}

func TestFromPayloadAgreesWithParse(t *testing.T) {
	t.Parallel()
	// Everything of the corpus that the standard library can take apart.
	for _, name := range []string{
		"gmail_web", "gmail_phone", "outlook_desktop", "apple_mail", "apple_phone_parts", "exchange_bounce", "gmail_bounce", "qmail_bounce",
		"out_of_office", "vacation_old", "calendar_invite", "iso_2022_jp", "shift_jis", "gb18030", "header_8bit_utf8", "eai", "nested", "inline_images",
		"forwarded_rfc822", "no_message_id", "flowed", "flowed_delsp", "list_mail", "html_only", "winmail", "long_references", "empty_body", "lf_only",
		"attachment_only", "amp_alternative",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile("testdata/" + name + ".eml")
			if err != nil {
				t.Fatal(err)
			}
			want, err := Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			got, err := FromPayload(payloadOf(t, raw))
			if err != nil {
				t.Fatal(err)
			}
			checkSound(t, got)
			for i, a := range got.Attachments {
				if a.Content == nil && a.GmailAttachmentID == "" && a.Size > 0 {
					t.Errorf("attachment %q can't be had", a.Filename)
				}
				if a.Content == nil && i < len(want.Attachments) {
					want.Attachments[i].Content = nil
				}
			}
			diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Message{}), cmpopts.IgnoreFields(Attachment{}, "GmailAttachmentID"))
			if diff != "" {
				t.Errorf("message (-Parse +FromPayload):\n%s", diff)
			}
			if want.AutoReply() != got.AutoReply() || want.DeliveryReport() != got.DeliveryReport() {
				t.Error("AutoReply or DeliveryReport differ")
			}
		})
	}
}

func text(kind, charset, content string) *gmail.MessagePart {
	return &gmail.MessagePart{
		MimeType: kind, Headers: []*gmail.MessagePartHeader{{Name: "Content-Type", Value: kind + "; charset=" + charset}, {Name: "Content-Transfer-Encoding", Value: "base64"}},
		Body: &gmail.MessagePartBody{Data: base64.URLEncoding.EncodeToString([]byte(content)), Size: int64(len(content))},
	}
}

// A text that Gmail has converted must not be converted again, one that it has left must be.
func TestTrap24_DecodedOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, charset, data, want string }{
		{"iso-2022-jp, converted", "ISO-2022-JP", "履歴書を添付します", "履歴書を添付します"},
		{"iso-2022-jp, as it was", "ISO-2022-JP", "\x1b$BMzNr=q\x1b(B!", "履歴書!"},
		{"iso-2022-jp, ASCII", "ISO-2022-JP", "hello", "hello"},
		{"shift_jis, converted", "Shift_JIS", "面接", "面接"},
		{"shift_jis, as it was", "Shift_JIS", "\x96\xca\x90\xda", "面接"},
		{"windows-1252, converted", "windows-1252", "Grüße – €", "Grüße – €"},
		{"windows-1252, as it was", "windows-1252", "Gr\xfc\xdfe \x96 \x80", "Grüße – €"},
		{"gb2312, converted", "gb2312", "简历", "简历"},
		{"gb2312, as it was", "gb2312", "\xbc\xf2\xc0\xfa", "简历"},
		{"utf-16, converted", "utf-16", "straße", "straße"},
		{"utf-16, as it was", "utf-16le", "a\x00\xdf\x00", "aß"},
		{"utf-8 of another kind", "utf-8", "caf\xe9", "café"},
		{"no charset", "", "caf\xe9", "café"},
		{"unknown charset, converted", "x-martian", "café", "café"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := FromPayload(text("text/plain", tt.charset, tt.data))
			if err != nil {
				t.Fatal(err)
			}
			if m.Text != tt.want {
				t.Errorf("text %q, want %q", m.Text, tt.want)
			}
		})
	}
}

func TestFromPayload(t *testing.T) {
	t.Parallel()
	multi := func(kind string, parts ...*gmail.MessagePart) *gmail.MessagePart {
		return &gmail.MessagePart{MimeType: kind, Headers: []*gmail.MessagePartHeader{{Name: "Content-Type", Value: kind + `; boundary="b"`}}, Body: &gmail.MessagePartBody{}, Parts: parts}
	}
	t.Run("nothing", func(t *testing.T) {
		t.Parallel()
		for _, p := range []*gmail.MessagePart{nil, {}, {Body: &gmail.MessagePartBody{}}, {MimeType: "text/plain", PartId: ""}} {
			if _, err := FromPayload(p); !errors.Is(err, errEmpty) {
				t.Errorf("%+v: %v, want ErrEmpty", p, err)
			}
		}
	})
	t.Run("a long text becomes a file", func(t *testing.T) {
		t.Parallel()
		long := text("text/html", "utf-8", "")
		long.Body = &gmail.MessagePartBody{AttachmentId: "big", Size: 9 << 20}
		m, err := FromPayload(multi("multipart/alternative", text("text/plain", "utf-8", "short"), long))
		if err != nil {
			t.Fatal(err)
		}
		want := []Attachment{{PartID: "1", Filename: "page.html", ContentType: "text/html; charset=utf-8", Size: 9 << 20, GmailAttachmentID: "big"}}
		if diff := cmp.Diff(want, m.Attachments); diff != "" || m.Text != "short" || len(m.Defects) != 1 {
			t.Errorf("%s text %q, defects %q", diff, m.Text, m.Defects)
		}
	})
	t.Run("an attached mail without its source", func(t *testing.T) {
		t.Parallel()
		inner := multi("multipart/mixed", text("text/plain", "iso-8859-1", "Grüße"), &gmail.MessagePart{
			MimeType: "application/pdf", Filename: "cv.pdf", Headers: []*gmail.MessagePartHeader{{Name: "Content-Type", Value: "application/pdf; name=cv.pdf"}},
			Body: &gmail.MessagePartBody{Data: base64.URLEncoding.EncodeToString([]byte("PDF"))},
		})
		inner.Headers = append(inner.Headers, &gmail.MessagePartHeader{Name: "Subject", Value: "A/B?"}, &gmail.MessagePartHeader{Name: "From", Value: "x@example.com\r\nX: y"})
		attached := &gmail.MessagePart{MimeType: "message/rfc822", Body: &gmail.MessagePartBody{}, Parts: []*gmail.MessagePart{inner}}
		m, err := FromPayload(multi("multipart/mixed", text("text/plain", "utf-8", "see below"), attached))
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Attachments) != 1 || m.Attachments[0].Filename != "A-B?.eml" {
			t.Fatalf("attachments %+v", m.Attachments)
		}
		again, err := Parse(m.Attachments[0].Content)
		if err != nil {
			t.Fatal(err)
		}
		if again.Subject != "A/B?" || again.Text != "Grüße" || len(again.Attachments) != 1 || string(again.Attachments[0].Content) != "PDF" || again.HeaderValue("X") != "" {
			t.Errorf("attached mail reads %+v", again)
		}
	})
	t.Run("a delivery status in parts", func(t *testing.T) {
		t.Parallel()
		status := &gmail.MessagePart{MimeType: "message/delivery-status", Body: &gmail.MessagePartBody{}, Parts: []*gmail.MessagePart{{
			Headers: []*gmail.MessagePartHeader{{Name: "Action", Value: "delivered"}, {Name: "Status", Value: "2.0.0"}}, Body: &gmail.MessagePartBody{},
		}}}
		m, err := FromPayload(multi("multipart/report", text("text/plain", "utf-8", "arrived"), status))
		if err != nil {
			t.Fatal(err)
		}
		if m.DeliveryReport() || len(m.Attachments) != 1 || !strings.Contains(string(m.Attachments[0].Content), "Status: 2.0.0") {
			t.Errorf("report %v, attachments %+v", m.DeliveryReport(), m.Attachments)
		}
	})
	t.Run("base64 in other dialects", func(t *testing.T) {
		t.Parallel()
		for _, data := range []string{"8J-YgD8_", "8J+YgD8/", "8J-YgD8_\n", "8J-Y gD8_"} {
			p := text("text/plain", "utf-8", "")
			p.Body.Data = data
			if m, err := FromPayload(p); err != nil || m.Text != "😀??" {
				t.Errorf("%q: %+v, %v", data, m, err)
			}
		}
	})
	t.Run("holes", func(t *testing.T) {
		t.Parallel()
		m, err := FromPayload(multi("multipart/mixed", nil, &gmail.MessagePart{MimeType: "text/plain", Headers: []*gmail.MessagePartHeader{nil}}, text("text/plain", "utf-8", "there")))
		if err != nil || m.Text != "there" {
			t.Errorf("%+v, %v", m, err)
		}
	})
	t.Run("too many parts and too deep", func(t *testing.T) {
		t.Parallel()
		wide := multi("multipart/mixed", slices.Repeat([]*gmail.MessagePart{{MimeType: "image/png", Body: &gmail.MessagePartBody{AttachmentId: "x"}}}, 3000)...)
		deep := text("text/plain", "utf-8", "deep")
		for range 5000 {
			deep = multi("multipart/mixed", deep)
		}
		for name, p := range map[string]*gmail.MessagePart{"wide": wide, "deep": deep} {
			m, err := FromPayload(p)
			if err != nil || len(m.Attachments) > maxParts || len(m.Defects) == 0 {
				t.Errorf("%s: %d attachments, defects %q, %v", name, len(m.Attachments), m.Defects, err)
			}
		}
	})
}

// The head of a mail is that of the whole, whatever there is of it.
func TestHeadFromPayload(t *testing.T) {
	t.Parallel()
	body := &gmail.MessagePartBody{Data: "SGVsbG8", Size: 5}
	for name, p := range map[string]*gmail.MessagePart{
		"plain": {MimeType: "text/plain", Body: body, Headers: []*gmail.MessagePartHeader{
			{Name: "From", Value: "Cora <cora@mail.example>"}, {Name: "To", Value: "rita@acme.example,\r\n sam@acme.example"}, {Name: "Cc", Value: "a@b.example"},
			{Name: "Subject", Value: "=?utf-8?q?caf=C3=A9?="}, nil, {Name: "Message-ID", Value: "<1@mail.example>"},
		}},
		"of parts": {MimeType: "multipart/mixed", Headers: []*gmail.MessagePartHeader{{Name: "From", Value: "cora@mail.example"}, {Name: "From", Value: "eve@mail.example"}}, Parts: []*gmail.MessagePart{
			{MimeType: "text/plain", Body: body, Headers: []*gmail.MessagePartHeader{{Name: "To", Value: "nobody@mail.example"}}}, nil,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole, err := FromPayload(p)
			if err != nil {
				t.Fatal(err)
			}
			head, err := HeadFromPayload(p)
			if err != nil {
				t.Fatal(err)
			}
			type of struct {
				From, To, Cc     []Address
				Subject, Message string
			}
			if diff := cmp.Diff(of{whole.From, whole.To, whole.Cc, whole.Subject, whole.MessageID}, of{head.From, head.To, head.Cc, head.Subject, head.MessageID}); diff != "" {
				t.Errorf("(-whole +head):\n%s", diff)
			}
			if head.Text != "" || len(head.Attachments) > 0 || whole.Text == "" {
				t.Errorf("the head has a body: %+v", head)
			}
		})
	}
	if _, err := HeadFromPayload(nil); !errors.Is(err, errEmpty) {
		t.Errorf("nothing: %v", err)
	}
}

// BenchmarkFromPayload is a mail with a text of 5 KB.
func BenchmarkFromPayload(b *testing.B) {
	text := strings.Repeat("What there is to say is said in lines that are about as long as this one.\r\n", 70)
	p := &gmail.MessagePart{MimeType: "text/plain", Body: &gmail.MessagePartBody{Data: base64.URLEncoding.EncodeToString([]byte(text)), Size: int64(len(text))}}
	for _, f := range [][2]string{
		{"From", "Cora Candidate <cora@mail.example>"}, {"To", "Rita Recruiter <rita@acme.example>"}, {"Date", "Mon, 02 Nov 2026 09:00:00 +0000"}, {"Message-ID", "<1@mail.example>"},
		{"In-Reply-To", "<0@mail.example>"}, {"References", "<0@mail.example>"}, {"Subject", "Re: Your application"}, {"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=UTF-8"},
	} {
		p.Headers = append(p.Headers, &gmail.MessagePartHeader{Name: f[0], Value: f[1]})
	}
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if m, err := FromPayload(p); err != nil || m.Text == "" {
				b.Fatal(err)
			}
		}
	})
	b.Run("head", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if m, err := HeadFromPayload(p); err != nil || m.Subject == "" {
				b.Fatal(err)
			}
		}
	})
}
