package wiring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/outbox"
	"github.com/trakstar/hire-gmail/shared/replies"
	"github.com/trakstar/hire-gmail/shared/replyaddr"
	"github.com/trakstar/hire-gmail/shared/sending"
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
	Blobs  Blobs
	HTTP   *http.Client                                     // to Google
	Sleep  func(ctx context.Context, d time.Duration) error // before Gmail is asked again; nil is a real timer
	Now    func() time.Time
	Log    *slog.Logger
	// Telemetry is where traces and figures are told; nil: nobody is.
	Telemetry *obs.Telemetry
}

// Blobs keeps blobs, and removes those that nothing refers to.
type Blobs interface {
	blobs.Store
	blobs.Collector
}

// Services are what the functions work with.
type Services struct {
	Config      config.Config
	Log         *slog.Logger
	Telemetry   *obs.Telemetry
	Metrics     *obs.Metrics
	Store       *store.Store
	Outbox      *outbox.Dispatcher
	Sync        *mailsync.Engine
	Connections *connection.Service
	Sending     *sending.Service
	Blobs       blobs.Store
	Inbound     *replies.Service

	// Who may call: users of Hire, and the services that each function answers to.
	Users     *api.UserVerifier
	Push      *api.ServiceVerifier
	Scheduler *api.ServiceVerifier
	Tasks     *api.ServiceVerifier
	Backend   *api.ServiceVerifier
	Gateway   *api.ServiceVerifier

	SecurityEvents *api.SecurityEventVerifier // of Google, about people's accounts there

	// Quota of the Gmail API.
	Quota gmail.Quota

	limits    *api.Limiter
	purger    docs.Purger
	collector blobs.Collector
	now       func() time.Time
}

// Assemble puts the services together. It makes no call.
func Assemble(c config.Config, p Parts) (*Services, error) {
	addresses, err := replyAddresses(c.Replies)
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
	s := &Services{Config: c, Log: p.Log, Telemetry: p.Telemetry, Metrics: metrics, Store: st, Outbox: out, Blobs: p.Blobs, Quota: quota(c.Gmail.Quota), collector: p.Blobs, now: p.Now}
	s.purger, _ = p.DB.(docs.Purger)
	if err := s.connections(c, p, metrics); err != nil {
		return nil, err
	}
	s.Sync, err = mailsync.New(mailsync.Options{
		Store: st, Connections: s.Connections.ForSync(), Outbox: out, Queue: tasks.Syncs{Enqueuer: p.Tasks}, Blobs: p.Blobs,
		Metrics: metrics, PerMinute: s.Quota.UserPerMinute, Now: p.Now, Log: p.Log,
	})
	if err != nil {
		return nil, err
	}
	s.Sending, err = sending.New(sending.Options{
		Store: st, Connections: s.Connections, Outbox: out, Blobs: p.Blobs, Metrics: metrics, Now: p.Now, Rand: rand.Reader, Log: p.Log,
		Limits: sending.Limits{Recipients: c.Limits.MaxRecipients, Attachments: c.Limits.MaxAttachmentBytes},
	})
	if err != nil {
		return nil, err
	}
	s.Inbound, err = replies.New(replies.Options{Store: st, Sending: s.Sending, Blobs: p.Blobs, Addresses: addresses, AppURL: c.AppURL, MaxMail: maxBlob, Now: p.Now})
	if err != nil {
		return nil, err
	}
	return s, s.callers(c, p)
}

func replyAddresses(c config.Replies) (*replyaddr.Signer, error) {
	keys := make([]string, len(c.Keys))
	for i, k := range c.Keys {
		keys[i] = string(k)
	}
	return replyaddr.New(c.Domain, keys...)
}

// connections puts together what talks to Google.
func (s *Services) connections(c config.Config, p Parts, metrics *obs.Metrics) error {
	e := connection.GoogleEndpoints()
	if c.OAuth.AuthURL != "" || c.OAuth.TokenURL != "" {
		e.Issuers = nil // a stand-in may issue id_tokens of its own kind, or none
	}
	for field, override := range map[*string]string{&e.Auth: c.OAuth.AuthURL, &e.Token: c.OAuth.TokenURL, &e.Revoke: c.OAuth.RevokeURL, &e.UserInfo: c.OAuth.UserInfoURL} {
		if override != "" {
			*field = override
		}
	}
	oauthConfig := connection.OAuthConfig(c.OAuth.ClientID, string(c.OAuth.ClientSecret), c.OAuth.RedirectURL, oauth2.Endpoint{AuthURL: e.Auth, TokenURL: e.Token})
	google, err := connection.NewOAuth(oauthConfig, e, p.HTTP, p.Now)
	if err != nil {
		return err
	}
	access, err := tokens.NewSource(p.Vault, oauthConfig, p.HTTP, p.Now, 10_000)
	if err != nil {
		return err
	}
	client, err := gmail.New(gmail.Options{
		Endpoint: c.Gmail.Endpoint, HTTP: p.HTTP, Now: p.Now, Sleep: p.Sleep, Quota: s.Quota, Spent: metrics.Spent,
		Days: projectDay{store: s.Store, perDay: s.Quota.ProjectPerDay, metrics: metrics, log: p.Log},
	})
	if err != nil {
		return err
	}
	s.Connections, err = connection.New(connection.Options{
		Store: s.Store, Outbox: s.Outbox, Vault: p.Vault, Access: access, Google: google, Gmail: client, Topic: c.Gmail.Topic, Metrics: metrics,
		StartURL: strings.TrimSuffix(c.OAuth.RedirectURL, "/callback") + "/start", Now: p.Now, Rand: rand.Reader, Log: p.Log,
	})
	return err
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

// PublicDetail is the sentence that a caller may read about an error.
func (s *Services) PublicDetail(err error) string {
	var e *hire.Error
	if errors.As(err, &e) {
		return e.Detail
	}
	return hire.Err(hire.CodeInternal).Detail
}

// Now is the time of the service.
func (s *Services) Now() time.Time { return s.now() }

// Purge removes what has expired, where the database does not do that by itself.
func (s *Services) Purge(ctx context.Context) error {
	if s.purger == nil {
		return nil
	}
	if _, err := s.purger.Purge(ctx, s.now(), 1000); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	return nil
}
