package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// What the model test has found about labels that come and go between two looks.

// labelledReply is a world in which Rita has labelled the conversation that she began in Hire, with Cora's answer in it, and no notification comes through any more.
func labelledReply(t *testing.T) (w *world, r *person, candidate *correspondent, box *gmailtest.Mailbox, thread string) {
	t.Helper()
	w, r, candidate = conversation(t)
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	box = w.mailbox(ritaMail)
	found := w.inGmail("from:cora")
	return w, r, candidate, box, found[0].ThreadID
}

// A conversation of our own stays one when the label is taken off it: what came just before is not passed over.
func TestUnlabelledConversationOfOurOwnLosesNoMail(t *testing.T) {
	t.Parallel()
	w, r, candidate, box, thread := labelledReply(t)
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	w.losePushes()
	candidate.answers("Or on Friday.")
	w.ok(box.UnlabelThread(thread, "Hire"))
	w.swept()
	r.shows("after the sweep", "> Can we talk?", "Yes, tomorrow.", "Or on Friday.")
}

// In a conversation of our own the label that Hire put on what it sent does not keep it labelled: once the user's is off, mail that skips the inbox stays out.
func TestUnlabelledButForOurOwnLabel(t *testing.T) {
	t.Parallel()
	w, r, candidate, box, _ := labelledReply(t)
	found, err := box.Messages("from:cora", 0)
	w.ok(err)
	w.ok(box.LabelMessage(found[0].ID, "Hire"))
	w.pass(time.Minute)
	w.ok(box.AddFilter(gmailtest.Filter{From: coraMail, SkipInbox: true}))
	candidate.answers("Or on Friday.")
	w.pass(time.Minute)
	r.shows("labelled", "> Can we talk?", "Yes, tomorrow.", "Or on Friday.")
	w.ok(box.UnlabelMessage(found[0].ID, "Hire"))
	w.pass(time.Minute)
	candidate.answers("Never.")
	w.pass(time.Minute)
	r.shows("unlabelled", "> Can we talk?", "Yes, tomorrow.", "Or on Friday.")
}

// A label that was put on while no history told of it brings in the whole conversation all the same.
func TestLabelPutOnInAForgottenHistory(t *testing.T) {
	t.Parallel()
	w, r, candidate, box, thread := labelledReply(t)
	w.losePushes()
	w.ok(box.AddFilter(gmailtest.Filter{From: coraMail, SkipInbox: true}))
	candidate.answers("Or on Friday.")
	w.swept()
	r.shows("before the label", "> Can we talk?", "Yes, tomorrow.")
	w.ok(box.LabelThread(thread, "Hire"))
	box.ExpireHistory()
	w.swept()
	r.shows("labelled", "> Can we talk?", "Yes, tomorrow.", "Or on Friday.")
}

// The label is put on a conversation whose newest mail Gmail does not show yet, though it has told of it.
func TestLabelledBeforeAllOfItCanBeRead(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	candidate := w.cora()
	first := candidate.writes("A question", "Is the job remote?")
	w.pass(time.Minute)
	w.behave(func(b *gmailtest.Behaviour) { b.UnreadableFor = 20 * time.Second })
	w.losePushes()
	w.clock.Advance(10 * time.Minute)
	candidate.repliesTo(first, "Or hybrid?")
	thread := w.threadOf(ritaMail, "A question")
	w.ok(box.LabelThread(thread, "Hire"))
	w.sweep()
	w.pass(3 * time.Minute)
	r.shows("three minutes later", "Is the job remote?", "Or hybrid?")
}

// A mail has come into a conversation that is not Hire's, and was listed. Just then the conversation is labelled, and Gmail does not show that mail yet.
func TestLabelledWhileGmailShowsLess(t *testing.T) {
	t.Parallel()
	for name, pages := range map[string]int{"listed before": 0, "on the page before": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			box := w.mailbox(ritaMail)
			candidate := w.cora()
			first := candidate.writes("A question", "Is the job remote?")
			w.pass(10 * time.Minute)
			w.behave(func(b *gmailtest.Behaviour) { b.UnreadableFor, b.HistoryPageSize = 20*time.Second, pages })
			found := w.inGmail("subject:question")
			if pages > 0 {
				w.losePushes()
			}
			candidate.repliesTo(first, "Or hybrid?")
			w.pass(2 * time.Second)
			w.ok(box.LabelMessage(found[0].ID, "Hire"))
			if pages > 0 {
				w.sweep()
			}
			w.pass(2 * time.Second)
			r.shows("at once", "Is the job remote?")
			w.pass(2 * time.Minute)
			r.shows("two minutes later", "Is the job remote?", "Or hybrid?")
		})
	}
}

// A conversation that nothing matched was read when it came. Its address comes into the directory while Gmail shows less of it than then.
func TestMatchedWhileGmailShowsLess(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	const private = "cora.private@elsewhere.example"
	candidate := w.outside(private, "Cora")
	first := candidate.writes("From home", "Is the job remote?")
	thread := w.threadOf(ritaMail, "From home")
	w.ok(w.mailbox(ritaMail).LabelThread(thread, "Hire"))
	w.pass(10 * time.Minute)
	candidate.repliesTo(first, "Or hybrid?")
	w.pass(time.Second)
	w.behave(func(b *gmailtest.Behaviour) { b.UnreadableFor = 20 * time.Second })
	w.coraHas(coraMail, private)
	w.pass(time.Second)
	r.shows("at once", "Is the job remote?")
	w.pass(2 * time.Minute)
	r.shows("two minutes later", "Is the job remote?", "Or hybrid?")
}

// The mail that would match comes after the label was taken off: the conversation is none of Hire's any more.
func TestUnlabelledBeforeItMatched(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	first := w.outside("shop@shop.example", "Shop").writes("Sale", "Buy.")
	thread := w.threadOf(ritaMail, "Sale")
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	w.losePushes()
	w.ok(box.UnlabelThread(thread, "Hire"))
	w.cora().repliesTo(first, "Look at this.", to(ritaMail))
	w.swept()
	r.shows("after the sweep")
}

// The label is put on by mistake and taken off at once, and the listing that tells of both comes in pages: what came after it was never labelled.
func TestUnlabelledBeforeItIsRead(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.behave(func(b *gmailtest.Behaviour) { b.HistoryPageSize = 1 })
	w.losePushes()
	box := w.mailbox(ritaMail)
	thread := w.question("Private")
	w.ok(box.LabelThread(thread, "Hire"))
	w.ok(box.UnlabelThread(thread, "Hire"))
	w.swept()
	r.shows("put on and taken off")
	w.ok(box.LabelThread(thread, "Hire"))
	w.swept()
	r.shows("put on again", "Private")
}

// Gmail shows nothing of a conversation when it is labelled, nor when it is unlabelled: what comes to it after that was never labelled.
func TestUnlabelledBeforeAnyOfItCanBeRead(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	w.behave(func(b *gmailtest.Behaviour) { b.UnreadableFor = 20 * time.Second })
	thread := w.question("Private")
	w.pass(2 * time.Second)
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(2 * time.Second)
	w.ok(box.UnlabelThread(thread, "Hire"))
	w.pass(2 * time.Second)
	w.pass(10 * time.Minute)
	r.shows("ten minutes later")
	if got := r.unmatched(); len(got) != 0 {
		t.Errorf("unmatched %+v", got)
	}
}

// A conversation carries both labels of import, and one of them is taken off before it was looked at: it is labelled still.
func TestOneOfTwoLabelsTakenOff(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.losePushes()
	box := w.mailbox(ritaMail)
	w.cora().writes("A question", "Is the job remote?")
	thread := w.threadOf(ritaMail, "A question")
	w.ok(box.LabelThread(thread, "Hire"))
	w.ok(box.LabelThread(thread, "Recruiterbox"))
	w.ok(box.UnlabelThread(thread, "Recruiterbox"))
	w.swept()
	r.shows("after the sweep", "Is the job remote?")
}

// A conversation that was labelled while it lay in the bin is in no profile: nothing of it may be read. Taken out of the bin it comes.
func TestLabelledInTheBin(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	w.cora().writes("A question", "Is the job remote?")
	thread := w.threadOf(ritaMail, "A question")
	w.ok(box.Trash(thread))
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	r.shows("in the bin")
	w.ok(box.Untrash(thread))
	w.pass(time.Minute)
	r.shows("taken out of the bin", "Is the job remote?")
}

// A label of import is made anew and put on, and each call of the store that follows breaks once: what a label asks for is not forgotten for being learnt in vain.
func TestNewLabelWhoseRecordingBreaks(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	candidate := w.cora()
	var want []string
	for n := 1; n <= 12; n++ { // it takes so many calls to file the conversation, at least
		text := fmt.Sprintf("Question %d.", n)
		candidate.writes(text, text)
		w.pass(time.Minute)
		if n > 1 {
			w.ok(box.DeleteLabel("Recruiterbox"))
			w.pass(time.Minute)
		}
		found := w.inGmail("from:cora")
		end := w.platform.breakCall(n, w.platform.moments()[0])
		w.ok(box.LabelThread(found[0].ThreadID, "Recruiterbox"))
		w.pass(time.Minute)
		broken := end()
		w.swept()
		want = slices.Insert(want, 0, text) // the newest conversation comes first
		r.shows(fmt.Sprintf("%q broken", broken), want...)
		if broken == "" {
			t.Errorf("no call %d was met, so this shows nothing", n)
		}
	}
}

// A label is taken off at a moment at which Gmail can't say whether another message of the conversation carries it still. Until it can, nothing more is taken in;
// then, all of it or nothing.
func TestUnlabelledWhileGmailCannotSay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		status int
		on     string // the message on which the label stays
		want   []string
	}{
		{"off the whole, not found", 404, "", []string{"Is the job remote?", "Or hybrid?"}},
		{"off the whole, not readable", 400, "", []string{"Is the job remote?", "Or hybrid?"}},
		{"off one message of two", 404, "Or hybrid?", []string{"Is the job remote?", "Or hybrid?", "Hello?"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			box := w.mailbox(ritaMail)
			candidate := w.cora()
			last := candidate.repliesTo(candidate.writes("A question", "Is the job remote?"), "Or hybrid?")
			messages := w.inGmail("subject:question")
			w.ok(box.LabelThread(messages[0].ThreadID, "Hire"))
			w.pass(time.Minute)
			r.shows("labelled", "Is the job remote?", "Or hybrid?")

			w.sim.AddFault(gmailtest.FaultRule{Method: "threads.get", Times: 2, Status: test.status})
			for _, m := range messages {
				if strings.TrimSpace(m.Text) != test.on {
					w.ok(box.UnlabelMessage(m.ID, "Hire"))
				}
			}
			w.pass(3 * time.Second)
			candidate.repliesTo(last, "Hello?")
			w.pass(5 * time.Minute)
			r.shows("in the end", test.want...)
		})
	}
}

// Conversations that are labelled at once are read some at a time in one round trip, whether the notification tells of them or the look at all labelled ones finds them.
func TestLabelledConversationsShareRoundTrips(t *testing.T) {
	t.Parallel()
	const conversations, trips = 12, 2 // ten at a time
	for name, test := range map[string]struct {
		units, trips int
		find         func(w *world, label func()) cost
	}{
		"told": {2 + conversations*40, 1 + trips, func(w *world, label func()) cost { return w.pushed(label) }},
		// An access token, the history, the labels and the list of the conversations come before.
		"found": {2 + 1 + 10 + conversations*40, 4 + trips, func(w *world, label func()) cost {
			w.losePushes()
			label()
			w.clock.Advance(25 * time.Hour)
			return w.costOf(w.sweep)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			for i := range conversations {
				w.cora().tells(fmt.Sprintf("Story %d", i), 2)
			}
			w.pass(3 * time.Minute)
			got := test.find(w, func() {
				found, err := w.mailbox(ritaMail).Threads("subject:story", 0)
				w.ok(err)
				for _, f := range found {
					w.ok(w.mailbox(ritaMail).LabelThread(f.ID, "Hire"))
				}
			})
			if got.units != test.units || got.trips != test.trips {
				t.Errorf("%s, want %d units and %d round trips", got, test.units, test.trips)
			}
			if texts := r.texts(cora); len(texts) != 2*conversations {
				t.Errorf("%d messages are in the profile, want %d", len(texts), 2*conversations)
			}
		})
	}
}
