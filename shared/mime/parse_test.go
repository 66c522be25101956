package mime

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/golden"
)

// parsed is what is compared of a message.
type parsed struct {
	MessageID   string    `json:",omitempty"`
	InReplyTo   []string  `json:",omitempty"`
	References  []string  `json:",omitempty"`
	From        []Address `json:",omitempty"`
	To          []Address `json:",omitempty"`
	Cc          []Address `json:",omitempty"`
	Bcc         []Address `json:",omitempty"`
	Subject     string
	Date        time.Time
	Fresh       []string // lines
	Quoted      []string `json:",omitempty"`
	HTML        []string `json:",omitempty"`
	Attachments []goldenFile
	AutoReply   bool
	Report      bool
	Defects     []string
}

type goldenFile struct {
	PartID, Filename, ContentType, ContentID string
	Inline                                   bool
	Size                                     int64
	Content                                  string // short text as it is, else its SHA-256
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

func parsedOf(m *Message) parsed {
	fresh, quoted := QuotedSplit(m.Text)
	g := parsed{
		MessageID: m.MessageID, InReplyTo: m.InReplyTo, References: m.References, From: m.From, To: m.To, Cc: m.Cc, Bcc: m.Bcc, Subject: m.Subject,
		Date: m.Date, Fresh: lines(fresh), Quoted: lines(quoted), HTML: lines(m.HTML), AutoReply: m.AutoReply(), Report: m.DeliveryReport(), Defects: m.Defects,
	}
	for _, a := range m.Attachments {
		f := goldenFile{PartID: a.PartID, Filename: a.Filename, ContentType: a.ContentType, ContentID: a.ContentID, Inline: a.Inline, Size: a.Size}
		if len(a.Content) <= 200 && utf8.Valid(a.Content) {
			f.Content = string(a.Content)
		} else {
			sum := sha256.Sum256(a.Content)
			f.Content = "sha256 " + hex.EncodeToString(sum[:8])
		}
		g.Attachments = append(g.Attachments, f)
	}
	return g
}

func corpus(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) < 25 {
		t.Fatalf("corpus: %d files, %v", len(files), err)
	}
	return files
}

func TestParseCorpus(t *testing.T) {
	t.Parallel()
	for _, file := range corpus(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".eml"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			checkSound(t, m)
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(parsedOf(m)); err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(file, ".eml") + ".json"
			golden.File(t, name, b.String())
		})
	}
}

// checkSound holds for every message, whatever it was read from: what the store asks of strings, and bounds.
func checkSound(t testing.TB, m *Message) {
	t.Helper()
	sound := func(what, s string, oneLine bool) {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") || (oneLine && strings.ContainsAny(s, "\r\n")) {
			t.Errorf("%s is not sound: %q", what, s)
		}
	}
	sound("Message-ID", m.MessageID, true)
	for _, id := range append(append([]string{m.MessageID}, m.InReplyTo...), m.References...) {
		sound("id", id, true)
		if strings.ContainsAny(id, "<> \t") {
			t.Errorf("id %q", id)
		}
	}
	for _, list := range [][]Address{m.From, m.To, m.Cc, m.Bcc} {
		for _, a := range list {
			sound("name", a.Name, true)
			sound("address", a.Addr, true)
			if a == (Address{}) {
				t.Error("an address is empty")
			}
		}
	}
	sound("subject", m.Subject, true)
	sound("text", m.Text, false)
	sound("HTML", m.HTML, false)
	ids := map[string]bool{}
	for _, a := range m.Attachments {
		sound("content id", a.ContentID, true)
		sound("content type", a.ContentType, true)
		sound("part id", a.PartID, true)
		if err := CheckFilename(a.Filename); err != nil {
			t.Errorf("filename %q: %v", a.Filename, err)
		}
		if ids[a.PartID] || a.PartID == "" {
			t.Errorf("part id %q is empty or given twice", a.PartID)
		}
		ids[a.PartID] = true
		if a.Content != nil && int64(len(a.Content)) != a.Size {
			t.Errorf("size of %q: %d, has %d bytes", a.Filename, a.Size, len(a.Content))
		}
	}
	if len(m.Attachments) > maxParts || len(m.Defects) > maxDefects {
		t.Errorf("%d attachments, %d defects", len(m.Attachments), len(m.Defects))
	}
	for _, d := range m.Defects {
		sound("defect", d, true)
	}
	if m.Date.IsZero() != (m.Date == time.Time{}) || (!m.Date.IsZero() && m.Date.Location() != time.UTC) {
		t.Errorf("date %v", m.Date)
	}
	fresh, quoted := QuotedSplit(m.Text)
	if fresh+quoted != m.Text {
		t.Error("QuotedSplit lost something")
	}
	_, _ = m.AutoReply(), m.DeliveryReport()
}

func TestParseEmpty(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "\r\n", " \n\t\r\n", "\xef\xbb\xbf", "\x00\x00"} {
		if _, err := Parse([]byte(raw)); !errors.Is(err, errEmpty) {
			t.Errorf("Parse(%q): %v, want ErrEmpty", raw, err)
		}
	}
}
