package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// The stores.
const (
	onEmbedded  = "embedded"
	onFirestore = "firestore"
)

// place is a service with its surroundings.
type place struct {
	*site.Site
	gmail string // address of the calls of the simulated Gmail that are the benchmark's

	tell   func(context.Context, api.DirectoryBatch) error
	begin  func(context.Context) (time.Time, error) // lets the tasks go that have waited
	until  func(context.Context, []condition) (time.Time, error)
	filed  func(context.Context, profiles) (time.Time, error)
	count  func(context.Context) (documents, bool, error) // false where they are not counted
	usage  func() (service, gmail usage)
	serves string // address whose profiles may be asked for; "" for none
	end    func() error
}

// local puts the service up on the embedded store: a process for Gmail, and one for the service.
func local(o options, errs io.Writer) (p *place, err error) {
	var ends []func() error
	end := func() error {
		var errs []error
		for i := len(ends) - 1; i >= 0; i-- {
			errs = append(errs, ends[i]())
		}
		return errors.Join(errs...)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, end())
		}
	}()
	folder, err := os.MkdirTemp(o.data, "hire-bench-")
	if err != nil {
		return nil, err
	}
	ends = append(ends, func() error { return os.RemoveAll(folder) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	users := issuertest.New(issuertest.Options{URL: "http://" + l.Addr().String(), Now: time.Now})
	server := &http.Server{Handler: users, ReadHeaderTimeout: 10 * time.Second}
	served := serveOn(server, l)
	ends = append(ends, func() error { return errors.Join(server.Close(), <-served) })
	google, err := start("gmail", nothing{}, errs)
	if err != nil {
		return nil, err
	}
	ends = append(ends, func() error { google.end(); return nil })
	logs := io.Discard
	if o.verbose {
		logs = errs
	}
	service, err := start("service", serviceSetup{Data: folder, Google: google.base, Users: "http://" + l.Addr().String()}, logs)
	if err != nil {
		return nil, err
	}
	ends = append(ends, func() error { service.end(); return nil })
	if _, err := ask[nothing](context.Background(), google.base, "push-to", service.base); err != nil {
		return nil, err
	}
	return &place{
		Site:   &site.Site{Out: io.Discard, Front: service.base, Issuer: users, Env: map[string]string{"USERS_AUDIENCE": issuertest.UserAudience}},
		gmail:  google.base,
		serves: service.base,
		tell: func(ctx context.Context, b api.DirectoryBatch) error {
			_, err := ask[nothing](ctx, service.base, "tell", b)
			return err
		},
		begin: func(ctx context.Context) (time.Time, error) {
			return ask[time.Time](ctx, service.base, "begin", nothing{})
		},
		until: func(ctx context.Context, all []condition) (time.Time, error) {
			return ask[time.Time](ctx, service.base, "until", all)
		},
		filed: func(ctx context.Context, f profiles) (time.Time, error) {
			return ask[time.Time](ctx, service.base, "filed", f)
		},
		count: func(ctx context.Context) (documents, bool, error) {
			n, err := ask[documents](ctx, service.base, "documents", nothing{})
			return n, true, err
		},
		usage: func() (usage, usage) { return usageOf(service.pid()), usageOf(google.pid()) },
		end:   end,
	}, nil
}

// gate holds requests back while it is shut.
type gate struct {
	mu   sync.Mutex
	shut chan struct{} // closed when the gate opens; nil while it is open
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		g.shut = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}

func (g *gate) around(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		shut := g.shut
		g.mu.Unlock()
		if shut != nil {
			select {
			case <-shut:
			case <-r.Context().Done():
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// callers are how many tasks of the cloud's queue are called at once, which Cloud Tasks does by the hundred.
const callers = 32

// deployed puts the service up as it is deployed, on Google's emulators of Firestore and Pub/Sub.
func deployed(ctx context.Context, o options, errs io.Writer) (p *place, err error) {
	logs := io.Discard
	if o.verbose {
		logs = errs
	}
	sim, tasks := &simulator{}, &gate{}
	s := site.New(site.Options{
		Name: "bench", Callers: callers, AroundGmail: sim.delayed, Also: unlimited(),
		Around: func(function string, h http.Handler) http.Handler {
			if function == "syncmailbox" {
				return tasks.around(h)
			}
			return h
		},
	}, io.Discard, logs)
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%w\nthe functions said last:\n%s", err, s.Logs.Tail(20)), s.End())
		}
	}()
	for _, step := range []func(context.Context, *site.Site) error{site.Emulators, site.LaySecrets} {
		if err := step(ctx, s); err != nil {
			return nil, err
		}
	}
	sim.sim, sim.lose = s.Sim, s.Lost.Store
	sim.notify = func(topic string, data []byte) { s.Publish(context.Background(), topic, data) }
	s.Sim.SetQuota(gmailtest.Unlimited())
	s.Sim.SetBehaviour(gmailtest.Behaviour{PushEvery: -1})
	for _, step := range []func(context.Context, *site.Site) error{site.Messaging, site.Build, site.Serve} {
		if err := step(ctx, s); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: sim.routes(), ReadHeaderTimeout: 10 * time.Second}
	served := serveOn(server, l)
	eyes := watcher{store: s.Store, every: 10 * time.Millisecond}
	tasks.close()
	return &place{
		Site: s, gmail: "http://" + l.Addr().String(),
		tell: func(ctx context.Context, b api.DirectoryBatch) error {
			tasks.close() // of the mailboxes that are connected now
			backend, _, _ := strings.Cut(s.Env["BACKEND_SERVICE_ACCOUNTS"], ",")
			return s.Service(ctx, s.Env["BACKEND_AUDIENCE"], backend, "/directory/v1/batch", b)
		},
		begin: func(context.Context) (time.Time, error) {
			at := time.Now()
			tasks.open()
			return at, nil
		},
		until: eyes.until, filed: eyes.filed,
		count: func(context.Context) (documents, bool, error) { return documents{}, false, nil },
		usage: func() (u, _ usage) {
			for _, i := range s.Instances {
				one := usageOf(i.PID())
				u.CPU, u.Memory = u.CPU+one.CPU, max(u.Memory, one.Memory)
			}
			return u, usage{}
		},
		end: func() error { return errors.Join(server.Close(), <-served, s.End()) },
	}, nil
}
