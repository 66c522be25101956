package gmailtest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

// Server is a simulated Gmail with Google's OAuth endpoints. Make one with New; it is an http.Handler and safe for concurrent use.
type Server struct {
	now   func() time.Time
	seed  uint64
	push  func(ctx context.Context, topic string, data []byte)
	oauth *oauthtest.Server
	ways  atomic.Pointer[Behaviour]
	quota quotaState
	calls serverCalls

	mu        sync.RWMutex
	mailboxes map[string]*Mailbox // by address
	routes    map[string]*Mailbox // by address that mail to reaches it: the address itself, its Gmail variants, aliases
	outside   map[string]*Outside
	accounts  []oauthtest.Account

	pushMu sync.Mutex
	pushes []Push

	faults faults

	randMu sync.Mutex
	rand   *rand.Rand
}

// New makes a Server without mailboxes.
func New(o Options) *Server {
	s := &Server{
		now: o.Now, seed: o.Seed, push: o.Publish,
		mailboxes: map[string]*Mailbox{}, routes: map[string]*Mailbox{}, outside: map[string]*Outside{},
		rand: rand.New(rand.NewPCG(o.Seed, hashString("server"))),
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.ways.Store(&o.Behaviour)
	s.quota.set(o.Quota)
	s.faults.rand = rand.New(rand.NewPCG(o.Seed, hashString("faults")))
	clients := o.Clients
	if len(clients) == 0 {
		clients = []oauthtest.Client{DefaultClient()}
	}
	s.oauth = oauthtest.New(oauthtest.Options{Now: s.now, Seed: o.Seed, Clients: clients, Accounts: s.googleAccounts, Intercept: s.interceptOAuth})
	return s
}

// OAuth is the server's Google sign-in.
func (s *Server) OAuth() *oauthtest.Server { return s.oauth }

// Behaviour is how the server behaves now.
func (s *Server) Behaviour() Behaviour { return *s.behaviour() }

func (s *Server) behaviour() *Behaviour { return s.ways.Load() }

// SetBehaviour changes how the server behaves from now on.
func (s *Server) SetBehaviour(b Behaviour) { s.ways.Store(&b) }

// AddMailbox makes a mailbox, and a Google account with it. An address that has one already keeps it.
func (s *Server) AddMailbox(email, name string) *Mailbox {
	email = normalAddress(email)
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.mailboxes[email]; m != nil {
		return m
	}
	m := newMailbox(s, email, name)
	s.mailboxes[email] = m
	s.routes[routeKey(email)] = m
	s.addAccount(oauthtest.Account{Email: email, Name: name, Sub: subjectOf(email), EmailVerified: true})
	return m
}

// AddAccount makes a Google account without Gmail: its calls answer 400 failedPrecondition "Mail service not enabled".
func (s *Server) AddAccount(a oauthtest.Account) {
	a.Email = normalAddress(a.Email)
	if a.Sub == "" {
		a.Sub = subjectOf(a.Email)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addAccount(a)
}

func (s *Server) addAccount(a oauthtest.Account) {
	i := slices.IndexFunc(s.accounts, func(x oauthtest.Account) bool { return x.Email == a.Email })
	if i >= 0 {
		s.accounts[i] = a
		return
	}
	s.accounts = append(s.accounts, a)
}

func (s *Server) googleAccounts() []oauthtest.Account {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.accounts)
}

// subjectOf is an account's stable Google id, 21 digits.
func subjectOf(email string) string {
	digits := []byte("1")
	for h := hashString("sub:" + email); len(digits) < 21; h = h*6364136223846793005 + 1442695040888963407 {
		digits = append(digits, '0'+byte(h>>60)%10)
	}
	return string(digits)
}

// Mailbox is the mailbox of an address.
func (s *Server) Mailbox(email string) (*Mailbox, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m, ok := s.mailboxes[normalAddress(email)]
	return m, ok
}

// Mailboxes are all mailboxes, by address.
func (s *Server) Mailboxes() []*Mailbox {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]*Mailbox, 0, len(s.mailboxes))
	for _, m := range s.mailboxes {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *Mailbox) int { return cmp.Compare(a.email, b.email) })
	return all
}

// Scopes that Token gives when none are named: what the product asks for.
var defaultScopes = []string{"openid", "email", "https://www.googleapis.com/auth/gmail.modify"}

// Token is a ready access token of a mailbox's user, with gmail.modify unless other scopes are named.
func (s *Server) Token(email string, scopes ...string) string {
	if len(scopes) == 0 {
		scopes = defaultScopes
	}
	access, _ := s.oauth.Issue(normalAddress(email), scopes...)
	return access
}

// ServeHTTP answers on Google's paths: Gmail's API, its uploads and its batches; anything else is OAuth's.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.http.Add(1)
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/gmail/"):
		s.serveCall(w, r, path, false)
	case strings.HasPrefix(path, "/upload/gmail/"):
		s.serveCall(w, r, path[len("/upload"):], true)
	case path == "/batch" || strings.HasPrefix(path, "/batch/"):
		s.serveBatch(w, r)
	default:
		s.oauth.ServeHTTP(w, r)
	}
}

// hashString is FNV-1a.
func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// normalAddress is an address as mailboxes are kept by.
func normalAddress(a string) string { return strings.ToLower(strings.TrimSpace(a)) }

// routeKey folds the variants of an address that reach one mailbox: a +tag, and at Gmail itself dots.
func routeKey(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return address
	}
	if tag := strings.IndexByte(local, '+'); tag > 0 {
		local = local[:tag]
	}
	if domain == "gmail.com" || domain == "googlemail.com" {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	return local + "@" + domain
}

// route makes mail to an address reach a mailbox.
func (s *Server) route(address string, m *Mailbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.routes[routeKey(address)] = m
}

// receiver is the mailbox that mail to an address reaches, nil if it is outside.
func (s *Server) receiver(address string) *Mailbox {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if m := s.mailboxes[address]; m != nil {
		return m
	}
	return s.routes[routeKey(address)]
}

// random is a number from the server's own seed.
func (s *Server) random() uint64 {
	s.randMu.Lock()
	defer s.randMu.Unlock()
	return s.rand.Uint64()
}
