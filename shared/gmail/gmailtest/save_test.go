package gmailtest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// restarted is the town after an end and a new beginning: what the first server saved, in another one.
func (w *town) restarted() *town {
	w.Helper()
	var kept bytes.Buffer
	w.ok(w.server.Save(&kept))
	s := New(Options{Now: w.clock.Now, Seed: 7})
	w.ok(s.Restore(&kept))
	out := &town{T: w.T, server: s, clock: w.clock, cora: s.Outside(w.cora.Email(), "")}
	for email, into := range map[string]**Mailbox{w.rita.Email(): &out.rita, w.sam.Email(): &out.sam} {
		m, ok := s.Mailbox(email)
		if !ok {
			w.Fatalf("no mailbox %s after the restart", email)
		}
		*into = m
	}
	return out
}

// livedIn is a town with something of everything that is saved.
func livedIn(t *testing.T) *town {
	w := newTown(t)
	w.ok(w.rita.AddFilter(Filter{From: "boss@else.example", AddLabels: []string{"Boss"}, SkipInbox: true}))
	w.sam.AddSendAs(SendAs{Email: "jobs@acme.example", Name: "Jobs", Signature: "<b>Jobs</b>", Default: true})
	w.sam.SetSignature("<i>Sam</i>")
	w.sam.Suspend(true)
	got := w.toRita("Application", "Here I am.")
	w.message(w.rita.Reply(got.ID, "Welcome."))
	w.ok(w.rita.LabelThread(got.ThreadID, "Hire"))
	w.ok(w.rita.AddFilter(Filter{Subject: "spam", AddLabels: []string{"Gone"}}))
	w.ok(w.rita.LabelThread(got.ThreadID, "Gone"))
	w.ok(w.rita.DeleteLabel("Gone"))
	w.message(w.rita.SaveDraft(OutgoingMail{To: []string{"cora@mail.example"}, Subject: "Later", Text: "Not yet."}))
	gone := w.toRita("Away with it", "x")
	w.ok(w.rita.DeleteForever(gone.ThreadID))
	w.server.Outside("nobody@mail.example", "").Bounce(true)
	w.server.OAuth().Issue("rita@acme.example")
	w.server.OAuth().BlockByAdmin("sam@acme.example", true)
	if _, _, e := w.rita.startWatch("projects/p/topics/t", []string{"INBOX"}, false); e != nil {
		t.Fatal(e)
	}
	return w
}

func TestRestoreLosesNothing(t *testing.T) {
	t.Parallel()
	w := livedIn(t)
	state := func(w *town) map[string]any {
		var b bytes.Buffer
		w.ok(w.server.Save(&b))
		var v map[string]any
		w.ok(json.Unmarshal(b.Bytes(), &v))
		delete(v["OAuth"].(map[string]any), "Made") // these two go on at a distance
		for _, m := range v["Mailboxes"].([]any) {
			delete(m.(map[string]any)["History"].(map[string]any), "Last")
		}
		return v
	}
	after := w.restarted()
	if d := cmp.Diff(state(w), state(after)); d != "" {
		t.Errorf("saved before and after (-before +after):\n%s", d)
	}
	w.same("labels and their counts", after.rita.Labels(), w.rita.Labels())
	w.same("messages", must[[]Message](w)(after.rita.Messages("in:anywhere", 100)), must[[]Message](w)(w.rita.Messages("in:anywhere", 100)))
	w.same("history from the beginning", after.since(after.rita, w.rita.history.floor, nil), w.since(w.rita, w.rita.history.floor, nil))
}

func TestLifeGoesOnAfterARestore(t *testing.T) {
	t.Parallel()
	before := livedIn(t)
	refresh := before.server.OAuth().RefreshTokens("rita@acme.example")
	access := before.server.Token("rita@acme.example")
	before.toRita("Mail with a Message-ID by chance", "x")
	cursor := before.rita.HistoryID()
	w := before.restarted()

	w.same("refresh tokens", w.server.OAuth().RefreshTokens("rita@acme.example")[0], refresh[0])
	if email, _, ok := w.server.OAuth().Lookup(access); !ok || email != "rita@acme.example" {
		t.Errorf("the access token is %q's, good %t", email, ok)
	}
	if again := w.server.Token("rita@acme.example"); again == access {
		t.Error("the same token was given out twice")
	}

	w.clock.Advance(time.Minute)
	old := must[[]Message](w)(w.rita.Messages("in:anywhere", 100))
	welcome := w.cora.Inbox()[0]
	w.written(w.cora.Reply(welcome, "Any news?"))
	w.same("an answer to mail of before", texts(w.thread(w.rita, w.newest(w.rita).ThreadID).Messages), []string{"Here I am.", "Welcome.", "Any news?"})
	for _, m := range old {
		if id := w.newest(w.rita).MessageID; id == m.MessageID || id == "" {
			t.Errorf("Message-ID %q was given out twice", id)
		}
	}
	w.same("history since the cursor of before", len(w.since(w.rita, cursor, nil)), 1)
	w.same("pushes", len(w.server.TakePushes()), 1)

	w.message(w.rita.Deliver([]byte("From: boss@else.example\r\nTo: rita@acme.example\r\nSubject: Now\r\n\r\nx\r\n")))
	w.same("filtered", w.newest(w.rita).Labels, []string{"UNREAD", "Boss"})
	w.message(w.rita.SendDraft(w.rita.Drafts()[0].DraftID))
	w.same("what came of the draft", w.last(w.cora).Subject, "Later")
	w.message(w.rita.Send(OutgoingMail{To: []string{"nobody@mail.example"}, Subject: "Hello", Text: "x"}))
	if from := w.newest(w.rita).From.Address; !strings.HasPrefix(from, "mailer-daemon@") {
		t.Errorf("mail to an address that bounces was answered by %s", from)
	}
}

// A process that is killed leaves what it saved last. Who has seen more of the mailbox goes on with it all the same.
func TestRestoreOfAnOldSave(t *testing.T) {
	t.Parallel()
	w := livedIn(t)
	after := w.restarted()
	w.toRita("Not saved", "x")
	cursor, token := w.rita.HistoryID(), w.server.Token("rita@acme.example")
	after.toRita("After the restart", "x")
	w.same("history since a cursor that is ahead of the save", len(after.since(after.rita, cursor, nil)), 1)
	if again := after.server.Token("sam@acme.example"); again == token {
		t.Error("Rita's token was given to Sam")
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	w := livedIn(t)
	var kept bytes.Buffer
	w.ok(w.server.Save(&kept))
	for _, c := range []struct {
		name, kept string
		into       *Server
		want       string
	}{
		{"a server in use", kept.String(), w.server, "has mailboxes"},
		{"half a file", kept.String()[:kept.Len()/2], New(Options{}), "unexpected EOF"},
		{"another format", `{"Format": 99}`, New(Options{}), "format is 99"},
		{"a mail that is not there", strings.Replace(kept.String(), `"Mail":0`, `"Mail":99`, 1), New(Options{}), "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.into.Restore(strings.NewReader(c.kept)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error with %q", err, c.want)
			}
		})
	}
}
