package oauthtest

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Issuer is the iss of id_tokens.
const Issuer = "https://accounts.google.com"

// Client is an OAuth client of the project.
type Client struct {
	ID, Secret string
	// RedirectURIs are the registered ones, compared exactly; none admits any loopback address.
	RedirectURIs []string
	// Testing is the publishing status: refresh tokens end after seven days.
	Testing bool
}

// Account is a Google account.
type Account struct {
	Email         string
	Name          string
	Sub           string
	EmailVerified bool
}

// Options of a Server.
type Options struct {
	Now      func() time.Time
	Seed     uint64
	Clients  []Client
	Accounts func() []Account // those that there are now
	// Intercept may answer a request itself, to play a fault; true means that it has. endpoint is authorize, token, revoke, userinfo, tokeninfo, certs or discovery.
	Intercept func(w http.ResponseWriter, r *http.Request, endpoint string) bool
}

// Server is Google's OAuth. It is an http.Handler and safe for concurrent use.
type Server struct {
	now       func() time.Time
	clients   map[string]Client
	accounts  func() []Account
	intercept func(http.ResponseWriter, *http.Request, string) bool
	mux       *http.ServeMux

	mu      sync.RWMutex
	rand    *rand.Rand
	codes   map[string]*code
	refresh map[string]*grant
	access  map[string]access
	granted map[string][]string // by account and client: the scopes that the user has consented to
	blocked map[string]bool     // by account: the administrator does not allow the app
	serial  int
}

// New makes a Server.
func New(o Options) *Server {
	s := &Server{
		now: o.Now, clients: map[string]Client{}, accounts: o.Accounts, intercept: o.Intercept, rand: rand.New(rand.NewPCG(o.Seed, 0x6f61757468)),
		codes: map[string]*code{}, refresh: map[string]*grant{}, access: map[string]access{}, granted: map[string][]string{}, blocked: map[string]bool{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.accounts == nil {
		s.accounts = func() []Account { return nil }
	}
	for _, c := range o.Clients {
		s.clients[c.ID] = c
	}
	s.mux = http.NewServeMux()
	for endpoint, e := range map[string]struct {
		paths   []string
		handler http.HandlerFunc
	}{
		"authorize": {[]string{"/o/oauth2/v2/auth", "/o/oauth2/auth"}, s.authorize},
		"token":     {[]string{"POST /token", "POST /oauth2/v4/token"}, s.token},
		"revoke":    {[]string{"POST /revoke", "POST /o/oauth2/revoke"}, s.revoke},
		"userinfo":  {[]string{"/v1/userinfo", "/oauth2/v3/userinfo"}, s.userinfo},
		"tokeninfo": {[]string{"/tokeninfo", "/oauth2/v3/tokeninfo"}, s.tokeninfo},
		"certs":     {[]string{"GET /oauth2/v3/certs"}, s.certs},
		"discovery": {[]string{"GET /.well-known/openid-configuration"}, s.discovery},
	} {
		for _, path := range e.paths {
			s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
				if s.intercept == nil || !s.intercept(w, r, endpoint) {
					e.handler(w, r)
				}
			})
		}
	}
	return s
}

// ServeHTTP answers on Google's paths.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// account finds an account by its address.
func (s *Server) account(email string) (Account, bool) {
	all := s.accounts()
	i := slices.IndexFunc(all, func(a Account) bool { return a.Email == email })
	if i < 0 {
		return Account{}, false
	}
	return all[i], true
}

// secret makes a token; the caller holds s.mu.
func (s *Server) secret(prefix string) string {
	s.serial++
	return prefix + strconv.FormatUint(s.rand.Uint64(), 36) + strconv.FormatUint(s.rand.Uint64(), 36) + "-" + strconv.Itoa(s.serial)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller has gone; there is no one to tell
}

// refuse answers with an error of OAuth (RFC 6749 section 5.2).
func refuse(w http.ResponseWriter, status int, kind, description string) {
	writeJSON(w, status, map[string]string{"error": kind, "error_description": description})
}
