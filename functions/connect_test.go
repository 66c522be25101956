package functions_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

func TestScenario07_ConnectingOnesLoginAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	r.connect()

	c := r.settings().Connection
	if c.State != "connected" || c.Address != ritaMail || !c.ConnectedAt.Equal(w.clock.Now()) || c.WatchEndsAt.IsZero() || c.Problem != nil {
		t.Errorf("connection %+v, want connected to %s since now, watched", c, ritaMail)
	}
	box := w.mailbox(ritaMail)
	if _, ok := box.Label("Hire"); !ok {
		t.Error("there is no label Hire in Gmail")
	}
	if topic, _, ok := box.Watch(); !ok || topic != w.config.Gmail.Topic {
		t.Errorf("watch on %q, %t", topic, ok)
	}
	m := w.record(rita)
	if m.Cursor == 0 || uint64(m.Cursor) > box.HistoryID() {
		t.Errorf("cursor %d, want one at or before %d", m.Cursor, box.HistoryID())
	}
	// The refresh token is in the vault, sealed, and nowhere else.
	tokens := w.sim.OAuth().RefreshTokens(ritaMail)
	if len(tokens) != 1 {
		t.Fatalf("Google has given %d refresh tokens, want one", len(tokens))
	}
	for _, secret := range tokens {
		if strings.Contains(w.platform.stored(t), secret) || strings.Contains(w.logs.String(), secret) {
			t.Error("the refresh token can be read in the data folder or the log")
		}
	}
}

func TestScenario08_LabelThatIsThereIsReused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Hire", "hire", "HIRE"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enable()
			box := w.mailbox(ritaMail)
			if _, err := box.CreateLabel(name); err != nil {
				t.Fatal(err)
			}
			w.rita().connect()
			if got := importLabels(box); len(got) != 1 || got[0] != name {
				t.Errorf("labels %q, want %q alone", got, name)
			}
		})
	}
}

func TestScenario09_LabelMadeMeanwhileIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	// Somebody makes the label between our look and our own making of it.
	w.sim.AddFault(gmailtest.FaultRule{
		Method: "labels.create", Times: 1, After: true, Status: 409, Reason: "aborted", Message: "Label name exists or conflicts",
	})
	r := w.rita()
	r.connect()
	box := w.mailbox(ritaMail)
	if got := importLabels(box); !slices.Equal(got, []string{"Hire"}) {
		t.Errorf("labels %q, want Hire alone", got)
	}
	if n := w.sim.Stats().Calls["labels.create"]; n != 1 {
		t.Errorf("%d labels were asked for, want one", n)
	}
	// It is the label that what is sent carries, and that brings conversations in.
	r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}).into(200, nil)
	if l, _ := box.Label("Hire"); l.Messages != 1 {
		t.Errorf("%d mails carry the label, want the one that was sent", l.Messages)
	}
	w.ok(box.LabelThread(w.unrelated(), "Hire"))
	w.pass(time.Minute)
	r.shows("a minute after the label", "Is the job remote?", "One more thing.", "> Hi")
}

func TestScenario10_AnotherGmailAddressIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	back := r.consent(oauthtest.Decision{Email: samMail})
	r.cameBack(back, hire.CodeWrongAccount)
	for _, address := range []string{samMail, ritaMail} {
		if detail := back.Query().Get("detail"); !strings.Contains(detail, address) {
			t.Errorf("the notice %q does not name %s", detail, address)
		}
	}
	w.nothingKept(rita, samMail)
	if got := importLabels(w.mailbox(samMail)); len(got) != 0 {
		t.Errorf("labels %q were made in Sam's mailbox", got)
	}
}

// The grant of one who has a connection already is not revoked: that would end the connection.
func TestScenario10_RefusalSparesWhoseAddressItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	w.sam().connect()
	r := w.rita()
	r.cameBack(r.consent(oauthtest.Decision{Email: samMail}), hire.CodeWrongAccount)
	if c := r.settings().Connection; c.State != "not_connected" {
		t.Errorf("Rita's connection is %s", c.State)
	}
	w.clock.Advance(2 * time.Hour) // a new access token is needed
	w.sam().send("k1", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}).into(200, nil)
}

func TestScenario11_GmailBoxUnticked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	back := r.consent(oauthtest.Decision{Untick: []string{"https://www.googleapis.com/auth/gmail.modify"}})
	r.cameBack(back, hire.CodePermissionMissing)
	if detail := back.Query().Get("detail"); !strings.Contains(detail, "Try again") {
		t.Errorf("the notice %q does not say to try again", detail)
	}
	w.nothingKept(rita, ritaMail)
	r.connect() // tried again, and ticked
}

func TestScenario12_AnswersThatAreNotTaken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		do   func(w *world, r *person) (back *url.URL)
		code hire.Code
	}{
		{"consent denied", func(_ *world, r *person) *url.URL { return r.consent(oauthtest.Decision{Deny: true}) }, hire.CodeConsentDenied},
		{"state expired", func(w *world, r *person) *url.URL {
			callback := r.google(r.start(), oauthtest.Decision{})
			w.clock.Advance(10*time.Minute + time.Second)
			return r.open(callback)
		}, hire.CodeStateExpired},
		{"link expired", func(w *world, r *person) *url.URL {
			link := r.start()
			w.clock.Advance(10*time.Minute + time.Second)
			return r.open(link)
		}, hire.CodeStateExpired},
		{"link used before", func(_ *world, r *person) *url.URL {
			link := r.start()
			r.open(link)
			return r.open(link)
		}, hire.CodeStateInvalid},
		{"state of nobody", func(w *world, r *person) *url.URL {
			r.open(r.start())
			return r.open(w.hire.URL + "/oauthcallback/callback?code=4/0A&state=guessed")
		}, hire.CodeStateInvalid},
		{"another browser", func(w *world, r *person) *url.URL {
			return w.rita().open(r.google(r.start(), oauthtest.Decision{}))
		}, hire.CodeStateInvalid},
		// Sam gets Rita to open his own answer, so that her Hire would use his Gmail, or his Hire hers.
		{"another user's answer", func(w *world, r *person) *url.URL {
			s := w.sam()
			callback := s.google(s.start(), oauthtest.Decision{})
			r.open(r.start()) // she is connecting, too
			return r.open(callback)
		}, hire.CodeStateInvalid},
		{"another user's link", func(w *world, r *person) *url.URL {
			return r.open(r.google(w.sam().start(), oauthtest.Decision{}))
		}, hire.CodeWrongAccount},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.enable()
			r := w.rita()
			r.cameBack(test.do(w, r), test.code)
			w.nothingKept(rita, ritaMail)
			w.nothingKept(sam, samMail)
		})
	}
}

func TestScenario12_StateReplayed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	callback := r.google(r.start(), oauthtest.Decision{})
	at, err := url.Parse(callback)
	w.ok(err)
	cookies := r.browser.Jar.Cookies(at)
	if back := r.open(callback); back.Query().Get("connected") != "1" {
		t.Fatalf("not connected: %s", back)
	}
	before := w.record(rita)
	r.browser.Jar.SetCookies(at, cookies) // kept by whoever replays it
	r.cameBack(r.open(callback), hire.CodeStateInvalid)
	if after := w.record(rita); after.Generation != before.Generation || after.TokenVersion != before.TokenVersion {
		t.Errorf("the connection has changed from %+v to %+v", before, after)
	}
}

func TestScenario13_NoRefreshTokenLeavesTheGoodOne(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	before := w.record(rita)
	r.cameBack(r.unasked(), hire.CodeNoRefreshToken)
	if after := w.record(rita); after.TokenVersion != before.TokenVersion || after.Generation != before.Generation {
		t.Errorf("the connection has changed from %+v to %+v", before, after)
	}
	w.sim.OAuth().ExpireAccess(ritaMail)
	r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}).into(200, nil)
}

// Whoever has consented before, yet is not connected: nothing is kept, and the next way leads over the consent screen.
func TestScenario13_NoRefreshTokenAsksForConsentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	w.sim.OAuth().Issue(ritaMail) // and lost since
	r.cameBack(r.unasked(), hire.CodeNoRefreshToken)
	w.nothingKept(rita, ritaMail)
	if prompt := r.open(r.start()).Query().Get("prompt"); prompt != "consent" {
		t.Errorf("prompt=%q, want consent", prompt)
	}
	r.connect()
}

func TestScenario14_ReconnectLeavesOneSecret(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	old := w.record(rita).TokenVersion
	w.clock.Advance(time.Hour)
	r.connect()
	now := w.record(rita).TokenVersion
	if now == old {
		t.Fatal("the connection still uses the first version")
	}
	if _, err := w.secret(rita, old); !errors.Is(err, tokens.ErrDestroyed) {
		t.Errorf("the first version: %v, want it destroyed", err)
	}
	token, err := w.secret(rita, now)
	w.ok(err)
	given := w.sim.OAuth().RefreshTokens(ritaMail)
	if len(given) != 2 || token.Refresh != given[1] {
		t.Error("the present version is not what Google gave last")
	}
	r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}).into(200, nil)
}

// unasked goes the way to Google when it does not ask for consent again, and so gives no refresh token.
func (p *person) unasked() (back *url.URL) {
	p.w.t.Helper()
	consent := p.open(p.start())
	q := consent.Query()
	q.Del("prompt")
	consent.RawQuery = q.Encode()
	callback, err := p.w.sim.OAuth().Consent(consent.String(), oauthtest.Decision{Email: p.email})
	p.w.ok(err)
	return p.open(callback.String())
}

// namesOfImport are the names of labels that ask for an import, and the first once more as somebody may write it.
var namesOfImport = slices.Insert(slices.Clone(hire.ImportLabels), 1, strings.ToLower(hire.ImportLabels[0]))

// importLabels are the names of the mailbox's labels that ask for an import.
func importLabels(box *gmailtest.Mailbox) []string {
	var out []string
	for _, l := range box.Labels() {
		if hire.AsksForImport(l.Name) {
			out = append(out, l.Name)
		}
	}
	return out
}
