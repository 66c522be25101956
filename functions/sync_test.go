package functions_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

func TestScenario29_ReplyIsInTheProfileWithinAMinute(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("Yes, tomorrow.")
	r.shows("before the notification", "> Can we talk?")
	w.pass(time.Minute)
	r.shows("a minute later", "> Can we talk?", "Yes, tomorrow.")
	if got := r.settings().Connection.LastPushAt; got.IsZero() {
		t.Error("no notification was noted")
	}
}

// The notification comes before the history that it speaks of can be read.
func TestScenario29_ReplyWhoseHistoryLags(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.behave(func(b *gmailtest.Behaviour) { b.PushAheadFor, b.UnreadableFor = 10*time.Second, 12*time.Second })
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	r.shows("a minute later", "> Can we talk?", "Yes, tomorrow.")
}

func TestScenario30_LostNotificationIsMadeUpForBySweeps(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.pass(2 * time.Minute)
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	for range 3 { // Cloud Scheduler's calls of a quarter of an hour
		w.fiveMinutesLater()
	}
	r.shows("a quarter of an hour later", "> Can we talk?", "Yes, tomorrow.")
}

// An automatic answer comes within a second of our own mail: Gmail drops its notification, and this time ours is lost, too.
func TestScenario29_ReplyAtOnceWhoseNotificationIsDropped(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		settled bool // by the sync, which meets the mail in Sent before its send is recorded
	}{
		{"the send is recorded", false},
		{"the sync has met the mail before", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			w.pass(5 * time.Second)
			if test.settled {
				w.sim.AddFault(gmailtest.FaultRule{Method: "messages.modify", Status: 400, Times: 1}) // no label, which would be seen as somebody at work
				w.sim.AddFault(gmailtest.FaultRule{Method: "messages.get", Status: 400, Times: 1})
			} else {
				w.losePushes()
			}
			r.send("k1", hello)
			w.settle()
			if state := r.outcome("k1").State; state != "sent" {
				t.Fatalf("the send is %s", state)
			}
			w.clock.Advance(300 * time.Millisecond)
			dropped := w.sim.Stats().PushesDropped
			w.cora().answers("I am on holiday.")
			if w.sim.Stats().PushesDropped == dropped {
				t.Fatal("no notification was dropped, so this shows nothing")
			}
			w.losePushes()
			w.pass(time.Minute)
			r.shows("a minute later", "> Can we talk?", "I am on holiday.")
		})
	}
}

// Many mails sent in a moment are followed by one look.
func TestSendsOfAMomentShareOneLook(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.pass(time.Minute)
	w.losePushes()
	looks := w.counting("history.list")
	for _, key := range []string{"k1", "k2", "k3"} {
		r.send(key, hello).into(200, nil)
	}
	w.pass(time.Minute)
	if n := looks(); n != 1 {
		t.Errorf("%d looks at the mailbox, want one", n)
	}
}

func TestScenario31_MailWrittenInGmailIsInTheProfileAsSent(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("Yes, tomorrow.")
	w.pass(5 * time.Second)
	inbox := w.inGmail("in:inbox")
	_, err := w.mailbox(ritaMail).Reply(inbox[0].ID, "See you then. (from my phone)")
	w.ok(err)
	w.pass(time.Minute)
	r.shows("a minute later", "> Can we talk?", "Yes, tomorrow.", "> See you then. (from my phone)")
	thread := r.thread(r.profile(cora).Threads[0].ID)
	if last := thread.MessageList[2]; last.From.Kind != "user" || last.From.ID != rita {
		t.Errorf("it is from %+v, want Rita", last.From)
	}
}

func TestScenario32_NewConversationIsNotImportedNorRead(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	before := w.sim.Stats()
	w.unrelated()
	w.pass(time.Minute)
	r.shows("a minute later")
	after := w.sim.Stats()
	for _, method := range []string{"messages.get", "threads.get", "messages.list", "threads.list"} {
		if n := after.Calls[method] - before.Calls[method]; n != 0 {
			t.Errorf("%d calls of %s for mail that is not Hire's", n, method)
		}
	}
}

func TestScenario33_LabelImportsTheWholeConversationOnce(t *testing.T) {
	t.Parallel()
	for _, label := range namesOfImport {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			thread := w.unrelated()
			w.pass(10 * time.Minute)
			box := w.mailbox(ritaMail)
			w.ok(box.LabelThread(thread, label))
			w.pass(time.Minute)
			r.shows("a minute after the label", "Is the job remote?", "One more thing.")
			r.receipt("a minute after the label", "2 of 2, verified")
			// Taken off and put on again, and swept over: nothing is doubled.
			w.ok(box.UnlabelThread(thread, label))
			w.pass(time.Minute)
			w.ok(box.LabelThread(thread, label))
			w.pass(10 * time.Minute)
			w.sweep()
			r.shows("in the end", "Is the job remote?", "One more thing.")
		})
	}
}

// Who opens a conversation and labels it within a second has the second notification dropped by Gmail.
func TestScenario33_LabelWhoseNotificationIsDropped(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	thread := w.unrelated()
	w.pass(2 * time.Second)
	box := w.mailbox(ritaMail)
	w.ok(box.MarkRead(thread))
	w.settle() // its notification is acted upon at once
	dropped := w.sim.Stats().PushesDropped
	w.ok(box.LabelThread(thread, "Hire"))
	if got := w.sim.Stats().PushesDropped - dropped; got == 0 {
		t.Fatal("no notification was dropped, so this shows nothing")
	}
	w.pass(time.Minute)
	r.shows("a minute after the label", "Is the job remote?", "One more thing.")
}

func TestScenario34_LaterMailOfAnImportedConversationIsSynced(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	thread := w.unrelated()
	box := w.mailbox(ritaMail)
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	// An answer from Gmail, and one to that. Neither carries the label.
	messages, err := box.Thread(thread)
	w.ok(err)
	answer, err := box.Reply(messages.Messages[1].ID, "Yes, it is.")
	w.ok(err)
	if answer.Has("Hire") {
		t.Fatal("the answer carries the label, so this shows nothing")
	}
	w.pass(2 * time.Second)
	w.cora().answers("Wonderful!")
	w.pass(time.Minute)
	r.shows("a minute later", "Is the job remote?", "One more thing.", "> Yes, it is.", "Wonderful!")
}

func TestScenario37_DoubledAndDisorderedNotifications(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	var pushed [][]byte
	w.watchPushes(func(data []byte) bool {
		pushed = append(pushed, data)
		return false
	})
	for _, text := range []string{"One.", "Two.", "Three."} {
		candidate.answers(text)
		w.pass(2 * time.Second)
	}
	want := []string{"> Can we talk?", "One.", "Two.", "Three."}
	r.shows("after the notifications", want...)
	if len(pushed) < 3 {
		t.Fatalf("%d notifications, want at least three", len(pushed))
	}
	cursor := w.record(rita).Cursor
	slices.Reverse(pushed)
	for range 2 {
		for _, data := range pushed {
			w.notify(data)
		}
	}
	w.look()
	w.settle()
	r.shows("after all of them twice and backwards", want...)
	if now := w.record(rita).Cursor; now < cursor {
		t.Errorf("the cursor went back from %d to %d", cursor, now)
	}
}
