package functions_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
)

// Where a reply goes, by its subject.
func TestReplyWithASubject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, subject, want string }{
		{"none", "", "Re: Your application"},
		{"blanks", "  ", "Re: Your application"},
		{"the same", "Your application", "Re: Your application"},
		{"the same, answered", "Re: Your application", "Re: Your application"},
		{"answered in another language, often", "AW: RE: Re:  your APPLICATION ", "Re: Your application"},
		{"another one on purpose", "Your contract", "Your contract"},
		{"another one that answers", "Re: Your contract", "Re: Your contract"},
		{"a longer one", "Your application: the next step", "Your application: the next step"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			candidate.answers("Yes.")
			w.pass(time.Minute)
			first := r.profile(cora).Threads[0].ID
			var result api.SendResult
			r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: first, Subject: test.subject, Text: "At ten?"}).into(200, &result)
			w.pass(time.Minute)
			w.sweep()
			got, _ := candidate.Last()
			joined := strings.HasSuffix(test.want, "Your application")
			threads, err := w.mailbox(ritaMail).Threads("", 0)
			w.ok(err)
			conversations := 2
			if joined {
				conversations = 1
			}
			if got.Subject != test.want || (got.InReplyTo != "") != joined || (len(got.References) > 0) != joined {
				t.Errorf("the mail has subject %q, In-Reply-To %q, References %q", got.Subject, got.InReplyTo, got.References)
			}
			if (result.ThreadID == first) != joined || len(threads) != conversations || len(candidate.Conversations()) != conversations || len(r.profile(cora).Threads) != conversations {
				t.Errorf("in the profile it is in %s after %s; Gmail has %d conversations, Cora %d, the profile %d; want %d", result.ThreadID, first, len(threads), len(candidate.Conversations()), len(r.profile(cora).Threads), conversations)
			}
			if !slices.Equal(addressesOf(result.To), []string{coraMail}) {
				t.Errorf("it went to %v", result.To)
			}
		})
	}
}

// A reply by somebody in whose mailbox the conversation is not has the references alone. In the profile it joins, with what is answered to it.
func TestReplyOfAColleague(t *testing.T) {
	t.Parallel()
	w, _, candidate := conversation(t)
	candidate.answers("Yes.")
	w.pass(time.Minute)
	s := w.sam()
	s.connect()
	thread := s.profile(cora).Threads[0].ID
	var result api.SendResult
	s.send("k1", api.SendMessage{CandidateID: cora, ThreadID: thread, Text: "I take over."}).into(200, &result)
	w.pass(time.Minute)
	yes := candidate.Sent()[0]
	got, _ := candidate.Last()
	if got.From.Address != samMail || got.InReplyTo != yes.MessageID || !slices.Equal(got.References, []string{candidate.asked.MessageID, yes.MessageID}) || got.Subject != "Re: Your application" {
		t.Errorf("Cora has %q from %s, In-Reply-To %s, References %s", got.Subject, got.From.Address, got.InReplyTo, got.References)
	}
	if result.ThreadID != thread || "<"+result.RFCMessageID+">" != got.MessageID {
		t.Errorf("the answer says %+v; Cora's mail is %s", result, got.MessageID)
	}
	own, err := w.mailbox(samMail).Threads("", 0)
	w.ok(err)
	if len(own) != 1 || own[0].Messages != 1 {
		t.Errorf("Sam's Gmail has %+v, want one conversation with his reply alone", own)
	}
	candidate.repliesTo(got, "Welcome.")
	w.pass(time.Minute)
	s.shows("in the end", "> Can we talk?", "Yes.", "> I take over.", "Welcome.")
	if n := len(s.profile(cora).Threads); n != 1 {
		t.Errorf("the profile shows %d conversations, want one", n)
	}
}
