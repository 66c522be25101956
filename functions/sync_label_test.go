package functions_test

import (
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// What the model test has found about labels that come and go between two looks.

// labelledReply is a world in which Rita has labelled the conversation that she began in Hire, with Cora's answer in it, and no notification comes through any more.
func labelledReply(t *testing.T) (w *world, r *person, out *gmailtest.Outside, asked gmailtest.Received, box *gmailtest.Mailbox, thread string) {
	t.Helper()
	w, r, out, asked = conversation(t)
	_, err := out.Reply(asked, "Yes, tomorrow.")
	w.ok(err)
	w.pass(time.Minute)
	box = w.mailbox(ritaMail)
	found, err := box.Messages("from:cora", 0)
	w.ok(err)
	return w, r, out, asked, box, found[0].ThreadID
}

// swept lets the sweep make up for notifications that were lost.
func (w *world) swept() {
	w.t.Helper()
	w.clock.Advance(10 * time.Minute)
	w.sweep()
	w.pass(time.Minute)
}

// A conversation of our own stays one when the label is taken off it: what came just before is not passed over.
func TestUnlabelledConversationOfOurOwnLosesNoMail(t *testing.T) {
	t.Parallel()
	w, r, out, asked, box, thread := labelledReply(t)
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	w.losePushes()
	_, err := out.Reply(asked, "Or on Friday.")
	w.ok(err)
	w.ok(box.UnlabelThread(thread, "Hire"))
	w.swept()
	r.shows("after the sweep", "> Can we talk?", "Yes, tomorrow.", "Or on Friday.")
}

// A label that was put on while no history told of it brings in the whole conversation all the same.
func TestLabelPutOnInAForgottenHistory(t *testing.T) {
	t.Parallel()
	w, r, out, asked, box, thread := labelledReply(t)
	w.losePushes()
	w.ok(box.AddFilter(gmailtest.Filter{From: coraMail, SkipInbox: true}))
	_, err := out.Reply(asked, "Or on Friday.")
	w.ok(err)
	w.swept()
	r.shows("before the label", "> Can we talk?", "Yes, tomorrow.")
	w.ok(box.LabelThread(thread, "Hire"))
	box.ExpireHistory()
	w.swept()
	r.shows("labelled", "> Can we talk?", "Yes, tomorrow.", "Or on Friday.")
}
