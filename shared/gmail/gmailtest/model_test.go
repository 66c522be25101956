package gmailtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/clocktest"
)

// town is a server with two mailboxes of one company and a candidate outside.
type town struct {
	*testing.T
	server *Server
	clock  *clocktest.Clock
	rita   *Mailbox
	sam    *Mailbox
	cora   *Outside
}

func newTown(t *testing.T, change ...func(*Options)) *town {
	t.Helper()
	c := clocktest.New()
	o := Options{Now: c.Now, Seed: 7}
	for _, f := range change {
		f(&o)
	}
	s := New(o)
	return &town{
		T: t, server: s, clock: c,
		rita: s.AddMailbox("rita@acme.example", "Rita Recruiter"), sam: s.AddMailbox("sam@acme.example", "Sam Super"),
		cora: s.Outside("cora@mail.example", "Cora Candidate"),
	}
}

func behaving(b Behaviour) func(*Options) { return func(o *Options) { o.Behaviour = b } }

func (w *town) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// same fails the test where two values differ.
func (w *town) same(what string, got, want any) {
	w.Helper()
	if d := cmp.Diff(want, got); d != "" {
		w.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// must is the value of a call that may not fail.
func must[T any](w *town) func(T, error) T {
	return func(v T, err error) T {
		w.Helper()
		w.ok(err)
		return v
	}
}

func (w *town) message(m Message, err error) Message { w.Helper(); return must[Message](w)(m, err) }
func (w *town) written(r Received, err error) Received {
	w.Helper()
	return must[Received](w)(r, err)
}

// toRita is a mail of the candidate's to Rita, as she has it.
func (w *town) toRita(subject, text string) Message {
	w.Helper()
	w.written(w.cora.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: subject, Text: text}))
	return w.newest(w.rita)
}

// newest is the message that came last.
func (w *town) newest(m *Mailbox) Message {
	w.Helper()
	all := must[[]Message](w)(m.Messages("in:anywhere", 1))
	if len(all) == 0 {
		w.Fatalf("%s is empty", m.Email())
	}
	return all[0]
}

func (w *town) thread(m *Mailbox, id string) Thread {
	w.Helper()
	return must[Thread](w)(m.Thread(id))
}

// last is the mail that came to somebody outside last.
func (w *town) last(o *Outside) Received {
	w.Helper()
	r, ok := o.Last()
	if !ok {
		w.Fatalf("%s got nothing", o.Email())
	}
	return r
}

// since tells the history after an id, a line for each record: what happened, the message's number in the test, its labels, those that changed.
func (w *town) since(m *Mailbox, start uint64, names map[string]string) []string {
	w.Helper()
	p, ok := m.listHistory(historyQuery{start: start, limit: 1000})
	if !ok {
		w.Fatal("history is too old")
	}
	what := map[change]string{messageAdded: "added", messageDeleted: "deleted", labelsAdded: "labelled", labelsRemoved: "unlabelled"}
	var out []string
	for _, r := range p.records {
		name := names[formatID(r.message)]
		if name == "" {
			name = "?"
		}
		line := fmt.Sprintf("%s %s %s", what[r.what], name, strings.Join(sorted(r.after.ids()), ","))
		if r.changed != nil {
			line += " changed " + strings.Join(sorted(r.changed.ids()), ",")
		}
		out = append(out, line)
	}
	return out
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

func texts(messages []Message) []string {
	var out []string
	for _, m := range messages {
		out = append(out, strings.TrimSpace(m.Text))
	}
	return out
}
