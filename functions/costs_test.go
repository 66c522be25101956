package functions_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/golden"
)

// cost is what a piece of work has taken.
type cost struct {
	units int // of Gmail's quota
	trips int // requests to Gmail and Google's OAuth
	documents
}

func (c cost) String() string {
	return fmt.Sprintf("%d units, %d round trips, %d documents read, %d written, %d deleted", c.units, c.trips, c.read, c.written, c.deleted)
}

// costOf measures a piece of work.
func (w *world) costOf(work func()) cost {
	w.t.Helper()
	before, docs := w.sim.Stats(), w.platform.documents()
	work()
	after := w.sim.Stats()
	return cost{units: int(after.Units - before.Units), trips: int(after.HTTP - before.HTTP), documents: w.platform.documents().minus(docs)}
}

// pushed measures what the notification of something in Rita's mailbox takes, and nothing of what comes later.
func (w *world) pushed(something func()) cost {
	w.t.Helper()
	return w.costOf(w.notified(something))
}

// notified does something in Rita's mailbox, and returns what Gmail's notification of it sets off: nothing of what comes later.
func (w *world) notified(something func()) (work func()) {
	w.t.Helper()
	var data []byte
	w.watchPushes(func(d []byte) bool {
		data = d
		return true
	})
	w.pass(2 * time.Second) // so that Gmail does not drop it
	something()
	if data == nil {
		w.t.Fatal("Gmail has published no notification")
	}
	return func() {
		defer w.watchPushes(nil)
		w.notify(data)
	}
}

// warm lets the functions' instance have an access token, and know whose Rita's address is.
func (w *world) warm() { w.pushed(w.news(1)) }

// news are mails of n conversations that are none of Hire's business.
func (w *world) news(n int) func() {
	return func() {
		for i := range n {
			w.outside("news@letters.example", "News").writes(fmt.Sprintf("News %d of %s", i, w.clock.Now().Format(time.TimeOnly)), "Nothing.")
		}
	}
}

// What the notification of mail that is not Hire's takes depends on nothing but the number of conversations in it.
func costOfNothing(t *testing.T, conversations int) cost {
	w, _ := connected(t)
	w.warm()
	return w.pushed(w.news(conversations))
}

func costOfReply(t *testing.T) cost {
	w, _, candidate := conversation(t)
	w.warm()
	return w.pushed(func() {
		candidate.answers("Yes, tomorrow.")
	})
}

// costOfFile is what a candidate's reply takes that brings a file.
func costOfFile(t *testing.T) cost {
	w, _, candidate := conversation(t)
	w.warm()
	return w.pushed(func() {
		candidate.answers("My CV.", withFile("cv.pdf", "application/pdf", bytes.Repeat([]byte("CV "), 40<<10)))
	})
}

// costOfComparison is what the sweep of the day takes, in a mailbox with three labelled conversations. In changed of them a mail has come since they were compared.
func costOfComparison(t *testing.T, changed int) cost {
	w, _ := connected(t)
	out := w.cora()
	var begun []gmailtest.OutgoingMail
	for i := range 3 {
		subject := fmt.Sprintf("Story %d", i)
		sent := out.writes(subject, "It begins.")
		begun = append(begun, gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: "Re: " + subject, Text: "It ends.", InReplyTo: sent.MessageID, References: []string{sent.MessageID}})
	}
	found, err := w.mailbox(ritaMail).Threads("subject:story", 0)
	w.ok(err)
	for _, f := range found {
		w.ok(w.mailbox(ritaMail).LabelThread(f.ID, "Hire"))
	}
	w.pass(10 * time.Second)
	for _, m := range begun[:changed] {
		_, err := out.Send(m)
		w.ok(err)
		w.pass(2 * time.Second)
	}
	w.clock.Advance(25 * time.Hour)
	w.warm()
	w.pass(9 * time.Minute)
	return w.costOf(w.sweep)
}

// costOfLabel is what the import of a conversation takes that Cora has begun by herself; its first
// messages have a file each. wait is how long nothing new comes into the mailbox before the label.
func costOfLabel(t *testing.T, messages, files int, wait time.Duration) cost {
	w, _ := connected(t)
	out := w.cora()
	m := gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: "A long story", Text: "It begins."}
	for i := range messages {
		m.Attachments = nil
		if i < files {
			m.Attachments = []gmailtest.Attachment{{Name: "cv.pdf", Type: "application/pdf", Data: bytes.Repeat([]byte("CV "), 40<<10)}}
		}
		sent, err := out.Send(m)
		w.ok(err)
		m.Subject, m.Text = "Re: A long story", fmt.Sprintf("Part %d.", i+2)
		m.InReplyTo, m.References = sent.MessageID, append(m.References, sent.MessageID)
	}
	found, err := w.mailbox(ritaMail).Threads("subject:story", 0)
	w.ok(err)
	if len(found) != 1 || found[0].Messages != messages {
		t.Fatalf("Gmail has %+v, want one conversation of %d", found, messages)
	}
	w.warm()
	w.pass(wait)
	return w.pushed(func() { w.ok(w.mailbox(ritaMail).LabelThread(found[0].ID, "Hire")) })
}

func costOfSend(t *testing.T, signature bool) cost {
	w, r := connected(t)
	w.mailbox(ritaMail).SetSignature("<b>Rita</b>")
	w.warm()
	return w.costOf(func() {
		r.send("k", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Hi", Signature: signature}).into(200, nil)
	})
}

func costOfIdleSweep(t *testing.T, also ...func(*world) *person) cost {
	w, _ := connected(t)
	for _, other := range also {
		other(w).connect()
	}
	w.pass(9 * time.Minute)
	w.sweep()
	w.pass(9 * time.Minute)
	w.warm()
	w.pass(9 * time.Minute)
	return w.costOf(w.sweep)
}

func costOfView(t *testing.T) cost {
	w, r, candidate := conversation(t)
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	return w.costOf(func() {
		if got := r.texts(cora); len(got) != 2 {
			t.Errorf("the profile shows %q", got)
		}
	})
}

// costOfImportable is what it takes to show conversations that could be imported.
func costOfImportable(t *testing.T, conversations int) cost {
	w, r := connected(t)
	for i := range conversations {
		w.cora().tells(fmt.Sprintf("Story %d", i), 2)
	}
	w.warm()
	return w.costOf(func() {
		if got := r.importable("").Conversations; len(got) != conversations {
			t.Errorf("shown are %+v", got)
		}
	})
}

// costOfAnotherIdleMailbox is what the sweep takes for each mailbox, without what it takes by itself.
func costOfAnotherIdleMailbox(t *testing.T) cost {
	one, two := costOfIdleSweep(t), costOfIdleSweep(t, (*world).sam)
	return cost{units: two.units - one.units, trips: two.trips - one.trips, documents: two.minus(one.documents)}
}

// TestCosts measures what each piece of work takes, and holds it against the table in the README beside the functions, which it writes anew with -update on the cloud's
// platform. What the table says of Gmail holds on every platform; documents are counted as Firestore counts them.
func TestCosts(t *testing.T) {
	t.Parallel()
	works := []struct {
		name    string
		measure func(*testing.T) cost
		units   int // of Gmail's quota, exactly
		trips   int // to Google, exactly
	}{
		{"a notification with nothing for Hire, of 1 conversation", func(t *testing.T) cost { return costOfNothing(t, 1) }, 2, 1},
		{"the same of 20 conversations", func(t *testing.T) cost { return costOfNothing(t, 20) }, 2, 1},
		{"a candidate's reply imported", costOfReply, 22, 2},
		{"the same with a file", costOfFile, 22, 2},
		{"a labelled conversation of 2 messages imported", func(t *testing.T) cost { return costOfLabel(t, 2, 0, 3*time.Minute) }, 42, 2},
		{"the same within a minute after other mail has come", func(t *testing.T) cost { return costOfLabel(t, 2, 0, 0) }, 44, 3},
		{"a labelled conversation of 12 messages imported", func(t *testing.T) cost { return costOfLabel(t, 12, 0, 3*time.Minute) }, 42, 2},
		{"the same with a file in each of 3 messages", func(t *testing.T) cost { return costOfLabel(t, 12, 3, 3*time.Minute) }, 102, 5},
		{"a mail sent", func(t *testing.T) cost { return costOfSend(t, false) }, 135, 3},
		{"the same with the Gmail signature", func(t *testing.T) cost { return costOfSend(t, true) }, 136, 4},
		{"a profile with a conversation of 2 messages opened", costOfView, 0, 0},
		{"3 conversations with a candidate shown for the import button", func(t *testing.T) cost { return costOfImportable(t, 3) }, 130, 2},
		{"a sweep over an idle mailbox", func(t *testing.T) cost { return costOfIdleSweep(t) }, 2, 1},
		{"what each further mailbox adds to it", costOfAnotherIdleMailbox, 2, 1},
		{"the sweep of the day over one with 3 labelled conversations, none of them changed", func(t *testing.T) cost { return costOfComparison(t, 0) }, 13, 3},
		{"the same where 2 have changed", func(t *testing.T) cost { return costOfComparison(t, 2) }, 93, 5},
	}
	measured := make([]cost, len(works))
	t.Run("measure", func(t *testing.T) {
		for i, work := range works {
			t.Run(work.name, func(t *testing.T) {
				t.Parallel()
				measured[i] = work.measure(t)
				if got := measured[i]; got.units != work.units || got.trips != work.trips {
					t.Errorf("%s, want %d units and %d round trips", got, work.units, work.trips)
				}
			})
		}
	})
	for i, conversations := range []int{1, 20} {
		if got, want := measured[i].documents, (documents{read: 1 + conversations, written: 1}); got != want {
			t.Errorf("%s: %+v, want %+v", works[i].name, got, want)
		}
	}
	if os.Getenv("HIRE_PLATFORM") != "cloud" {
		return
	}
	var table strings.Builder
	table.WriteString("| work | Gmail's units | round trips to Google | documents read | written | deleted |\n|---|---|---|---|---|---|\n")
	for i, work := range works {
		c := measured[i]
		fmt.Fprintf(&table, "| %s | %d | %d | %d | %d | %d |\n", work.name, c.units, c.trips, c.read, c.written, c.deleted)
	}
	golden.Part(t, "README.md", "costs", table.String())
}
