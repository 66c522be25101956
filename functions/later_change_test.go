package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// What changes between the asking for a mail and its leaving: who may send it, to whom it goes, the connection that it goes by.

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
			w, r, s := bothConnected(t)
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
