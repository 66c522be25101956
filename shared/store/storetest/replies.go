package storetest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// unsigned stands for a signer of reply addresses.
type unsigned struct{}

func (unsigned) Address(id string, until time.Time) string {
	return id + "@" + until.Format(time.RFC3339)
}

// repliesIn are the reply addresses in the only event about an imported message, by user.
func (w *world) repliesIn(due []store.OutboxRow) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	events := 0
	for _, r := range due {
		if r.Type != store.EventMessageImported {
			continue
		}
		events++
		var data struct {
			ReplyAddresses []struct {
				UserID    string    `json:"user_id"`
				Address   string    `json:"address"`
				ExpiresAt time.Time `json:"expires_at"`
			} `json:"reply_addresses"`
		}
		w.ok(json.Unmarshal(r.Body, &data))
		for _, a := range data.ReplyAddresses {
			id, until, _ := strings.Cut(a.Address, "@")
			if until != a.ExpiresAt.Format(time.RFC3339) || !a.ExpiresAt.Equal(w.clock.Now().Add(store.RepliesTaken)) {
				w.t.Errorf("the address ends %s, the event says %s", until, a.ExpiresAt)
			}
			out[a.UserID] = id
		}
	}
	if events != 1 {
		w.t.Fatalf("%d events about imported messages, want one", events)
	}
	return out
}

func replyAddresses(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	mail := w.mail("g1", "m1")
	w.user(hire.User{AccountID: acme, ID: "gone", Email: "gone@acme.example", Role: hire.RoleAdmin, Version: 1})
	w.user(hire.User{AccountID: acme, ID: "agency", Email: "agency@acme.example", Role: hire.RoleExternalAgency, Active: true, Version: 1})
	for _, to := range []string{"sam@acme.example", "gone@acme.example", "agency@acme.example", "friend@mail.example"} {
		mail.Message.Cc = append(mail.Message.Cc, hire.Address{Addr: to})
	}
	first := w.imports(h, "t1", mail)
	thread := first.New[0].ThreadID
	got := w.repliesIn(first.Due)
	if users := slices.Sorted(maps.Keys(got)); !slices.Equal(users, []string{rita, sam}) || got[rita] == got[sam] {
		t.Fatalf("addresses %v, want one of each user who may answer", got)
	}
	for user, id := range got {
		to, err := w.ReplyTo(w.ctx, id)
		w.ok(err)
		if to.AccountID != acme || to.UserID != user || to.ThreadID != thread {
			t.Errorf("%s's address is for %+v", user, to)
		}
	}
	// A later mail names Rita alone; Sam is on the thread and hears of it all the same. The addresses are for the same.
	w.clock.Advance(time.Minute)
	second := w.imports(h, "t1", w.mail("g2", "m2"))
	if again := w.repliesIn(second.Due); !maps.Equal(again, got) {
		t.Errorf("later addresses %v, want %v", again, got)
	}
	// Nobody answers what a colleague has written, or a delivery report.
	mine := w.mail("g3", "m3")
	mine.Message.From, mine.Message.To, mine.Sent = mine.Message.To, mine.Message.From, true
	report := w.mail("g4", "m4")
	report.Message.Bounce = true
	for _, m := range []store.Incoming{mine, report} {
		if none := w.repliesIn(w.imports(h, "t1", m).Due); len(none) > 0 {
			t.Errorf("%s has addresses %v", m.GmailID, none)
		}
	}
	// It is known for a while that an address is over, and then forgotten.
	w.clock.Advance(store.RepliesTaken + 29*24*time.Hour)
	_, err := w.ReplyTo(w.ctx, got[rita])
	w.ok(err)
	w.clock.Advance(24 * time.Hour)
	_, err = w.ReplyTo(w.ctx, got[rita])
	w.code(err, hire.CodeReplyAddressUnknown)
	_, err = w.ReplyTo(w.ctx, strings.Repeat("a", 24))
	w.code(err, hire.CodeReplyAddressUnknown)
}
