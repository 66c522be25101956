package gmailtest

import (
	"errors"
	"testing"
)

func TestSendingUsesTheDraftUp(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d, e := w.rita.createDraft(t.Context(), simple("X-Hire-Intent: 42"), 0)
	if e != nil {
		t.Fatal(e)
	}
	w.same("labels of a draft", w.rita.Drafts()[0].LabelIDs, []string{"DRAFT"})
	start := w.rita.HistoryID()
	sent := w.message(w.rita.SendDraft(d.id))
	if sent.ID == formatID(d.message.id) {
		t.Error("the sent message has the draft's id")
	}
	w.same("conversation", sent.ThreadID, formatID(d.message.thread))
	w.same("labels", sent.LabelIDs, []string{"SENT"})
	w.same("messages of the conversation", len(w.thread(w.rita, sent.ThreadID).Messages), 1)
	w.same("history", w.since(w.rita, start, map[string]string{sent.ID: "sent", formatID(d.message.id): "draft"}),
		[]string{"deleted draft DRAFT", "added sent SENT"})
	w.same("drafts", len(w.rita.Drafts()), 0)
	w.same("Cora's mail", len(w.cora.Inbox()), 1)

	if _, err := w.rita.SendDraft(d.id); !errors.Is(err, ErrNotFound) {
		t.Errorf("sent twice: %v", err)
	}
	w.same("Cora's mail after", len(w.cora.Inbox()), 1)
}

func TestEditedDraft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		behaviour Behaviour
		sameID    bool
		intent    string
	}{
		{"keeps its id", Behaviour{}, true, "42"},
		{"gets a new id", Behaviour{DraftIDChangesOnEdit: true}, false, "42"},
		{"loses X- headers", Behaviour{StripXHeadersOnEdit: true}, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, behaving(c.behaviour))
			made, e := w.rita.createDraft(t.Context(), simple("X-Hire-Intent: 42", "Bcc: spy@else.example"), 0)
			if e != nil {
				t.Fatal(e)
			}
			got := w.message(w.rita.EditDraft(made.id, func(o *OutgoingMail) { o.Text = "Are you well?" }))
			if got.ID == formatID(made.message.id) {
				t.Error("the message id stays")
			}
			w.same("draft id stays", got.DraftID == made.id, c.sameID)
			w.same("conversation", got.ThreadID, formatID(made.message.thread))
			w.same("text", got.Text, "Are you well?")
			w.same("intent", got.Header("X-Hire-Intent"), c.intent)
			w.same("drafts", len(w.rita.Drafts()), 1)
			sent := w.message(w.rita.SendDraft(got.DraftID))
			w.same("conversation of the sent", sent.ThreadID, got.ThreadID)
			w.same("what Cora reads", w.last(w.cora).Text, "Are you well?")
			w.same("what the spy gets", len(w.server.Outside("spy@else.example", "").Inbox()), 1)
		})
	}
}

func TestDraftOfAnAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	first := w.toRita("Hello", "x")
	d := w.message(w.rita.SaveDraft(OutgoingMail{To: []string{"cora@mail.example"}, Subject: "Re: Hello", Text: "y", ThreadID: first.ThreadID}))
	w.same("conversation", d.ThreadID, first.ThreadID)
	w.ok(w.rita.LabelThread(first.ThreadID, "Hire"))
	after := w.thread(w.rita, first.ThreadID)
	w.same("labels", [][]string{after.Messages[0].Labels, after.Messages[1].Labels}, [][]string{{"INBOX", "UNREAD", "Hire"}, {"DRAFT"}})

	w.ok(w.rita.DeleteDraft(d.DraftID))
	w.same("messages", len(w.thread(w.rita, first.ThreadID).Messages), 1)
	for _, err := range []error{w.rita.DeleteDraft(d.DraftID), func() error { _, err := w.rita.EditDraft(d.DraftID, func(*OutgoingMail) {}); return err }()} {
		if !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
}

func TestUpdatedDraftIsSentAsItStands(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	d, e := w.rita.createDraft(t.Context(), simple(), 0)
	if e != nil {
		t.Fatal(e)
	}
	u, e := w.rita.updateDraft(t.Context(), d.id, []byte("To: cora@mail.example\r\nSubject: Other\r\n\r\nother"), 0)
	if e != nil {
		t.Fatal(e)
	}
	w.same("conversation", u.message.thread, d.message.thread)
	if _, e := w.rita.sendDraft(t.Context(), d.id, []byte("To: cora@mail.example\r\nSubject: Last\r\n\r\nlast"), 0); e != nil {
		t.Fatal(e)
	}
	w.same("what Cora reads", w.last(w.cora).Subject, "Last")
	p, e := w.rita.listDrafts(listQuery{limit: 10})
	w.same("drafts", len(p.entries), 0)
	if e != nil {
		t.Error(e)
	}
}
