package functions_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

func (w *world) mailbox(email string) *gmailtest.Mailbox {
	w.t.Helper()
	m, ok := w.sim.Mailbox(email)
	if !ok {
		w.t.Fatalf("no mailbox %s", email)
	}
	return m
}

// newest is the message that came to Rita last.
func (w *world) newest() gmailtest.Message {
	w.t.Helper()
	found, err := w.mailbox(ritaMail).Messages("in:anywhere", 1)
	w.ok(err)
	if len(found) == 0 {
		w.t.Fatal("Rita has no mail")
	}
	return found[0]
}

// threadOf is the id of the only conversation in somebody's Gmail that has a subject.
func (w *world) threadOf(address, subject string) string {
	w.t.Helper()
	found, err := w.mailbox(address).Threads(fmt.Sprintf("subject:%q", subject), 0)
	w.ok(err)
	if len(found) != 1 {
		w.t.Fatalf("Gmail has %d conversations about %q", len(found), subject)
	}
	return found[0].ID
}

// unlabel takes the label off what was sent, so that the look at all that is labelled can't make up for what a sync has missed.
func (w *world) unlabel() {
	w.t.Helper()
	box := w.mailbox(ritaMail)
	threads, err := box.Threads("label:hire", 0)
	w.ok(err)
	for _, th := range threads {
		w.ok(box.UnlabelThread(th.ID, "Hire"))
	}
	w.pass(5 * time.Second)
}

// publish is Gmail's end of the topic.
func (w *world) publish(ctx context.Context, _ string, data []byte) {
	w.pushMu.Lock()
	lost := w.onData != nil && w.onData(data)
	w.pushMu.Unlock()
	if lost {
		return
	}
	if err := w.platform.notify(ctx, data); err != nil {
		w.t.Error(err)
	}
}

// losePushes lets no notification through any more.
func (w *world) losePushes() { w.watchPushes(func([]byte) bool { return true }) }

// watchPushes shows every notification to see, which says whether it gets lost.
func (w *world) watchPushes(see func(data []byte) (lost bool)) {
	w.pushMu.Lock()
	defer w.pushMu.Unlock()
	w.onData = see
}

// behave changes how Gmail behaves.
func (w *world) behave(change func(*gmailtest.Behaviour)) {
	b := w.sim.Behaviour()
	change(&b)
	w.sim.SetBehaviour(b)
}

// unreadable has Gmail answer for one of Rita's mails with a status, until it is mended.
func (w *world) unreadable(m gmailtest.Message, status int) (mend func()) {
	return w.sim.AddFault(gmailtest.FaultRule{Method: "messages.get", Mailbox: ritaMail, ID: m.ID, Status: status})
}

// sendingLimit makes Gmail refuse to send, as it does for hours where a mailbox has sent too much. The time stands in the text alone.
func (w *world) sendingLimit(until time.Time) (mend func()) {
	return w.sim.AddFault(gmailtest.FaultRule{
		Method: "drafts.send", Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.  (Mail sending)", RetryAfter: until,
	})
}

// ritasDrafts are the texts of the drafts in Rita's mailbox, sorted.
func (w *world) ritasDrafts() (texts []string) {
	w.t.Helper()
	for _, d := range w.mailbox(ritaMail).Drafts() {
		texts = append(texts, strings.TrimSpace(d.Text))
	}
	slices.Sort(texts)
	return texts
}

// hasDrafts checks what Rita's drafts are.
func (w *world) hasDrafts(when string, want ...string) {
	w.t.Helper()
	if got := w.ritasDrafts(); !slices.Equal(got, want) {
		w.t.Errorf("%s Rita's drafts are %q, want %q\n%s", when, got, want, w.logs)
	}
}

// letGo checks that nothing of a connection of Acme's is left at Google, nor the token in the vault.
func (w *world) letGo(user, address, version string) {
	w.t.Helper()
	if topic, _, watched := w.mailbox(address).Watch(); watched {
		w.t.Errorf("%s is still watched, to %s", address, topic)
	}
	if access, refresh := w.sim.OAuth().TokensOf(address); access+refresh != 0 || w.sim.OAuth().Granted(address) != nil {
		w.t.Errorf("Google has %d access and %d refresh tokens of %s, want nothing granted", access, refresh, address)
	}
	if _, err := w.secret(user, version); !errors.Is(err, tokens.ErrDestroyed) {
		w.t.Errorf("the token of %s: %v, want it destroyed", user, err)
	}
}

// nothingKept checks that one of Acme's users has no connection, and that Google knows of no grant of theirs.
func (w *world) nothingKept(user, address string) {
	w.t.Helper()
	_, found, err := w.platform.services().Store.Mailbox(w.t.Context(), store.MailboxKey{AccountID: acme, UserID: user})
	w.ok(err)
	if found {
		w.t.Errorf("there is a record of a mailbox of %s", user)
	}
	if access, refresh := w.sim.OAuth().TokensOf(address); access+refresh != 0 {
		w.t.Errorf("Google has %d access and %d refresh tokens of %s, want none", access, refresh, address)
	}
	if _, _, watched := w.mailbox(address).Watch(); watched {
		w.t.Errorf("the mailbox %s is watched", address)
	}
}

// nothingAskedOfGoogle begins a time in which no request may go to Google; what it returns checks that, and ends it.
func (w *world) nothingAskedOfGoogle() (check func()) {
	before := w.sim.Stats().HTTP
	return func() {
		w.t.Helper()
		if n := w.sim.Stats().HTTP - before; n != 0 {
			w.t.Errorf("%d requests went to Google\n%s", n, w.logs)
		}
	}
}

// counting counts the calls of one of Gmail's methods from now on.
func (w *world) counting(method string) (calls func() int64) {
	before := w.sim.Stats().Calls[method]
	return func() int64 { return w.sim.Stats().Calls[method] - before }
}

// inGmail is what a search in Rita's Gmail finds, the newest first.
func (w *world) inGmail(query string) []gmailtest.Message {
	w.t.Helper()
	found, err := w.mailbox(ritaMail).Messages(query, 0)
	w.ok(err)
	return found
}

// samFilesFirst has Sam's mailbox bring a copy of what Rita sends, while hers can be read by nobody, until faults are cleared.
func (w *world) samFilesFirst() {
	w.t.Helper()
	w.ok(w.mailbox(samMail).AddFilter(gmailtest.Filter{Query: "subject:application", AddLabels: []string{"Hire"}}))
	w.sim.AddFault(gmailtest.FaultRule{Method: "messages.get", Mailbox: ritaMail, Status: 503})
	w.sim.AddFault(gmailtest.FaultRule{Method: "history.list", Mailbox: ritaMail, Status: 503})
}
