package store

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

func TestFitLeavesAnOrdinaryMessageAlone(t *testing.T) {
	t.Parallel()
	m := hire.Message{
		MessageID: "a@b", Subject: "Grüße 🙂", From: []hire.Address{{Name: "Cora", Addr: "cora@mail.example"}}, To: []hire.Address{{Addr: "rita@acme.example"}},
		References: []string{"1", "2", "3"}, InReplyTo: []string{"3"}, Text: "hello", HTML: "<p>hello", Snippet: "hello",
		Attachments: []hire.Attachment{{PartID: "1", Filename: "cv.pdf", ContentType: "application/pdf", Size: 7, Blob: "b"}}, Defects: []string{"odd"},
	}
	want := m
	fit(&m)
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFitMakesAnythingStorable(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 3000) + "\xff"
	m := hire.Message{MessageID: long, Subject: long, Snippet: long, Text: "a\xffb", HTML: "\xff"}
	for i := range 20_000 {
		m.References = append(m.References, fmt.Sprint("reference ", i))
		m.To = append(m.To, hire.Address{Name: "\xff", Addr: fmt.Sprint("to", i)})
		m.Attachments = append(m.Attachments, hire.Attachment{Filename: fmt.Sprint("file\xff", i)})
		m.Defects = append(m.Defects, long)
	}
	m.InReplyTo, m.From, m.Cc, m.Bcc = m.References, m.To, []hire.Address{{Name: long, Addr: long}}, m.To
	before := m.To[0]
	fit(&m)
	if text := fmt.Sprintf("%+v", m); !utf8.ValidString(text) || len(text) > docs.MaxDocumentBytes*3/4 {
		t.Errorf("valid %t, %d bytes", utf8.ValidString(text), len(text))
	}
	if n := len(m.References); m.References[n-1] != "reference 19999" || m.InReplyTo[0] != "reference 0" || m.To[0].Addr != "to0" {
		t.Errorf("kept the wrong ones: %s, %s, %s", m.References[n-1], m.InReplyTo[0], m.To[0].Addr)
	}
	if last := m.Defects[len(m.Defects)-1]; !strings.Contains(last, "only in Gmail") {
		t.Errorf("the last defect is %.60q", last)
	}
	if before.Name != "\xff" {
		t.Error("the caller's own list was changed")
	}
}
