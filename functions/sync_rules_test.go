package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
)

func TestScenario35_FilterThatSkipsTheInbox(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.unlabel()
	box := w.mailbox(ritaMail)
	w.ok(box.AddFilter(gmailtest.Filter{From: coraMail, SkipInbox: true}))
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	r.shows("a minute later", "> Can we talk?")
	// The receipt says that there is one more, and why it is not here.
	if receipt := r.receipt("a minute later", "1 of 1, unchecked"); receipt.Excluded["skipped_inbox"] != 1 {
		t.Errorf("receipt %+v, want one that skipped the inbox", receipt)
	}
	// Nor does it come in by a recovery.
	box.ExpireHistory()
	w.aDayLater()
	r.shows("after a recovery", "> Can we talk?")
	// Moved into the inbox, it is seen.
	found := w.inGmail("from:cora")
	w.ok(box.MoveToInbox(found[0].ThreadID))
	w.pass(time.Minute)
	r.shows("moved into the inbox", "> Can we talk?", "Yes, tomorrow.")
}

// A mail skips the inbox of a conversation shortly before that becomes Hire's by an answer. No look has told of the mail by then, so its record counts: it was never
// in the inbox.
func TestScenario35_FilterJustBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	w, r, _ := bothConnected(t)
	candidate := w.cora()
	first := candidate.writes("A question", "Is the job remote?", to(ritaMail, samMail))
	thread := w.threadOf(samMail, "A question")
	w.ok(w.mailbox(samMail).LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	w.losePushes()
	w.ok(w.mailbox(ritaMail).AddFilter(gmailtest.Filter{From: coraMail, SkipInbox: true}))
	candidate.repliesTo(first, "Or hybrid?", to(ritaMail))
	r.send("k1", api.SendMessage{CandidateID: cora, ThreadID: r.profile(cora).Threads[0].ID, Text: "It is."}).into(200, nil)
	w.swept()
	r.shows("answered", "Is the job remote?", "> It is.")
	// In the inbox it is seen.
	box := w.mailbox(ritaMail)
	skipped := w.inGmail("hybrid")
	w.ok(box.MoveToInbox(skipped[0].ThreadID))
	w.swept()
	r.shows("moved into the inbox", "Is the job remote?", "Or hybrid?", "> It is.")
}

// An archived mail was in the inbox: only one that never was is left out (scenario 35).
func TestTrap36_ArchivedBeforeTheSyncLooked(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	box := w.mailbox(ritaMail)
	found := w.inGmail("from:cora")
	w.ok(box.Archive(found[0].ThreadID))
	w.swept()
	r.shows("swept", "> Can we talk?", "Yes, tomorrow.")
}

func TestScenario36_AddressThatNoProfileHas(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	const private = "cora.private@elsewhere.example"
	w.outside(private, "Cora").writes("From home", "Is the job remote?")
	box := w.mailbox(ritaMail)
	thread := w.threadOf(ritaMail, "From home")
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	r.shows("a minute after the label")

	list := r.unmatched()
	if len(list) != 1 || list[0].GmailThreadID != thread || list[0].Subject != "From home" || list[0].Reason != "no_candidate_has_this_address" ||
		!strings.Contains(list[0].Detail, "Add the address") || !slices.Equal(addressesOf(list[0].Participants), []string{private}) {
		t.Errorf("unmatched %+v, want the conversation with %s, and what to do about it", list, private)
	}
	if other := w.sam().unmatched(); len(other) != 0 {
		t.Errorf("Sam is shown %+v of Rita's mailbox", other)
	}

	// The address comes into the profile, and with it the conversation.
	w.coraHas(coraMail, strings.ToUpper(private))
	w.pass(time.Minute)
	r.shows("once the profile has the address", "Is the job remote?")
	if list := r.unmatched(); len(list) != 0 {
		t.Errorf("still unmatched: %+v", list)
	}
}

func TestScenario38_HistoryThatGmailHasForgotten(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	r.send("k2", api.SendMessage{CandidateID: cora, Subject: "Your references", Text: "Whom may we ask?"}).into(200, nil) // here, and complete
	w.pass(5 * time.Second)
	w.unlabel()
	box := w.mailbox(ritaMail)
	for n := range 60 { // an old mailbox, full of what is not Hire's
		_, err := box.Deliver(fmt.Appendf(nil, "From: shop%d@shop.example\r\nTo: %s\r\nSubject: Sale %d\r\nDate: Mon, 02 Nov 2026 08:00:00 +0000\r\n\r\nBuy.\r\n", n, ritaMail, n))
		w.ok(err)
	}
	w.pass(2 * time.Minute)
	w.losePushes()
	reply := func(text string) {
		candidate.answers(text)
		w.clock.Advance(time.Minute)
	}
	reply("One.")
	reply("Two.")
	box.ExpireHistory()
	reply("Three.")
	cursor, before := w.record(rita).Cursor, w.sim.Stats().Units
	w.swept()
	want := []string{"> Can we talk?", "One.", "Two.", "Three.", "> Whom may we ask?"}
	r.shows("after the sweep", want...)
	if m := w.record(rita); m.Cursor <= cursor || m.Recovery != nil {
		t.Errorf("the cursor is at %d after %d, the recovery at %+v", m.Cursor, cursor, m.Recovery)
	}
	// What is here already, or none of Hire's, is not fetched: three messages of one conversation are worth 40 units, the listings some 25.
	if units := w.sim.Stats().Units - before; units > 40+35 {
		t.Errorf("the resync cost %d units", units)
	}
	reply("Four.")
	w.swept()
	r.shows("afterwards", slices.Insert(want, 4, "Four.")...)
}

func TestScenario39_OneMailInTwoMailboxes(t *testing.T) {
	t.Parallel()
	w, r, s := bothConnected(t)
	candidate := w.cora()
	first := candidate.writes("A question", "Is the job remote?", to(ritaMail, samMail))
	for _, address := range []string{ritaMail, samMail} {
		w.ok(w.mailbox(address).LabelThread(w.threadOf(address, "A question"), "Hire"))
	}
	w.pass(time.Minute)
	r.shows("labelled by both", "Is the job remote?")
	candidate.repliesTo(first, "One more thing.", to(ritaMail), withCopy(samMail))
	w.pass(time.Minute)
	r.shows("after another", "Is the job remote?", "One more thing.")
	s.shows("to Sam", "Is the job remote?", "One more thing.")
	threads := r.profile(cora).Threads
	if len(threads) != 1 || threads[0].Messages != 2 {
		t.Fatalf("the profile has %+v, want one conversation of two", threads)
	}
	users := threads[0].UserIDs
	slices.Sort(users)
	if !slices.Equal(users, []string{rita, sam}) {
		t.Errorf("on it are %q, want Rita and Sam", users)
	}
	if n := w.published(store.EventMessageImported); n != 2 {
		t.Errorf("%d events of mail that came, want two", n)
	}
}
