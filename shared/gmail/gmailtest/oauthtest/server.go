package oauthtest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Issuer is the iss of id_tokens, unless Options say otherwise.
const Issuer = "https://accounts.google.com"

// Client is an OAuth client. All clients of a Server belong to one Google Cloud project.
type Client struct {
	ID string
	// Secret may be sent in the body or as HTTP basic authentication. A client without one is a public client and sends none.
	Secret string
	// RedirectURIs are the registered ones, compared exactly; none admits any loopback address over http.
	RedirectURIs []string
	// RequirePKCE refuses a request without a code challenge. Off, as at Google: a challenge is checked if there is one.
	RequirePKCE bool
	// Testing is the publishing status: refresh tokens that can do more than say who the user is end after seven days.
	Testing bool
	// NoIDToken leaves the id_token out, as stand-ins for Google may.
	NoIDToken bool
	// ConsentEndsOlder lets a new refresh token end the account's older ones of this client. This is reported of Google, not certain.
	ConsentEndsOlder bool
}

// Account is a Google account.
type Account struct {
	Email         string
	Name          string
	Sub           string // Google's id of the user, which stays when the address changes
	EmailVerified bool
	HostedDomain  string // of a Google Workspace: the claim hd; "" for none
}

// Options of a Server.
type Options struct {
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Seed is where tokens and codes come from.
	Seed uint64
	// Clients that there are; Issue gives tokens to the first.
	Clients []Client
	// Accounts are those that there are now, in the order of the chooser.
	Accounts func() []Account
	// Intercept may answer a request itself, to play a fault; true means that it has. endpoint is authorize, token, revoke, userinfo, tokeninfo,
	// certs or discovery.
	Intercept func(w http.ResponseWriter, r *http.Request, endpoint string) bool
	// Issuer of id_tokens; "" means Google.
	Issuer string
}

// Server is Google's OAuth. Make one with New; it is an http.Handler and safe for concurrent use.
type Server struct {
	now       func() time.Time
	seed      uint64
	issuer    string
	clients   map[string]Client
	first     string // id of the first client
	accounts  func() []Account
	intercept func(http.ResponseWriter, *http.Request, string) bool
	mux       *http.ServeMux

	mu      sync.RWMutex
	made    uint64 // codes and tokens so far
	codes   map[string]*code
	oldest  []*code // the codes in the order they were made in, also those that were used
	refresh map[string]*refreshToken
	access  map[string]*accessToken
	users   map[string]*user // by address
}

// New makes a Server on which nobody has consented to anything.
func New(o Options) *Server {
	s := &Server{
		now: o.Now, seed: o.Seed, issuer: cmp.Or(o.Issuer, Issuer), clients: map[string]Client{}, accounts: o.Accounts, intercept: o.Intercept,
		codes: map[string]*code{}, refresh: map[string]*refreshToken{}, access: map[string]*accessToken{}, users: map[string]*user{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.accounts == nil {
		s.accounts = func() []Account { return nil }
	}
	for i, c := range o.Clients {
		s.clients[c.ID] = c
		if i == 0 {
			s.first = c.ID
		}
	}
	s.route()
	return s
}

// route puts every endpoint on Google's paths.
// Source: https://accounts.google.com/.well-known/openid-configuration; the older paths are still in use by clients.
func (s *Server) route() {
	s.mux = http.NewServeMux()
	for _, e := range []struct {
		endpoint string
		handler  http.HandlerFunc
		patterns []string
	}{
		{"authorize", s.authorize, []string{"GET /o/oauth2/v2/auth", "POST /o/oauth2/v2/auth", "GET /o/oauth2/auth", "POST /o/oauth2/auth"}},
		{"token", s.token, []string{"POST /token", "POST /oauth2/v4/token"}},
		{"revoke", s.revoke, []string{"POST /revoke", "POST /o/oauth2/revoke"}},
		{"userinfo", s.userinfo, []string{"GET /v1/userinfo", "POST /v1/userinfo", "GET /oauth2/v3/userinfo", "POST /oauth2/v3/userinfo"}},
		{"tokeninfo", s.tokeninfo, []string{"GET /tokeninfo", "POST /tokeninfo", "GET /oauth2/v3/tokeninfo", "POST /oauth2/v3/tokeninfo"}},
		{"certs", s.certs, []string{"GET /oauth2/v3/certs"}},
		{"discovery", s.discovery, []string{"GET /.well-known/openid-configuration"}},
	} {
		for _, pattern := range e.patterns {
			s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
				if s.intercept == nil || !s.intercept(w, r, e.endpoint) {
					e.handler(w, r)
				}
			})
		}
	}
}

// ServeHTTP answers on Google's paths.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// account finds an account by its address; the caller must not hold s.mu.
func (s *Server) account(email string) (Account, bool) {
	email = normal(email)
	all := s.accounts()
	i := slices.IndexFunc(all, func(a Account) bool { return normal(a.Email) == email })
	if i < 0 {
		return Account{}, false
	}
	return all[i], true
}

// normal is an address as users are kept by.
func normal(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
