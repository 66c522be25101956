package functions_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// How a mailbox stands, as its user and those who run the service see it.

func TestHealthIsInTheSettings(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.pass(2 * time.Minute)
	connected := r.settings().Connection
	if connected.TokenState != "valid" || !connected.TokenSince.Equal(connected.ConnectedAt) {
		t.Errorf("the token is %q since %s", connected.TokenState, connected.TokenSince)
	}
	candidate.answers("Yes, tomorrow.")
	w.settle()
	pushed := w.clock.Now()
	c := r.settings().Connection
	if !c.LastPushAt.Equal(pushed) || !c.VerifiedAt.Equal(pushed) || !c.WatchEndsAt.Equal(connected.WatchEndsAt) || c.Waiting != 0 || !c.OldestWait.IsZero() {
		t.Errorf("after a reply at %s: %+v", pushed, c)
	}
	if q := c.Quota; q == nil || q.MailboxPerMinute != 6000 || q.MailboxLeft != 6000-22 || q.ProjectPerDay != 80_000_000 || !q.ReadingUntil.IsZero() || !q.SendingUntil.IsZero() {
		t.Errorf("quota %+v, want 22 of 6000 units spent", q)
	}
	w.pass(10 * time.Minute) // the project's count is written seldom
	w.sweep()
	c = r.settings().Connection
	if spent := int(w.sim.Stats().Units); c.Quota.ProjectLeft >= 80_000_000-22 || c.Quota.ProjectLeft < 80_000_000-spent {
		t.Errorf("%d of the project's units are left, of which %d were spent", c.Quota.ProjectLeft, spent)
	}
	if c.Quota.MailboxLeft < 6000-10 {
		t.Errorf("%d units are left, minutes after they were spent", c.Quota.MailboxLeft)
	}

	// A mail that can't be read yet waits in the ledger.
	w.behave(func(b *gmailtest.Behaviour) { b.UnreadableFor = time.Hour })
	candidate.answers("Or on Friday.")
	w.settle()
	waiting := w.clock.Now()
	w.pass(time.Minute)
	if c := r.settings().Connection; c.Waiting != 1 || !c.OldestWait.Equal(waiting) {
		t.Errorf("%d mails wait since %s, want one since %s", c.Waiting, c.OldestWait, waiting)
	}

	// Gmail asks to be left alone.
	until := w.clock.Now().Add(20 * time.Minute)
	w.sim.AddFault(gmailtest.FaultRule{Method: "history.list", Times: 1, Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.", RetryAfter: until})
	candidate.answers("At ten.")
	w.settle()
	if q := r.settings().Connection.Quota; !q.ReadingUntil.Equal(until) || !q.SendingUntil.IsZero() {
		t.Errorf("quota %+v, want reading paused until %s", q, until)
	}
	w.clock.Advance(21 * time.Minute)

	// The grant is taken back.
	w.sim.OAuth().Revoke(ritaMail)
	candidate.answers("Hello?")
	w.settle()
	if c := r.settings().Connection; c.TokenState != "refused" || !c.TokenSince.Equal(w.clock.Now()) || c.Quota != nil {
		t.Errorf("after the grant was taken back: %+v", c)
	}
}

// An import, and a recovery, say how far they are and when they will be done.
func TestBackfillShowsItsProgress(t *testing.T) {
	t.Parallel()
	s := ownSite(t)
	const conversations = 300
	if _, err := s.fill("Older", repeated(1, conversations), s.clock.Now().AddDate(0, -2, 0), s.clock.Now().AddDate(0, 0, -1), "INBOX", "Hire"); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(25 * time.Hour)
	var seen []api.Progress
	for range 60 {
		if err := s.pass(20 * time.Second); err != nil {
			t.Fatal(err)
		}
		c := s.settingsOf(t, rita, ritaMail).Connection
		if c.Import != nil && (len(seen) == 0 || seen[len(seen)-1] != *c.Import) {
			seen = append(seen, *c.Import)
		}
		if len(seen) > 0 && c.Import == nil {
			break
		}
	}
	if len(seen) == 0 {
		t.Fatal("no import was seen under way, so this shows nothing")
	}
	end, estimates := s.clock.Now(), 0
	for _, p := range seen {
		if p.Kind != "import" || p.Total != conversations || p.Done < 1 || p.Done >= conversations {
			t.Errorf("progress %+v, of an import of %d", p, conversations)
		}
		if p.EndsAt.IsZero() { // it has just begun
			continue
		}
		estimates++
		if p.EndsAt.Before(p.StartedAt) || p.EndsAt.After(end.Add(5*time.Minute)) {
			t.Errorf("progress %+v, while the import ended by %s", p, end)
		}
	}
	if estimates == 0 {
		t.Error("no time was estimated")
	}
}

// settingsOf are a user's settings.
func (s *site) settingsOf(t *testing.T, user, email string) (out api.Settings) {
	t.Helper()
	status, answer := s.user(0, user, email, "GET", "/settings/v1/settings", nil)
	if err := json.Unmarshal(answer, &out); status != 200 || err != nil {
		t.Fatalf("settings: %d %s (%v)", status, answer, err)
	}
	return out
}

// The sweep tells how mailboxes stand, and each call of Gmail what it costs, by OpenTelemetry.
func TestHealthIsInTheMetrics(t *testing.T) {
	t.Parallel()
	s := ownSite(t)
	told := listen(t)
	vault, err := tokens.OpenSealed(s.db, s.folder+"/tokens.key")
	if err != nil {
		t.Fatal(err)
	}
	files, err := blobs.OpenFiles(s.folder+"/blobs", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	r := s.replicas[0]
	all, err := wiring.Assemble(s.config, wiring.Parts{
		DB: s.db, Vault: vault, Tasks: r, Events: r, Blobs: files, HTTP: &http.Client{Transport: r}, Now: s.clock.Now, Sleep: r.sleep, Log: r.services.Log,
		Telemetry: told.telemetry,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.build(all); err != nil {
		t.Fatal(err)
	}
	var verified, watched []time.Time
	for _, user := range []string{rita, sam} {
		m, found, err := s.store.Mailbox(t.Context(), store.MailboxKey{AccountID: acme, UserID: user})
		if err != nil || !found {
			t.Fatal(err)
		}
		verified, watched = append(verified, m.VerifiedAt), append(watched, m.WatchExpiresAt)
	}
	units := s.sim.Stats().Units
	s.clock.Advance(10 * time.Minute)
	s.sweep(0)
	now := s.clock.Now()
	for _, task := range slices.Clone(s.due()) {
		s.run(0, task)
	}
	got := told.sums()
	spent := s.sim.Stats().Units - units
	today, err := s.store.UnitsOf(t.Context(), gmail.DayOf(now))
	if err != nil {
		t.Fatal(err)
	}
	delete(got, "hire.mailbox.push.age") // nobody has notified them yet
	for name := range got {
		if strings.HasSuffix(name, ".lag") {
			delete(got, name) // of the syncs
		}
	}
	want := map[string]float64{
		"hire.mailbox.looks": 2, "hire.mailbox.verified.age": now.Sub(verified[0]).Seconds() + now.Sub(verified[1]).Seconds(),
		"hire.mailbox.watch.left": watched[0].Sub(now).Seconds() + watched[1].Sub(now).Seconds(), "hire.mailbox.ledger.rows": 0, "hire.mailbox.quota.left": 2 * 6000,
		"hire.gmail.quota.spent": float64(spent), "hire.gmail.quota.project_left": float64(80_000_000 - today),
	}
	if diff := cmp.Diff(want, got); diff != "" || spent == 0 || today == 0 {
		t.Errorf("told, of %d units spent (-want +got):\n%s", spent, diff)
	}
}

// A mail that has waited in the ledger for a day raises an alert.
func TestLedgerRowThatAgesRaisesAnAlert(t *testing.T) {
	t.Parallel()
	w, _, candidate := conversation(t)
	w.sim.AddFault(gmailtest.FaultRule{Method: "messages.get", Status: 503})
	candidate.answers("Yes, tomorrow.")
	w.settle()
	alerted := func() bool {
		return strings.Contains(w.logs.String(), "alert=ledger_row_aged account_id=acme user_id=rita rows=1")
	}
	for range 23 {
		w.clock.Advance(time.Hour)
		w.sweep()
	}
	if alerted() {
		t.Error("there is an alert within a day")
	}
	for range 2 {
		w.clock.Advance(time.Hour)
		w.sweep()
	}
	if !alerted() {
		t.Error("there is no alert after a day")
	}
}

// A call of the scheduler that comes while another is at work does nothing.
func TestDoubledSweepDoesNothing(t *testing.T) {
	t.Parallel()
	w, _, h := hooked(t)
	w.clock.Advance(10 * time.Minute)
	inside := 0
	h.set(func(op string, at embedded.Phase) error {
		if op == "due" && at == embedded.BeforeRun && inside == 0 {
			inside++
			c := w.config.Callers
			w.service(c.SchedulerAudience, c.SchedulerServiceAccount, "/labelsweep/", nil).into(204, nil)
		}
		return nil
	})
	w.sweep()
	h.set(nil)
	log := w.logs.String()
	if inside != 1 || strings.Count(log, "mailboxes_due=0 mailboxes_queued=0 elsewhere=true") != 1 || strings.Count(log, "mailboxes_due=1 mailboxes_queued=1 elsewhere=false") != 1 {
		t.Errorf("want one sweep of one mailbox, and one that found it at work:\n%s", log)
	}
}
