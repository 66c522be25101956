package wiring

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/sethvargo/go-envconfig"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
)

// Lazy makes a function, under its name, out of a handler that needs services. They are built at the first request, from the environment; only what was built
// with success is kept, so that a failure to build is tried again by the next request.
func Lazy(function string, handler func(*Services) (http.Handler, error)) func(http.ResponseWriter, *http.Request) {
	l := lazy{handler: handler, build: func(ctx context.Context) (*Services, error) { return fromEnvironment(ctx, function) }}
	return l.serve
}

type lazy struct {
	handler func(*Services) (http.Handler, error)
	build   func(ctx context.Context) (*Services, error)

	mu    sync.Mutex
	built http.Handler
}

func (l *lazy) serve(w http.ResponseWriter, r *http.Request) {
	h, err := l.get(r.Context())
	if err != nil {
		slog.ErrorContext(r.Context(), "function can't be built", "error", err)
		api.WriteProblem(w, r, hire.Wrap(hire.CodeUnavailable, err))
		return
	}
	h.ServeHTTP(w, r)
}

func (l *lazy) get(ctx context.Context) (http.Handler, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.built != nil {
		return l.built, nil
	}
	s, err := l.build(ctx)
	if err != nil {
		return nil, err
	}
	h, err := l.handler(s)
	if err != nil {
		return nil, err
	}
	l.built = h
	return h, nil
}

func fromEnvironment(ctx context.Context, function string) (*Services, error) {
	c, err := config.Load(ctx, envconfig.OsLookuper())
	if err != nil {
		return nil, err
	}
	return process.open(ctx, c, function, obs.New(os.Stderr, obs.Options{Level: c.Log.Level, Text: c.Log.Format == "text", Project: c.Project}))
}

// process is what the functions of one process share: clients, telemetry under the name of the function that was called first, and the embedded store, which is a file
// that can be opened once.
var process shared

type shared struct {
	mu       sync.Mutex
	services *Services
}

func (s *shared) open(ctx context.Context, c config.Config, function string, log *slog.Logger) (*Services, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.services != nil {
		return s.services, nil
	}
	telemetry, err := telemetryOf(c, function, log)
	if err != nil {
		return nil, err
	}
	services, err := open(ctx, c, log, telemetry)
	if err != nil {
		return nil, err
	}
	s.services = services
	finishWithProcess(telemetry)
	return services, nil
}

// open decides which implementations a process gets.
func open(ctx context.Context, c config.Config, log *slog.Logger, telemetry *obs.Telemetry) (*Services, error) {
	if c.Store == "firestore" {
		cloud, err := OpenCloud(ctx, c, CloudOptions{Now: time.Now, Log: log, Telemetry: telemetry})
		if err != nil {
			return nil, err
		}
		return cloud.Services, nil
	}
	local, err := OpenLocal(c, LocalOptions{Now: time.Now, Log: log, Telemetry: telemetry})
	if err != nil {
		return nil, err
	}
	return local.Services, nil
}
