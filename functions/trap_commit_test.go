//go:build emulators

package functions_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/firestore/firestoretest"
)

// losing loses the answer to the nth commit that writes something, of all that is done; it is false where there are not so many.
func (w *world) losing(n int, do func()) (lost bool) {
	w.t.Helper()
	var mu sync.Mutex
	commits := 0
	proxy := w.platform.(*cloud).firestore
	proxy.LoseAs(codes.Aborted)
	proxy.On(nil, func(c firestoretest.Call) bool {
		mu.Lock()
		defer mu.Unlock()
		if c.Writes == 0 || lost {
			return false
		}
		commits++
		lost = commits == n
		return lost
	})
	do()
	proxy.On(nil, nil)
	mu.Lock()
	defer mu.Unlock()
	return lost
}

// The answer to a commit gets lost on its way from Firestore, and the client runs the transaction once more: it meets its own lease, claim or record, and must know it
// for its own. The work is done at once, as if nothing had happened, and once.
func TestTrap43_ClientRepeatsACommit(t *testing.T) {
	t.Parallel()
	t.Run("of a sync", aSyncsCommits)
	t.Run("of a send", aSendsCommits)
	t.Run("of a mail that leaves the queue", aQueuedMailsCommits)
	t.Run("of a connection", aConnectionsCommits)
}

func aSyncsCommits(t *testing.T) {
	t.Parallel()
	w, r := connectedOn(t, newCloud)
	candidate := r.asks()
	w.pass(time.Minute)
	w.losePushes()
	want := []string{"> Can we talk?"}
	for n, lost := 1, true; lost; n++ {
		w.clock.Advance(time.Minute)
		want = append(want, fmt.Sprintf("Mail %d.", n))
		candidate.answers(want[n])
		lost = w.losing(n, w.look)
		r.shows(fmt.Sprintf("with the answer to commit %d lost,", n), want...)
		if !lost && n < 3 {
			t.Errorf("a sync makes %d commits, so this shows nothing", n-1)
		}
	}
	w.pass(5 * time.Minute)
	w.sweep() // hands over what the repeated commit did not know it had made due
	if got := w.published(store.EventMessageImported); got != len(want)-1 {
		t.Errorf("%d events went out, want %d", got, len(want)-1)
	}
}

func aSendsCommits(t *testing.T) {
	t.Parallel()
	w, r := connectedOn(t, newCloud)
	w.losePushes()
	n := 1
	for lost := true; lost; n++ {
		mail := hello
		mail.Subject = fmt.Sprintf("Mail %d", n)
		var a answer
		lost = w.losing(n, func() { a = r.send(mail.Subject, mail) })
		if a.Status != 200 || a.code() != "" {
			t.Errorf("with the answer to commit %d lost, the send is answered with %d %s", n, a.Status, a.Body)
		}
		w.coraGot(fmt.Sprintf("with the answer to commit %d lost,", n), n)
	}
	if n < 5 {
		t.Errorf("a send makes %d commits, so this shows nothing", n-2)
	}
}

func aQueuedMailsCommits(t *testing.T) {
	t.Parallel()
	w, r := connectedOn(t, newCloud)
	w.losePushes()
	n := 1
	for lost := true; lost; n++ {
		mail := hello
		mail.Subject, mail.SendAt = fmt.Sprintf("Mail %d", n), w.clock.Now().Add(time.Minute)
		r.send(mail.Subject, mail).into(202, nil)
		w.clock.Advance(time.Minute)
		lost = w.losing(n, w.settle)
		if out := r.outcome(mail.Subject); out.State != "sent" {
			t.Errorf("with the answer to commit %d lost, it is %+v", n, out)
		}
		w.coraGot(fmt.Sprintf("with the answer to commit %d lost,", n), n)
	}
	if n < 5 {
		t.Errorf("a send makes %d commits, so this shows nothing", n-2)
	}
}

func aConnectionsCommits(t *testing.T) {
	t.Parallel()
	n := 1
	for lost := true; lost; n++ {
		w := newWorldOn(t, newCloud)
		w.enable()
		r := w.rita()
		when := fmt.Sprintf("with the answer to commit %d lost", n)
		lost = w.losing(n, r.connectInsisting) // a link that has been used is not good again, whoever has used it
		m := w.record(rita)
		token, err := w.secret(rita, m.TokenVersion)
		w.ok(err)
		if live := w.sim.OAuth().RefreshTokens(ritaMail); len(live) != 1 || live[0] != token.Refresh {
			t.Errorf("%s, Google has %d refresh tokens, and the vault has another", when, len(live))
		}
		w.fiveMinutesLater()
		if got := w.published(store.EventMailboxConnected); got != 1 {
			t.Errorf("%s, %d events say that it is connected", when, got)
		}
		r.disconnect()
		w.settle()
		w.pass(5 * time.Minute)
		w.letGo(rita, ritaMail, m.TokenVersion)
		if t.Failed() {
			return
		}
	}
}
