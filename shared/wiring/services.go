package wiring

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/outbox"
	"github.com/trakstar/hire-gmail/shared/records"
	"github.com/trakstar/hire-gmail/shared/replyaddr"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// Parts are the adapters of a process.
type Parts struct {
	DB     docs.DB
	Vault  tokens.Vault
	Tasks  tasks.Enqueuer
	Events events.Publisher
	Blobs  blobs.Collector
	HTTP   *http.Client                                     // to Google
	Sleep  func(ctx context.Context, d time.Duration) error // before Gmail is asked again; nil is a real timer
	Now    func() time.Time
	Log    *slog.Logger
	// Telemetry is where traces and figures are told; nil: nobody is.
	Telemetry *obs.Telemetry
}

// Services are what every function works with. What only some of them need is put together by packages below this one, so that a function is built, and deployed anew, with no
// more than it uses.
type Services struct {
	Config    config.Config
	Log       *slog.Logger
	Telemetry *obs.Telemetry
	Metrics   *obs.Metrics
	Store     *store.Store
	Outbox    *outbox.Dispatcher
	Blobs     blobs.Store
	// Addresses signs and reads the addresses that replies to notification emails go to.
	Addresses *replyaddr.Signer
	Reports   *records.Signer // of deletion reports

	// Who may call: users of Hire, and the services that each function answers to.
	Users     *api.UserVerifier
	Push      *api.ServiceVerifier
	Scheduler *api.ServiceVerifier
	Tasks     *api.ServiceVerifier
	Backend   *api.ServiceVerifier
	Gateway   *api.ServiceVerifier

	SecurityEvents *api.SecurityEventVerifier // of Google, about people's accounts there

	// Adapters, for what only some functions need.
	Adapters Parts

	limits *api.Limiter

	mu   sync.Mutex
	made map[reflect.Type]any // by Once
}

// Assemble puts the services together. It makes no call.
func Assemble(c config.Config, p Parts) (*Services, error) {
	addresses, err := replyaddr.New(c.Replies.Domain, texts(c.Replies.Keys)...)
	if err != nil {
		return nil, err
	}
	reports, err := records.NewSigner(texts(c.Reports.Keys)...)
	if err != nil {
		return nil, err
	}
	metrics, err := obs.NewMetrics(p.Telemetry.Meters())
	if err != nil {
		return nil, err
	}
	st, err := store.New(docs.Traced(p.DB), store.Options{Now: p.Now, Replies: addresses, RestoredAt: c.Restored()})
	if err != nil {
		return nil, err
	}
	out, err := outbox.New(st, p.Events, p.Tasks, metrics, p.Now, p.Log)
	if err != nil {
		return nil, err
	}
	s := &Services{
		Config: c, Log: p.Log, Telemetry: p.Telemetry, Metrics: metrics, Store: st, Outbox: out, Blobs: p.Blobs, Addresses: addresses, Reports: reports, Adapters: p,
		made: map[reflect.Type]any{},
	}
	return s, s.callers(c, p)
}

// texts are secrets as what they are.
func texts(secrets []config.Secret) []string {
	out := make([]string, len(secrets))
	for i, s := range secrets {
		out[i] = string(s)
	}
	return out
}

// Once makes what the functions of a process share: the first that asks has it built, and only what was built with success is kept. There is one of each type. build must not call
// Once in turn.
func Once[T any](s *Services, build func() (*T, error)) (*T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := reflect.TypeFor[T]()
	if made, ok := s.made[key]; ok {
		return made.(*T), nil
	}
	made, err := build()
	if err != nil {
		return nil, err
	}
	s.made[key] = made
	return made, nil
}

// Router makes the router of a function that people's browsers or Hire's backend call.
func (s *Services) Router(function string) *api.Router {
	return api.NewRouter(function, s.Log).WithTelemetry(s.Telemetry).WithCORS(s.Config.HTTP.AllowedOrigins)
}

// EventRouter makes the router of a function that Google's services call: what can't get better is acknowledged, the rest delivered again.
func (s *Services) EventRouter(function string) *api.Router {
	return api.NewEventRouter(function, s.Log).WithTelemetry(s.Telemetry)
}

// Caller says which user calls, within their rate limit.
func (s *Services) Caller(w http.ResponseWriter, r *http.Request) (api.Caller, error) {
	c, err := s.Users.Authenticate(r)
	if err != nil {
		return c, err
	}
	return c, s.limits.Allow(w, c)
}

// Now is the time of the service.
func (s *Services) Now() time.Time { return s.Adapters.Now() }

// Purge removes what has expired, where the database does not do that by itself.
func (s *Services) Purge(ctx context.Context) error {
	purger, ok := s.Adapters.DB.(docs.Purger)
	if !ok {
		return nil
	}
	if _, err := purger.Purge(ctx, s.Now(), 1000); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	return nil
}
