package gmailtest

import (
	"testing"
	"time"
)

// listing reads history by pages of a size; it tells the number of records, of pages, and of pages without records.
func (w *town) listing(start uint64, size int) (records, pages, empty int) {
	w.Helper()
	for q := (historyQuery{start: start, limit: size}); ; {
		p, ok := w.rita.listHistory(q)
		if !ok {
			w.Fatal("too old")
		}
		pages++
		records += len(p.records)
		if len(p.records) == 0 {
			empty++
		}
		if !p.more {
			return records, pages, empty
		}
		q.page = p.next
	}
}

func TestHistoryPages(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	start := w.rita.HistoryID()
	for range 5 {
		w.toRita("Hello", "x")
	}
	records, pages, empty := w.listing(start, 2)
	w.same("records, pages, empty ones", []int{records, pages, empty}, []int{5, 3, 0})
	w.server.SetBehaviour(Behaviour{EmptyPagesWithToken: true})
	records, pages, empty = w.listing(start, 2)
	w.same("with empty pages", []int{records, pages, empty}, []int{5, 6, 3})
	records, pages, empty = w.listing(w.rita.HistoryID(), 2)
	w.same("nothing new", []int{records, pages, empty}, []int{0, 1, 1})
}

// The mailbox's id, and a push's, may be ahead of the last record's.
func TestHistoryIDRunsAhead(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	start := w.rita.HistoryID()
	w.server.SetBehaviour(Behaviour{IDRunsAhead: true})
	w.toRita("Hello", "x")
	p, ok := w.rita.listHistory(historyQuery{start: start, limit: 10})
	if !ok || len(p.records) != 1 || p.records[0].id >= p.current || p.current != w.rita.HistoryID() {
		t.Errorf("records %+v, the mailbox is at %d", p.records, p.current)
	}
}

func TestHistoryByLabelAndType(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	start := w.rita.HistoryID()
	m := w.toRita("Hello", "x")
	w.ok(w.rita.LabelThread(m.ThreadID, "Hire"))
	w.ok(w.rita.UnlabelThread(m.ThreadID, "Hire"))
	w.ok(w.rita.DeleteForever(m.ThreadID))
	hire, _ := w.rita.Label("Hire")
	for name, c := range map[string]struct {
		label string
		types uint8
		want  int
	}{
		"all": {"", 0, 4}, "of a label": {hire.ID, 0, 2}, "of another": {"SENT", 0, 0}, "added": {"", 1 << messageAdded, 1},
		"taken off or deleted": {"", 1<<labelsRemoved | 1<<messageDeleted, 2}, "label and type": {hire.ID, 1 << labelsAdded, 1},
	} {
		p, ok := w.rita.listHistory(historyQuery{start: start, limit: 10, label: c.label, types: c.types})
		if !ok || len(p.records) != c.want {
			t.Errorf("%s: %d records, want %d", name, len(p.records), c.want)
		}
	}
}

func TestHistoryLags(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first := w.rita.HistoryID()
	w.toRita("Hello", "x")
	w.server.SetBehaviour(Behaviour{PushAhead: true})
	start := w.rita.HistoryID()
	w.toRita("Hello", "x")
	p, _ := w.rita.listHistory(historyQuery{start: first, limit: 10})
	w.same("what came before", len(p.records), 1)
	p, _ = w.rita.listHistory(historyQuery{start: start, limit: 10})
	w.same("hidden, while the answer's id runs ahead", []bool{len(p.records) == 0, p.current > start}, []bool{true, true})
	w.rita.ReleaseHistory()
	p, _ = w.rita.listHistory(historyQuery{start: start, limit: 10})
	w.same("released", len(p.records), 1)

	w.server.SetBehaviour(Behaviour{PushAheadFor: 3 * time.Second})
	w.clock.Advance(3 * time.Second)
	w.toRita("Hello", "x")
	p, _ = w.rita.listHistory(historyQuery{start: start, limit: 10})
	w.same("at once", len(p.records), 1)
	w.clock.Advance(3 * time.Second)
	p, _ = w.rita.listHistory(historyQuery{start: start, limit: 10})
	w.same("three seconds later", len(p.records), 2)
}

func TestHistoryAges(t *testing.T) {
	t.Parallel()
	w := newTown(t, behaving(Behaviour{HistoryKeep: time.Hour}))
	start := w.rita.HistoryID()
	w.toRita("Hello", "x")
	w.clock.Advance(59 * time.Minute)
	p, ok := w.rita.listHistory(historyQuery{start: start, limit: 10})
	w.same("young", []any{ok, len(p.records)}, []any{true, 1})
	w.clock.Advance(2 * time.Minute)
	_, ok = w.rita.listHistory(historyQuery{start: start, limit: 10})
	w.same("old", ok, false)
	_, ok = w.rita.listHistory(historyQuery{start: p.current, limit: 10})
	w.same("a cursor that followed", ok, true)
	now := w.rita.HistoryID()
	w.rita.ExpireHistory()
	_, ok = w.rita.listHistory(historyQuery{start: now, limit: 10})
	w.same("expired by hand", ok, false)
	_, ok = w.rita.listHistory(historyQuery{start: w.rita.HistoryID(), limit: 10})
	w.same("the current one", ok, true)
}

func TestPushes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rita.mu.Lock()
	_, _, e := w.rita.startWatch("projects/p/topics/t", nil, false)
	_, _, other := w.rita.startWatch("projects/p/topics/other", nil, false)
	w.rita.mu.Unlock()
	if e != nil || codeOf(other) != 400 {
		t.Fatal(e, other)
	}
	w.toRita("One", "x")
	w.toRita("Two", "x") // within the second: dropped
	w.clock.Advance(time.Second)
	w.toRita("Three", "x")
	got := w.server.TakePushes()
	w.same("pushes", len(got), 2)
	w.same("of the state now", got[1].HistoryID, w.rita.HistoryID())
	w.clock.Advance(7 * 24 * time.Hour)
	w.toRita("Four", "x")
	w.same("the watch is over", len(w.server.TakePushes()), 0)
	if _, _, ok := w.rita.Watch(); ok {
		t.Error("still watched")
	}
}
