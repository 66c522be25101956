package mime

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Headers as no mail program writes them: without what every mail should have, with names that mean something to languages and maps, in any order.

func TestTrap28_HeaderWithoutAMessageIDAndNamedLikeBuiltIns(t *testing.T) {
	t.Parallel()
	names := []string{
		"constructor", "__proto__", "prototype", "toString", "valueOf", "hasOwnProperty", "__class__", "__init__", "keys", "items", "get", "len", "range", "map", "nil", "error",
		"string", "class", "default", "id", "length", "0", "-1", "true", "null",
	}
	var raw strings.Builder
	for _, name := range names {
		raw.WriteString(name + ": value of " + name + "\r\n")
	}
	raw.WriteString("From: Cora <cora@mail.example>\r\nTo: rita@acme.example\r\nSubject: A question\r\nDate: Mon, 02 Nov 2026 09:01:00 +0000\r\n\r\nIs the job remote?\r\n")
	parsed, err := Parse([]byte(raw.String()))
	if err != nil {
		t.Fatal(err)
	}
	payload, err := FromPayload(payloadOf(t, []byte(raw.String())))
	if err != nil {
		t.Fatal(err)
	}
	for way, m := range map[string]*Message{"its source": parsed, "Gmail's parts": payload} {
		if m.MessageID != "" || m.Subject != "A question" || m.Text != "Is the job remote?" || len(m.From) != 1 || m.From[0].Addr != "cora@mail.example" || len(m.Defects) != 0 {
			t.Errorf("by %s it reads %+v", way, m)
		}
		for _, name := range names {
			if got, want := m.HeaderValue(name), "value of "+name; got != want {
				t.Errorf("by %s, %s is %q, want %q", way, name, got, want)
			}
		}
	}
}

// A text of UTF-8 that says it is 7bit is read as it is, and what we write is never so.
func TestTrap29_UTF8Labelled7bit(t *testing.T) {
	t.Parallel()
	const text = "Grüße aus Zürich, 履歴書を添付します – 😀"
	for _, kind := range []string{"text/plain; charset=utf-8", "text/plain; charset=us-ascii", "text/plain"} {
		m, err := Parse([]byte("From: a@x.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: " + kind + "\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" + text + "\r\n"))
		if err != nil || m.Text != text {
			t.Errorf("%s: %q, %v", kind, m.Text, err)
		}
	}
	o := simple()
	o.Subject, o.Text, o.HTML = text, text, "<p>"+text+"</p>"
	o.Attachments = []OutgoingAttachment{file("grüße.txt", "text/plain; charset=utf-8", text)}
	var out strings.Builder
	if err := Compose(&out, o, boundaries()); err != nil {
		t.Fatal(err)
	}
	checkComposed(t, []byte(out.String())) // each line is ASCII
	m, err := Parse([]byte(out.String()))
	if err != nil || m.Text != text || m.Subject != text {
		t.Errorf("it reads back as %q, %q, %v", m.Subject, m.Text, err)
	}
}

// The order of a header's fields says nothing when it is read, and is always the same when it is written.
func TestTrap29_OrderOfHeaders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gmail_web", "outlook_desktop", "iso_2022_jp", "html_only", "out_of_office", "inline_images"} {
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
			for seed := range uint64(20) {
				got, err := Parse(shuffled(string(raw), seed))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Message{})); diff != "" {
					t.Fatalf("in another order (-want +got):\n%s", diff)
				}
			}
		})
	}
	first := ""
	for range 50 {
		var out strings.Builder
		if err := Compose(&out, outgoings()["everything_but_files"], boundaries()); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = out.String()
		}
		if diff := cmp.Diff(first, out.String()); diff != "" {
			t.Fatalf("composed again (-first +now):\n%s", diff)
		}
	}
}

// shuffled is a mail with the fields of its header in another order; those of one name keep theirs.
func shuffled(raw string, seed uint64) []byte {
	raw = strings.ReplaceAll(raw, "\r\n", "\n")
	head, body, _ := strings.Cut(raw, "\n\n")
	var names []string
	fields := map[string]string{}
	name := ""
	for line := range strings.SplitSeq(head, "\n") {
		if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
			field, _, _ := strings.Cut(line, ":")
			name = strings.ToLower(field)
		}
		if _, there := fields[name]; !there {
			names = append(names, name)
		}
		fields[name] += line + "\n"
	}
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var out strings.Builder
	for _, n := range names {
		out.WriteString(fields[n])
	}
	return []byte(strings.ReplaceAll(out.String()+"\n"+body, "\n", "\r\n"))
}
