package functions_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// How one conversation becomes two: at the recipient's, whose mail program knows nothing of Gmail's thread ids, and in the profile.

// Gmail rewrites the Message-ID of what it sends, so that what threads at the recipient's is not what was written.
func TestTrap25_HeadersThreadAtTheRecipients(t *testing.T) {
	t.Parallel()
	for name, keeps := range map[string]bool{"Gmail rewrites the Message-ID": false, "Gmail keeps it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t, func(o *gmailtest.Options) { o.Behaviour.KeepMessageID = keeps })
			candidate := r.asks()
			candidate.answers("Yes, tomorrow.")
			w.pass(time.Minute)
			thread := r.profile(cora).Threads[0].ID
			r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: thread, Text: "At ten?"}).into(200, nil)
			r.send("k3", api.SendMessage{CandidateID: cora, ThreadID: thread, Subject: "AW: Your application", Text: "Or at eleven?"}).into(200, nil) // the same subject
			w.pass(time.Minute)
			conversations := candidate.Conversations()
			if len(conversations) != 1 || len(conversations[0].Messages) != 4 {
				t.Fatalf("Cora sees %d conversations, want one of four mails", len(conversations))
			}
			mails := conversations[0].Messages
			for i := 2; i < 4; i++ {
				if mails[i].Subject != "Re: Your application" || mails[i].InReplyTo != mails[i-1].MessageID || !slices.Contains(mails[i].References, mails[0].MessageID) {
					t.Errorf("mail %d has subject %q, In-Reply-To %s, References %s", i, mails[i].Subject, mails[i].InReplyTo, mails[i].References)
				}
			}
			// Another subject is a new conversation, on both sides.
			var result api.SendResult
			r.send("k4", api.SendMessage{CandidateID: cora, ThreadID: thread, Subject: "Your contract", Text: "Here it is."}).into(200, &result)
			w.pass(time.Minute)
			if n := len(candidate.Conversations()); n != 2 {
				t.Errorf("Cora sees %d conversations, want two", n)
			}
			if last, _ := candidate.Last(); last.InReplyTo != "" || len(last.References) != 0 {
				t.Errorf("the new one refers to %s %s", last.InReplyTo, last.References)
			}
			if threads, err := w.mailbox(ritaMail).Threads("", 0); err != nil || len(threads) != 2 {
				t.Errorf("Gmail shows %d conversations, %v; want two", len(threads), err)
			}
			if result.ThreadID == thread || len(r.profile(cora).Threads) != 2 {
				t.Errorf("the profile has %d conversations, want two", len(r.profile(cora).Threads))
			}
		})
	}
}

// Rita's first mail has no answer yet when she writes again, and then Sam, from his own mailbox. Cora answers each of them.
func TestTrap26_RepliesToAFirstMailJoinItsThread(t *testing.T) {
	t.Parallel()
	w, r, s := bothConnected(t)
	candidate := r.asks()
	thread := r.profile(cora).Threads[0].ID
	r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: thread, Text: "Did you get this?"}).into(200, nil)
	w.pass(5 * time.Second)
	s.send("k1", api.SendMessage{CandidateID: cora, ThreadID: thread, Text: "I am Rita's colleague."}).into(200, nil)
	w.pass(5 * time.Second)
	toSam, _ := candidate.Last()
	candidate.answers("Yes, Rita.")
	w.pass(5 * time.Second)
	candidate.repliesTo(toSam, "Hello Sam.")
	w.pass(time.Minute)
	if conversations := candidate.Conversations(); len(conversations) != 1 || len(conversations[0].Messages) != 5 {
		t.Errorf("Cora sees %d conversations, want one of five mails", len(conversations))
	}
	if threads := r.profile(cora).Threads; len(threads) != 1 || threads[0].Messages != 5 {
		t.Errorf("the profile has %+v, want one conversation of five", threads)
	}
	r.shows("in the end", "> Can we talk?", "> Did you get this?", "> I am Rita's colleague.", "Yes, Rita.", "Hello Sam.")
}
