package connection

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// Store is what connections need of the store.
type Store interface {
	Account(ctx context.Context, account string) (hire.Account, error)
	Member(ctx context.Context, account, user string) (hire.Account, hire.User, error)
	Mailbox(ctx context.Context, k store.MailboxKey) (store.Mailbox, bool, error)
	Mailboxes(ctx context.Context, account, after string, limit int) ([]store.Mailbox, error)
	PutOAuthState(ctx context.Context, o store.OAuthState) error
	TakeOAuthState(ctx context.Context, digest string) (store.OAuthState, error)
	LockGoogleUser(ctx context.Context, sub, holder string, ttl time.Duration) (store.GoogleUser, bool, error)
	GoogleUser(ctx context.Context, sub string) (store.GoogleUser, error)
	UnlockGoogleUser(ctx context.Context, sub, holder string, revoked bool) error
	CommitConnection(ctx context.Context, c store.NewConnection) (store.Mailbox, []store.OutboxRow, error)
	Disconnect(ctx context.Context, k store.MailboxKey, generation int64, by, reason string) ([]store.OutboxRow, error)
	TurnAway(ctx context.Context, k store.MailboxKey, generation int64, reason, parent string) ([]store.OutboxRow, error)
	NoteStep(ctx context.Context, account, deletion string, p store.DeletionStep) error
	EndConnections(ctx context.Context, account, deletion, stopped string) error
	Erase(ctx context.Context, account, deletion string) (store.Erased, error)
	QueueErase(ctx context.Context, t store.OffboardTask, at time.Time) ([]store.OutboxRow, error)
	FinishOffboard(ctx context.Context, k store.MailboxKey, generation int64) ([]store.OutboxRow, error)
	MarkNeedsReconnect(ctx context.Context, k store.MailboxKey, generation int64, p store.Problem) ([]store.OutboxRow, error)
	Block(ctx context.Context, k store.MailboxKey, generation int64, until time.Time, sending bool) error
	SetWatch(ctx context.Context, k store.MailboxKey, generation int64, expires time.Time) error
	NewID() (string, error)
}

// Outbox hands over what commits have made due.
type Outbox interface {
	HandOver(ctx context.Context, rows []store.OutboxRow)
}

// AccessTokens turns a stored token into an access token.
type AccessTokens interface {
	Access(ctx context.Context, m tokens.Mailbox, version string) (string, error)
	Stale(m tokens.Mailbox, version string)
}

// Google is what is asked of Google's OAuth endpoints.
type Google interface {
	// Exchange turns the code of a consent into tokens and says whose they are.
	Exchange(ctx context.Context, code, verifier string) (Grant, error)
	// Prove refreshes a token, to see that it is alive: *tokens.Refused if it is not, another error if that can't be said now.
	Prove(ctx context.Context, refresh string) error
	// Revoke ends every token of the Google user for our project. That it was dead already is no error; dead tells it.
	Revoke(ctx context.Context, token string) (dead bool, err error)
	// AuthCodeURL is the address of the consent screen.
	AuthCodeURL(state, verifier, loginHint string) string
}

// Metrics are the figures that connections tell.
type Metrics interface {
	// TokenRefused tells that Google has refused a connection, and why, in one of the code's own words.
	TokenRefused(ctx context.Context, reason string)
	// WatchRenewed tells whether the renewal of a watch has gone well.
	WatchRenewed(ctx context.Context, ok bool)
}

// Grant is what a consent has given.
type Grant struct {
	Sub      string
	Address  string
	Verified bool
	Scope    string // space separated
	Access   string
	Refresh  string // "" where Google gave none
	At       time.Time
	// AskGmail: a stand-in for Google has not said whose grant it is. Gmail says whose mailbox it opens.
	AskGmail bool
}

// Options of a Service; all but Log are needed.
type Options struct {
	Store    Store
	Outbox   Outbox
	Vault    tokens.Vault
	Access   AccessTokens
	Google   Google
	Gmail    *gmail.Client
	Metrics  Metrics
	Topic    string // Gmail publishes its notifications there: projects/…/topics/…; "" where there is no push and the sweep does all
	StartURL string // of oauthcallback's start page
	Now      func() time.Time
	Rand     io.Reader
	Log      *slog.Logger
}

// Service makes and ends connections.
type Service struct{ Options }

// New makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Outbox == nil || o.Vault == nil || o.Access == nil || o.Google == nil || o.Gmail == nil || o.Metrics == nil || o.StartURL == "" || o.Now == nil || o.Rand == nil {
		return nil, errors.New("connection: store, outbox, vault, access, google, gmail, metrics, start URL, now and rand are all needed")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{o}, nil
}

// Scopes that a connection needs. One Gmail scope covers reading, sending, labels, history and watch.
var Scopes = []string{"openid", "email", scopeGmail}

// scopeGmail is the restricted scope that the user may untick on the consent screen.
const scopeGmail = "https://www.googleapis.com/auth/gmail.modify"

// OAuthConfig is the part of oauth2.Config that the service and its token source share.
func OAuthConfig(id, secret, redirect string, endpoint oauth2.Endpoint) *oauth2.Config {
	return &oauth2.Config{ClientID: id, ClientSecret: secret, RedirectURL: redirect, Endpoint: endpoint, Scopes: Scopes}
}

func vaultKey(k store.MailboxKey) tokens.Mailbox {
	return tokens.Mailbox{AccountID: k.AccountID, UserID: k.UserID}
}

// Mailbox opens the Gmail of a connection. It makes no call yet.
func (s *Service) Mailbox(m store.Mailbox) *gmail.Mailbox {
	return s.Options.Gmail.Mailbox(m.Sub, func(ctx context.Context) (string, error) {
		return s.Access.Access(ctx, vaultKey(m.Key()), m.TokenVersion)
	})
}
