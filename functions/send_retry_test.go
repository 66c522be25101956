package functions_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// What is asked for twice is sent once, whatever broke in between.

func TestScenario20_OneKeyOneMail(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	first := r.send("k1", hello)
	first.into(200, nil)
	w.clock.Advance(time.Hour)
	for range 3 {
		if again := r.send("k1", hello); again.Status != 200 || string(again.Body) != string(first.Body) {
			t.Errorf("the repetition is answered with %d %s, the first with %s", again.Status, again.Body, first.Body)
		}
	}
	var first1 api.SendResult
	first.into(200, &first1)
	if got := r.outcome("k1"); !cmp.Equal(got, first1) {
		t.Errorf("the outcome is another one: %s", cmp.Diff(first1, got))
	}
	other := hello
	other.Text = "Can we talk today?"
	r.send("k1", other).problem(422, hire.CodeKeyReused)
	w.coraGot("after all of them", 1)
	// A key is its user's.
	s := w.sam()
	s.connect()
	s.send("k1", hello).into(200, nil)
	w.coraGot("after Sam's", 2)
}

func TestScenario21_TimeoutAfterGmailHasAccepted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		ways  gmailtest.Behaviour
		mail  api.SendMessage
		lost  int  // answers of drafts.send, beginning with the one that sends
		first int  // status of the first answer
		retry bool // the caller tries again; else the service looks by itself
	}{
		{"Gmail is asked again at once", gmailtest.Behaviour{}, hello, 1, 200, true},
		{"the caller tries again", gmailtest.Behaviour{}, hello, 4, 503, true},
		{"the caller does not come back", gmailtest.Behaviour{}, hello, 4, 503, false},
		{"HTML alone", gmailtest.Behaviour{}, api.SendMessage{CandidateID: cora, Subject: "Your application", HTML: "<p>Can <b>we</b> talk?</p>"}, 4, 503, true},
		{"text that mail programs change", gmailtest.Behaviour{}, api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "From now on:\r\n> quoted\n  indented  \n.\n-- \n" +
			strings.Repeat("a long line, ", 200) + "größer 😀\t\n\n\n"}, 4, 503, true},
		{"without our header", gmailtest.Behaviour{StripXHeaders: true}, hello, 4, 503, true},
		{"without our header, nor the caller", gmailtest.Behaviour{StripXHeaders: true}, hello, 4, 503, false},
		{"not readable at once", gmailtest.Behaviour{UnreadableFor: 20 * time.Second}, hello, 4, 503, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t, func(o *gmailtest.Options) { o.Behaviour = test.ways })
			test.mail.Attachments = []api.AttachmentRef{{UploadID: r.upload("cv.pdf", "%PDF-1.7")}}
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: test.lost, After: true, Reset: true})
			if a := r.send("k1", test.mail); a.Status != test.first {
				t.Fatalf("status %d, want %d: %s", a.Status, test.first, a.Body)
			}
			w.coraGot("at first", 1)
			var result api.SendResult
			if test.retry {
				r.sendAgain("k1", test.mail).into(200, &result)
			} else {
				w.pass(3 * time.Minute)
				result = r.outcome("k1")
			}
			if result.State != "sent" || result.RFCMessageID == "" || result.ThreadID == "" {
				t.Errorf("result %+v, want it sent", result)
			}
			w.fiveMinutesLater()
			w.coraGot("in the end", 1)
			if got := r.texts(cora); len(got) != 1 {
				t.Errorf("the profile shows %q", got)
			}
			if mail, _ := w.cora().Last(); mail.MessageID != "<"+result.RFCMessageID+">" {
				t.Errorf("Cora's mail is %s, the answer says %s", mail.MessageID, result.RFCMessageID)
			}
		})
	}
}

func TestTrap17_AnswersLostOnTheWayToSending(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"drafts.create", "drafts.send", "messages.get", "messages.modify"} {
		for _, after := range []bool{false, true} {
			name := method + " before its effect"
			if after {
				name = method + " after its effect"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w, r := connected(t)
				w.sim.AddFault(gmailtest.FaultRule{Method: method, Times: 4, After: after, Status: 503})
				r.sendAgain("k1", hello).into(200, nil)
				w.sim.ClearFaults()
				r.send("k1", hello).into(200, nil)
				w.fiveMinutesLater()
				w.coraGot("in the end", 1)
				r.shows("in the end", "> Can we talk?")
			})
		}
	}
}

// The mail has left, but nothing of that is recorded when the answer arrives.
func TestTrap40_AnswerBeforeTheSendIsRecorded(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	for _, method := range []string{"messages.get", "messages.modify"} { // the sent mail is neither read back nor labelled
		w.sim.AddFault(gmailtest.FaultRule{Method: method, Status: 503, Times: 4})
	}
	r.send("k1", hello).problem(503, hire.CodeGmailUnavailable)
	if state := r.outcome("k1").State; state != "sending" {
		t.Fatalf("the send is %s already, so this shows nothing", state)
	}
	candidate := w.cora() // who has it already
	w.clock.Advance(2 * time.Second)
	candidate.answers("Yes, tomorrow.")
	w.pass(5 * time.Minute)
	r.shows("in the end", "> Can we talk?", "Yes, tomorrow.")
	if state := r.outcome("k1").State; state != "sent" {
		t.Errorf("the send is %s", state)
	}
	w.coraGot("in the end", 1)
}

// The first request hangs until another has taken its place; then it finds its draft superfluous.
func TestTrap50_TwoRequestsWithOneKey(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	first := r.hangs("k1")
	r.send("k1", hello).problem(409, hire.CodeSendInProgress)
	w.clock.Advance(3 * time.Minute) // whoever is at work this long is taken for dead
	second := r.send("k1", hello)
	second.into(200, nil)
	if a := <-first; a.Status != 200 && a.Status != 409 && a.Status != 503 {
		t.Errorf("the first is answered with %d %s", a.Status, a.Body)
	}
	if n := w.sim.Stats().Calls["drafts.create"]; n != 2 {
		t.Fatalf("%d drafts were made, so this shows nothing", n)
	}
	w.hasDrafts("in the end")
	if again := r.send("k1", hello); string(again.Body) != string(second.Body) {
		t.Errorf("the answer was %s, and is now %s", second.Body, again.Body)
	}
	w.pass(5 * time.Minute)
	w.coraGot("in the end", 1)
	r.shows("in the end", "> Can we talk?")
}

func TestTrap50_ManyRequestsWithOneKeyAtOnce(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if a := r.send("k1", hello); a.Status != 200 && a.code() != hire.CodeSendInProgress {
				t.Errorf("status %d: %s", a.Status, a.Body)
			}
		})
	}
	all.Wait()
	r.send("k1", hello).into(200, nil)
	w.coraGot("in the end", 1)
	if n := w.sim.Stats().Calls["drafts.create"]; n != 1 {
		t.Errorf("%d drafts were made", n)
	}
}

// The draft stands in Gmail when sending fails, and its user begins to edit it there.
func TestTrap51_HalfEditedDraftDoesNotLeave(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		ways  gmailtest.Behaviour
		sends bool // the user sends it from Gmail, then
	}{
		{"edited", gmailtest.Behaviour{}, false},
		{"edited, and has another id", gmailtest.Behaviour{DraftIDChangesOnEdit: true}, false},
		{"edited and sent", gmailtest.Behaviour{}, true},
		{"edited, without our header, and sent", gmailtest.Behaviour{StripXHeadersOnEdit: true}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t, func(o *gmailtest.Options) { o.Behaviour = test.ways })
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 4, Status: 503})
			r.send("k1", hello).problem(503, hire.CodeGmailUnavailable)
			box := w.mailbox(ritaMail)
			drafts := box.Drafts()
			if len(drafts) != 1 {
				t.Fatalf("%d drafts in Gmail, want one", len(drafts))
			}
			edited, err := box.EditDraft(drafts[0].DraftID, func(m *gmailtest.OutgoingMail) { m.Text = "Can we t" })
			w.ok(err)
			if !test.sends {
				r.sendAgain("k1", hello).problem(409, hire.CodeSendUnknown)
				w.fiveMinutesLater()
				w.coraGot("in the end", 0)
				if got := box.Drafts(); len(got) != 1 || strings.TrimSpace(got[0].Text) != "Can we t" {
					t.Errorf("Gmail's drafts are %+v, want what the user has written", got)
				}
				return
			}
			_, err = box.SendDraft(edited.DraftID)
			w.ok(err)
			if state := r.sendAgain("k1", hello); state.Status != 200 && state.code() != hire.CodeSendUnknown {
				t.Errorf("status %d: %s", state.Status, state.Body)
			}
			w.fiveMinutesLater()
			w.coraGot("in the end", 1)
			r.shows("in the end", "> Can we t")
		})
	}
}

// Sam has a copy of Rita's mail, with her header, and files it before her own send is recorded. He even sends it on, header and all.
func TestTrap52_ColleaguesCopyDoesNotSettleTheSend(t *testing.T) {
	t.Parallel()
	w, r, s := bothConnected(t)
	w.samFilesFirst()
	mail := hello
	mail.Cc = []api.Address{{Email: samMail}}
	r.send("k1", mail).problem(503, hire.CodeGmailUnavailable)

	w.clock.Advance(2 * time.Second)
	box := w.mailbox(samMail)
	copies, err := box.Messages("subject:application", 0)
	w.ok(err)
	if len(copies) != 1 || copies[0].Header(hire.SendHeader) == "" {
		t.Fatalf("Sam has %+v, want a copy with our header", copies)
	}
	sent, err := box.Send(gmailtest.OutgoingMail{
		To: []string{coraMail}, Subject: "Your application", Text: "See below.", ThreadID: copies[0].ThreadID,
		InReplyTo: copies[0].MessageID, References: []string{copies[0].MessageID}, Headers: []gmailtest.Header{{Name: hire.SendHeader, Value: copies[0].Header(hire.SendHeader)}},
	})
	w.ok(err)
	w.ok(box.LabelMessage(sent.ID, "Hire"))
	w.settle()
	s.shows("from Sam's mailbox", "> Can we talk?", "> See below.")
	if got := r.outcome("k1"); got.State != "sending" {
		t.Errorf("Rita's send is %+v, want it still under way", got)
	}

	w.sim.ClearFaults()
	var result api.SendResult
	r.sendAgain("k1", mail).into(200, &result)
	mine := w.inGmail("in:sent")
	if len(mine) != 1 || result.RFCMessageID != strings.Trim(mine[0].MessageID, "<>") {
		t.Errorf("the answer says %s, Rita's Gmail has %+v", result.RFCMessageID, mine)
	}
	w.pass(5 * time.Minute)
	r.shows("in the end", "> Can we talk?", "> See below.")
	// Rita's reply goes on in her own conversation.
	r.send("k2", api.SendMessage{CandidateID: cora, ThreadID: result.ThreadID, Text: "At ten?"}).into(200, nil)
	if th, err := w.mailbox(ritaMail).Thread(mine[0].ThreadID); err != nil || len(th.Messages) < 2 {
		t.Errorf("the reply is not in Rita's conversation: %+v, %v", th, err)
	}
}
