package gmailtest

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	dora := w.server.Outside("dora@board.example", "Dora Board")
	mail := func(o *Outside, m OutgoingMail) Message {
		w.clock.Advance(time.Hour)
		m.To = append(m.To, "rita@acme.example")
		w.written(o.Send(m))
		return w.newest(w.rita)
	}
	mail(w.cora, OutgoingMail{Subject: "My application", Text: "A: Please find my cover letter."})                         // 10:00
	b := mail(w.cora, OutgoingMail{Subject: "Salary", Text: "B: how much?", Cc: []string{"Sam Super <sam@acme.example>"}}) // 11:00
	mail(dora, OutgoingMail{Subject: "Applications of the week", HTML: "<p>C: ten <b>new</b> letters&nbsp;came</p>", Attachments: []Attachment{{Name: "week.pdf", Data: []byte("x")}}})
	d := mail(dora, OutgoingMail{Subject: "Win", Text: "D: a million"})
	e := mail(dora, OutgoingMail{Subject: "Old", Text: "E: gone"})
	w.clock.Advance(time.Hour)
	f := w.message(w.rita.Send(OutgoingMail{To: []string{"cora@mail.example"}, Bcc: []string{"spy@else.example"}, Subject: "Interview", Text: "F: on Monday"})) // 15:00
	w.ok(w.rita.Spam(d.ThreadID))
	w.ok(w.rita.Trash(e.ThreadID))
	w.ok(w.rita.MarkRead(b.ThreadID))
	w.ok(w.rita.LabelThread(b.ThreadID, "To do/Hire now"))
	for q, want := range map[string]string{
		"":                              "FCBA",
		"from:cora@mail.example":        "BA",
		"from:CORA@mail.example salary": "B",
		"from:cora":                     "BA",
		"from:mail.exa":                 "BA",
		`from:"Dora Board"`:             "C",
		"from:me":                       "F",
		"to:me":                         "CBA",
		"to:cora@mail.example":          "F",
		"to:sam@acme.example":           "B",
		"cc:sam@acme.example":           "B",
		"cc:cora@mail.example":          "",
		"bcc:spy@else.example":          "F",
		"from:nobody@mail.example":      "",
		"{from:cora@mail.example to:cora@mail.example}":  "FBA",
		"from:cora@mail.example OR to:cora@mail.example": "FBA",
		"from:(cora@mail.example OR dora@board.example)": "CBA",
		"in:anywhere from:dora@board.example":            "EDC",
		"subject:application":                            "A",
		"subject:(my application)":                       "A",
		"application":                                    "A",
		`"cover letter"`:                                 "A",
		"letter cover":                                   "A",
		"new letters came":                               "C",
		"-from:cora@mail.example":                        "FC",
		"-{salary application}":                          "FC",
		"-in:inbox":                                      "F",
		"in:inbox":                                       "CBA",
		"in:sent":                                        "F",
		"in:spam":                                        "D",
		"in:trash":                                       "E",
		"in:anywhere":                                    "FEDCBA",
		"is:unread":                                      "CA",
		"is:read":                                        "FB",
		"is:starred":                                     "",
		"has:attachment":                                 "C",
		"filename:pdf":                                   "C",
		"label:to-do-hire-now":                           "B",
		`label:"to do/hire now"`:                         "B",
		"label:other":                                    "",
		"-label:other":                                   "FCBA",
		"rfc822msgid:" + b.MessageID:                     "B",
		"rfc822msgid:" + f.MessageID[1:len(f.MessageID)-1]: "F",
		"rfc822msgid:none":                                    "",
		fmt.Sprintf("after:%d", w.at(12)):                     "FC",
		fmt.Sprintf("before:%d", w.at(11)):                    "A",
		fmt.Sprintf("after:%d before:%d", w.at(11), w.at(12)): "B",
		"after:2026/11/02":                                    "FCBA",
		"before:2026/11/2":                                    "",
		"after:2026/11/03":                                    "",
		"newer_than:1d":                                       "FCBA",
		"older_than:4h":                                       "A",
		"re: a colon: is no operator":                         "",
		"from: cora":                                          "FBA",
		"(":                                                   "FCBA",
		")":                                                   "FCBA",
		"-":                                                   "FCBA",
		"{":                                                   "",
		"a OR":                                                "A",
	} {
		all, err := w.rita.Messages(q, 0)
		got := ""
		for _, m := range all {
			text := m.Text
			if text == "" {
				text = m.HTML[len("<p>"):]
			}
			got += text[:1]
		}
		if err != nil || got != want {
			t.Errorf("%q finds %q, want %q (%v)", q, got, want, err)
		}
	}
	for _, q := range []string{"after:yesterday", "newer_than:x", "before:2026/99/99", "after:-1"} {
		if _, err := w.rita.Messages(q, 0); err == nil {
			t.Errorf("%q was taken", q)
		}
	}
}

// at is an hour of the test's day, in seconds since 1970.
func (w *town) at(hour int) int64 {
	return time.Date(2026, 11, 2, hour, 0, 0, 0, time.UTC).Unix()
}

// TestAddressIndexIsKept: once a search has made it, mail that comes and goes keeps it right.
func TestAddressIndexIsKept(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	count := func() int {
		p, e := w.rita.listMessages(listQuery{q: "from:cora@mail.example", limit: 10})
		if e != nil {
			t.Fatal(e)
		}
		return len(p.entries)
	}
	for range 5 { // or else all of the mailbox is looked at, and not the index
		w.message(w.sam.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Other", Text: "x"}))
	}
	m := w.toRita("One", "x")
	w.same("made", count(), 1)
	w.toRita("Two", "x")
	w.same("one came", count(), 2)
	w.ok(w.rita.DeleteForever(m.ThreadID))
	w.same("one went", count(), 1)
}

func TestPagesStandStill(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for i := range 7 {
		w.toRita(fmt.Sprint("Mail ", i), "x")
		if i%2 == 1 {
			w.written(w.cora.Reply(w.cora.Sent()[len(w.cora.Sent())-1], "more", func(o *OutgoingMail) { o.To = []string{"rita@acme.example"} }))
		}
	}
	for _, q := range []listQuery{{}, {labels: []string{"INBOX"}}, {q: "from:cora@mail.example"}, {q: "mail"}, {q: "after:2026/11/01"}} {
		threads := pages(w, q, w.rita.listThreads, func(r threadRef) uint64 { return r.id })
		messages := pages(w, q, w.rita.listMessages, func(r messageRef) uint64 { return r.id })
		if len(messages) < 10 || len(threads) < 7 {
			t.Errorf("%+v: %d conversations, %d messages", q, len(threads), len(messages))
		}
	}
	if _, e := w.rita.listMessages(listQuery{limit: 1, labels: []string{"Label_1"}}); codeOf(e) != 400 {
		t.Error(e)
	}
}

// pages reads a list by pages of three, with mail coming in between, and compares it with what it was in one page before.
func pages[T any](w *town, q listQuery, list func(listQuery) (page[T], *apiError), id func(T) uint64) []uint64 {
	w.Helper()
	q.limit = 1000
	all, e := list(q)
	if e != nil || all.more {
		w.Fatalf("%v, more %t", e, all.more)
	}
	var want, got []uint64
	for _, x := range all.entries {
		if slices.Contains(want, id(x)) {
			w.Errorf("%+v: %x is listed twice", q, id(x))
		}
		want = append(want, id(x))
	}
	q.limit = 3
	for more := true; more; {
		p, e := list(q)
		if e != nil {
			w.Fatal(e)
		}
		for _, x := range p.entries {
			got = append(got, id(x))
		}
		q.after, more = p.next, p.more
		w.toRita("Mail meanwhile", "x")
	}
	w.same("pages", got, want)
	return got
}
