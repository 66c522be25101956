package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/scripts/questions"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/store"
)

// local is a running dev program that is looked at.
type local struct {
	base   string
	client *http.Client
	now    func() time.Time
}

func (l *local) checks() []check {
	return []check{
		{"program", l.program},
		{"clock", l.clock},
		{"gmail", l.gmail},
		{"issuer", l.issuer},
		{"answers", l.answers},
		{"people", l.people},
	}
}

const startDev = "go run ./scripts/dev"

// get reads an answer of the program's. It gives false where there was none of status 200, which is noted.
func (l *local) get(ctx context.Context, r *report, method, path, token string, body, into any) bool {
	text, err := json.Marshal(body)
	if err != nil {
		r.skip("%s: %s", path, err)
		return false
	}
	req, err := http.NewRequestWithContext(ctx, method, l.base+path, bytes.NewReader(text))
	if err != nil {
		r.skip("%s is no address, see program", l.base)
		return false
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := l.client.Do(req)
	if err != nil {
		r.skip("nobody answers at %s, see program", l.base)
		return false
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	switch {
	case err != nil:
		r.skip("%s: the answer broke off: %s", path, withoutURL(err))
	case resp.StatusCode != http.StatusOK:
		r.fail("look at what the program prints; "+startDev+" -v shows more", "%s %s answers %s", method, path, resp.Status)
	case into != nil && json.Unmarshal(answer, into) != nil:
		r.fail("name the address that ./scripts/dev prints", "%s does not answer as the dev program: something else serves at %s", path, l.base)
	default:
		return true
	}
	return false
}

// program looks whether it runs.
func (l *local) program(ctx context.Context, r *report) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+"/healthz", http.NoBody)
	if err != nil {
		r.fail("go run ./scripts/doctor -local http://127.0.0.1:8080", "%s is no address", l.base)
		return
	}
	resp, err := l.client.Do(req)
	if err != nil {
		r.fail(startDev, "nobody answers at %s", l.base)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		r.fail("name the address that ./scripts/dev prints", "something else than the dev program serves at %s: /healthz answers %s", l.base, resp.Status)
	}
	r.found("it runs at %s", l.base)
}

// clock compares two clocks; tokens are of a time.
func (l *local) clock(ctx context.Context, r *report) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+"/healthz", http.NoBody)
	if err != nil {
		r.skip("%s is no address", l.base)
		return
	}
	resp, err := l.client.Do(req)
	if err != nil {
		r.skip("nobody answers at %s, see program", l.base)
		return
	}
	defer resp.Body.Close()
	by, known := clockOf(resp, l.now())
	if !known {
		r.skip("the program does not tell its time")
		return
	}
	judgeClock(r, by, "the program's")
}

// gmail tells which Gmail it uses.
func (l *local) gmail(ctx context.Context, r *report) {
	var info struct {
		Gmail     string   `json:"gmail"`
		Mailboxes []string `json:"mailboxes"`
	}
	if !l.get(ctx, r, "GET", "/dev/info", "", nil, &info) {
		return
	}
	switch info.Gmail {
	case "sim":
		if len(info.Mailboxes) == 0 {
			r.fail(startDev+" with another -data folder", "the simulated Gmail has no mailboxes")
		}
		r.found("simulated, with %d mailboxes", len(info.Mailboxes))
	case "real":
		r.found("the real one, looked at every few seconds: Gmail can't push to this machine")
	default:
		r.fail("name the address that ./scripts/dev prints", "it uses a Gmail %q that is not known", info.Gmail)
	}
}

// issuer looks whether tokens can be checked.
func (l *local) issuer(ctx context.Context, r *report) {
	var keys jwks
	if !l.get(ctx, r, "GET", "/issuer/jwks", "", nil, &keys) {
		return
	}
	if len(keys.Keys) == 0 {
		r.fail(startDev, "the issuer of tokens has no key")
	}
	r.found("tokens can be checked")
}

// jwks are the keys of an issuer (RFC 7517).
type jwks struct {
	Keys []json.RawMessage `json:"keys"`
}

// answers asks each function its question.
func (l *local) answers(ctx context.Context, r *report) {
	for _, name := range sorted(questions.Of) {
		q := questions.Of[name]
		got, err := ask(ctx, l.client, q, l.base+"/"+name)
		switch {
		case err != nil:
			r.skip("nobody answers at %s, see program", l.base)
		case got != q.Status:
			r.fail("look at what the program prints; "+startDev+" -v shows more", "%s answers %d to %s %s without a token, want %d", name, got, q.Method, q.Path, q.Status)
		}
	}
	r.found("%d functions answer as they should to somebody without a token", len(questions.Of))
}

// people signs in as each of the seeded people, and looks how their mailboxes stand. It names them by id.
func (l *local) people(ctx context.Context, r *report) {
	var seed struct {
		Users []struct {
			ID        string `json:"id"`
			AccountID string `json:"account_id"`
		} `json:"users"`
	}
	if !l.get(ctx, r, "GET", "/dev/seed", "", nil, &seed) {
		return
	}
	connected, on := 0, false
	for _, u := range seed.Users {
		var signedIn struct {
			Token string `json:"token"`
		}
		if !l.get(ctx, r, "POST", "/dev/token", "", map[string]string{"account_id": u.AccountID, "user_id": u.ID}, &signedIn) {
			return
		}
		var s api.Settings
		if !l.get(ctx, r, "GET", "/settings/v1/settings", signedIn.Token, nil, &s) {
			return
		}
		on = on || s.Account.Enabled
		if s.Connection.State == "not_connected" {
			continue
		}
		connected++
		h := health{state: s.Connection.State, watchEnds: s.Connection.WatchEndsAt, verified: s.Connection.VerifiedAt}
		if s.Connection.Problem != nil {
			h.problem = s.Connection.Problem.Code
		}
		if h.state == string(store.Connected) && h.watchEnds.IsZero() {
			h.watchEnds = l.now().Add(time.Hour) // without push there is no watch
		}
		h.judge(r, "user "+u.ID, l.now())
	}
	state := "off"
	if on {
		state = "on"
	}
	r.found("%s can sign in; the integration is %s, %s connected", count(len(seed.Users), "person", "people"), state, count(connected, "mailbox", "mailboxes"))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
