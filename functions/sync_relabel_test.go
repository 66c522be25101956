package functions_test

import (
	"testing"
	"time"
)

// What owners do to the labels themselves.

// A label that is deleted and made again has another id: it imports at once, and what the old one had brought in stays.
func TestLabelDeletedAndMadeAgain(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	first, second := w.question("First"), w.question("Second")
	w.ok(box.LabelThread(first, "Hire"))
	w.pass(time.Minute)
	old, _ := box.Label("Hire")
	w.ok(box.DeleteLabel("Hire"))
	w.pass(time.Minute)
	r.shows("after the label was deleted", "First")
	_, err := box.CreateLabel("Hire")
	w.ok(err)
	if made, _ := box.Label("Hire"); made.ID == old.ID {
		t.Fatal("the new label has the old id, so this shows nothing")
	}
	w.ok(box.LabelThread(second, "Hire"))
	w.pass(time.Minute)
	r.shows("labelled with the new one", "Second", "First")
}

// A label that gets the name, or loses it, is found by the walk that is made once a day; its id stays. What carried it before comes in with it.
func TestLabelRenamed(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	first, second, third := w.question("First"), w.question("Second"), w.question("Third")
	w.ok(box.LabelThread(first, "Applicants"))
	w.pass(time.Minute)
	r.shows("with a label that is none of ours")
	w.ok(box.RenameLabel("Applicants", "recruiterbox"))
	w.aDayLater()
	r.shows("once the label has the name", "First")
	w.ok(box.LabelThread(second, "recruiterbox"))
	w.pass(time.Minute)
	r.shows("labelled at once", "Second", "First")
	// Without the name it asks for nothing more; what it had brought in stays, and goes on.
	w.ok(box.RenameLabel("recruiterbox", "Applicants"))
	w.aDayLater()
	w.ok(box.LabelThread(third, "Applicants"))
	w.pass(time.Minute)
	r.shows("once it has lost the name", "Second", "First")
}

// What nothing matches is read once, and again when it has changed: not every day.
func TestUnmatchedIsNotReadEveryDay(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	const private = "cora.private@elsewhere.example"
	stranger := w.outside(private, "Cora")
	first := stranger.writes("From home", "From home")
	thread := w.threadOf(ritaMail, "From home")
	w.ok(box.LabelThread(thread, "Hire"))
	w.pass(time.Minute)
	if got := r.unmatched(); len(got) != 1 {
		t.Fatalf("unmatched %+v", got)
	}
	reads := w.counting("threads.get")
	w.aDayLater()
	w.aDayLater()
	if n := reads(); n != 0 {
		t.Errorf("unchanged it was read %d times in two days", n)
	}
	w.losePushes()
	stranger.repliesTo(first, "My other address.", withCopy(coraMail))
	box.ExpireHistory() // so that the walk alone can tell
	w.aDayLater()
	r.shows("once a mail has brought an address that matches", "From home", "My other address.")
}
