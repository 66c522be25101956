package functions_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/scripts/export/exporting"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
)

// exports takes all pages of an export, put together.
func (p *person) exports(format string) (all []byte, pages int) {
	p.w.t.Helper()
	token := ""
	for pages = 1; ; pages++ {
		a := p.call("GET", "/threads/v1/export?format="+format+"&page_token="+url.QueryEscape(token), nil)
		a.into(200, nil)
		all = append(all, a.Body...)
		if token = a.Header.Get("Next-Page-Token"); token == "" {
			return all, pages
		}
		if pages > 50 {
			p.w.t.Fatal("the export does not end")
		}
	}
}

// readMbox reads an mbox: RFC 4155, with the quoting of mboxrd.
func (w *world) readMbox(mbox []byte) (out []*mime.Message) {
	w.t.Helper()
	var mail bytes.Buffer
	end := func() {
		if mail.Len() == 0 {
			return
		}
		m, err := mime.Parse(bytes.Clone(mail.Bytes()))
		w.ok(err)
		out = append(out, m)
		mail.Reset()
	}
	for line := range bytes.Lines(mbox) {
		if bytes.HasPrefix(line, []byte("From ")) {
			end()
			continue
		}
		if bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")) {
			line = line[1:]
		}
		mail.Write(line)
	}
	end()
	return out
}

// taken is what of a message must be the same on both sides.
type taken struct {
	From, To, Subject, Text, HTML, MessageID string
	Date                                     time.Time
	Files                                    []string // name and content
}

// storedOf is what is kept of a conversation of Acme's.
func (w *world) storedOf(thread string) (out []taken) {
	w.t.Helper()
	stored, err := w.platform.services().Store.Messages(w.t.Context(), acme, thread, nil, 50)
	w.ok(err)
	for _, m := range stored {
		one := taken{From: m.From[0].Addr, To: m.To[0].Addr, Subject: m.Subject, Text: m.Text, HTML: m.HTML, MessageID: m.MessageID, Date: m.Date.UTC()}
		for _, a := range m.Attachments {
			c, _, err := w.platform.services().Blobs.Open(w.t.Context(), acme, a.Blob)
			w.ok(err)
			content, err := io.ReadAll(c)
			w.ok(err)
			w.ok(c.Close())
			one.Files = append(one.Files, a.Filename+": "+hire.Digest(string(content)))
		}
		out = append(out, one)
	}
	return out
}

// takenFrom reads an export in the format mbox.
func (w *world) takenFrom(mbox []byte) (out []taken) {
	w.t.Helper()
	for _, m := range w.readMbox(mbox) {
		if len(m.From) == 0 || len(m.To) == 0 {
			w.t.Fatalf("read back as no mail: %+v", m)
		}
		one := taken{From: m.From[0].Addr, To: m.To[0].Addr, Subject: m.Subject, Text: m.Text, HTML: m.HTML, MessageID: m.MessageID, Date: m.Date.UTC()}
		for _, a := range m.Attachments {
			one.Files = append(one.Files, a.Filename+": "+hire.Digest(string(a.Content)))
		}
		out = append(out, one)
	}
	return out
}

// takenFromLines reads an export in the format JSON lines, of a private conversation with Cora alone; ends is how many pages say that they are whole.
func (w *world) takenFromLines(lines []byte, thread string) (out []taken, ends int) {
	w.t.Helper()
	var content bytes.Buffer
	names := map[string]string{}
	for line := range bytes.Lines(lines) {
		var kind struct{ Type string }
		w.ok(json.Unmarshal(line, &kind))
		switch kind.Type {
		case "message":
			var m api.ExportedMessage
			w.ok(json.Unmarshal(line, &m))
			if !m.Private || m.CandidateID != cora || m.ThreadID != thread {
				w.t.Errorf("exported as %+v", m)
			}
			for _, a := range m.Attachments {
				names[a.PartID] = a.Filename
			}
			out = append(out, taken{From: m.From[0].Email, To: m.To[0].Email, Subject: m.Subject, Text: m.Text, HTML: m.HTML, MessageID: m.MessageID, Date: m.Date.UTC()})
		case "chunk":
			var c api.ExportedChunk
			w.ok(json.Unmarshal(line, &c))
			content.Write(c.Data)
			if c.Last {
				last := &out[len(out)-1]
				last.Files = append(last.Files, names[c.PartID]+": "+hire.Digest(content.String()))
				content.Reset()
			}
			if len(c.Data) > 384<<10 || c.Missing {
				w.t.Errorf("a piece of %d bytes, missing %t", len(c.Data), c.Missing)
			}
		case "end":
			ends++
		}
	}
	return out, ends
}

// All mail that was imported is in the export, with its files, read back from the mbox and from the lines; private conversations too, which is audited.
func TestExportOfAllMail(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	s := w.sam()
	big := strings.Repeat("Lebenslauf ", 1<<20) // 11 MB: two of them are more than a page
	for i, m := range []gmailtest.OutgoingMail{
		{Text: "Good day,\nFrom here on it is a quotation.\n>From there too.\nFrom: nobody\n", Subject: "Re: " + candidate.asked.Subject},
		{Text: "Grüße aus Zürich 🙂", HTML: "<p>Grüße aus <b>Zürich</b> 🙂</p>", Subject: "Re: " + candidate.asked.Subject},
		{Text: "Mein Lebenslauf.", Subject: "Re: " + candidate.asked.Subject, Attachments: []gmailtest.Attachment{{Name: "Lebensläufe.pdf", Type: "application/pdf", Data: []byte(big + "1")}}},
		{Text: "Noch einer.", Subject: "Re: " + candidate.asked.Subject, Attachments: []gmailtest.Attachment{{Name: "cv.txt", Type: "text/plain", Data: []byte(big + "2")}, {Name: "empty", Type: "application/octet-stream"}}},
	} {
		m.To, m.InReplyTo, m.References = []string{ritaMail}, candidate.asked.MessageID, []string{candidate.asked.MessageID}
		_, err := candidate.Send(m)
		w.ok(err)
		w.pass(time.Duration(i+1) * 10 * time.Second)
	}
	thread := r.profile(cora).Threads[0].ID
	r.call("PUT", "/threads/v1/threads/"+thread+"/privacy", api.SetPrivacy{Private: true}).into(200, nil)

	want := w.storedOf(thread)
	if len(want) != 5 {
		t.Fatalf("%d messages are stored, want 5\n%s", len(want), w.logs)
	}

	mbox, pages := s.exports("mbox")
	if pages != 2 {
		t.Errorf("it came in %d pages, want 2", pages)
	}
	if d := cmp.Diff(want, w.takenFrom(mbox)); d != "" {
		t.Errorf("mbox (-stored +read back):\n%s", d)
	}

	lines, _ := s.exports("jsonl")
	got, ends := w.takenFromLines(lines, thread)
	if d := cmp.Diff(want, got); d != "" || ends != 2 {
		t.Errorf("JSON lines (-stored +read back), %d ends:\n%s", ends, d)
	}

	trail := s.trail("user_id=" + sam)
	slices.Sort(trail) // all at one moment
	if want := []string{"sam integration.enabled", "sam mail.exported", "sam mail.exported", "sam thread.private_viewed"}; !slices.Equal(trail, want) {
		t.Errorf("audit trail %q, want each export, and the look at the private conversation: %q", trail, want)
	}
	r.call("GET", "/threads/v1/export?format=mbox", nil).problem(403, hire.CodeSuperAdmin)
	s.call("GET", "/threads/v1/export?format=pst", nil).problem(400, hire.CodeInvalidRequest)
	s.call("GET", "/threads/v1/export?format=mbox&page_token=x", nil).problem(400, hire.CodeInvalidRequest)
	if other, _ := w.person(starter, sam, "sam@starter.example").exports("mbox"); len(other) != 0 {
		t.Errorf("another account has %d bytes", len(other))
	}
}

// breaking cuts answers off, in the middle and without a word, the first time that each page is asked for.
type breaking struct {
	after int64 // bytes
	asked map[string]bool
}

func (b *breaking) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || b.asked[r.URL.RawQuery] {
		return a, err
	}
	b.asked[r.URL.RawQuery] = true
	cut := io.Reader(io.LimitReader(a.Body, b.after))
	if len(b.asked)%2 == 0 {
		cut = io.MultiReader(cut, iotest.ErrReader(errors.New("connection reset")))
	}
	a.Body = struct {
		io.Reader
		io.Closer
	}{cut, a.Body}
	return a, nil
}

// The program that takes an account's mail out has all of it in its file, byte by byte what the API gives, however often it is broken off, and in another process too.
func TestExportProgramIsWhole(t *testing.T) {
	t.Parallel()
	w, _, candidate := conversation(t)
	s := w.sam()
	big := strings.Repeat("Lebenslauf ", 1<<20) // 11 MB: two of them are more than a page
	for i := range 3 {
		candidate.answers(fmt.Sprintf("Nr. %d", i), withFile("cv.txt", "text/plain", fmt.Append(nil, big, i)))
		w.pass(30 * time.Second)
	}
	for _, format := range []string{"jsonl", "mbox"} {
		want, pages := s.exports(format)
		if pages != 3 {
			t.Fatalf("%d pages, want 3", pages)
		}
		audited := len(s.trail("action=mail.exported"))
		net := &breaking{after: 5 << 20, asked: map[string]bool{}}
		tokens := 0
		o := exporting.Options{
			URL: w.hire.URL + "/threads", Format: format, File: filepath.Join(t.TempDir(), "mail"), HTTP: &http.Client{Transport: net}, Now: w.clock.Now, Sleep: w.clock.sleep, Say: func(string) {},
			Token: func() (string, error) {
				if tokens++; tokens == 4 {
					return "ended", nil // the process ends by that
				}
				return w.token(s), nil
			},
		}
		if _, err := exporting.Run(t.Context(), o); !errors.Is(err, exporting.ErrRefused) {
			t.Fatalf("%s, with a token that has ended: %v", format, err)
		}
		state, err := exporting.Run(t.Context(), o)
		w.ok(err)
		got, err := os.ReadFile(o.File)
		w.ok(err)
		if !bytes.Equal(got, want) || state.Messages() != 4 || len(state.Pages) != 3 {
			t.Errorf("%s: %d messages in %d pages, %d bytes, want 4, 3 and the %d that the API gives", format, state.Messages(), len(state.Pages), len(got), len(want))
		}
		if len(net.asked) != 3 {
			t.Errorf("%s: %d answers were broken off, want one of each page", format, len(net.asked))
		}
		// What was asked for before the first page had come counts again.
		if n := len(s.trail("action=mail.exported")) - audited; n != 2 {
			t.Errorf("%s: audited %d times", format, n)
		}
	}
}
