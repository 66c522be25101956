package functions_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/mime/mimetest"
)

// What a candidate sends to harm, from Gmail's push to what the profile shows: it is bounded, and it keeps no other mail waiting.

// What is kept of one mail at most, whatever its sender made it of.
const (
	mostFiles      = 250
	mostAddresses  = 500
	mostAddressing = 70 << 10 // bytes, of one field
	mostSubject    = 2 << 10  // bytes
	mostBody       = 10 << 20 // bytes, of the text and of the HTML as they came
	mostDefects    = 22
)

// answersRaw brings a mail of Cora's into the conversation: the fields that make it one, before whatever else it is.
func (c *correspondent) answersRaw(id string, raw []byte) {
	c.w.t.Helper()
	head := fmt.Sprintf("From: Cora Candidate <%s>\r\nMessage-ID: <%s@mail.example>\r\nIn-Reply-To: %s\r\nReferences: %s\r\n", coraMail, id, c.asked.MessageID, c.asked.MessageID)
	if !bytes.HasPrefix(raw, []byte("To:")) {
		head += "To: " + ritaMail + "\r\n"
	}
	if rest, ok := bytes.CutPrefix(raw, []byte("Subject: x\n")); ok {
		raw = rest
	}
	if rest, ok := bytes.CutPrefix(raw, []byte("Subject: A file\r\n")); ok {
		raw = rest
	}
	if !bytes.HasPrefix(raw, []byte("Subject:")) {
		head += "Subject: Re: " + c.asked.Subject + "\r\n"
	}
	c.w.clock.Advance(2 * time.Second) // Gmail drops the notification of what comes within a second
	_, err := c.SendRaw(append([]byte(head), raw...), ritaMail)
	c.w.ok(err)
}

func TestHostile_IsBoundedAndHoldsNothingUp(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	mails := mimetest.Hostile(1 << 18)
	for _, name := range slices.Sorted(maps.Keys(mails)) {
		candidate.answersRaw(strings.ReplaceAll(name, " ", "-"), mails[name])
	}
	candidate.answers("An ordinary answer.")
	w.pass(10 * time.Minute)
	w.sweep()
	w.pass(2 * time.Minute)

	box := w.mailbox(ritaMail)
	messages, err := box.Messages("from:"+coraMail, 0)
	w.ok(err)
	shown := map[string]api.Message{}
	for _, summary := range r.profile(cora).Threads {
		for token := "?"; token != ""; {
			var page api.Thread
			r.call("GET", "/threads/v1/threads/"+summary.ID+token, nil).into(200, &page)
			for _, m := range page.MessageList {
				if m.Direction == "inbound" {
					shown[m.MessageID] = m
				}
			}
			if token = page.NextPageToken; token != "" {
				token = "?page_token=" + token
			}
		}
	}
	// The same subject and References make most of them the conversation's; those that Gmail takes for another one are not Hire's.
	in := 0
	for _, m := range messages {
		if m.ThreadID != messages[0].ThreadID {
			continue
		}
		in++
		if _, ok := shown[strings.Trim(m.MessageID, "<>")]; !ok {
			t.Errorf("%s is not in the profile", m.MessageID)
		}
	}
	if in < len(mails)/2 {
		t.Errorf("only %d of %d mails are of the conversation, so this shows little", in, len(mails))
	}
	for id, m := range shown {
		addressing := func(list []api.Person) (n int) {
			for _, p := range list {
				n += len(p.Email) + len(p.Name)
			}
			return n
		}
		if len(m.Attachments) > mostFiles || len(m.To) > mostAddresses || len(m.Cc) > mostAddresses || addressing(m.To) > mostAddressing || len(m.Subject) > mostSubject || len(m.Defects) > mostDefects ||
			len(m.Text)+len(m.QuotedText) > mostBody+1 || len(m.HTML) > 8*mostBody {
			t.Errorf("%s has %d files, %d recipients (%d bytes), a subject of %d bytes, %d defects, a text of %d bytes and HTML of %d", id,
				len(m.Attachments), len(m.To), addressing(m.To), len(m.Subject), len(m.Defects), len(m.Text)+len(m.QuotedText), len(m.HTML))
		}
	}
	if !slices.ContainsFunc(slices.Collect(maps.Values(shown)), func(m api.Message) bool { return strings.TrimSpace(m.Text) == "An ordinary answer." }) {
		t.Error("the ordinary answer is not there")
	}
}

func TestHostile_TenThousandRecipients(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	var to strings.Builder
	to.WriteString("To: " + ritaMail)
	for i := range 10000 {
		fmt.Fprintf(&to, ",\r\n someone%d@elsewhere.example", i)
	}
	candidate.answersRaw("many", []byte(to.String()+"\r\n\r\nHello everybody."))
	w.pass(time.Minute)
	m := r.last()
	if !strings.Contains(m.Text, "Hello everybody") {
		t.Fatalf("the last mail is %q", m.Text)
	}
	if len(m.To) != mostAddresses || m.To[0].Email != ritaMail {
		t.Errorf("%d recipients are kept, the first is %+v; want %d, Rita first", len(m.To), m.To[0], mostAddresses)
	}
	if !slices.ContainsFunc(m.Defects, func(d string) bool { return strings.Contains(d, "more addresses") }) {
		t.Errorf("nobody is told: %q", m.Defects)
	}
	// Nobody of them gets an answer of Hire's.
	var sent api.SendResult
	r.send("k9", api.SendMessage{CandidateID: cora, ThreadID: m.ThreadID, Text: "Thank you."}).into(200, &sent)
	w.pass(time.Minute)
	if len(sent.To) != 1 || sent.To[0].Email != coraMail || len(sent.Cc) != 0 {
		t.Errorf("the answer goes to %v, %v", sent.To, sent.Cc)
	}
	for _, o := range w.sim.Outsides() {
		if strings.HasSuffix(o.Email(), "@elsewhere.example") && len(o.Inbox()) > 0 {
			t.Errorf("%s got mail", o.Email())
		}
	}
}

// last is the newest message of Cora's profile.
func (p *person) last() api.Message {
	p.w.t.Helper()
	var newest api.Message
	for _, summary := range p.profile(cora).Threads {
		for _, m := range p.thread(summary.ID).MessageList {
			if !m.ReceivedAt.Before(newest.ReceivedAt) {
				newest = m
			}
		}
	}
	return newest
}

// An archive is a file like any other: nothing unpacks it, and what is kept of it has the size that came.
func TestHostile_ZipBombStaysPacked(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	raw := mimetest.Hostile(1 << 20)["a file that unfolds"]
	candidate.answersRaw("bomb", raw)
	w.pass(time.Minute)
	m := r.last()
	if len(m.Attachments) != 1 || m.Attachments[0].Filename != "bomb.zip" {
		t.Fatalf("files %+v", m.Attachments)
	}
	if size := m.Attachments[0].Size; size > int64(len(raw)) || size < int64(len(raw))/2 {
		t.Errorf("the file has %d bytes of a mail of %d", size, len(raw))
	}
	if got := r.call("GET", r.fileOf(m, 0), nil); got.Status != 200 || int64(len(got.Body)) != m.Attachments[0].Size || !bytes.HasPrefix(got.Body, []byte("PK")) {
		t.Errorf("it is served as %d bytes, status %d", len(got.Body), got.Status)
	}
}

// fileOf is where a file of a message is.
func (p *person) fileOf(m api.Message, i int) string {
	return "/threads/v1/threads/" + m.ThreadID + "/messages/" + m.ID + "/attachments/" + m.Attachments[i].PartID
}

// Files that a browser would run or follow are only saved, whatever they say they are and whatever they are called.
func TestHostile_FilesAreServedSafely(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	files := []struct{ name, kind, content string }{
		{"invite.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nATTACH:https://evil.example/x\r\nEND:VEVENT\r\nEND:VCALENDAR"},
		{"page.html", "text/html", "<script>alert(1)</script>"},
		{"page.xhtml", "application/xhtml+xml", `<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>`},
		{"picture.svg", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`},
		{"feed.xml", "text/xml", `<?xml-stylesheet href="javascript:alert(1)"?><a/>`},
		{"script.js", "text/javascript", "alert(1)"},
		{"mail.eml", "message/rfc822", "Subject: x\r\n\r\n<script>alert(1)</script>"},
		{"odd.bin", "text/html; charset=\"utf-7\"", "+ADw-script+AD4-"},
		{"odd2.bin", "image/png, text/html", "<script>alert(1)</script>"},
		{"odd3.bin", "IMAGE/SVG+XML", "<svg onload=alert(1)>"},
		{"cv.pdf\r\nSet-Cookie: a=b", "application/pdf", "%PDF-1.4"},
		{"notes.txt", "text/plain; charset=utf-7", "+ADw-script+AD4-"},
		{"picture.png", "image/png", "<html><script>alert(1)</script>"},
	}
	candidate.answers("See the files.", func(m *gmailtest.OutgoingMail) {
		for _, f := range files {
			m.Attachments = append(m.Attachments, gmailtest.Attachment{Name: f.name, Type: f.kind, Data: []byte(f.content)})
		}
	})
	w.pass(time.Minute)
	m := r.last()
	if len(m.Attachments) != len(files) {
		t.Fatalf("%d files, want %d: %+v", len(m.Attachments), len(files), m.Attachments)
	}
	inline := map[string]bool{"application/pdf": true, "text/plain; charset=utf-8": true, "image/png": true}
	for i, a := range m.Attachments {
		got := r.call("GET", r.fileOf(m, i), nil)
		kind, disposition := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition")
		switch {
		case got.Status != http.StatusOK:
			t.Errorf("%s: status %d", a.Filename, got.Status)
		case inline[kind] && strings.HasPrefix(disposition, "inline;"):
		case kind != "application/octet-stream" || !strings.HasPrefix(disposition, "attachment;"):
			t.Errorf("%s is served as %s, %s", a.Filename, kind, disposition)
		}
		if got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: header %v", a.Filename, got.Header)
		}
	}
	for _, i := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9} {
		if got := r.call("GET", r.fileOf(m, i), nil).Header.Get("Content-Type"); got != "application/octet-stream" {
			t.Errorf("%s is served as %s", files[i].name, got)
		}
	}
}

// A picture that tells its sender that it was read is not loaded, however it is put in.
func TestHostile_TrackingPixels(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("Hello", func(m *gmailtest.OutgoingMail) {
		m.HTML = `<p background="https://t.example/1">Hello<img src="https://t.example/2" width=1 height=1><img srcset="https://t.example/3 1x"><style>p{background:url(https://t.example/4)}</style>` +
			`<div style="background-image:url('https://t.example/5')">x</div><video poster="https://t.example/6"></video><link rel=stylesheet href="https://t.example/7"><iframe src="https://t.example/8"></iframe>` +
			`<object data="https://t.example/9"></object><input type=image src="https://t.example/10"><svg><image href="https://t.example/11"/></svg><table background="https://t.example/12"><tr><td>y</table></p>`
	})
	w.pass(time.Minute)
	m := r.last()
	if strings.Contains(m.HTML, "t.example") || !strings.Contains(m.HTML, "Hello") {
		t.Errorf("shown as %s", m.HTML)
	}
	if !m.HasRemote {
		t.Error("nobody is told that it has images")
	}
}

// An address that looks like the candidate's is not theirs: no match, and shown as the stranger's that it is.
func TestHostile_HomographOfTheCandidate(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	for i, address := range []string{
		strings.Replace(coraMail, "o", "\u043e", 1), // Cyrillic
		strings.Replace(coraMail, "a", "\u0430", 1),
		strings.Replace(coraMail, "cora", "cor\u0430", 1),
		"xn--cra-emd@mail.example",
		strings.ToUpper(coraMail) + ".evil.example",
		coraMail + "\u200b",
		strings.Replace(coraMail, "@", "\uff20", 1) + "@evil.example",
	} {
		raw := fmt.Sprintf("From: Cora Candidate <%s>\r\nTo: %s\r\nSubject: Homograph %d\r\nMessage-ID: <h%d@evil.example>\r\n\r\nPlease send the contract.", address, ritaMail, i, i)
		_, err := w.outside("cheat@evil.example", "").SendRaw([]byte(raw), ritaMail)
		w.ok(err)
		box := w.mailbox(ritaMail)
		w.ok(box.LabelThread(w.threadOf(ritaMail, fmt.Sprintf("Homograph %d", i)), "Hire"))
		w.pass(5 * time.Second)
	}
	w.pass(time.Minute)
	if got := r.texts(cora); len(got) != 0 {
		t.Errorf("the profile shows %q", got)
	}
	if got := r.unmatched(); len(got) != 7 {
		t.Errorf("%d conversations are unmatched, want 7: %+v", len(got), got)
	}
}
