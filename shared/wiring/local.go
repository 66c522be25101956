package wiring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// LocalOptions of a service on one machine.
type LocalOptions struct {
	Now func() time.Time
	Log *slog.Logger
	// Telemetry is where traces and figures are told; nil: nobody is.
	Telemetry *obs.Telemetry
	NoSync    bool // no durability: tests
	// Hook injects faults into the store: tests. See embedded.Options.
	Hook func(op string, at embedded.Phase) error
	// Wrote is told of each document that the store writes: tests. See embedded.Options.
	Wrote func(op string, ref docs.Ref)
	// Sleep waits before Gmail is asked again; nil is a real timer.
	Sleep func(ctx context.Context, d time.Duration) error
	// BaseURL is where all functions are served, each below its name.
	BaseURL string
	// ServiceToken signs a token for a call of a function, as Google's services have one. Who only serves requests, and runs neither
	// tasks nor notifications, needs none.
	ServiceToken func(audience, email string) string
}

// Local is a service on one machine: its services, and what stands in for Pub/Sub and Cloud Tasks.
type Local struct {
	Services *Services
	Tasks    *tasks.Local
	Events   *events.Local
	DB       *embedded.DB
	call     caller
}

// connections are an HTTP client's own, many at once to one host. Those of http.DefaultTransport would be closed by whatever else in the process closes them, with calls under way: a test's
// server that ends does.
func connections() *http.Transport {
	out := http.DefaultTransport.(*http.Transport).Clone()
	out.MaxIdleConnsPerHost = 32
	return out
}

// MaxBlob bounds one stored file: the largest mail that Gmail takes in.
const MaxBlob = 50 << 20

// OpenLocal opens the data folder and puts a service of one machine together.
func OpenLocal(c config.Config, o LocalOptions) (*Local, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	db, err := embedded.Open(filepath.Join(c.DataDir, "hire.db"), schema(), embedded.Options{Now: o.Now, NoSync: o.NoSync, Hook: o.Hook, Wrote: o.Wrote})
	if err != nil {
		return nil, err
	}
	l, err := assembleLocal(c, o, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

// schema of all that lies in the one file.
func schema() docs.Schema {
	out := store.Schema()
	for _, s := range []docs.Schema{tasks.Schema(), events.Schema()} {
		out.Indexes = append(out.Indexes, s.Indexes...)
		out.TTLs = append(out.TTLs, s.TTLs...)
	}
	return out
}

func assembleLocal(c config.Config, o LocalOptions, db *embedded.DB) (*Local, error) {
	vault, err := tokens.OpenSealed(db, filepath.Join(c.DataDir, "tokens.key"))
	if err != nil {
		return nil, err
	}
	files, err := blobs.OpenFiles(filepath.Join(c.DataDir, "blobs"), MaxBlob)
	if err != nil {
		return nil, err
	}
	files.Now = o.Now
	if err := files.Clean(o.Now()); err != nil {
		return nil, err
	}
	l := &Local{DB: db}
	if l.Tasks, err = tasks.NewLocal(db, o.Now, o.Log); err != nil {
		return nil, err
	}
	if l.Events, err = events.NewLocal(db, o.Now, o.Log); err != nil {
		return nil, err
	}
	l.Services, err = Assemble(c, Parts{
		DB: db, Vault: vault, Tasks: l.Tasks, Events: l.Events, Blobs: files, HTTP: &http.Client{Transport: connections()}, Now: o.Now, Sleep: o.Sleep, Log: o.Log, Telemetry: o.Telemetry,
	})
	if err != nil {
		return nil, err
	}
	l.call = caller{base: o.BaseURL, token: o.ServiceToken, http: &http.Client{Transport: connections(), Timeout: 10 * time.Minute}}
	l.Tasks.SetDeliver(func(ctx context.Context, d tasks.Delivery) error {
		return l.call.post(ctx, tasks.Functions[d.Queue]+"/", c.Callers.TasksAudience, c.Callers.TasksServiceAccount, d.Body,
			"X-CloudTasks-QueueName", string(d.Queue), "X-CloudTasks-TaskName", d.Name, "X-CloudTasks-TaskRetryCount", strconv.Itoa(d.Retries),
			obs.HeaderTraceparent, d.Traceparent)
	})
	l.Events.SetPush(func(ctx context.Context, p events.Push) error {
		body, err := json.Marshal(p)
		if err != nil {
			return err
		}
		return l.call.post(ctx, "gmailnotify/", c.Callers.PushAudience, c.Callers.PushServiceAccount, body)
	})
	return l, nil
}

// Close releases the data folder.
func (l *Local) Close() error { return l.DB.Close() }

// Sweep calls labelsweep as Cloud Scheduler does.
func (l *Local) Sweep(ctx context.Context) error {
	c := l.Services.Config.Callers
	return l.call.post(ctx, "labelsweep/", c.SchedulerAudience, c.SchedulerServiceAccount, nil)
}

// Tell brings news of the directory as Hire's backend does.
func (l *Local) Tell(ctx context.Context, b api.DirectoryBatch) error {
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	c := l.Services.Config.Callers
	return l.call.post(ctx, "directory/v1/batch", c.BackendAudience, c.BackendServiceAccounts[0], body)
}

// caller calls functions as Google's services do.
type caller struct {
	base  string
	token func(audience, email string) string
	http  *http.Client
}

// post calls path, which begins with the name of a function.
func (c caller) post(ctx context.Context, path, audience, email string, body []byte, header ...string) error {
	if c.token == nil {
		return errors.New("this process calls no functions")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.token(audience, email))
	for i := 0; i+1 < len(header); i += 2 {
		if header[i+1] != "" {
			req.Header.Set(header[i], header[i+1])
		}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("call %s: %w", path, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 == 2 {
		_, err := io.Copy(io.Discard, resp.Body)
		return err
	}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10)) // best effort, for the log
	return fmt.Errorf("call %s: %s: %s", path, resp.Status, text)
}
