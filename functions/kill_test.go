//go:build emulators

package functions_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/firestore/firestoretest"
)

// Each function is killed, as by kill -9, at each moment of its work that leaves other traces than the one before: after each commit that has changed something, before the process hears
// of it, and at the call of the store that follows one of something else, be it Gmail, Pub/Sub, Cloud Tasks, Secret Manager or Cloud Storage. What calls it then calls again, as the
// user, Pub/Sub, Cloud Tasks and Cloud Scheduler do; the work ends as if nothing had happened.

// walk does a piece of work round after round, each with another kill. It ends with the round whose work is done before its moment is met.
func (w *world) walk(function string, work func(round int)) {
	w.t.Helper()
	kills, from := 0, deathAt{call: 1}
	for ; ; kills++ {
		at, killed := w.killed(function, from, kills, work)
		if !killed {
			break
		}
		from = at.next()
	}
	if kills == 0 {
		w.t.Errorf("%s made no call of the store, so this shows nothing", function)
	}
	w.t.Logf("%s was killed %d times", function, kills)
}

// deathAt is a moment: before or after the effect of a process's call of the store.
type deathAt struct {
	call  int // its number, from 1
	after bool
}

func (m deathAt) next() deathAt {
	if m.after {
		return deathAt{call: m.call + 1}
	}
	return deathAt{m.call, true}
}

func (m deathAt) earlier(than deathAt) bool {
	return m.call < than.call || m.call == than.call && !m.after && than.after
}

// killed does one round in which the function dies at the first moment from one on that leaves other traces than the moment before it.
func (w *world) killed(function string, from deathAt, round int, work func(round int)) (at deathAt, killed bool) {
	w.t.Helper()
	p := w.platform.(*processes)
	var mu sync.Mutex
	var method string
	reached := p.reached(w) // beyond the store, by all functions
	die := func(c firestoretest.Call, m deathAt, traces bool) bool {
		if killed || m.earlier(from) || !traces {
			return false
		}
		at, method, killed = m, c.Method, true
		p.instances[function].Kill()
		if err := p.databases[function].Abandon(context.Background()); err != nil {
			w.t.Error(err)
		}
		return true
	}
	p.databases[function].On(func(c firestoretest.Call) bool {
		mu.Lock()
		defer mu.Unlock()
		before := reached
		reached = p.reached(w)
		return die(c, deathAt{call: c.N}, c.N == 1 || reached != before)
	}, func(c firestoretest.Call) bool {
		mu.Lock()
		defer mu.Unlock()
		return die(c, deathAt{c.N, true}, c.Writes > 0)
	})
	defer func() {
		p.databases[function].On(nil, nil)
		mu.Lock()
		defer mu.Unlock()
		if w.t.Failed() && killed {
			w.t.Logf("round %d: %s was killed at its call %d of the store, %s; after its effect: %t", round, function, at.call, method, at.after)
		}
	}()
	work(round)
	mu.Lock()
	defer mu.Unlock()
	return at, killed
}

// until lets time pass until something is so. The lease, claim or delay that stands in the way of the next try ends within it.
func (w *world) until(what string, so func() bool) {
	w.t.Helper()
	for range 60 {
		if so() {
			return
		}
		w.pass(30 * time.Second)
	}
	w.t.Fatalf("after half an hour it is not so: %s\n%s", what, w.logs)
}

// insist makes a call again until the function lives to answer it.
func (w *world) insist(call func() answer) answer {
	w.t.Helper()
	var a answer
	defer func() {
		if a.Status >= 500 {
			w.t.Logf("the last answer was %d %s", a.Status, a.Body)
		}
	}()
	w.until("the function answers", func() bool {
		a = call()
		return a.Status < 500
	})
	return a
}

// livingTokens counts the versions of secrets that are not destroyed.
func (w *world) livingTokens() (n int) {
	vault := w.platform.(*processes).secrets
	for _, s := range vault.Secrets() {
		for _, state := range vault.States(s.Name) {
			if state != secretmanagerpb.SecretVersion_DESTROYED {
				n++
			}
		}
	}
	return n
}

// connectInsisting connects as a person does who presses the button again where something went wrong.
func (p *person) connectInsisting() {
	p.w.t.Helper()
	p.w.until(p.user+" is connected", func() bool {
		a := p.call("POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "/hire/settings/email"})
		if a.Status >= 500 {
			return false
		}
		var started api.ConnectStarted
		a.into(201, &started)
		consent, ok := p.follow(started.StartURL)
		if !ok || !strings.Contains(consent, "/o/oauth2/") {
			return false
		}
		back, err := p.w.sim.OAuth().Consent(consent, oauthtest.Decision{Email: p.email})
		p.w.ok(err)
		if _, ok := p.follow(back.String()); !ok {
			p.follow(back.String()) // the browser's reload
		}
		return p.settings().Connection.State == "connected"
	})
	p.w.settle()
}

// follow opens an address in the person's browser; ok is false where nobody answers.
func (p *person) follow(target string) (to string, ok bool) {
	p.w.t.Helper()
	a := p.w.do(p.browser, "GET", target, nil, nil)
	if a.Status >= 500 {
		return "", false
	}
	if a.Status != http.StatusSeeOther {
		p.w.t.Fatalf("%s: status %d: %s", target, a.Status, a.Body)
	}
	return a.Header.Get("Location"), true
}

// killable is a world of processes in which Rita is connected.
func killable(t *testing.T) (*world, *person) {
	t.Helper()
	t.Parallel()
	return connectedOn(t, newProcesses)
}

// once checks that the candidate's profile shows a text exactly once.
func (p *person) once(text string) {
	p.w.t.Helper()
	n := 0
	for _, shown := range p.texts(cora) {
		if strings.TrimPrefix(shown, "> ") == text {
			n++
		}
	}
	if n != 1 {
		p.w.t.Fatalf("the profile shows %q %d times", text, n)
	}
}

// filed counts the messages of the conversations in the candidate's profile that have a subject.
func (p *person) filed(subject string) (n int) {
	p.w.t.Helper()
	for _, t := range p.profile(cora).Threads {
		if t.Subject == subject {
			n += t.Messages
		}
	}
	return n
}

func (p *person) sees(text string) bool {
	p.w.t.Helper()
	return slices.ContainsFunc(p.texts(cora), func(s string) bool { return strings.TrimPrefix(s, "> ") == text })
}

func TestKilled_sendmessage(t *testing.T) {
	w, r := killable(t)
	w.walk("sendmessage", func(round int) {
		subject := fmt.Sprintf("Round %d", round)
		var sent api.SendResult
		w.until("the mail is sent", func() bool {
			a := r.send(subject, api.SendMessage{CandidateID: cora, Subject: subject, Text: subject})
			if a.Status != 200 {
				return false
			}
			a.into(200, &sent)
			return true
		})
		if sent.State != "sent" {
			t.Fatalf("the send ended as %s", sent.State)
		}
		w.sentOnce(r, subject)
		if len(w.ritasDrafts()) > 0 {
			w.until("no draft of it is left", func() bool {
				w.sweep()
				return len(w.ritasDrafts()) == 0
			})
		}
	})
}

// sentOnce checks that a mail has left exactly once, and is in the profile exactly once.
func (w *world) sentOnce(r *person, subject string) {
	w.t.Helper()
	w.pass(time.Minute)
	got := 0
	for _, m := range w.sim.Outside(coraMail, "").Inbox() {
		if m.Subject == subject {
			got++
		}
	}
	if got != 1 {
		w.t.Fatalf("Cora got the mail %d times", got)
	}
	if n := r.filed(subject); n != 1 {
		w.t.Fatalf("the profile has the mail %d times", n)
	}
}

// Gmail's answer is lost, the sync sees nothing, and the caller does not come back: nothing but the task ends the send.
func TestKilled_deliver(t *testing.T) {
	w, r := killable(t)
	w.losePushes()
	w.walk("deliver", func(round int) {
		w.sim.AddFault(gmailtest.FaultRule{Method: "history.list", Mailbox: ritaMail, Status: 400})
		subject := fmt.Sprintf("Round %d", round)
		w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Mailbox: ritaMail, Times: 1, After: true, Reset: true})
		w.sim.AddFault(gmailtest.FaultRule{Method: "threads.get", Mailbox: ritaMail, Times: 1, Status: 400}) // nor is the mail found at once
		r.send(subject, api.SendMessage{CandidateID: cora, Subject: subject, Text: subject}).problem(503, hire.CodeGmailUnavailable)
		if state := r.outcome(subject).State; state != "sending" {
			t.Fatalf("the send is %s before its task, so this shows nothing", state)
		}
		w.until("the send has ended", func() bool {
			w.sweep() // hands over the task of a process that died with its claim
			return r.outcome(subject).State == "sent"
		})
		w.sim.ClearFaults()
		w.sentOnce(r, subject)
	})
}

// A batch is queued, and its mail leaves, however often deliver dies over it.
func TestKilled_deliverInBulk(t *testing.T) {
	w, r := killable(t)
	w.walk("deliver", func(round int) {
		subject := fmt.Sprintf("Round %d", round)
		out := r.bulk(subject, api.SendBatch{Messages: []api.BatchMessage{{CandidateID: cora, Subject: subject, Text: subject}}})
		w.until("the batch is done", func() bool {
			w.sweep()
			return r.batch(out.BatchID).Done
		})
		if got := r.batch(out.BatchID); got.Counts.Sent != 1 {
			t.Fatalf("the batch ended as %+v, %v", got.Counts, got.Problems)
		}
		w.sentOnce(r, subject)
	})
}

func TestKilled_gmailnotify(t *testing.T) {
	w, r := killable(t)
	r.send("k", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Can we talk?"}).into(200, nil)
	w.pass(time.Minute)
	out := w.sim.Outside(coraMail, "Cora Candidate")
	asked, _ := out.Last()
	w.walk("gmailnotify", func(round int) {
		text := fmt.Sprintf("Answer %d.", round)
		before := w.record(rita).Cursor
		_, err := out.Reply(asked, text)
		w.ok(err)
		w.until("the answer is in the profile", func() bool { return r.sees(text) })
		w.pass(time.Minute)
		r.once(text)
		if now := w.record(rita).Cursor; now < before {
			t.Fatalf("the cursor went back from %d to %d", before, now)
		}
	})
}

func TestKilled_syncmailbox(t *testing.T) { labelledInTheSweep(t, "syncmailbox") }

func TestKilled_labelsweep(t *testing.T) { labelledInTheSweep(t, "labelsweep") }

// labelledInTheSweep walks the import of a labelled conversation whose notification was lost.
func labelledInTheSweep(t *testing.T, function string) {
	w, r := killable(t)
	w.losePushes()
	out := w.sim.Outside(coraMail, "Cora Candidate")
	box := w.mailbox(ritaMail)
	w.walk(function, func(round int) {
		subject := fmt.Sprintf("Question %d", round)
		_, err := out.Send(gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: subject, Text: subject})
		w.ok(err)
		found, err := box.Threads("subject:\""+subject+"\"", 0)
		w.ok(err)
		w.ok(box.LabelThread(found[0].ID, "Hire"))
		w.pass(9 * time.Minute)
		w.until("the conversation is in the profile", func() bool {
			c := w.config.Callers
			w.insist(func() answer { return w.service(c.SchedulerAudience, c.SchedulerServiceAccount, "/labelsweep/", nil) })
			w.settle()
			return r.filed(subject) > 0
		})
		w.pass(time.Minute)
		if n := r.filed(subject); n != 1 {
			t.Fatalf("the profile has the mail %d times", n)
		}
	})
}

func TestKilled_connect(t *testing.T) { connecting(t, "connect") }

func TestKilled_oauthcallback(t *testing.T) { connecting(t, "oauthcallback") }

func TestKilled_offboard(t *testing.T) { connecting(t, "offboard") }

// connecting walks a connection's beginning and end.
func connecting(t *testing.T, function string) {
	w, r := killable(t)
	w.walk(function, func(int) {
		w.insist(func() answer { return r.call("DELETE", "/settings/v1/connection", nil) })
		w.until("the connection has ended", func() bool { return r.settings().Connection.State == "not_connected" })
		if grants := w.sim.OAuth().Granted(ritaMail); len(grants) != 0 {
			t.Fatalf("Google still grants %q", grants)
		}
		if n := w.livingTokens(); n != 0 {
			t.Fatalf("%d tokens are left in the vault", n)
		}
		r.connectInsisting()
		w.until("the first import has ended", func() bool { return r.settings().Connection.Import == nil })
		if _, _, watched := w.mailbox(ritaMail).Watch(); !watched {
			t.Fatal("the mailbox is not watched")
		}
		if n := w.livingTokens(); n != 1 {
			t.Fatalf("%d tokens are in the vault, want one", n)
		}
		if got := importLabels(w.mailbox(ritaMail)); len(got) != 1 {
			t.Fatalf("labels %q, want one", got)
		}
	})
}

func TestKilled_settings(t *testing.T) {
	t.Parallel()
	w := newWorldOn(t, newProcesses)
	changes := map[string]int{}
	w.walk("settings", func(round int) {
		on := round%2 == 0
		w.insist(func() answer {
			return w.sam().call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: on})
		}).into(200, nil)
		action := store.AuditIntegrationOff
		if on {
			action = store.AuditIntegrationOn
		}
		changes[action]++
		var s api.Settings
		w.insist(func() answer { return w.sam().call("GET", "/settings/v1/settings", nil) }).into(200, &s)
		if s.Account.Enabled != on {
			t.Fatalf("the integration is on: %t, want %t", s.Account.Enabled, on)
		}
		var audit api.Audit
		w.insist(func() answer { return w.sam().call("GET", "/settings/v1/audit?action="+action, nil) }).into(200, &audit)
		if len(audit.Entries) != changes[action] {
			t.Fatalf("%d changes were noted as %s, want %d", len(audit.Entries), action, changes[action])
		}
	})
}

func TestKilled_directory(t *testing.T) {
	t.Parallel()
	w := newWorldOn(t, newProcesses)
	c := w.config.Callers
	w.walk("directory", func(round int) {
		name := fmt.Sprintf("Cora %d", round)
		batch := api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{
			AccountID: acme, ID: cora, Name: name, Emails: []string{coraMail, fmt.Sprintf("cora%d@mail.example", round)}, UpdatedAt: w.clock.Now(), Version: int64(round + 2),
		}}}
		w.insist(func() answer {
			return w.service(c.BackendAudience, c.BackendServiceAccounts[0], "/directory/v1/batch", batch)
		}).into(200, nil)
		got, err := w.platform.services().Store.Candidate(t.Context(), acme, cora)
		w.ok(err)
		if got.Name != name || len(got.Emails) != 2 {
			t.Fatalf("the directory has %+v, want %s", got, name)
		}
	})
}

func TestKilled_threads(t *testing.T) {
	w, r := killable(t)
	var sent api.SendResult
	r.send("k", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Can we talk?"}).into(200, &sent)
	w.pass(time.Minute)
	w.walk("threads", func(round int) {
		private := round%2 == 0
		w.insist(func() answer {
			return r.call("PUT", "/threads/v1/threads/"+sent.ThreadID+"/privacy", api.SetPrivacy{Private: private})
		}).into(200, nil)
		var shown api.Thread
		w.insist(func() answer { return r.call("GET", "/threads/v1/threads/"+sent.ThreadID, nil) }).into(200, &shown)
		if shown.Private != private {
			t.Fatalf("the thread is private: %t, want %t", shown.Private, private)
		}
	})
}

// Google delivers again what was not answered with 202. A round ends with the grant given anew.
func TestKilled_securityevents(t *testing.T) {
	w, r := killable(t)
	w.walk("securityevents", func(int) {
		w.sim.OAuth().Revoke(ritaMail)
		w.insist(func() answer { return w.tellSecurity(w.securityEvent(w.about(tokensRevoked, w.record(rita).Sub), nil)) }).into(202, nil)
		r.mustReconnect()
		r.connectInsisting()
		w.pass(time.Minute)
	})
}
