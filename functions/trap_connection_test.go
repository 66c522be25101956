package functions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// How a connection is lost by making it anew, by what comes late, or by itself.

// client changes the OAuth client of the service.
func client(change func(*oauthtest.Client)) func(*gmailtest.Options) {
	return func(o *gmailtest.Options) {
		c := gmailtest.DefaultClient()
		change(&c)
		o.Clients = []oauthtest.Client{c}
	}
}

// A new consent ends the refresh tokens of the ones before. What works on with the old one is not the connection's any more.
func TestTrap31_ConsentEndsOlderTokens(t *testing.T) {
	t.Parallel()
	ends := client(func(c *oauthtest.Client) { c.ConsentEndsOlder = true })
	t.Run("reconnected", func(t *testing.T) {
		t.Parallel()
		w, r := connected(t, ends)
		candidate := r.asks()
		for range 3 {
			w.clock.Advance(10 * time.Minute)
			r.connect()
		}
		candidate.answers("Yes, tomorrow.")
		w.pass(time.Minute)
		w.clock.Advance(2 * time.Hour) // a new access token is needed
		w.sweep()
		r.send("k2", hello).into(200, nil)
		r.shows("reconnected", "> Can we talk?", "> Can we talk?", "Yes, tomorrow.")
		if c := r.settings().Connection; c.State != "connected" || c.Problem != nil {
			t.Errorf("connection %+v, want it without a problem", c)
		}
		if n := w.published(store.EventMailboxReconnect); n != 0 {
			t.Errorf("%d events that the mailbox needs its user", n)
		}
	})
	// The same Google user's connection in a second account loses its token. It is told, and catches up.
	t.Run("in a second account", func(t *testing.T) {
		t.Parallel()
		w, r := connected(t, ends)
		candidate := r.asks()
		w.bolt().connect()
		w.clock.Advance(2 * time.Hour) // a new access token is needed
		candidate.answers("Yes, tomorrow.")
		w.pass(time.Minute)
		r.mustReconnect()
		r.connect()
		r.shows("reconnected", "> Can we talk?", "Yes, tomorrow.")
	})
}

// While Google's consent screen is in Testing, each permission ends after a week. The notice names that cause.
func TestTrap32_TestingStatusIsNamed(t *testing.T) {
	t.Parallel()
	w, r := connected(t, client(func(c *oauthtest.Client) { c.Testing = true }))
	candidate := r.asks()
	w.clock.Advance(7 * 24 * time.Hour)
	candidate.answers("Yes, tomorrow.")
	w.sweep()
	w.pass(time.Minute)
	r.mustReconnect()
	detail := r.settings().Connection.Problem.Detail
	for _, word := range []string{"Testing", "seven days", "Reconnect"} {
		if !strings.Contains(detail, word) {
			t.Errorf("the notice %q does not say %q", detail, word)
		}
	}
	r.send("k2", hello).problem(409, hire.CodeReconnectRequired)
	r.connect()
	w.pass(time.Minute)
	r.shows("reconnected", "> Can we talk?", "Yes, tomorrow.")
}

// The connection is made anew before what was queued for the former one has its turn: its end, its syncs, the end of its watch, a callback that was left open.
func TestTrap42_WhatComesLateLeavesANewConnectionAlone(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	candidate := r.asks()
	former := w.record(rita)
	open := r.google(r.start(), oauthtest.Decision{}) // a consent whose answer waits
	w.clock.Advance(time.Minute)
	r.disconnect()
	if back := r.consent(oauthtest.Decision{}); back.Query().Get("connected") != "1" {
		t.Fatalf("not connected: %s", back)
	}
	now := w.record(rita)
	if now.Generation == former.Generation {
		t.Fatal("the generation is the same, so this shows nothing")
	}
	w.settle() // the task that ends the former one
	for _, task := range []struct {
		path string
		body any
	}{
		{"/offboard/", store.OffboardTask{AccountID: acme, UserID: rita, Generation: former.Generation, Reason: "disconnected"}},
		{"/syncmailbox/", store.SyncTask{AccountID: acme, UserID: rita, Generation: former.Generation, Reason: "sweep", Import: true}},
		{"/syncmailbox/", store.SyncTask{AccountID: acme, UserID: rita, Generation: former.Generation, Reason: "connected"}},
	} {
		w.task(task.path, task.body).into(204, nil)
	}
	w.settle()
	r.cameBack(r.open(open), hire.CodeStateInvalid) // its cookie was another's
	w.clock.Advance(2 * time.Hour)                  // a new access token is needed
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	r.shows("in the end", "> Can we talk?", "Yes, tomorrow.")
	if got := w.record(rita); got.State != store.Connected || got.Generation != now.Generation || got.TokenVersion != now.TokenVersion {
		t.Errorf("the connection is %+v, was %+v", got, now)
	}
	if _, _, watched := w.mailbox(ritaMail).Watch(); !watched {
		t.Error("the mailbox is not watched")
	}
	if n := w.published(store.EventMailboxDisconnected); n != 0 {
		t.Errorf("%d events that the mailbox is disconnected", n)
	}
}
