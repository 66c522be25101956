package gmailtest

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
)

func TestFill(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	start := w.rita.HistoryID()
	w.ok(w.server.Fill([]*Mailbox{w.rita, w.sam}, Filling{Messages: 100, PerThread: 4, Labels: []string{"INBOX", "Hire"}}))
	for _, m := range []*Mailbox{w.rita, w.sam} {
		p := m.profile()
		w.same("messages and conversations", []int{p.messages, p.threads}, []int{100, 25})
		hire, _ := m.Label("hire")
		w.same("labelled", []int{hire.Messages, hire.Unread}, []int{100, 0})
	}
	w.same("history", len(w.since(w.rita, start, nil)), 0)
	w.same("one store", w.rita.order[50].mail == w.sam.order[50].mail, true)
	all := must[[]ThreadSummary](w)(w.rita.Threads("", 2))
	w.same("newest first", []int{len(all), all[0].Messages}, []int{2, 4})
	w.same("by address", len(must[[]Message](w)(w.rita.Messages("from:person4@mail.example", 0))), 2)
	m := w.toRita("Hello", "x")
	w.same("what comes is newer", w.newest(w.rita).ID, m.ID)
	w.ok(w.server.Fill([]*Mailbox{w.rita}, Filling{}))
}

// BenchmarkFill reports what a message costs where a thousand mailboxes have a hundred each, and what the whole takes.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := New(Options{Seed: 1})
		boxes := make([]*Mailbox, 1000)
		for i := range boxes {
			boxes[i] = s.AddMailbox(fmt.Sprintf("user%d@acme.example", i), "User")
		}
		if err := s.Fill(boxes, Filling{Messages: 100}); err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		used := float64(after.HeapAlloc) - float64(before.HeapAlloc)
		b.ReportMetric(used/100_000, "B/message")
		b.ReportMetric(used/1e6, "MB")
		runtime.KeepAlive(s)
	}
}

// TestFillIsSmall: a thousand mailboxes with a hundred thousand messages take far less than the 300 MB that tests of that size may.
func TestFillIsSmall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := New(Options{Seed: 1})
	var boxes []*Mailbox
	for i := range 100 {
		boxes = append(boxes, s.AddMailbox(fmt.Sprintf("user%d@acme.example", i), "User"))
	}
	if err := s.Fill(boxes, Filling{Messages: 100}); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	used := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("%d bytes a message", used/10_000)
	if used > 30_000_000 {
		t.Errorf("%d bytes for 10,000 messages", used)
	}
	runtime.KeepAlive(s)
}

// TestManyAtOnce lets people write, label and look at the same time; run with -race.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var wg sync.WaitGroup
	const rounds = 20
	for i := range 4 {
		wg.Go(func() {
			for n := range rounds {
				subject := fmt.Sprintf("Mail %d of %d", n, i)
				if _, err := w.rita.Send(OutgoingMail{To: []string{"sam@acme.example", "cora@mail.example"}, Subject: subject, Text: "x"}); err != nil {
					t.Error(err)
				}
				if _, err := w.sam.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: subject, Text: "x"}); err != nil {
					t.Error(err)
				}
				if _, err := w.cora.Send(OutgoingMail{To: []string{"rita@acme.example", "sam@acme.example"}, Subject: subject, Text: "x"}); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range rounds {
				for _, q := range []string{"", "from:cora@mail.example", "mail", "label:hire"} {
					found, err := w.rita.Threads(q, 5)
					if err != nil {
						t.Error(err)
					}
					for _, th := range found {
						if err := w.rita.LabelThread(th.ID, "Hire"); err != nil {
							t.Error(err)
						}
					}
				}
				w.rita.Labels()
				w.cora.Conversations()
			}
		})
	}
	wg.Wait()
	w.same("messages", []int{w.rita.profile().messages, w.sam.profile().messages, len(w.cora.Inbox())}, []int{12 * rounds, 12 * rounds, 4 * rounds})
	w.same("order", len(w.rita.order), 12*rounds)
}

// TestCountsAreKept compares the counts of labels with what counting says, after much that happened to a mailbox.
func TestCountsAreKept(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var threads []string
	for i := range 6 {
		m := w.toRita(fmt.Sprint("Mail ", i), "x")
		w.message(w.rita.Reply(m.ID, "y"))
		threads = append(threads, m.ThreadID)
	}
	w.ok(w.rita.LabelThread(threads[0], "Hire"))
	w.ok(w.rita.LabelThread(threads[1], "Other"))
	w.ok(w.rita.MarkRead(threads[1]))
	w.ok(w.rita.Trash(threads[2]))
	w.ok(w.rita.DeleteForever(threads[3]))
	w.ok(w.rita.DeleteLabel("Other"))
	d := w.message(w.rita.SaveDraft(OutgoingMail{To: []string{"cora@mail.example"}, Subject: "Re: Mail 4", ThreadID: threads[4]}))
	w.message(w.rita.SendDraft(d.DraftID))
	unread := w.rita.labels["UNREAD"]
	for _, l := range w.rita.labels {
		var want counts
		all, some := map[*thread]bool{}, map[*thread]bool{}
		for _, msg := range l.messages {
			want.messages++
			all[msg.thread] = true
			if msg.labels.has(unread) {
				want.unread++
				some[msg.thread] = true
			}
		}
		want.threads, want.threadsUnread = len(all), len(some)
		if l.counts != want {
			t.Errorf("%s: %+v, want %+v", l.name, l.counts, want)
		}
	}
}

func BenchmarkDelivery(b *testing.B) {
	s := New(Options{Seed: 1})
	m := s.AddMailbox("rita@acme.example", "Rita")
	if err := s.Fill([]*Mailbox{m}, Filling{Messages: 20_000}); err != nil {
		b.Fatal(err)
	}
	o := s.Outside("cora@mail.example", "Cora")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := o.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Hello", Text: "x"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkListByAddress(b *testing.B) {
	s := New(Options{Seed: 1})
	m := s.AddMailbox("rita@acme.example", "Rita")
	if err := s.Fill([]*Mailbox{m}, Filling{Messages: 20_000}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if p, e := m.listMessages(listQuery{q: "from:person17@mail.example", limit: 25}); e != nil || len(p.entries) != 25 {
			b.Fatal(e, len(p.entries))
		}
	}
}
