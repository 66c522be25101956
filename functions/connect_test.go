package functions_test

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
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
	if topic, _, ok := box.Watch(); !ok || topic != w.local.Services.Config.Gmail.Topic {
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
		if strings.Contains(w.everythingStored(), secret) || strings.Contains(w.logs.String(), secret) {
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

// importLabels are the names of the mailbox's labels that ask for an import.
func importLabels(box *gmailtest.Mailbox) []string {
	var out []string
	for _, l := range box.Labels() {
		if strings.EqualFold(l.Name, "Hire") || strings.EqualFold(l.Name, "Recruiterbox") {
			out = append(out, l.Name)
		}
	}
	return out
}
