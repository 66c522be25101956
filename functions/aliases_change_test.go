package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// An alias that goes, or a colleague's copy that comes, before a mail from it has left.

// Sam's mailbox brings the mail from Rita's alias before her send is recorded, and cannot tell whose it is.
func TestAlias_ColleaguesCopyFirst(t *testing.T) {
	t.Parallel()
	for _, recorded := range []string{"by the send", "by the sync"} {
		t.Run("settled "+recorded, func(t *testing.T) {
			t.Parallel()
			w, r := aliased(t)
			s := w.sam()
			s.connect()
			w.samFilesFirst()
			m := hello
			m.From, m.Cc = talentMail, []api.Address{{Email: samMail}}
			r.send("k1", m).problem(503, hire.CodeGmailUnavailable)
			w.pass(5 * time.Second)
			s.shows("from Sam's mailbox", "Can we talk?")
			w.sim.ClearFaults()
			if recorded == "by the send" {
				w.losePushes()
				r.sendAgain("k1", m).into(200, nil)
			} else {
				w.news(1)() // its notification has Rita's mailbox looked at
				w.settle()
				r.became("k1", "sent", "")
			}
			w.pass(10 * time.Minute)
			w.sweep()
			r.became("k1", "sent", "")
			r.shows("in the end", "> Can we talk?")
			threads := r.profile(cora).Threads
			if th := r.thread(threads[0].ID); len(threads) != 1 || threads[0].LastActivity != "outbound" || !slices.Contains(th.UserIDs, rita) || th.MessageList[0].From.ID != rita {
				t.Errorf("%d conversations, the first one %+v", len(threads), threads[0])
			}
		})
	}
}

func TestAlias_LookedAtAgainWhenItLeaves(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(w *world)
		state  string
		code   hire.Code
	}{
		{"as it was", func(*world) {}, "sent", ""},
		{"another name and signature", func(w *world) {
			w.mailbox(ritaMail).AddSendAs(gmailtest.SendAs{Email: talentMail, Name: "Else", Signature: "Else"})
		}, "sent", ""},
		{"Gmail down for a while", func(w *world) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "settings.sendAs.list", Times: 4, Status: 503})
		}, "sent", ""},
		{"taken away", func(w *world) { w.ok(w.mailbox(ritaMail).RemoveSendAs(talentMail)) }, "failed", hire.CodeUnknownAlias},
		{"to be confirmed anew", func(w *world) {
			w.mailbox(ritaMail).AddSendAs(gmailtest.SendAs{Email: talentMail, Pending: true})
		}, "failed", hire.CodeAliasNotVerified},
		{"not allowed any more", func(w *world) { w.allowAliases(false) }, "failed", hire.CodeAliasNotAllowed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := aliased(t)
			m := w.in(time.Hour)
			m.From, m.Signature = talentMail, true
			queued := r.later("k1", m)
			if queued.From == nil || queued.From.Email != talentMail {
				t.Errorf("it is queued from %+v", queued.From)
			}
			lists := w.counting(sendAsList)
			batch := api.SendBatch{SendAt: w.clock.Now().Add(time.Hour)}
			for i := range 3 {
				batch.Messages = append(batch.Messages, api.BatchMessage{CandidateID: cora, Subject: fmt.Sprint("Mail ", i), Text: "Hi", From: talentMail, Signature: true})
			}
			b := r.bulk("b", batch)
			if n := lists(); n != 1 {
				t.Errorf("Gmail was asked %d times for the addresses of a batch, want once", n)
			}
			test.change(w)
			w.skip(time.Hour)
			w.pass(2 * time.Minute)
			r.became("k1", test.state, test.code)
			for _, out := range r.batch(b.BatchID).Messages {
				if out.State != test.state || problemCode(out.Problem) != test.code {
					t.Errorf("mail %d of the batch: %s %+v, want %s %q", out.Index, out.State, out.Problem, test.state, test.code)
				}
			}
			if test.state != "sent" {
				w.coraGot("from the alias", 0)
				return
			}
			w.coraGot("from the alias", 4)
			for _, got := range w.cora().Inbox() {
				if got.From.Address != talentMail || got.From.Name != "Acme Talent" || !strings.HasSuffix(lines(got.Text), "\n\n-- \nThe talent team") {
					t.Errorf("Cora got %q from %+v, want what was signed when it was written", got.Text, got.From)
				}
			}
		})
	}
}

// Between the look at the address and the send it is taken away: Gmail sends from the mailbox's own, and the profile says so.
func TestAlias_TakenAwayAtTheLastMoment(t *testing.T) {
	t.Parallel()
	w, r := aliased(t)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 4, Status: 503})
	m := fromTalent
	r.send("k1", m).problem(503, hire.CodeGmailUnavailable)
	w.ok(w.mailbox(ritaMail).RemoveSendAs(talentMail))
	var result api.SendResult
	r.sendAgain("k1", m).into(200, &result)
	got, _ := w.cora().Last()
	if got.From.Address != ritaMail {
		t.Fatalf("Gmail sent from %s, so this shows nothing", got.From.Address)
	}
	if from := r.thread(result.ThreadID).MessageList[0].From; from.Email != ritaMail || from.ID != rita {
		t.Errorf("the profile shows it as from %+v", from)
	}
	w.pass(5 * time.Minute)
	r.shows("in the end", "> Can we talk?")
}

// The draft has not been made when the process ends, and the alias goes before the send is taken up again.
func TestAlias_TakenAwayBeforeTheDraft(t *testing.T) {
	t.Parallel()
	w, r := aliased(t)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Times: 1, Status: 503})
	m := fromTalent
	r.send("k1", m).problem(503, hire.CodeGmailUnavailable)
	w.ok(w.mailbox(ritaMail).RemoveSendAs(talentMail))
	r.sendAgain("k1", m).problem(422, hire.CodeUnknownAlias)
	w.pass(5 * time.Minute)
	r.became("k1", "failed", hire.CodeUnknownAlias)
	w.coraGot("in the end", 0)
}
