package functions_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// A draft that was made in Gmail and could not be committed is found by our header and deleted, once its send has ended. The user's own drafts are theirs.

// orphan leaves a draft of a mail to Cora in Rita's mailbox, of the send k1: Gmail has made it, its answer was lost.
func (w *world) orphan(r *person) {
	w.t.Helper()
	remove := w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Mailbox: ritaMail, After: true, Reset: true})
	r.send("k1", hello).problem(503, hire.CodeGmailUnavailable)
	remove()
}

func (w *world) saveDraft(text string) gmailtest.Message {
	w.t.Helper()
	d, err := w.mailbox(ritaMail).SaveDraft(gmailtest.OutgoingMail{To: []string{coraMail}, Subject: "Your application", Text: text})
	w.ok(err)
	return d
}

func TestOrphanedDraftIsDeleted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		retry bool // the caller comes back
	}{
		{"the caller tries again", true},
		{"the caller does not come back", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			for range 5 {
				w.saveDraft("Mine, of before.")
			}
			w.clock.Advance(time.Hour)
			w.orphan(r)
			w.saveDraft("Mine, of meanwhile.")
			before := w.mailbox(ritaMail).Stats().Calls
			if test.retry {
				r.sendAgain("k1", hello).into(200, nil)
			}
			w.fiveMinutesLater()
			if got := r.outcome("k1"); got.State != "sent" {
				t.Errorf("the send is %s", got.State)
			}
			w.coraGot("in the end", 1)
			own := slices.Repeat([]string{"Mine, of before."}, 5)
			w.hasDrafts("in the end", append(own, "Mine, of meanwhile.")...)
			after := w.mailbox(ritaMail).Stats().Calls
			for method, want := range map[string]int64{"drafts.list": 1, "drafts.delete": 1, "drafts.get": 0, "messages.get": 3} { // the sent mail; of the drafts, the header of two
				if got := after[method] - before[method]; got != want {
					t.Errorf("%d calls of %s, want %d", got, method, want)
				}
			}
		})
	}
}

// Only a mailbox in which a draft can have been left is looked through.
func TestOrphansAreNotLookedForWithoutNeed(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.saveDraft("Mine.")
	r.send("k1", hello).into(200, nil)
	for _, method := range []string{"drafts.send", "messages.get", "messages.modify"} {
		w.sim.AddFault(gmailtest.FaultRule{Method: method, Times: 4, After: true, Status: 503})
		r.sendAgain(method, api.SendMessage{CandidateID: cora, Subject: "About " + method, Text: "About " + method}).into(200, nil)
		w.sim.ClearFaults()
	}
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Times: 1, Status: 400})
	r.send("k2", hello).problem(422, hire.CodeGmailRefused)
	for range 3 {
		w.pass(9 * time.Minute)
		w.sweep()
	}
	if n := w.sim.Stats().Calls["drafts.list"]; n != 0 {
		t.Errorf("drafts were listed %d times", n)
	}
	w.hasDrafts("in the end", "Mine.")
}

// While its send is under way a draft may be the one that leaves.
func TestOrphanedDraftWaitsForItsSend(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.orphan(r)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Status: 503})
	w.pass(10 * time.Minute)
	w.sweep()
	if got := r.outcome("k1"); got.State != "sending" {
		t.Fatalf("the send is %s, so this shows nothing", got.State)
	}
	w.hasDrafts("under way", "Can we talk?", "Can we talk?")
	w.sim.ClearFaults()
	w.pass(30 * time.Minute)
	if got := r.outcome("k1"); got.State != "sent" {
		t.Errorf("the send is %s", got.State)
	}
	w.hasDrafts("in the end")
	w.coraGot("in the end", 1)
}

func TestOrphanedDraftOfARefusedMail(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		prepare func(w *world, r *person)
	}{
		{"an answer was lost before", func(w *world, r *person) {
			w.orphan(r)
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Times: 1, Status: 400})
		}},
		{"it could not be deleted", func(w *world, r *person) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 1, Status: 400})
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.delete", Times: 4, Status: 503})
		}},
		{"nor at the first look", func(w *world, r *person) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 1, Status: 400})
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.delete", Times: 6, Status: 503})
		}},
		{"nor may the mailbox be asked at first", func(w *world, r *person) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 1, Status: 400})
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.delete", Times: 4, Status: 503})
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.list", Times: 1, Status: 429, RetryAfter: w.clock.Now().Add(10 * time.Minute)})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			test.prepare(w, r)
			r.sendAgain("k1", hello).problem(422, hire.CodeGmailRefused)
			w.pass(15 * time.Minute)
			w.hasDrafts("in the end")
			w.coraGot("in the end", 0)
		})
	}
}

// What the user has made of a draft of ours is theirs, and is in no mail that has left.
func TestOrphanedDraftThatItsUserHasEdited(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		ways gmailtest.Behaviour
		when time.Duration // after the first try
	}{
		{"and Gmail has taken our header off", gmailtest.Behaviour{StripXHeadersOnEdit: true}, 0},
		{"later", gmailtest.Behaviour{}, time.Minute},
		{"later, and it has another id", gmailtest.Behaviour{DraftIDChangesOnEdit: true}, time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t, func(o *gmailtest.Options) { o.Behaviour = test.ways })
			w.orphan(r)
			w.clock.Advance(test.when)
			box := w.mailbox(ritaMail)
			_, err := box.EditDraft(box.Drafts()[0].DraftID, func(m *gmailtest.OutgoingMail) { m.Text = "Or shall w" })
			w.ok(err)
			r.sendAgain("k1", hello).into(200, nil)
			w.fiveMinutesLater()
			w.hasDrafts("in the end", "Or shall w")
			w.coraGot("in the end", 1)
		})
	}
}

// The draft of a send whose outcome is unknown is there to be looked into, even where another one was orphaned before it.
func TestOrphanIsNotTheDraftThatItsUserHasEdited(t *testing.T) {
	t.Parallel()
	for _, changes := range []bool{false, true} {
		w, r := connected(t, func(o *gmailtest.Options) { o.Behaviour.DraftIDChangesOnEdit = changes })
		w.orphan(r)
		w.pass(15 * time.Second)
		w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 4, Status: 503})
		r.send("k1", hello).problem(503, hire.CodeGmailUnavailable)
		box := w.mailbox(ritaMail)
		drafts := box.Drafts()
		if len(drafts) != 2 {
			t.Fatalf("%d drafts, want two", len(drafts))
		}
		slices.SortFunc(drafts, func(a, b gmailtest.Message) int { return a.At.Compare(b.At) })
		_, err := box.EditDraft(drafts[1].DraftID, func(m *gmailtest.OutgoingMail) { m.Text = "Can we t" })
		w.ok(err)
		r.sendAgain("k1", hello).problem(409, hire.CodeSendUnknown)
		w.pass(5 * time.Minute)
		w.hasDrafts("in the end", "Can we t")
		w.coraGot("in the end", 0)
	}
}

// The first request hangs until another has taken its place, and can't delete its draft, then.
func TestOrphanedDraftThatCameTooLate(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.delete", Times: 4, Status: 503})
	first := r.hangs("k1")
	w.clock.Advance(3 * time.Minute)
	r.send("k1", hello).into(200, nil)
	<-first
	w.hasDrafts("after both", "Can we talk?")
	w.pass(2 * time.Hour)
	w.hasDrafts("in the end")
	w.coraGot("in the end", 1)
}

// Nothing can be read of a mailbox whose user must reconnect.
func TestOrphanedDraftWaitsForItsUserToReconnect(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.orphan(r)
	r.sendAgain("k1", hello).into(200, nil)
	w.sim.OAuth().Revoke(ritaMail)
	w.pass(10 * time.Minute)
	w.sweep()
	if state := r.settings().Connection.State; state != "needs_reconnect" {
		t.Fatalf("the connection is %s, so this shows nothing", state)
	}
	w.hasDrafts("meanwhile", "Can we talk?")
	r.connect()
	w.pass(2 * time.Hour)
	w.hasDrafts("in the end")
}
