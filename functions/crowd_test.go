package functions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// recruiter is a user with a mailbox in the simulator, and a candidate of their own.
type recruiter struct {
	*person
	candidate string
	out       *correspondent
	newest    gmailtest.OutgoingMail
}

// recruit makes n users, by their keys, and connects them.
func (w *world) recruit(n int, key func(i int) store.MailboxKey) (out []*recruiter) {
	w.t.Helper()
	for i := range n {
		k := key(i)
		if k.AccountID != acme {
			w.tell(api.DirectoryBatch{
				Accounts: []api.DirectoryAccount{{ID: k.AccountID, Name: k.AccountID, Plan: "pro", Version: 1}},
				Users:    []api.DirectoryUser{{AccountID: k.AccountID, ID: "super", Name: "Super", Email: "super@" + k.AccountID + ".example", Role: "super_admin", Active: true, Version: 1}},
			})
			w.person(k.AccountID, "super", "super@"+k.AccountID+".example").call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
		}
		candidate := fmt.Sprintf("candidate-%04d", i)
		address := candidate + "@mail.example"
		w.tell(api.DirectoryBatch{
			Users:      []api.DirectoryUser{{AccountID: k.AccountID, ID: k.UserID, Name: fmt.Sprintf("Erika Example %04d", i), Email: otherMail(k), Role: "admin", Active: true, Version: 1}},
			Candidates: []api.DirectoryCandidate{{AccountID: k.AccountID, ID: candidate, Name: candidate, Emails: []string{address}, UpdatedAt: w.clock.Now(), Version: 1}},
		})
		w.sim.AddMailbox(otherMail(k), fmt.Sprintf("Erika Example %04d", i))
		r := &recruiter{person: w.person(k.AccountID, k.UserID, otherMail(k)), candidate: candidate, out: w.outside(address, candidate)}
		r.connect()
		out = append(out, r)
	}
	return out
}

// writes sends the recruiter's first mail to their candidate.
func (r *recruiter) writes() {
	r.w.t.Helper()
	r.send("first", api.SendMessage{CandidateID: r.candidate, Subject: "Your application", Text: "Can we talk?"}).into(200, nil)
	asked, ok := r.out.Last()
	if !ok {
		r.w.t.Fatalf("%s has no mail", r.candidate)
	}
	r.newest = gmailtest.OutgoingMail{To: []string{r.email}, Subject: "Re: " + asked.Subject, Text: "Yes.", InReplyTo: asked.MessageID, References: []string{asked.MessageID}}
}

func (r *recruiter) answered() {
	r.w.t.Helper()
	_, err := r.out.Send(r.newest)
	r.w.ok(err)
}

// getsNews lets mail come that is none of Hire's business.
func (r *recruiter) getsNews() {
	r.w.t.Helper()
	r.w.outside("news@letters.example", "News").writes("News of "+r.w.clock.Now().Format(time.TimeOnly), "Nothing.", to(r.email))
}

// waiting counts the syncs that are queued, by user.
func (w *world) waiting() map[string]int {
	w.t.Helper()
	out := map[string]int{}
	w.ok(w.platform.(machine).DB.View(w.t.Context(), "waiting", func(ctx context.Context, tx docs.Tx) error {
		type queued struct {
			Queue string
			Body  []byte
		}
		page, err := docs.List[queued](ctx, tx, docs.Query{Collection: "tasks/local/queuedtasks", Limit: 100_000})
		if err != nil {
			return err
		}
		for _, t := range page {
			var s store.SyncTask
			if err := json.Unmarshal(t.Body, &s); err != nil {
				return err
			}
			out[s.UserID]++
		}
		return nil
	}))
	return out
}

// pusher pushes a notification again and again, without the way over the network and with one token.
func (w *world) pusher(data []byte) (push func()) {
	w.t.Helper()
	body, err := json.Marshal(w.pushOf(data))
	w.ok(err)
	c, handler := w.config.Callers, w.platform.handler("gmailnotify")
	token := w.issuer.ServiceToken(c.PushAudience, c.PushServiceAccount)
	return func() {
		w.t.Helper()
		req := httptest.NewRequestWithContext(w.t.Context(), "POST", "/gmailnotify/", bytes.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		if answer.Code != http.StatusNoContent {
			w.t.Fatalf("a push is answered %d: %s", answer.Code, answer.Body)
		}
	}
}

// An account of 2,000 recruiters takes for each what 2,000 accounts of one take, and no document is written by the work of several: in Firestore that would be a queue before one
// document, which takes about one write a second.
func TestAnAccountOf2000IsAs2000Accounts(t *testing.T) {
	t.Parallel()
	const all, working = 2000, 10
	together := func(i int) store.MailboxKey {
		return store.MailboxKey{AccountID: acme, UserID: fmt.Sprintf("user-%04d", i)}
	}
	apart := func(i int) store.MailboxKey {
		return store.MailboxKey{AccountID: fmt.Sprintf("account-%04d", i), UserID: fmt.Sprintf("user-%04d", i)}
	}
	type took struct{ Nothing, Send, Reply, Label cost }
	measure := func(t *testing.T, key func(int) store.MailboxKey) (out []took, shared map[docs.Ref]int) {
		w := newWorldOn(t, newMachine)
		w.enable()
		w.others(all-working, func(i int) store.MailboxKey { return key(working + i) })
		recruiters := w.recruit(working, key)
		w.pass(6 * time.Minute)
		by := map[docs.Ref]map[int]bool{} // which recruiters' work has written a document
		at := 0
		w.platform.(machine).wrote.set(func(_ string, ref docs.Ref) {
			if by[ref] == nil {
				by[ref] = map[int]bool{}
			}
			by[ref][at] = true
		})
		for i, r := range recruiters {
			at = i
			w.pass(w.clock.Now().Truncate(time.Minute).Add(time.Minute).Sub(w.clock.Now())) // some tasks are asked for by the slot of time that they fall into
			w.pushed(r.getsNews)                                                            // so that its instance has a token, and knows whose address it is
			one := took{Nothing: w.pushed(r.getsNews), Send: w.costOf(r.writes)}
			one.Reply = w.pushed(r.answered)
			r.out.writes("Another matter", "By the way.", to(r.email))
			w.pushed(r.getsNews)
			thread := w.threadOf(r.email, "Another matter")
			one.Label = w.pushed(func() { w.ok(w.mailbox(r.email).LabelThread(thread, "Hire")) })
			out = append(out, one)
			w.pass(time.Minute) // what is asked for later is this one's work, too
		}
		w.platform.(machine).wrote.set(nil)
		shared = map[docs.Ref]int{}
		for ref, by := range by {
			if len(by) > 1 {
				shared[ref] = len(by)
			}
		}
		return out, shared
	}
	one, many := took{}, took{}
	for name, key := range map[string]func(int) store.MailboxKey{"one account": together, "many accounts": apart} {
		got, shared := measure(t, key)
		for i, x := range got[1:] {
			if diff := cmp.Diff(got[0], x, cmp.AllowUnexported(cost{}, documents{})); diff != "" {
				t.Errorf("%s: the recruiter %d takes another effort than the first (-first +this one):\n%s", name, i+1, diff)
			}
		}
		if name == "one account" {
			one = got[0]
		} else {
			many = got[0]
		}
		for ref, n := range shared {
			// What stands in for Cloud Tasks and Pub/Sub is no part of Firestore, and what was spent of the day's units is noted by a process, every five minutes.
			if !strings.HasPrefix(string(ref), "tasks/") && !strings.HasPrefix(string(ref), "events/") && !strings.HasPrefix(string(ref), "quota/") {
				t.Errorf("%s: %s is written by the work of %d recruiters of %d", name, ref, n, working)
			}
		}
	}
	if diff := cmp.Diff(many, one, cmp.AllowUnexported(cost{}, documents{})); diff != "" {
		t.Errorf("a recruiter of an account of many takes another effort (-alone in their account +one of many):\n%s", diff)
	}
}

// A mailbox with 10,000 pushes in a minute spends its own quota and no more, is left with a handful of tasks, and neighbours notice nothing: what comes to them takes the same calls
// and documents as at any other time, at once, and none of their tasks waits.
func TestANoisyMailbox(t *testing.T) {
	t.Parallel()
	const pushes = 10_000
	w := newWorldOn(t, newMachine)
	w.enable()
	pair := w.recruit(2, func(i int) store.MailboxKey {
		return store.MailboxKey{AccountID: acme, UserID: []string{"noisy", "neighbour"}[i]}
	})
	noisy, neighbour := pair[0], pair[1]
	for _, r := range pair {
		r.writes()
	}
	w.pass(6 * time.Minute)
	w.pushed(neighbour.getsNews)
	quiet := w.pushed(neighbour.answered)
	w.pass(time.Minute)

	box := w.mailbox(noisy.email)
	before, history := box.Stats(), int64(box.HistoryID())
	most := map[string]int{} // tasks that waited at once, by user
	var loud cost
	push := w.pusher(notification(noisy.email, history))
	for i := range pushes {
		w.clock.Advance(time.Minute / pushes)
		push()
		if i == pushes/2 { // by now the noisy one has spent most of its minute
			w.pushed(neighbour.getsNews)
			loud = w.pushed(neighbour.answered)
			w.losePushes()
			noisy.answered()
			w.watchPushes(nil)
		}
		if i%500 == 0 {
			for user, n := range w.waiting() {
				most[user] = max(most[user], n)
			}
			w.settle()
		}
	}
	after := box.Stats()
	if diff := cmp.Diff(quiet, loud, cmp.AllowUnexported(cost{}, documents{})); diff != "" {
		t.Errorf("the neighbour's mail takes another effort beside the noise (-without +with it):\n%s", diff)
	}
	if n := most[neighbour.user]; n > 0 {
		t.Errorf("%d of the neighbour's tasks have waited", n)
	}
	// Each of these asks for a second of its own, however many pushes ask for it.
	if n := most[noisy.user]; n > 60 {
		t.Errorf("%d tasks of the noisy mailbox wait", n)
	}
	if units, perMinute := int(after.Units-before.Units), gmail.Quota2026().UserPerMinute; units > perMinute || units < perMinute/2 {
		t.Errorf("the noisy mailbox has spent %d units in its minute, want up to %d", units, perMinute)
	}
	w.pass(3 * time.Minute)
	if n := w.waiting()[noisy.user]; n > 0 {
		t.Errorf("%d tasks of the noisy mailbox wait after the noise", n)
	}
	for r, want := range map[*recruiter]int{noisy: 2, neighbour: 3} {
		if got := r.profile(r.candidate).Threads; len(got) != 1 || got[0].Messages != want {
			t.Errorf("%s: the profile of %s has %+v, want one conversation of %d messages", r.user, r.candidate, got, want)
		}
		if m := w.record(r.user); m.Lease.Held(w.clock.Now()) || m.LedgerSize > 0 {
			t.Errorf("%s is left with the lease %+v and %d rows in the ledger", r.user, m.Lease, m.LedgerSize)
		}
	}
}
