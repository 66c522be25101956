package functions_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// A mail that is to leave later is checked now, and again when it leaves.

// Somebody runs the task of a queued mail by hand, a day early, as the console offers it: the mail waits for its time all the same, and then leaves once.
func TestLater_TaskRunByHand(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	first := r.later("k1", w.in(24*time.Hour))
	run := func(turn int) {
		w.task("/deliver/", store.DeliverTask{AccountID: acme, SendID: store.SendID(rita, "k1"), Turn: turn}).into(204, nil)
	}
	x, err := w.platform.services().Store.GetSend(t.Context(), acme, store.SendID(rita, "k1"))
	w.ok(err)
	run(x.Turn)
	run(x.Turn + 1)
	w.settle()
	if got := r.became("k1", "queued", ""); !got.LeavesAt.Equal(first.LeavesAt) {
		t.Errorf("it leaves at %s, want %s", got.LeavesAt, first.LeavesAt)
	}
	w.skip(24 * time.Hour)
	r.became("k1", "sent", "")
	w.skip(time.Hour)
	w.coraGot("in the end", 1)
}

func TestLater_LeavesAtItsTime(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	mail := w.in(24 * time.Hour)
	mail.Attachments = []api.AttachmentRef{{UploadID: r.upload("cv.pdf", "%PDF-1.7")}}
	first := r.later("k1", mail)
	if !first.LeavesAt.Equal(mail.SendAt) || !first.SendAt.Equal(mail.SendAt) || first.Problem != nil || !slices.Equal(addressesOf(first.To), []string{coraMail}) {
		t.Errorf("it is queued as %+v", first)
	}
	w.skip(12 * time.Hour)
	w.sweep()
	if again := r.later("k1", mail); !cmp.Equal(again, first) {
		t.Errorf("asked again, the answer is another: %s", cmp.Diff(first, again))
	}
	other := mail
	other.SendAt = mail.SendAt.Add(time.Minute)
	r.send("k1", other).problem(422, hire.CodeKeyReused)
	w.skip(12*time.Hour - time.Second)
	w.coraGot("a second before its time", 0)
	r.became("k1", "queued", "")

	w.skip(time.Second)
	w.coraGot("at its time", 1)
	got := r.became("k1", "sent", "")
	if got.RFCMessageID == "" || got.ThreadID == "" || !got.LeavesAt.IsZero() {
		t.Errorf("the outcome is %+v", got)
	}
	if m, _ := w.cora().Last(); len(m.Attachments) != 1 || string(m.Attachments[0].Data) != "%PDF-1.7" {
		t.Errorf("Cora got the files %+v", m.Attachments)
	}
	var again api.SendResult
	r.send("k1", mail).into(200, &again)
	if !cmp.Equal(again, got) {
		t.Errorf("asked again, the answer is another: %s", cmp.Diff(got, again))
	}
	w.pass(5 * time.Minute)
	w.skip(time.Hour)
	w.sweep()
	w.coraGot("in the end", 1)
	r.shows("in the end", "> Can we talk?")
}

func TestLater_CheckedWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	for i, test := range []struct {
		name   string
		change func(*api.SendMessage)
		status int
		code   hire.Code
	}{
		{"long past", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(-61 * time.Second) }, 400, hire.CodeInvalidRequest},
		{"just past", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(-60 * time.Second) }, 202, ""},
		{"30 days ahead", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(30 * 24 * time.Hour) }, 202, ""},
		{"more than 30 days ahead", func(m *api.SendMessage) { m.SendAt = w.clock.Now().Add(30*24*time.Hour + time.Second) }, 400, hire.CodeInvalidRequest},
		{"no subject", func(m *api.SendMessage) { m.Subject = "" }, 400, hire.CodeInvalidRequest},
		{"no text", func(m *api.SendMessage) { m.Text = "" }, 422, hire.CodeEmptyMessage},
		{"a line break in the subject", func(m *api.SendMessage) { m.Subject = "Hi\r\nBcc: x@y.example" }, 422, hire.CodeInvalidHeader},
		{"an unknown candidate", func(m *api.SendMessage) { m.CandidateID = "nobody" }, 404, hire.CodeUnknownCandidate},
		{"an unknown file", func(m *api.SendMessage) { m.Attachments = []api.AttachmentRef{{UploadID: "none"}} }, 422, hire.CodeUnknownUpload},
	} {
		m := w.in(time.Hour)
		test.change(&m)
		a := r.send(fmt.Sprint("k", i), m)
		if a.Status != test.status || a.code() != test.code {
			t.Errorf("%s: %d %s, want %d %s", test.name, a.Status, a.Body, test.status, test.code)
		}
	}
	w.sam().send("k", w.in(time.Hour)).problem(409, hire.CodeConnectRequired)
	r.send("batch:x:1", w.in(time.Hour)).problem(400, hire.CodeInvalidRequest)
}

// What has changed between asking and leaving keeps the mail from leaving, and is told.
func TestLater_LookedAtAgainWhenItLeaves(t *testing.T) {
	t.Parallel()
	user := func(change func(*api.DirectoryUser)) func(*world, *person) {
		return func(w *world, _ *person) { w.ritaBecomes(change) }
	}
	for _, test := range []struct {
		name   string
		change func(w *world, r *person)
		reply  bool
		code   hire.Code
	}{
		{"another plan", func(w *world, _ *person) {
			w.plan("starter")
		}, false, hire.CodePlanUpgrade},
		{"switched off", func(w *world, _ *person) {
			w.switchOff()
		}, false, hire.CodeIntegrationOff},
		{"disconnected", func(_ *world, r *person) { r.disconnect() }, false, hire.CodeConnectRequired},
		{"user deactivated", user(func(u *api.DirectoryUser) { u.Active = false }), false, hire.CodeUserInactive},
		{"user deleted", user(func(u *api.DirectoryUser) { u.Deleted = true }), false, hire.CodeUserInactive},
		{"role changed", user(func(u *api.DirectoryUser) { u.Role = "external_agency" }), false, hire.CodeRoleMayNotSend},
		{"candidate deleted", func(w *world, _ *person) {
			w.coraBecomes(func(c *api.DirectoryCandidate) { c.Deleted = true })
		}, false, hire.CodeUnknownCandidate},
		{"candidate without an address", func(w *world, _ *person) {
			w.coraBecomes(func(c *api.DirectoryCandidate) { c.Emails = nil })
		}, false, hire.CodeNoRecipient},
		{"not on the conversation", user(func(u *api.DirectoryUser) { u.Role = "hiring_team_member" }), true, hire.CodeNotOnThread},
		{"conversation made private", func(w *world, r *person) {
			w.sam().call("PUT", "/threads/v1/threads/"+r.profile(cora).Threads[0].ID+"/privacy", api.SetPrivacy{Private: true}).into(200, nil)
		}, true, hire.CodeUnknownThread},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			s := w.sam()
			s.connect()
			s.send("k0", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "From Sam."}).into(200, nil) // Rita is not on it
			mail := w.in(time.Hour)
			if test.reply {
				mail.Subject, mail.ThreadID = "", r.profile(cora).Threads[0].ID
			}
			r.later("k1", mail)
			test.change(w, r)
			w.skip(30 * time.Minute)
			if got := w.sentState(rita, "k1"); got != "queued" {
				t.Errorf("before its time it is %s", got)
			}
			w.skip(31 * time.Minute)
			if got := w.sentState(rita, "k1"); got != "failed "+string(test.code) {
				t.Errorf("it is %s, want it failed with %s\n%s", got, test.code, w.logs)
			}
			w.pass(3 * time.Minute)
			w.coraGot("in the end", 1)
		})
	}
}

// sentState is how a send stands, also of a user who may not ask any more.
func (w *world) sentState(user, key string) string {
	w.t.Helper()
	x, err := w.platform.services().Store.GetSend(w.t.Context(), acme, store.SendID(user, key))
	w.ok(err)
	if x.Problem == nil {
		return string(x.State)
	}
	return fmt.Sprintf("%s %s", x.State, x.Problem.Code)
}

func TestLater_DecidedAnewWhenItLeaves(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	thread := r.profile(cora).Threads[0].ID
	reply := w.in(time.Hour)
	reply.Subject, reply.ThreadID, reply.Text = "", thread, "At ten?"
	queued := r.later("reply", reply)
	if len(queued.Cc) != 0 {
		t.Errorf("as it would be now it goes to %+v, too", queued.Cc)
	}
	r.later("new", w.in(time.Hour))

	// Meanwhile Cora answers, with a colleague of Rita's and an outsider in copy, and gets another address.
	candidate.answers("Yes, tomorrow.", withCopy(samMail, friendMail))
	w.pass(time.Minute)
	newMail := "cora@new.example"
	w.coraHas(newMail, coraMail)
	w.skip(time.Hour)

	got := r.became("reply", "sent", "")
	if !slices.Equal(addressesOf(got.To), []string{coraMail}) || !slices.Equal(addressesOf(got.Cc), []string{samMail}) || !slices.Equal(addressesOf(got.LeftOut), []string{friendMail}) || got.ThreadID != thread {
		t.Errorf("the reply went to %+v, %+v, without %+v, in %s", got.To, got.Cc, got.LeftOut, got.ThreadID)
	}
	conversations := candidate.Conversations()
	last := conversations[0].Messages[len(conversations[0].Messages)-1]
	if before := conversations[0].Messages[len(conversations[0].Messages)-2]; len(conversations[0].Messages) != 3 || last.InReplyTo != before.MessageID || strings.TrimSpace(last.Text) != "At ten?" {
		t.Errorf("the reply answers %s, want Cora's latest mail %s", last.InReplyTo, before.MessageID)
	}
	if got := r.became("new", "sent", ""); !slices.Equal(addressesOf(got.To), []string{newMail}) {
		t.Errorf("the new mail went to %+v, want Cora's address of now", got.To)
	}
}

func TestTrap54_QueuedMailSurvivesAReconnect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		end  func(w *world, r *person)
	}{
		{"connected anew over it", func(*world, *person) {}},
		{"disconnected between", func(w *world, r *person) {
			r.disconnect()
			w.skip(time.Minute)
		}},
		{"access lost between", func(w *world, r *person) {
			w.sim.OAuth().Revoke(ritaMail)
			r.send("other", hello).problem(409, hire.CodeReconnectRequired)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			before := w.record(rita)
			mail := w.in(24 * time.Hour)
			mail.Subject = "For tomorrow"
			r.later("k1", mail)
			w.skip(time.Hour)
			test.end(w, r)
			r.later("k1", mail) // what was decided under the key stands, connected or not
			r.connect()
			if now := w.record(rita); now.Generation == before.Generation || now.Sub != before.Sub {
				t.Fatalf("generation %d after %d, so this shows nothing", now.Generation, before.Generation)
			}
			w.skip(23 * time.Hour)
			r.became("k1", "sent", "")
			w.coraGotAbout("For tomorrow", 1)
		})
	}
}

// At its time the user's access is lost. The mail waits for a day, and says why.
func TestLater_WaitsForAReconnect(t *testing.T) {
	t.Parallel()
	for _, back := range []bool{true, false} {
		t.Run(fmt.Sprint("reconnected ", back), func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			mail := w.in(time.Hour)
			mail.Subject = "Later"
			r.later("k1", mail)
			w.sim.OAuth().Revoke(ritaMail)
			r.send("other", hello).problem(409, hire.CodeReconnectRequired)
			nothingAsked := w.nothingAskedOfGoogle()
			for range 4 {
				w.skip(30 * time.Minute)
			}
			if got := r.became("k1", "queued", hire.CodeReconnectRequired); !got.LeavesAt.After(w.clock.Now()) {
				t.Errorf("it is tried next at %s", got.LeavesAt)
			}
			nothingAsked()
			if back {
				r.connect()
				w.skip(30 * time.Minute)
				r.became("k1", "sent", "")
				return
			}
			for range 48 {
				w.skip(30 * time.Minute)
			}
			r.became("k1", "failed", hire.CodeReconnectRequired)
			r.connect()
			w.pass(5 * time.Minute)
			w.skip(time.Hour)
			w.coraGotAbout("Later", 0)
		})
	}
}

// A queued mail passes on to the next connection of the same Google user, and to no other's.
func TestLater_AnotherGoogleAccount(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	before := w.record(rita)
	r.later("k1", w.in(time.Hour))
	w.sim.AddMailbox("rita@new.example", "Rita Recruiter")
	w.ritaBecomes(func(u *api.DirectoryUser) { u.Email = "rita@new.example" })
	w.skip(time.Minute)
	r = w.person(acme, rita, "rita@new.example")
	r.connect()
	if now := w.record(rita); now.Sub == before.Sub {
		t.Fatal("it is the same Google account, so this shows nothing")
	}
	w.skip(time.Hour)
	r.became("k1", "failed", hire.CodeStaleConnection)
	w.coraGot("in the end", 0)
}

func TestLater_Cancelled(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	mail := w.in(time.Hour)
	r.later("k1", mail)
	w.sam().cancel("k1").problem(404, hire.CodeNotFound)
	r.cancel("none").problem(404, hire.CodeNotFound)
	for range 2 {
		var got api.SendResult
		r.cancel("k1").into(200, &got)
		if got.State != "failed" || problemCode(got.Problem) != hire.CodeCancelled {
			t.Errorf("cancelled, it is %+v", got)
		}
	}
	r.became("k1", "failed", hire.CodeCancelled)
	r.send("k1", mail).problem(409, hire.CodeCancelled)
	w.skip(2 * time.Hour)
	w.sweep()
	w.coraGot("in the end", 0)

	r.send("k2", hello).into(200, nil)
	r.cancel("k2").problem(409, hire.CodeTooLateToCancel)
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Status: 503})
	r.send("k3", hello).problem(503, hire.CodeGmailUnavailable)
	r.cancel("k3").problem(409, hire.CodeTooLateToCancel)
	r.became("k2", "sent", "")
	r.became("k3", "sending", "")
}

// A cancellation and the task that sends the mail meet: one of them wins.
func TestLater_CancellationMeetsTheTask(t *testing.T) {
	t.Parallel()
	t.Run("the cancellation comes first", func(t *testing.T) {
		t.Parallel()
		w, r, h := hooked(t)
		r.later("k1", w.in(time.Hour))
		met := 0
		h.set(func(op string, at embedded.Phase) error {
			if op == "send.leave" && at == embedded.BeforeRun {
				if met++; met == 1 {
					r.cancel("k1").into(200, nil)
				}
			}
			return nil
		})
		w.skip(time.Hour)
		if met != 1 {
			t.Fatalf("the task came to let it leave %d times, so this shows nothing", met)
		}
		r.became("k1", "failed", hire.CodeCancelled)
		w.pass(5 * time.Minute)
		w.coraGot("in the end", 0)
		if n := w.sim.Stats().Calls["drafts.create"]; n != 0 {
			t.Errorf("%d drafts were made", n)
		}
	})
	t.Run("the task comes first", func(t *testing.T) {
		t.Parallel()
		w, r, h := hooked(t)
		r.later("k1", w.in(time.Hour))
		w.clock.Advance(time.Hour)
		met := 0
		h.set(func(op string, at embedded.Phase) error {
			if op == "send.drop" && at == embedded.BeforeRun {
				if met++; met == 1 {
					w.settle()
				}
			}
			return nil
		})
		r.cancel("k1").problem(409, hire.CodeTooLateToCancel)
		r.became("k1", "sent", "")
		w.coraGot("in the end", 1)
	})
}

var errBroken = errors.New("broken on purpose")

// The store breaks off each of its calls in turn, before and after it has committed, while a queued mail is asked for and leaves, or is put off by Gmail's limit first.
func TestLater_BrokenOffAtEachCallOfTheStore(t *testing.T) {
	t.Parallel()
	for _, limited := range []bool{false, true} {
		for _, at := range []embedded.Phase{embedded.BeforeRun, embedded.BeforeCommit, embedded.AfterCommit} {
			t.Run(fmt.Sprintf("%s, limited %t", at, limited), func(t *testing.T) {
				t.Parallel()
				w, r, h := hooked(t)
				met := map[string]bool{}
				for n, broken := 1, true; broken; n++ {
					var op string
					if op, broken = w.brokenOff(r, h, at, n, limited); broken {
						met[op] = true
					}
				}
				want := []string{"send.queue", "send.leave", "send.draft", "send.sent", "outbox.handed_over"}
				if limited {
					want = append(want, "send.requeue", "mailbox.block")
				}
				if at == embedded.BeforeRun {
					want = append(want, "send.claim", "member", "mailbox", "candidate")
				}
				for _, op := range want {
					if !met[op] {
						t.Errorf("%s was never broken off, only %v", op, met)
					}
				}
				if n := len(w.mailbox(ritaMail).Drafts()); n > 2 { // of which the commit was broken off
					t.Errorf("%d drafts are left", n)
				}
			})
		}
	}
}

// brokenOff asks for a mail and lets it leave, and breaks off the nth call of the store in that; broken is false where there are fewer. The mail must have left once.
func (w *world) brokenOff(r *person, h *hook, at embedded.Phase, n int, limited bool) (where string, broken bool) {
	w.t.Helper()
	seen := 0
	var mu sync.Mutex
	h.set(func(op string, phase embedded.Phase) error {
		mine := strings.HasPrefix(op, "send") || slices.Contains([]string{"outbox.handed_over", "mailbox.block", "member", "mailbox", "candidate"}, op)
		if phase != at || !mine {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if seen++; seen != n {
			return nil
		}
		where, broken = op, true
		return errBroken
	})
	if limited {
		w.sim.AddFault(gmailtest.FaultRule{
			Method: "drafts.send", Times: 1, Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.  (Mail sending)", RetryAfter: w.clock.Now().Add(3 * time.Minute),
		})
	}
	subject := fmt.Sprintf("Mail %d", n)
	mail := api.SendMessage{CandidateID: cora, Subject: subject, Text: subject, SendAt: w.clock.Now().Add(time.Minute)}
	for range 3 { // the caller tries again
		if a := r.send(subject, mail); a.Status < 500 {
			break
		}
	}
	for range 60 {
		w.skip(10 * time.Second)
	}
	h.set(nil)
	for range 4 {
		w.sweep()
		w.skip(3 * time.Minute)
	}
	w.sim.ClearFaults()
	w.coraGotAbout(subject, 1)
	if x := r.outcome(subject); x.State != "sent" || w.t.Failed() {
		w.t.Fatalf("broken off at call %d, %q, %s: it is %+v\n%s", n, where, at, x, w.logs)
	}
	return where, broken
}

// Gmail's daily limit is met when a queued mail leaves. It waits; nothing is asked of Gmail until then, and nothing leaves twice.
func TestLater_WaitsForGmailsLimit(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	r.later("k1", w.in(time.Hour))
	r.later("k2", w.in(time.Hour+10*time.Second))
	until := w.clock.Now().Add(5 * time.Hour)
	mend := w.sendingLimit(until)
	w.skip(time.Hour)
	w.pass(30 * time.Second)
	for _, key := range []string{"k1", "k2"} {
		if got := r.became(key, "queued", hire.CodeDailyLimit); !got.LeavesAt.Equal(until) {
			t.Errorf("%s is tried next at %s, want %s", key, got.LeavesAt, until)
		}
	}
	if n := w.sim.Stats().Calls["drafts.send"]; n != 1 {
		t.Errorf("Gmail was asked to send %d times", n)
	}
	w.hasDrafts("in the end")
	r.send("k3", hello).problem(429, hire.CodeDailyLimit)
	mend()
	w.skip(until.Sub(w.clock.Now()))
	r.became("k1", "sent", "")
	r.became("k2", "sent", "")
	w.pass(5 * time.Minute)
	w.coraGot("in the end", 2)
}

// The limit stays for days, whoever meets it.
func TestLater_DoesNotWaitForGmailForEver(t *testing.T) {
	t.Parallel()
	for _, others := range []bool{false, true} {
		t.Run(fmt.Sprint("met by others ", others), func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			r.later("k1", w.in(time.Hour))
			w.clock.Advance(time.Hour)
			for day := range 4 {
				mend := w.sendingLimit(w.clock.Now().Add(24 * time.Hour))
				if others {
					r.send(fmt.Sprint("other", day), hello).problem(429, hire.CodeDailyLimit)
				}
				w.settle()
				mend()
				if day < 3 {
					r.became("k1", "queued", hire.CodeDailyLimit)
				}
				w.clock.Advance(24 * time.Hour)
			}
			r.became("k1", "failed", hire.CodeDailyLimit)
			w.settle()
			w.coraGot("in the end", 0)
			w.hasDrafts("in the end")
		})
	}
}

// The task of a former turn comes once more, after the mail was put off.
func TestLater_TaskOfAFormerTurn(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	r.later("k1", w.in(time.Minute))
	until := w.clock.Now().Add(2 * time.Hour)
	mend := w.sendingLimit(until)
	w.skip(time.Minute)
	r.became("k1", "queued", hire.CodeDailyLimit)
	mend()
	r.connect() // which lifts the limit, as far as Hire knows
	for _, task := range []store.DeliverTask{{Turn: 1}, {}} {
		task.AccountID, task.SendID = acme, store.SendID(rita, "k1")
		w.task("/deliver/", task).into(204, nil)
	}
	r.became("k1", "queued", hire.CodeDailyLimit)
	w.skip(until.Sub(w.clock.Now()))
	r.became("k1", "sent", "")
	w.coraGot("in the end", 1)
}

// Gmail refuses with a time that is over. It is not asked again at once, and again.
func TestLater_LimitWhoseTimeIsOver(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	r.later("k1", w.in(time.Minute))
	mend := w.sendingLimit(w.clock.Now().Add(-time.Hour))
	w.skip(time.Minute)
	w.pass(3 * time.Minute)
	if n := w.sim.Stats().Calls["drafts.send"]; n < 2 || n > 4 {
		t.Errorf("Gmail was asked to send %d times in three minutes", n)
	}
	mend()
	w.pass(time.Minute)
	r.became("k1", "sent", "")
}

// The answer of the first try is lost, and Gmail refuses the second one: the mail has left all the same.
func TestLater_RefusedAfterALostAnswer(t *testing.T) {
	t.Parallel()
	for _, later := range []bool{true, false} {
		for _, stripped := range []bool{true, false} {
			t.Run(fmt.Sprintf("queued %t, without our header %t", later, stripped), func(t *testing.T) {
				t.Parallel()
				w, r := connected(t, func(o *gmailtest.Options) { o.Behaviour.StripXHeaders = stripped })
				mail := hello
				if later {
					mail = w.in(time.Minute)
					r.later("k1", mail)
				}
				w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Nth: 1, After: true, Status: 503})
				w.sim.AddFault(gmailtest.FaultRule{
					Method: "drafts.send", Times: 1, Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.  (Mail sending)", RetryAfter: w.clock.Now().Add(2 * time.Hour),
				})
				if !later {
					r.send("k1", mail)
				}
				w.skip(time.Minute)
				w.coraGot("at its time", 1)
				w.pass(5 * time.Minute)
				w.skip(3 * time.Hour)
				w.sweep()
				w.coraGot("in the end", 1)
				r.became("k1", "sent", "")
			})
		}
	}
}
