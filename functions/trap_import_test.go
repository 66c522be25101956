package functions_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// Mail that is Hire's by the rules, and is passed over by those who read them too narrowly.

// Mail that Rita writes on her phone never was in the inbox. It comes by whatever way her mailbox is looked at.
func TestTrap10_MailSentFromGmailItself(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]func(w *world){
		"by its notification": func(w *world) { w.pass(time.Minute) },
		"by the sweep":        func(w *world) { w.swept() },
		"by a recovery":       func(w *world) { w.mailbox(ritaMail).ExpireHistory(); w.swept() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, _ := conversation(t)
			w.unlabel()
			w.pass(2 * time.Minute)
			if name != "by its notification" {
				w.losePushes()
			}
			box := w.mailbox(ritaMail)
			sent := w.inGmail("in:sent")
			phone, err := box.Reply(sent[0].ID, "Are you there? (from my phone)")
			w.ok(err)
			if phone.Has("INBOX") || !phone.Has("SENT") {
				t.Fatalf("it carries %q, so this shows nothing", phone.Labels)
			}
			look(w)
			r.shows("afterwards", "> Can we talk?", "> Are you there? (from my phone)")
		})
	}
	// A conversation that she begins there is Hire's once she labels it.
	t.Run("a conversation of its own", func(t *testing.T) {
		t.Parallel()
		w, r := connected(t)
		box := w.mailbox(ritaMail)
		sent, err := box.Send(gmailtest.OutgoingMail{To: []string{coraMail}, Subject: "Lunch", Text: "On Friday?"})
		w.ok(err)
		w.pass(time.Minute)
		r.shows("without the label")
		w.ok(box.LabelThread(sent.ThreadID, "Hire"))
		w.pass(time.Minute)
		r.shows("labelled", "> On Friday?")
	})
}

// What carried a label before it was watched is in no history.
func TestTrap11_LabelThatWasThereBefore(t *testing.T) {
	t.Parallel()
	want := []string{"Is the job remote?", "One more thing."}
	for _, label := range hire.ImportLabels {
		t.Run(label+" before the mailbox is connected", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enable()
			w.ok(w.mailbox(ritaMail).LabelThread(w.unrelated(), label))
			w.clock.Advance(90 * 24 * time.Hour)
			w.mailbox(ritaMail).ExpireHistory()
			r := w.rita()
			r.connect()
			r.shows("connected", want...)
		})
	}
	t.Run("a label that becomes one by its name", func(t *testing.T) {
		t.Parallel()
		w, r := connected(t)
		box := w.mailbox(ritaMail)
		w.ok(box.LabelThread(w.unrelated(), "Applicants"))
		w.pass(time.Minute)
		r.shows("under another name")
		w.ok(box.RenameLabel("Applicants", "Recruiterbox"))
		w.aDayLater() // the daily look at all that is labelled
		r.shows("a day after it was renamed", want...)
	})
}

// A label that is made now, and is on its conversation before anybody has heard of it.
func TestTrap55_LabelMadeAMinuteAgo(t *testing.T) {
	t.Parallel()
	for name, label := range map[string]func(w *world, thread string){
		"put on by hand": func(w *world, thread string) {
			_, err := w.mailbox(ritaMail).CreateLabel("Recruiterbox")
			w.ok(err)
			w.ok(w.mailbox(ritaMail).LabelThread(thread, "Recruiterbox"))
		},
		"put on by a filter": func(w *world, _ string) {
			w.ok(w.mailbox(ritaMail).AddFilter(gmailtest.Filter{From: coraMail, AddLabels: []string{"Recruiterbox"}}))
			candidate := w.cora()
			candidate.repliesTo(candidate.Sent()[0], "And one more.")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			box, thread := w.mailbox(ritaMail), w.unrelated()
			w.ok(box.LabelThread(thread, "Holiday")) // the labels that there are have been looked up
			w.pass(time.Minute)
			r.shows("with another label")
			label(w, thread)
			w.pass(time.Minute)
			want := []string{"Is the job remote?", "One more thing."}
			if strings.Contains(name, "filter") {
				want = append(want, "And one more.")
			}
			r.shows("a minute later", want...)
		})
	}
}

// Gmail tells of a label that a filter has put on in the record of the arrival alone.
func TestTrap34_LabelThatAFilterPutsOnAtArrival(t *testing.T) {
	t.Parallel()
	for name, skips := range map[string]bool{"in the inbox": false, "archived": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			w.ok(w.mailbox(ritaMail).AddFilter(gmailtest.Filter{From: coraMail, AddLabels: []string{"Hire"}, SkipInbox: skips}))
			w.cora().writes("A question", "Is the job remote?")
			w.pass(time.Minute)
			r.shows("a minute later", "Is the job remote?")
		})
	}
}

// An answer went into spam. When Rita says that it is none, its labels change, and no message is added.
func TestTrap35_NotSpamOnAnOlderMessage(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	box := w.mailbox(ritaMail)
	w.ok(box.AddFilter(gmailtest.Filter{From: coraMail, Spam: true}))
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	r.shows("in spam", "> Can we talk?")
	spam := w.newest()
	if !spam.Has("SPAM") {
		t.Fatalf("it carries %q, so this shows nothing", spam.Labels)
	}
	w.clock.Advance(3 * 24 * time.Hour)
	w.sweep()
	w.pass(time.Minute)
	w.ok(box.NotSpam(spam.ThreadID))
	w.pass(time.Minute)
	r.shows("not spam", "> Can we talk?", "Yes, tomorrow.")
}

// Hire has missed a mail for which there is no record any more: whatever the reason, the daily comparison with Gmail finds it, says so, and fetches it.
func TestTrap09_ComparisonFindsWhatWasMissed(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.pass(2 * time.Minute)
	w.aDayLater()
	before := r.receipt("before it", "1 of 1, verified")
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	w.passesOver()
	w.swept()
	r.shows("passed over", "> Can we talk?")

	// It can't be read when it is found: the receipt says that one is missing.
	missed := w.newest()
	mend := w.unreadable(missed, http.StatusInternalServerError)
	w.aDayLater()
	if got := r.receipt("found,", "1 of 2, repairing"); !got.CheckedAt.After(before.CheckedAt) {
		t.Errorf("receipt %+v, want one of now", got)
	}
	if !regexp.MustCompile(`msg="reconciliation found messages missing" .*\bmissing=1\n`).MatchString(w.logs.String()) || w.told.sums()["hire.sync.repaired"] != 1 {
		t.Errorf("nothing is said of what was missing:\n%s", w.logs)
	}
	mend()
	w.pass(15 * time.Minute)
	r.shows("repaired", "> Can we talk?", "Yes, tomorrow.")
	r.receipt("repaired,", "2 of 2, verified")
}

// Whatever becomes of a mail in Gmail, and of the connection, what was imported stays.
func TestTrap12_NothingDeletesImportedMail(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(w *world, r *person, thread string){
		"its conversation is deleted for ever": func(w *world, _ *person, thread string) { w.ok(w.mailbox(ritaMail).DeleteForever(thread)) },
		"one of its mails is":                  func(w *world, _ *person, _ string) { w.ok(w.mailbox(ritaMail).DeleteMessageForever(w.newest().ID)) },
		"it is put into the bin":               func(w *world, _ *person, thread string) { w.ok(w.mailbox(ritaMail).Trash(thread)) },
		"it is reported as spam":               func(w *world, _ *person, thread string) { w.ok(w.mailbox(ritaMail).Spam(thread)) },
		"it is archived":                       func(w *world, _ *person, thread string) { w.ok(w.mailbox(ritaMail).Archive(thread)) },
		"the label is taken off":               func(w *world, _ *person, thread string) { w.ok(w.mailbox(ritaMail).UnlabelThread(thread, "Hire")) },
		"the label is deleted":                 func(w *world, _ *person, _ string) { w.ok(w.mailbox(ritaMail).DeleteLabel("Hire")) },
		"the mailbox is disconnected":          func(_ *world, r *person, _ string) { r.disconnect() },
		"access is lost":                       func(w *world, _ *person, _ string) { w.sim.OAuth().Revoke(ritaMail) },
		"the history is forgotten, the mail too": func(w *world, _ *person, thread string) {
			w.ok(w.mailbox(ritaMail).DeleteForever(thread))
			w.mailbox(ritaMail).ExpireHistory()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			thread := w.unrelated()
			w.ok(w.mailbox(ritaMail).LabelThread(thread, "Hire"))
			w.pass(time.Minute)
			candidate := r.asks()
			f := candidate.answersWithFile(r, content(1, 5000))
			do(w, r, thread)
			w.pass(time.Minute)
			for range 3 { // with all that a sweep removes
				w.clock.Advance(40 * 24 * time.Hour)
				w.sweep()
				w.pass(time.Minute)
			}
			r.shows("four months later", "> Can we talk?", "My work.", "Is the job remote?", "One more thing.")
			r.downloads("four months later", f)
		})
	}
}

// The sender chooses the Message-ID. Two mails that have one are two.
func TestTrap44_TwoMailsWithOneMessageID(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	send := func(text, date string) {
		w.clock.Advance(2 * time.Second)
		_, err := w.mailbox(ritaMail).Deliver(fmt.Appendf(nil, "From: Cora <%s>\r\nTo: %s\r\nSubject: Re: Your application\r\nMessage-ID: <same@mail.example>\r\nIn-Reply-To: %s\r\nReferences: %s\r\nDate: %s\r\n\r\n%s\r\n",
			coraMail, ritaMail, candidate.asked.MessageID, candidate.asked.MessageID, date, text))
		w.ok(err)
	}
	send("Yes, tomorrow.", "Mon, 02 Nov 2026 09:01:00 +0000")
	w.pass(time.Minute)
	send("At ten.", "Mon, 02 Nov 2026 09:02:00 +0000")
	w.pass(time.Minute)
	r.shows("after both", "> Can we talk?", "Yes, tomorrow.", "At ten.")
	// Two that come together are filed in one commit.
	w.losePushes()
	send("Or at eleven.", "Mon, 02 Nov 2026 09:03:00 +0000")
	send("Or at noon.", "Mon, 02 Nov 2026 09:04:00 +0000")
	w.swept()
	r.shows("after two more", "> Can we talk?", "Yes, tomorrow.", "At ten.", "Or at eleven.", "Or at noon.")
}

// A header as no mail program writes it, some of its fields named like what languages have built in, and no Message-ID: twice, so that the two are not taken for one.
func TestTrap28_MailWithoutMessageIDIsImported(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	want := []string{"> Can we talk?"}
	for _, text := range []string{"Yes, tomorrow.", "At ten."} {
		_, err := w.mailbox(ritaMail).Deliver(fmt.Appendf(nil, "Constructor: x\r\n__proto__: x\r\ntoString: x\r\nhasOwnProperty: x\r\nlen: x\r\nerror: x\r\nnil: x\r\nitems: x\r\n"+
			"From: Cora <%s>\r\nTo: %s\r\nSubject: Re: Your application\r\nIn-Reply-To: %s\r\nDate: Mon, 02 Nov 2026 09:01:00 +0000\r\n\r\n%s\r\n", coraMail, ritaMail, candidate.asked.MessageID, text))
		w.ok(err)
		w.pass(time.Minute)
		want = append(want, text)
		r.shows("a minute later", want...)
	}
	w.aDayLater() // gone through once more
	r.shows("after another look", want...)
}

// The candidate's address comes into the directory just while a conversation is found to be in no profile.
func TestTrap46_AddressAddedWhileItIsLookedUp(t *testing.T) {
	t.Parallel()
	const private = "cora.private@elsewhere.example"
	for _, at := range []embedded.Phase{embedded.BeforeRun, embedded.AfterCommit} {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()
			w, r, h := hooked(t)
			w.outside(private, "Cora").writes("From home", "Is the job remote?")
			told := h.on("import.commit", at, 1, func() error {
				w.coraHas(coraMail, private)
				return nil
			})
			w.ok(w.mailbox(ritaMail).LabelThread(w.newest().ThreadID, "Hire"))
			w.pass(time.Minute)
			h.set(nil)
			if told() == 0 {
				t.Fatal("nothing was committed, so this shows nothing")
			}
			w.pass(time.Minute)
			r.shows("two minutes later", "Is the job remote?")
			if list := r.unmatched(); len(list) != 0 {
				t.Errorf("still unmatched: %+v", list)
			}
		})
	}
}
