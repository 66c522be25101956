package storetest

import (
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

func connectionCounts(t *testing.T, w *world) {
	want := func(when string, want store.ConnectionCounts) {
		t.Helper()
		got, err := w.CountConnections(w.ctx, acme)
		w.ok(err)
		if got != want {
			t.Errorf("%s: %+v, want %+v", when, got, want)
		}
	}
	before, err := w.CountConnections(w.ctx, acme)
	w.ok(err)
	n := before.Users
	want("at first", store.ConnectionCounts{Users: n})
	m := w.connect(ritaBox, "sub-rita", 100)
	w.connect(samBox, "sub-sam", 100)
	want("connected", store.ConnectionCounts{Users: n, Connected: 2})
	_, err = w.MarkNeedsReconnect(w.ctx, ritaBox, m.Generation, store.Problem{Code: hire.CodeReconnectRequired})
	w.ok(err)
	want("one refused", store.ConnectionCounts{Users: n, Connected: 1, NeedsReconnect: 1})
	_, err = w.Disconnect(w.ctx, samBox, 0, sam, "disconnected")
	w.ok(err)
	want("one leaving", store.ConnectionCounts{Users: n, NeedsReconnect: 1, Disconnecting: 1})
	boxes, err := w.MailboxesOfUsers(w.ctx, acme, []hire.User{{ID: rita}, {ID: sam}, {ID: "nobody"}})
	w.ok(err)
	if len(boxes) != 2 || boxes[rita].State != store.NeedsReconnect || boxes[sam].State != store.Disconnecting {
		t.Errorf("mailboxes: %+v", boxes)
	}
}

func seen(t *testing.T, w *world) {
	h := w.lease(w.connect(ritaBox, "sub-rita", 100))
	w.imports(h, "t1", w.mail("g1", "m1"))
	list := w.threads(acme, cora)
	first := list[0].InboundAt
	if !first.Equal(w.clock.Now()) {
		t.Fatalf("the last mail came at %s, want %s", first, w.clock.Now())
	}
	set := func(user string, upTo, want time.Time) {
		t.Helper()
		got, err := w.SetSeen(w.ctx, acme, user, list[0].ID, upTo)
		w.ok(err)
		if !got.Equal(want) {
			t.Errorf("%s has seen it up to %s, want %s", user, got, want)
		}
	}
	set(rita, first, first)
	w.clock.Advance(time.Minute)
	w.imports(h, "t1", w.mail("g2", "m2"))
	list = w.threads(acme, cora)
	if !list[0].InboundAt.Equal(w.clock.Now()) {
		t.Errorf("the last mail came at %s, want %s", list[0].InboundAt, w.clock.Now())
	}
	set(rita, first.Add(-time.Hour), first)
	at, err := w.Seen(w.ctx, acme, rita, list)
	w.ok(err)
	if !at[list[0].ID].Equal(first) {
		t.Errorf("seen: %v, want %s", at, first)
	}
	set(sam, first.Add(-time.Second), first.Add(-time.Second))
	set(rita, w.clock.Now().Add(time.Hour), list[0].InboundAt) // no farther than there is
	if at, err := w.Seen(w.ctx, acme, sam, list); err != nil || !at[list[0].ID].Equal(first.Add(-time.Second)) {
		t.Errorf("of Sam: %v, %v", at, err)
	}
	_, err = w.SetSeen(w.ctx, acme, rita, "nothing", first)
	w.code(err, hire.CodeUnknownThread)
}
