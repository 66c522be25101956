package gmailtest

import (
	"errors"
	"testing"
	"time"
)

func TestLabelsArePerMessage(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first := w.toRita("Hello", "one")
	w.ok(w.rita.LabelThread(first.ThreadID, "Hire"))
	w.written(w.cora.Reply(w.cora.Sent()[0], "two", func(o *OutgoingMail) { o.To = []string{"rita@acme.example"} }))
	th := w.thread(w.rita, first.ThreadID)
	w.same("texts", texts(th.Messages), []string{"one", "two"})
	w.same("the first has it", th.Messages[0].Has("Hire"), true)
	w.same("the second does not inherit it", th.Messages[1].Has("Hire"), false)

	start := w.rita.HistoryID()
	w.ok(w.rita.LabelThread(first.ThreadID, "HIRE"))
	hire, _ := w.rita.Label("hire")
	names := map[string]string{th.Messages[0].ID: "one", th.Messages[1].ID: "two", "": ""}
	w.same("history tells only what changed", w.since(w.rita, start, names), []string{"labelled two INBOX," + hire.ID + ",UNREAD changed " + hire.ID})
}

func TestLabelNames(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	made, err := w.rita.CreateLabel("Hire")
	w.ok(err)
	for _, name := range []string{"hire", " HIRE ", "Inbox", "", "a/"} {
		if _, err := w.rita.CreateLabel(name); err == nil {
			t.Errorf("label %q was made", name)
		}
	}
	m := w.toRita("Hello", "one")
	w.ok(w.rita.LabelMessage(m.ID, "hire"))
	w.ok(w.rita.RenameLabel("HIRE", "Recruiting"))
	if l, ok := w.rita.Label("recruiting"); !ok || l.ID != made.ID || l.Messages != 1 {
		t.Errorf("renamed: %+v", l)
	}
	if _, ok := w.rita.Label("Hire"); ok {
		t.Error("the old name is still there")
	}
	start := w.rita.HistoryID()
	w.ok(w.rita.DeleteLabel("Recruiting"))
	w.same("history", w.since(w.rita, start, map[string]string{m.ID: "m"}), []string{"unlabelled m INBOX,UNREAD changed " + made.ID})
	if err := w.rita.UnlabelThread(m.ThreadID, "Recruiting"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if err := w.rita.DeleteLabel("INBOX"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func TestQuietLabelDelete(t *testing.T) {
	t.Parallel()
	w := newTown(t, behaving(Behaviour{QuietLabelDelete: true}))
	m := w.toRita("Hello", "one")
	w.ok(w.rita.LabelMessage(m.ID, "Hire"))
	start := w.rita.HistoryID()
	w.ok(w.rita.DeleteLabel("Hire"))
	w.same("history", len(w.since(w.rita, start, nil)), 0)
	w.same("labels", w.newest(w.rita).Labels, []string{"INBOX", "UNREAD"})
}

func TestFilters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		filter Filter
		want   []string
	}{
		{"a label", Filter{From: "cora@mail.example", AddLabels: []string{"Hire"}}, []string{"Hire", "INBOX", "UNREAD"}},
		{"past the inbox", Filter{Subject: "application", SkipInbox: true, MarkRead: true, AddLabels: []string{"Hire"}}, []string{"Hire"}},
		{"from somebody else", Filter{From: "dora@mail.example", AddLabels: []string{"Hire"}}, []string{"INBOX", "UNREAD"}},
		{"one of two", Filter{From: "dora@mail.example OR cora@mail.example", Star: true}, []string{"INBOX", "STARRED", "UNREAD"}},
		{"all must fit", Filter{From: "cora@mail.example", Subject: "invoice", Delete: true}, []string{"INBOX", "UNREAD"}},
		{"into the bin", Filter{Query: "cover letter", Delete: true}, []string{"TRASH", "UNREAD"}},
		{"blocked", Filter{From: "mail.example", Spam: true}, []string{"SPAM", "UNREAD"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.ok(w.rita.AddFilter(c.filter))
			start := w.rita.HistoryID()
			m := w.toRita("My application", "Here is my cover letter.")
			w.same("labels", sorted(m.Labels), c.want)
			w.same("history is one record, with the labels in it", w.since(w.rita, start, map[string]string{m.ID: "m"}), []string{"added m " + joined(sorted(m.LabelIDs))})
		})
	}
}

func joined(ids []string) string {
	out := ""
	for i, id := range ids {
		if i > 0 {
			out += ","
		}
		out += id
	}
	return out
}

func TestFilterOnMailToOneself(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.ok(w.rita.AddFilter(Filter{To: "me", AddLabels: []string{"Hire"}}))
	m := w.message(w.rita.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Note", Text: "x"}))
	w.same("labels", sorted(m.Labels), []string{"Hire", "INBOX", "SENT", "UNREAD"})
	w.ok(w.rita.DeleteLabel("Hire"))
	m = w.message(w.rita.Send(OutgoingMail{To: []string{"rita@acme.example"}, Subject: "Note", Text: "x"}))
	w.same("labels once the label is gone", sorted(m.Labels), []string{"INBOX", "SENT", "UNREAD"})
}

func TestSpamAndBin(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	m := w.toRita("Hello", "x")
	labels := func() []string { return sorted(w.newest(w.rita).LabelIDs) }
	for _, step := range []struct {
		name string
		do   func(string) error
		want []string
	}{
		{"spam", w.rita.Spam, []string{"SPAM", "UNREAD"}},
		{"spam into the bin", w.rita.Trash, []string{"TRASH", "UNREAD"}},
		{"spam out of the bin", w.rita.Spam, []string{"SPAM", "UNREAD"}},
		{"back", w.rita.MoveToInbox, []string{"INBOX", "UNREAD"}},
		{"archive", w.rita.Archive, []string{"UNREAD"}},
		{"archived spam", w.rita.Spam, []string{"SPAM", "UNREAD"}},
		{"not spam", w.rita.NotSpam, []string{"INBOX", "UNREAD"}},
		{"read", w.rita.MarkRead, []string{"INBOX"}},
		{"bin", w.rita.Trash, []string{"TRASH"}},
		{"out of the bin", w.rita.Untrash, []string{"INBOX"}},
	} {
		w.ok(step.do(m.ThreadID))
		w.same(step.name, labels(), step.want)
	}
	if _, e := w.rita.trashThread(t.Context(), parsed(t, m.ThreadID)); e != nil {
		t.Fatal(e)
	}
	got, e := w.rita.untrashThread(t.Context(), parsed(t, m.ThreadID))
	if e != nil {
		t.Fatal(e)
	}
	w.same("the API's untrash", got.messages[0].labels.ids(), []string{})
	w.ok(w.rita.DeleteForever(m.ThreadID))
	if _, err := w.rita.Thread(m.ThreadID); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	w.same("profile", w.rita.profile().messages+w.rita.profile().threads, 0)
}

func parsed(t *testing.T, id string) uint64 {
	t.Helper()
	n, ok := parseID(id)
	if !ok {
		t.Fatalf("id %q", id)
	}
	return n
}

func TestModify(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	m := w.toRita("Hello", "x")
	id := parsed(t, m.ID)
	for _, c := range []struct {
		add, remove []string
		code        int
		want        []string
	}{
		{[]string{"STARRED"}, []string{"UNREAD"}, 0, []string{"INBOX", "STARRED"}},
		{[]string{"SENT"}, nil, 400, nil},
		{nil, []string{"DRAFT"}, 400, nil},
		{[]string{"Label_1"}, nil, 400, nil},
		{[]string{"TRASH"}, nil, 0, []string{"STARRED", "TRASH"}},
		{[]string{"INBOX"}, []string{"INBOX"}, 0, []string{"INBOX", "STARRED"}},
	} {
		got, e := w.rita.modify(t.Context(), id, c.add, c.remove)
		if code := codeOf(e); code != c.code {
			t.Errorf("+%v -%v: %v", c.add, c.remove, e)
		}
		if e == nil {
			w.same("labels", sorted(got.labels.ids()), c.want)
		}
	}
	if _, e := w.rita.modify(t.Context(), 1, nil, nil); codeOf(e) != 404 {
		t.Error(e)
	}
	if e := w.rita.modifyAll(t.Context(), []uint64{1, id}, []string{"UNREAD"}, nil); e != nil {
		t.Error(e)
	}
	w.same("after modifyAll", w.newest(w.rita).Has("UNREAD"), true)
	if e := w.rita.delete(t.Context(), 1); codeOf(e) != 404 {
		t.Error(e)
	}
	if e := w.rita.deleteAll(t.Context(), []uint64{1, id}); e != nil {
		t.Error(e)
	}
	w.same("messages", w.rita.profile().messages, 0)
}

func TestModifyThread(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	m := w.toRita("Hello", "x")
	w.message(w.rita.Reply(m.ID, "y"))
	d := w.message(w.rita.SaveDraft(OutgoingMail{To: []string{"cora@mail.example"}, Subject: "Re: Hello", ThreadID: m.ThreadID}))
	hire := must[Label](w)(w.rita.CreateLabel("Hire"))
	th := parsed(t, m.ThreadID)
	got, e := w.rita.modifyThread(t.Context(), th, []string{hire.ID}, []string{"UNREAD"})
	if e != nil {
		t.Fatal(e)
	}
	var labels []string
	for _, x := range got.messages {
		labels = append(labels, joined(x.labels.ids()))
	}
	w.same("labels", labels, []string{"INBOX," + hire.ID, "SENT," + hire.ID, "DRAFT"})
	if _, e := w.rita.modify(t.Context(), parsed(t, d.ID), []string{hire.ID}, nil); codeOf(e) != 400 {
		t.Error("a draft took a label", e)
	}
	if err := w.rita.LabelMessage(d.ID, "Hire"); err == nil {
		t.Error("a draft took a label")
	}
	if _, e := w.rita.modifyThread(t.Context(), th, []string{"Label_1"}, nil); codeOf(e) != 400 {
		t.Error(e)
	}
	one, e := w.rita.trash(t.Context(), parsed(t, m.ID))
	if e != nil {
		t.Fatal(e)
	}
	w.same("in the bin", joined(one.labels.ids()), "TRASH,"+hire.ID)
	one, e = w.rita.untrash(t.Context(), parsed(t, m.ID))
	if e != nil {
		t.Fatal(e)
	}
	w.same("out of the bin", joined(one.labels.ids()), hire.ID)
	if e := w.rita.deleteThread(t.Context(), th); e != nil {
		t.Fatal(e)
	}
	w.same("drafts", len(w.rita.Drafts()), 0)
	for _, e := range []*apiError{w.rita.deleteThread(t.Context(), th), w.rita.deleteDraft(t.Context(), d.DraftID)} {
		if codeOf(e) != 404 {
			t.Error(e)
		}
	}
}

func codeOf(e *apiError) int {
	if e == nil {
		return 0
	}
	return e.code
}

func TestFreshMailIsUnreadable(t *testing.T) {
	t.Parallel()
	w := newTown(t, behaving(Behaviour{UnreadableFor: 3 * time.Second}))
	m := w.toRita("Hello", "x")
	id, th := parsed(t, m.ID), parsed(t, m.ThreadID)
	look := func() []int {
		_, a := w.rita.get(id)
		_, b := w.rita.getThread(th)
		_, c := w.rita.modify(t.Context(), id, []string{"STARRED"}, nil)
		return []int{codeOf(a), codeOf(b), codeOf(c)}
	}
	w.same("at once", look(), []int{404, 404, 404})
	w.clock.Advance(3 * time.Second)
	w.same("later", look(), []int{0, 0, 0})
}
