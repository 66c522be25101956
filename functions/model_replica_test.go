package functions_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// A process of the service in the model test: each call of the store, of Gmail and of the queues is a step, at which it can be stopped.

// replica is one process with all functions.
type replica struct {
	*site
	number   int
	services *wiring.Services
	handlers map[string]http.Handler
	dead     bool // it has crashed: nothing that it still tries has an effect
}

// build makes the functions of the process.
func (r *replica) build(s *wiring.Services) error {
	for name, build := range functions.All() {
		h, err := build(s)
		if err != nil {
			return err
		}
		r.handlers[name] = h
	}
	return nil
}

var errCrashed = errors.New("the process has crashed")

// doStep is one step of the process: what do does, and what the test makes of it.
func (r *replica) doStep(op string, do func() error) error {
	if err := r.at(op, beforeStep); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return r.at(op, afterStep)
}

func (r *replica) at(op string, m moment) error {
	if r.dead {
		return errCrashed
	}
	if r.onStep == nil {
		return nil
	}
	err := r.onStep(r, op, m)
	if r.dead {
		return errCrashed
	}
	return err
}

// sleep lets the time go by that is waited for, in whole seconds: how long exactly is chance.
func (r *replica) sleep(_ context.Context, d time.Duration) error {
	if r.dead {
		return errCrashed
	}
	r.clock.Advance(d.Truncate(time.Second) + time.Second)
	return nil
}

// steppedDB is the database of a replica.
type steppedDB struct {
	docs.DB
	of *replica
}

func (d steppedDB) View(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return d.of.doStep(op, func() error { return d.DB.View(ctx, op, fn) })
}

func (d steppedDB) Update(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return d.of.doStep(op, func() error {
		return d.DB.Update(ctx, op, func(ctx context.Context, tx docs.Tx) error {
			if err := fn(ctx, tx); err != nil {
				return err
			}
			return d.of.at(op, withinStep)
		})
	})
}

func (d steppedDB) Replace(ctx context.Context, op string, ref docs.Ref, seen docs.Stamp, doc any) (done bool, err error) {
	err = d.of.doStep(op, func() (err error) {
		done, err = d.DB.Replace(ctx, op, ref, seen, doc)
		return err
	})
	return done && err == nil, err
}

// RoundTrip carries a call to Google, or to Hire's issuer.
func (r *replica) RoundTrip(req *http.Request) (*http.Response, error) {
	if r.dead {
		return nil, errCrashed
	}
	if "http://"+req.URL.Host == modelHire {
		return r.serve(http.StripPrefix("/issuer", r.issuer), req)
	}
	if !strings.Contains(req.URL.Path, "gmail/v1") {
		return r.serve(r.sim, req) // the sign-in, which waits in a goroutine of its own
	}
	op := req.Method + " " + req.URL.Path
	var resp *http.Response
	err := r.doStep(op, func() (err error) {
		resp, err = r.serve(r.sim, req)
		r.trace(req, resp)
		if req.Method != http.MethodGet && r.onWrite != nil {
			r.onWrite()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// trace notes a call to Gmail among what the functions log.
func (r *replica) trace(req *http.Request, resp *http.Response) {
	status := 0
	if resp != nil {
		status = resp.StatusCode
	}
	fmt.Fprintf(r.log, "Gmail: %s %s: %d\n", req.Method, strings.TrimPrefix(req.URL.Path, "/gmail/v1/users/me"), status)
}

var errReset = errors.New("connection reset by peer")

func (r *replica) serve(h http.Handler, req *http.Request) (resp *http.Response, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			err = errReset
		default:
			panic(p)
		}
	}()
	if req.Body == nil {
		req.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec.Result(), nil
}

// nameRefused is how long the name of a task is refused after it ran.
const nameRefused = time.Hour

// Enqueue implements tasks.Enqueuer as Cloud Tasks does.
func (r *replica) Enqueue(_ context.Context, t tasks.Task) error {
	return r.doStep("enqueue", func() error {
		now := r.clock.Now()
		if err := t.Check(now); err != nil {
			return err
		}
		if t.Name != "" {
			name := string(t.Queue) + "/" + t.Name
			if until, ok := r.taken[name]; ok && now.Before(until) {
				return fmt.Errorf("%w: %s", tasks.ErrDuplicate, t.Name)
			}
			r.taken[name] = now.Add(1000 * time.Hour) // until it has run
		}
		if t.At.Before(now) {
			t.At = now
		}
		r.queue = append(r.queue, &queuedTask{Task: t})
		return nil
	})
}

// Publish implements events.Publisher.
func (r *replica) Publish(_ context.Context, e events.Event) error {
	return r.doStep("publish", func() error {
		if _, err := e.Encode(); err != nil {
			return err
		}
		r.told[e.ID] = e
		return nil
	})
}
