package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// browser is the person's browser, as far as it comes to the redirect address. Between two authorizations it is kept waiting there, and then sent on, so that the
// person opens one address for all of them.
type browser struct {
	redirect string // the redirect URI
	say      func(format string, args ...any)
	server   *http.Server
	came     chan visit

	mu    sync.Mutex
	state string        // the one that is expected
	held  chan<- string // the visit that waits to be sent on; nil if there is none
}

// visit is the browser at the redirect address. It goes on to the address sent to next; "" ends it.
type visit struct {
	query url.Values
	next  chan<- string
}

// listen serves the redirect address.
func listen(ctx context.Context, redirect string, say func(string, ...any)) (*browser, error) {
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.Port() == "" || (u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback()) {
		return nil, errors.New("-redirect is an http address of this machine with its port, such as http://127.0.0.1:8080/oauthcallback/callback")
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", u.Host)
	if err != nil {
		return nil, fmt.Errorf("%s can't be served at: %w; is the dev program running?", redirect, err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	u.Host = net.JoinHostPort(u.Hostname(), port)
	b := &browser{redirect: u.String(), say: say, came: make(chan visit)}
	path := u.Path
	if path == "" {
		path = "/"
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path, b.arrive)
	b.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := b.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			say("The redirect address is not served any more: %v", err)
		}
	}()
	return b, nil
}

// arrive takes an answer of the authorization endpoint, if it is the one that is waited for.
func (b *browser) arrive(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	q := r.URL.Query()
	b.mu.Lock()
	expected := b.state != "" && q.Get("state") == b.state
	if expected {
		b.state = "" // once
	}
	b.mu.Unlock()
	if !expected {
		http.Error(w, "This is not the answer that is waited for. Open the address that livecheck has printed last.", http.StatusBadRequest)
		return
	}
	next := make(chan string, 1)
	select {
	case b.came <- visit{query: q, next: next}:
	case <-r.Context().Done():
		return
	}
	select {
	case address := <-next:
		if address != "" {
			http.Redirect(w, r, address, http.StatusSeeOther)
			return
		}
		fmt.Fprintln(w, "Thank you. You can close this window; go on in the terminal.")
	case <-r.Context().Done():
	}
}

// open leads the browser to an authorization and waits for its answer.
func (b *browser) open(ctx context.Context, address, state, who string) (url.Values, error) {
	b.mu.Lock()
	b.state = state
	held := b.held
	b.held = nil
	b.mu.Unlock()
	if held != nil {
		held <- address
		b.say("Your browser is sent on. If it is not, open this in one, as the user of %s:\n\n  %s\n", who, address)
	} else {
		b.say("Open this in a browser, as the user of %s:\n\n  %s\n", who, address)
	}
	select {
	case v := <-b.came:
		b.mu.Lock()
		b.held = v.next
		b.mu.Unlock()
		return v.query, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// release lets the browser that waits go.
func (b *browser) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held != nil {
		b.held <- ""
		b.held = nil
	}
}

func (b *browser) close() error {
	b.release()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := b.server.Shutdown(ctx); err != nil {
		return b.server.Close()
	}
	return nil
}

// code is what an authorization gave, to be exchanged with its verifier.
type code struct{ value, verifier string }

// authorize leads a user through an authorization. consent shows the consent screen even to a user who has consented before.
func (b *browser) authorize(ctx context.Context, config *oauth2.Config, address string, consent bool) (code, error) {
	state, verifier := rand.Text(), oauth2.GenerateVerifier()
	options := []oauth2.AuthCodeOption{oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("login_hint", address)}
	if consent {
		options = append(options, oauth2.SetAuthURLParam("prompt", "consent"))
	}
	q, err := b.open(ctx, config.AuthCodeURL(state, options...), state, address)
	switch {
	case err != nil:
		return code{}, err
	case q.Get("error") != "":
		return code{}, fmt.Errorf("the authorization was refused: %s", short(q.Get("error")))
	case q.Get("code") == "":
		return code{}, errors.New("the authorization gave no code")
	}
	return code{q.Get("code"), verifier}, nil
}
