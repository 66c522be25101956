package functions_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

func TestScenario15_SendingAsksToConnectFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	w.rita().send("k1", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi Cora"}).problem(409, hire.CodeConnectRequired)
	if got := w.rita().profile(cora).Threads; len(got) != 0 {
		t.Errorf("the profile shows %+v, want nothing", got)
	}
	w.coraGot("without a connection", 0)
	// The caller has kept the draft; once connected, the same key may be used.
	r := w.rita()
	r.connect()
	r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi Cora"}).into(200, nil)
}

func TestScenario16_NewMailLeavesFromTheUsersOwnAddress(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	var result api.SendResult
	r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Hi Cora,\ncan we talk?"}).into(200, &result)
	if result.State != "sent" || result.RFCMessageID == "" || len(result.To) != 1 || result.To[0].Email != coraMail {
		t.Errorf("result %+v, want it sent to %s", result, coraMail)
	}
	// At the candidate's.
	got := w.cora().Inbox()
	if len(got) != 1 || got[0].From.Address != ritaMail || got[0].Subject != "Your application" || !strings.Contains(got[0].Text, "can we talk?") {
		t.Fatalf("Cora got %+v, want one mail from %s", got, ritaMail)
	}
	if want := "<" + result.RFCMessageID + ">"; got[0].MessageID != want {
		t.Errorf("Message-ID %s, the answer says %s", got[0].MessageID, want)
	}
	// In Gmail.
	sent := w.inGmail("in:sent")
	if len(sent) != 1 || !sent[0].Has("Hire") {
		t.Errorf("Gmail's Sent has %+v, want one mail with the label Hire", sent)
	}
	if drafts := w.mailbox(ritaMail).Drafts(); len(drafts) != 0 {
		t.Errorf("%d drafts are left", len(drafts))
	}
	// In the profile, at once, and still once after Gmail's own notification of it.
	for _, when := range []string{"at once", "after the notification"} {
		if texts := r.texts(cora); len(texts) != 1 || texts[0] != "> Hi Cora,\ncan we talk?" {
			t.Errorf("%s the profile shows %q", when, texts)
		}
		w.settle()
	}
	r.receipt("after the notification", "1 of 1, unchecked")
}

func TestScenario17_ThreadFromBeforeEnablement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	thread := w.unrelated()
	box := w.mailbox(ritaMail)
	w.ok(box.LabelThread(thread, "Recruiterbox")) // as the product was called then
	w.clock.Advance(90 * 24 * time.Hour)
	w.enable()
	r := w.rita()
	r.connect()
	r.shows("connected", "Is the job remote?", "One more thing.")
	r.send("k1", api.SendMessage{CandidateID: cora, ThreadID: r.profile(cora).Threads[0].ID, Text: "Yes, it is."}).into(200, nil)
	w.pass(5 * time.Second)

	conversations := w.cora().Conversations()
	if len(conversations) != 1 || len(conversations[0].Messages) != 3 {
		t.Fatalf("Cora sees %+v, want one conversation of three mails", conversations)
	}
	if last := conversations[0].Messages[2]; last.From.Address != ritaMail || last.Subject != "Re: A question" {
		t.Errorf("the reply is %q from %s, want Re: A question from %s", last.Subject, last.From.Address, ritaMail)
	}
	if th, err := box.Thread(thread); err != nil || len(th.Messages) != 3 {
		t.Errorf("Gmail's conversation is %+v, %v; want three messages", th, err)
	}
	r.shows("in the end", "Is the job remote?", "One more thing.", "> Yes, it is.")
}

// Only Sam's mailbox holds the conversation. What Rita writes in it leaves from hers.
func TestScenario17_ThreadOfAColleaguesMailbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	s, r := w.sam(), w.rita()
	s.connect()
	s.send("k1", hello).into(200, nil)
	w.clock.Advance(time.Minute)
	r.connect()
	r.send("k1", api.SendMessage{CandidateID: cora, ThreadID: r.profile(cora).Threads[0].ID, Text: "Tomorrow at ten?"}).into(200, nil)
	w.pass(5 * time.Second)
	conversations := w.cora().Conversations()
	if len(conversations) != 1 || len(conversations[0].Messages) != 2 || conversations[0].Messages[1].From.Address != ritaMail {
		t.Errorf("Cora sees %+v, want one conversation, its second mail from %s", conversations, ritaMail)
	}
	r.shows("in the end", "> Can we talk?", "> Tomorrow at ten?")
	if n := len(r.profile(cora).Threads); n != 1 {
		t.Errorf("the profile shows %d conversations, want one", n)
	}
}

func TestScenario18_ReplyKeepsOneConversationOnBothSides(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	var first, second api.SendResult
	r.send("k1", hello).into(200, &first)
	w.pass(5 * time.Second)
	candidate := w.cora()
	candidate.answers("Yes, tomorrow.")
	w.pass(5 * time.Second)
	r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: first.ThreadID, Text: "At ten?"}).into(200, &second)
	w.pass(5 * time.Second)

	if second.ThreadID != first.ThreadID {
		t.Errorf("the reply is in thread %s, want %s", second.ThreadID, first.ThreadID)
	}
	if texts := r.texts(cora); !slices.Equal(texts, []string{"> Can we talk?", "Yes, tomorrow.", "> At ten?"}) {
		t.Errorf("the profile shows %q", texts)
	}
	// One conversation in the recruiter's Gmail,
	threads, err := w.mailbox(ritaMail).Threads("", 0)
	w.ok(err)
	if len(threads) != 1 || threads[0].Messages != 3 {
		t.Errorf("Gmail shows %+v, want one conversation of three", threads)
	}
	// and at the candidate's, by its headers.
	conversations := candidate.Conversations()
	if len(conversations) != 1 || len(conversations[0].Messages) != 3 {
		t.Fatalf("Cora sees %d conversations, want one of three mails", len(conversations))
	}
	mails := conversations[0].Messages
	reply := mails[2]
	if reply.Subject != "Re: Your application" || reply.InReplyTo != mails[1].MessageID || !slices.Equal(reply.References, []string{mails[0].MessageID, mails[1].MessageID}) {
		t.Errorf("the reply has subject %q, In-Reply-To %s, References %s", reply.Subject, reply.InReplyTo, reply.References)
	}
}
