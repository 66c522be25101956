package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/scripts/dev/web"
	"github.com/trakstar/hire-gmail/scripts/keep"
	"github.com/trakstar/hire-gmail/scripts/listen"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/api/openapi"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// sweepEvery is how often the sweep is called; Cloud Scheduler does it every five minutes.
const sweepEvery = time.Minute

// program is a running dev program.
type program struct {
	base     string // its address, as a browser opens it
	seed     seed
	issuer   *issuertest.Issuer
	sim      *gmailtest.Server // nil with -gmail=real
	kept     *keep.File        // sim's; nil where nothing is kept
	local    *wiring.Local
	figures  figures
	server   *http.Server
	temp     string // a data folder to be removed at the end
	cancel   context.CancelFunc
	workers  sync.WaitGroup
	announce func(format string, args ...any)
}

// start puts everything together and serves it. It returns when /healthz would answer 200.
func start(ctx context.Context, o options, out io.Writer) (*program, error) {
	listener, err := listen.On(ctx, o.addr, "./scripts/dev")
	if err != nil {
		return nil, err
	}
	p := &program{
		base: "http://" + listener.Addr().String(), seed: newSeed(o.email, o.candidate, time.Now().UnixMilli()),
		announce: func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) },
	}
	if err := p.begin(ctx, o, listener); err != nil {
		if p.server == nil { // else it closes its listener
			err = errors.Join(err, listener.Close())
		}
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

func (p *program) begin(ctx context.Context, o options, listener net.Listener) error {
	ctx, p.cancel = context.WithCancel(ctx)
	if err := p.open(o); err != nil {
		return err
	}
	functionsAt, err := startFunctions(ctx, p.local.Services)
	if err != nil {
		return err
	}
	p.announce("  %d functions are served by the Functions Framework", len(functions))
	routes, err := p.routes(functionsAt)
	if err != nil {
		return err
	}
	p.server = &http.Server{Handler: routes, ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	p.work(func() {
		if err := p.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			p.announce("The server has ended: %v", err)
		}
	})
	if err := p.local.Tell(ctx, p.seed.batch); err != nil {
		return fmt.Errorf("tell the directory who is who: %w", err)
	}
	p.background(ctx, o)
	p.announce("\nReady: open %s\n\nCtrl-C stops it.", p.base)
	return nil
}

// open makes Gmail, the issuer and the services.
func (p *program) open(o options) error {
	if o.data == "" {
		temp, err := os.MkdirTemp("", "hire-gmail-")
		if err != nil {
			return fmt.Errorf("make a folder for the data: %w", err)
		}
		p.temp, o.data = temp, temp
	}
	if err := checkFolder(o.data, o.gmail); err != nil {
		return err
	}
	if o.gmail == "sim" {
		var err error
		p.sim, err = openGmail(o.data, func(ctx context.Context, _ string, data []byte) {
			if err := p.local.Events.Notify(ctx, data); err != nil {
				p.announce("A notification of the simulated Gmail was lost, as happens with the real one: %v", err)
			}
		})
		if err != nil {
			return err
		}
		p.announce("  a simulated Gmail with %d mailboxes", len(p.sim.Mailboxes()))
	}
	p.issuer = issuertest.New(issuertest.Options{URL: p.base + "/issuer", Now: time.Now})
	c, err := p.config(o)
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelInfo
	}
	if p.figures, err = newFigures(); err != nil {
		return err
	}
	p.local, err = wiring.OpenLocal(c, wiring.LocalOptions{
		Telemetry: p.figures.telemetry,
		Now:       time.Now, BaseURL: p.base, ServiceToken: p.issuer.ServiceToken,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
	})
	if err != nil {
		return err
	}
	p.announce("  documents, tokens and tasks in %s", filepath.Join(o.data, "hire.db"))
	if p.sim == nil || p.temp != "" {
		return nil
	}
	p.kept = &keep.File{Sim: p.sim, Path: keptGmail(o.data)} // only now: another program that has the folder open keeps its own
	p.announce("  the simulated Gmail in %s", p.kept.Path)
	return p.kept.Save()
}

// config is what the functions are configured with. With a real Gmail, the variables of the environment that speak of Google are used.
func (p *program) config(o options) (config.Config, error) {
	env := wiring.LocalEnvironment(p.base, o.data)
	env["APP_URL"] = p.base + "/hire"
	if p.sim != nil {
		client := gmailtest.DefaultClient()
		wiring.UseGoogleAt(env, p.base, client.ID, client.Secret)
	} else {
		for _, name := range []string{
			"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_AUTH_URL", "OAUTH_TOKEN_URL", "OAUTH_REVOKE_URL", "OAUTH_USERINFO_URL", "GMAIL_ENDPOINT", "GMAIL_QUOTA",
		} {
			if v, ok := os.LookupEnv(name); ok {
				env[name] = v
			}
		}
	}
	c, err := wiring.ConfigOf(env)
	if err != nil && p.sim == nil {
		err = fmt.Errorf("%w\n\nREADME, \"Your own Gmail\", says where these come from", err)
	}
	return c, err
}

// routes is everything that is served at the program's address.
func (p *program) routes(functionsAt string) (http.Handler, error) {
	mux := http.NewServeMux()
	proxy := httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: functionsAt})
		r.SetXForwarded()
	}}
	for name := range functions {
		mux.Handle("/"+name+"/", &proxy)
	}
	mux.Handle("/issuer/", http.StripPrefix("/issuer", p.issuer))
	if p.sim != nil {
		for _, path := range []string{"/gmail/v1/", "/upload/gmail/", "/resumable/upload/gmail/", "/batch/", "/o/", "/oauth2/", "/token", "/revoke", "/v1/userinfo", "/tokeninfo"} {
			mux.Handle(path, p.sim)
		}
		mux.Handle("/gmail/api/", web.Gmail(p.sim))
	}
	people, err := p.seed.json()
	if err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /dev/seed", func(w http.ResponseWriter, _ *http.Request) { answer(w, people) })
	mux.HandleFunc("GET /dev/info", p.info)
	mux.HandleFunc("GET /dev/figures", p.figures.show)
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) { answer(w, openapi.JSON) })
	mux.HandleFunc("POST /dev/token", p.token)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.Handle("/", web.Pages())
	return mux, nil
}

func answer(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // the caller has gone; there is no one to tell
}

// info tells the pages what surrounds them.
func (p *program) info(w http.ResponseWriter, _ *http.Request) {
	kind, mailboxes := "real", []string{}
	if p.sim != nil {
		kind = "sim"
		for _, m := range p.sim.Mailboxes() {
			mailboxes = append(mailboxes, m.Email())
		}
	}
	body, err := json.Marshal(map[string]any{"gmail": kind, "mailboxes": mailboxes})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, body)
}

// token signs a person in. It stands for Hire's own login, and asks for no password: the program serves its own machine.
func (p *program) token(w http.ResponseWriter, r *http.Request) {
	var who struct {
		AccountID string `json:"account_id"`
		UserID    string `json:"user_id"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&who); err != nil {
		http.Error(w, `send {"account_id": "…", "user_id": "…"}`, http.StatusBadRequest)
		return
	}
	for _, u := range p.seed.batch.Users {
		if u.AccountID != who.AccountID || u.ID != who.UserID {
			continue
		}
		token := p.issuer.UserToken(issuertest.UserClaims{AccountID: u.AccountID, UserID: u.ID, Email: u.Email})
		body, err := json.Marshal(map[string]any{"token": token, "expires_at": time.Now().Add(issuertest.Lifetime)})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		answer(w, body)
		return
	}
	http.Error(w, "there is no such person in the seed", http.StatusNotFound)
}

func (p *program) work(f func()) { p.workers.Go(f) }

// background runs what Pub/Sub, Cloud Tasks and Cloud Scheduler do in the cloud, and polls a real mailbox, which can't push to this machine.
func (p *program) background(ctx context.Context, o options) {
	p.work(func() { p.local.Events.Run(ctx) })
	p.work(func() { p.local.Tasks.Run(ctx) })
	p.work(func() {
		every(ctx, sweepEvery, func() {
			if err := p.local.Sweep(ctx); err != nil && ctx.Err() == nil {
				p.announce("The sweep failed: %v", err)
			}
		})
	})
	if p.kept != nil {
		p.work(func() { p.kept.Run(ctx, func(err error) { p.announce("%v", err) }) })
	}
	if p.sim == nil {
		p.announce("  polling %s every %s, since Gmail can't push to this machine", o.email, pollEvery)
		p.work(func() { every(ctx, pollEvery, func() { p.poll(ctx, o.email) }) })
	}
}

// pollEvery is how often a real mailbox is looked at; a look that finds nothing costs two units of quota of 6,000 a minute.
const pollEvery = 5 * time.Second

// poll does as if Gmail had pushed.
func (p *program) poll(ctx context.Context, address string) {
	data, err := json.Marshal(map[string]any{"emailAddress": address, "historyId": 0})
	if err == nil {
		err = p.local.Events.Notify(ctx, data)
	}
	if err != nil && ctx.Err() == nil {
		p.announce("Polling failed: %v", err)
	}
}

func every(ctx context.Context, d time.Duration, do func()) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do()
		}
	}
}

// stop ends everything in order: no more requests, no more work, then the data.
func (p *program) stop() error {
	var errs []error
	if p.cancel != nil {
		p.cancel()
	}
	if p.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := p.server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
			errs = append(errs, p.server.Close()) // a page that waits for news
		} else if err != nil {
			errs = append(errs, err)
		}
	}
	p.workers.Wait()
	if p.kept != nil {
		errs = append(errs, p.kept.Save())
	}
	if p.local != nil {
		errs = append(errs, p.local.Close())
	}
	if p.temp != "" {
		errs = append(errs, os.RemoveAll(p.temp))
	}
	return errors.Join(errs...)
}
