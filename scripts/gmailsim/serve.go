package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/scripts/dev/web"
	"github.com/trakstar/hire-gmail/scripts/keep"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// serve makes the simulated Gmail, serves it until ctx ends, and stops.
func serve(ctx context.Context, listener net.Listener, o options, out io.Writer) error {
	client := gmailtest.DefaultClient()
	client.NoIDToken = o.noIDToken
	push := newPusher(o.push, out)
	sim := gmailtest.New(gmailtest.Options{Clients: []oauthtest.Client{client}, Publish: push.publish, Behaviour: o.behaviour})
	kept := &keep.File{Sim: sim, Path: o.data}
	err := furnish(sim, o)
	if err == nil && o.data != "" {
		err = kept.Save() // what can't be kept is said at once
	}
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	work, end := context.WithCancel(context.Background())
	var workers sync.WaitGroup
	workers.Go(func() { push.run(work) })
	if o.data != "" {
		workers.Go(func() { kept.Run(work, func(err error) { fmt.Fprintln(out, err) }) })
	}
	server := &http.Server{Handler: routes(sim), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	tell(out, "http://"+listener.Addr().String(), sim, client)

	select {
	case err = <-ended:
		err = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		fmt.Fprintln(out, "\nStopping …")
		err = stop(server)
	}
	end()
	workers.Wait()
	if o.data != "" {
		err = errors.Join(err, kept.Save())
	}
	return err
}

// stop lets requests end that are under way.
func stop(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close() // somebody who doesn't go
	}
	return err
}

// furnish gives the server what its file has, and the mailboxes that are missing then.
func furnish(sim *gmailtest.Server, o options) error {
	if o.data != "" {
		if _, err := keep.Restore(sim, o.data); err != nil {
			return err
		}
	}
	var made []*gmailtest.Mailbox
	for _, a := range o.mailboxes.list {
		if _, there := sim.Mailbox(a.Address); !there {
			made = append(made, sim.AddMailbox(a.Address, a.Name))
		}
	}
	for _, a := range o.outside.list {
		sim.Outside(a.Address, a.Name)
	}
	return sim.Fill(made, gmailtest.Filling{Messages: o.fill})
}

// tell says how to use it: lines for a shell, and what the dev program needs beside them.
func tell(out io.Writer, base string, sim *gmailtest.Server, client oauthtest.Client) {
	boxes := sim.Mailboxes()
	for _, m := range boxes {
		fmt.Fprintf(out, "  %s, %s\n", m.Email(), m.Name())
	}
	env := map[string]string{}
	wiring.UseGoogleAt(env, base, client.ID, client.Secret)
	delete(env, "GMAIL_TOPIC") // whose messages go where is the business of who watches
	fmt.Fprintln(out, "\nFor a program that is to use it:")
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(out, "  export %s=%s\n", name, env[name])
	}
	if len(boxes) > 0 {
		fmt.Fprintf(out, "\nThen, for one:\n  go run ./scripts/dev -gmail=real -email %s\n", boxes[0].Email())
	}
	fmt.Fprintf(out, "\nReady: open %s/ to be the owner of a mailbox, or somebody outside.\n\nCtrl-C stops it.\n", base)
}

// routes is everything that is served. What is not named is Google's sign-in.
func routes(sim *gmailtest.Server) http.Handler {
	mux := http.NewServeMux()
	pages := web.Pages()
	mux.Handle("/{$}", http.RedirectHandler("/gmail/", http.StatusFound))
	mux.Handle("/gmail/", pages)
	mux.Handle("/assets/", pages)
	mux.Handle("/favicon.ico", http.RedirectHandler("/assets/icons/gmail.svg", http.StatusFound))
	mux.Handle("/gmail/api/", web.Gmail(sim))
	mux.Handle("/gmail/v1/", sim)
	mux.Handle("/", sim)
	// The pages ask what surrounds them: no Hire.
	mux.HandleFunc("GET /dev/info", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"gmail": "sim", "alone": true}) })
	mux.HandleFunc("GET /dev/seed", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"accounts": []any{}, "users": []any{}, "candidates": []any{}})
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return mux
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(v) // the caller has gone; there is no one to tell
}
