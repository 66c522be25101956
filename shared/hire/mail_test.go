package hire

import (
	"fmt"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func TestMessageKey(t *testing.T) {
	t.Parallel()
	from := []Address{{Name: "Cora", Addr: "cora@mail.example"}}
	base := MessageKey("cora", "id@mail.example", from, noon, "sub-rita", "g1")
	for _, c := range []struct {
		name string
		key  string
		same bool
	}{
		{"in another mailbox", MessageKey("cora", "id@mail.example", from, noon, "sub-sam", "g2"), true},
		{"with another name and case of the sender", MessageKey("cora", "id@mail.example", []Address{{Addr: " CORA@mail.example"}}, noon, "sub-rita", "g1"), true},
		{"in another time zone", MessageKey("cora", "id@mail.example", from, noon.In(time.FixedZone("", 3600)), "sub-rita", "g1"), true},
		{"within the second", MessageKey("cora", "id@mail.example", from, noon.Add(time.Millisecond), "sub-rita", "g1"), true},
		{"of another candidate", MessageKey("dora", "id@mail.example", from, noon, "sub-rita", "g1"), false},
		{"with another Message-ID", MessageKey("cora", "ID@mail.example", from, noon, "sub-rita", "g1"), false},
		{"of another sender", MessageKey("cora", "id@mail.example", []Address{{Addr: "eve@mail.example"}}, noon, "sub-rita", "g1"), false},
		{"of two senders", MessageKey("cora", "id@mail.example", append(from, Address{Addr: "eve@mail.example"}), noon, "sub-rita", "g1"), false},
		{"of no sender", MessageKey("cora", "id@mail.example", nil, noon, "sub-rita", "g1"), false},
		{"a second later", MessageKey("cora", "id@mail.example", from, noon.Add(time.Second), "sub-rita", "g1"), false},
		{"without a date", MessageKey("cora", "id@mail.example", from, time.Time{}, "sub-rita", "g1"), false},
		{"without a Message-ID", MessageKey("cora", "", from, noon, "sub-rita", "g1"), false},
	} {
		if (c.key == base) != c.same {
			t.Errorf("%s: same %t, want %t", c.name, c.key == base, c.same)
		}
	}
	none := MessageKey("cora", "", from, noon, "sub-rita", "g1")
	if none != MessageKey("cora", "", nil, time.Time{}, "sub-rita", "g1") {
		t.Error("without a Message-ID, the mailbox and its id are the key")
	}
	for name, other := range map[string]string{
		"another mailbox":                 MessageKey("cora", "", from, noon, "sub-sam", "g1"),
		"another gmail id":                MessageKey("cora", "", from, noon, "sub-rita", "g2"),
		"another candidate":               MessageKey("dora", "", from, noon, "sub-rita", "g1"),
		"a Message-ID that looks like it": MessageKey("cora", "gmail", []Address{{Addr: "sub-rita"}, {Addr: "g1"}}, noon, "", ""),
	} {
		if other == none {
			t.Errorf("without a Message-ID, %s has the same key", name)
		}
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, parts := range [][]string{
		{}, {""}, {"", ""}, {"a"}, {"a", ""}, {"", "a"}, {"ab"}, {"a", "b"}, {"b", "a"}, {"a", "b", ""}, {"1:a"}, {"a1:b"}, {"a", "1:b"}, {"a\x00b"}, {"a", "\x00b"},
	} {
		d := Digest(parts...)
		if d != Digest(parts...) {
			t.Errorf("%q has two digests", parts)
		}
		if len(d) != 24 {
			t.Errorf("%q: a digest of %d characters", parts, len(d))
		}
		for _, r := range d {
			if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
				t.Errorf("%q: %q is no name for a task", parts, d)
			}
		}
		if other, ok := seen[d]; ok {
			t.Errorf("%q and %s have the same digest", parts, other)
		}
		seen[d] = fmt.Sprintf("%q", parts)
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"", 5, ""},
		{" \n\t ", 5, ""},
		{"hello", 5, "hello"},
		{"hello", 4, "hell…"},
		{"  many\r\n\r\nlines\tand   spaces ", 100, "many lines and spaces"},
		{"ab cd", 5, "ab cd"},
		{"ab cd", 4, "ab c…"},
		{"ab cd", 3, "ab…"}, // no space before the ellipsis
		{"ab cd", 2, "ab…"},
		{"ab cd", 1, "a…"},
		{"ab", 2, "ab"},
		{"ab ", 2, "ab"},
		{"a", 0, "…"},
		{"ünï côdé 世界", 9, "ünï côdé…"},
		{"ünï côdé 世界", 10, "ünï côdé 世…"},
		{"ünï côdé 世界", 11, "ünï côdé 世界"},
		{"no\u00a0break", 20, "no break"},
	} {
		got := Snippet(c.text, c.n)
		if got != c.want {
			t.Errorf("Snippet(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
		}
		if n := utf8.RuneCountInString(got); n > c.n+1 {
			t.Errorf("Snippet(%q, %d) has %d characters", c.text, c.n, n)
		}
	}
}

func TestThreadAdd(t *testing.T) {
	t.Parallel()
	message := func(hour int, subject string, way Direction) Message {
		return Message{Subject: subject, Snippet: "of " + subject, ReceivedAt: noon.Add(time.Duration(hour) * time.Hour), Direction: way, From: []Address{{Addr: subject + "@mail.example"}}}
	}
	first, second, third := message(1, "first", Outbound), message(2, "second", Inbound), message(3, "third", Outbound)
	want := Thread{Messages: 3, Subject: "first", FirstAt: first.ReceivedAt, LastAt: third.ReceivedAt, Snippet: "of third", LastWay: Outbound, LastFrom: Address{Addr: "third@mail.example"}}
	for _, order := range [][]Message{{first, second, third}, {first, third, second}, {second, first, third}, {second, third, first}, {third, first, second}, {third, second, first}} {
		var got Thread
		for _, m := range order {
			got.Add(m)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("filed in the order %s, %s, %s (-want +got):\n%s", order[0].Subject, order[1].Subject, order[2].Subject, diff)
		}
	}
	var blank Thread
	blank.Add(Message{ReceivedAt: noon})
	if blank.Messages != 1 || !blank.FirstAt.Equal(noon) || !blank.LastAt.Equal(noon) {
		t.Errorf("a message of nothing: %+v", blank)
	}
}
