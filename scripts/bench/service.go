package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// serviceSetup of the process.
type serviceSetup struct {
	Data   string // folder
	Google string // address of the simulated Gmail
	Users  string // address of the issuer of users' tokens
}

// plenty is a limit that is none: a live mailbox has its message bodies at 300 a minute, which would be all that is measured.
const plenty = 1 << 40

// unlimited are the variables that take the service's own limits of Gmail's quota away. What calls cost is counted all the same.
func unlimited() map[string]string {
	all := strconv.Itoa(plenty)
	return map[string]string{"GMAIL_QUOTA_USER_PER_MINUTE": all, "GMAIL_QUOTA_PROJECT_PER_MINUTE": all, "GMAIL_QUOTA_PROJECT_PER_DAY": all}
}

// serviceProcess is the service on the embedded store, durable, in a process of its own, with what stands in for Pub/Sub and Cloud Tasks.
func serviceProcess(ctx context.Context, base string, setup []byte) (http.Handler, func() error, error) {
	var o serviceSetup
	if err := json.Unmarshal(setup, &o); err != nil {
		return nil, nil, err
	}
	env := wiring.LocalEnvironment(base, o.Data)
	client := gmailtest.DefaultClient()
	wiring.UseGoogleAt(env, o.Google, client.ID, client.Secret)
	env["USERS_ISSUER"], env["USERS_JWKS_URL"] = o.Users, o.Users+"/jwks"
	for name, value := range unlimited() {
		env[name] = value
	}
	c, err := wiring.ConfigOf(env)
	if err != nil {
		return nil, nil, err
	}
	issuer := issuertest.New(issuertest.Options{URL: base + "/issuer", Now: time.Now})
	tokens := &signed{sign: issuer.ServiceToken, made: map[[2]string]string{}}
	news := newBell()
	local, err := wiring.OpenLocal(c, wiring.LocalOptions{
		Hook: func(_ string, at embedded.Phase) error {
			if at == embedded.AfterCommit {
				news.ring()
			}
			return nil
		},
		Now: time.Now, BaseURL: base, ServiceToken: tokens.of, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	for name, build := range functions.All() {
		h, err := build(local.Services)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("build %s: %w", name, err), local.Close())
		}
		mux.Handle("/"+name+"/", h)
	}
	mux.Handle("/issuer/", http.StripPrefix("/issuer", issuer))
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.Handle("GET /debug/pprof/allocs", pprof.Handler("allocs"))
	var workers sync.WaitGroup
	workers.Go(func() { local.Events.Run(ctx) })
	var begin sync.Once
	handle(mux, "begin", func(context.Context, nothing) (time.Time, error) { // tasks wait until then
		begin.Do(func() { workers.Go(func() { local.Tasks.Run(ctx) }) })
		return time.Now(), nil
	})
	handle(mux, "notify", func(ctx context.Context, data []byte) (nothing, error) {
		return nothing{}, local.Events.Notify(ctx, data)
	})
	handle(mux, "tell", func(ctx context.Context, b api.DirectoryBatch) (nothing, error) { return nothing{}, local.Tell(ctx, b) })
	seen, err := store.New(watched{local.DB}, store.Options{Now: time.Now})
	if err != nil {
		return nil, nil, errors.Join(err, local.Close())
	}
	eyes := watcher{store: seen, every: time.Second, news: news.next} // whatever a commit changes is seen when it is on the disk
	handle(mux, "until", eyes.until)
	handle(mux, "filed", eyes.filed)
	handle(mux, "documents", func(context.Context, nothing) (documents, error) {
		return counted(local.DB.Stats()), nil
	})
	return mux, func() error {
		workers.Wait()
		return local.Close()
	}, nil
}

// documents are counted as Firestore bills them.
type documents struct{ Read, Written, Deleted int64 }

// counted adds up what the service itself has done. What watches it is left out, and so are the queue and the broker of one machine, which are Cloud Tasks and Pub/Sub elsewhere.
func counted(by map[string]embedded.Count) (n documents) {
	for op, c := range by {
		if of, _, _ := strings.Cut(op, "."); of == watching || of == "task" || of == "notification" || of == "event" {
			continue
		}
		n.Read, n.Written, n.Deleted = n.Read+c.Reads, n.Written+c.Writes, n.Deleted+c.Deletes
	}
	return n
}

// watching begins the names of the operations of what watches.
const watching = "bench"

// watched is a database whose views are told apart from the service's.
type watched struct{ docs.DB }

// View implements docs.DB.
func (w watched) View(ctx context.Context, op string, fn func(context.Context, docs.Tx) error) error {
	return w.DB.View(ctx, watching+"."+op, fn)
}

// signed keeps the tokens of Google's services for half an hour, as these do.
type signed struct {
	sign func(audience, email string) string

	mu   sync.Mutex
	made map[[2]string]string
	at   time.Time
}

func (s *signed) of(audience, email string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.at) > 30*time.Minute {
		clear(s.made)
		s.at = time.Now()
	}
	key := [2]string{audience, email}
	if s.made[key] == "" {
		s.made[key] = s.sign(audience, email)
	}
	return s.made[key]
}

// watcher waits for what is committed to the store. It looks every so often, and whenever there is news.
type watcher struct {
	store *store.Store
	every time.Duration
	news  func() <-chan struct{} // nil where nobody tells
}

// bell rings for all who wait.
type bell struct {
	mu  sync.Mutex
	now chan struct{}
}

func newBell() *bell { return &bell{now: make(chan struct{})} }

// next is closed when the bell rings the next time.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.now)
	b.now = make(chan struct{})
}

// condition is what a mailbox is to have come to.
type condition struct {
	Key       store.MailboxKey
	Imported  bool      // the labelled conversations have been gone through
	History   int64     // all records up to this id are committed
	Recovered time.Time // a recovery that began after this time is over
}

func (c condition) holds(m store.Mailbox) bool {
	if c.Imported && (m.Import != nil || m.Imported.IsZero()) || m.Cursor < c.History {
		return false
	}
	return c.Recovered.IsZero() || m.Recovery == nil && m.ListedAt.After(c.Recovered)
}

// until waits until all conditions hold, and tells when they did.
func (w watcher) until(ctx context.Context, all []condition) (time.Time, error) {
	for _, c := range all {
		if err := w.wait(ctx, fmt.Sprintf("what %s waits for: %+v", c.Key.UserID, c), func() (bool, error) {
			m, found, err := w.store.Mailbox(ctx, c.Key)
			return found && c.holds(m), err
		}); err != nil {
			return time.Time{}, err
		}
	}
	return time.Now(), nil
}

// profiles are to have so many messages together.
type profiles struct {
	Account    string
	Candidates []string
	Messages   int
	OrMore     bool // else more are an error
}

// filed waits until the profiles have their messages, and tells when they did.
func (w watcher) filed(ctx context.Context, p profiles) (time.Time, error) {
	n := 0
	err := w.wait(ctx, fmt.Sprintf("%d messages in profiles of %s", p.Messages, p.Account), func() (bool, error) {
		n = 0
		for _, c := range p.Candidates {
			var after *store.Position
			for {
				page, err := w.store.Threads(ctx, p.Account, c, after, 100)
				if err != nil {
					return false, err
				}
				for _, t := range page {
					n += t.Messages
					after = &store.Position{At: t.LastAt, ID: t.ID}
				}
				if len(page) < 100 {
					break
				}
			}
		}
		return n >= p.Messages, nil
	})
	at := time.Now()
	if err != nil {
		return at, fmt.Errorf("%w; there are %d", err, n)
	}
	if n > p.Messages && !p.OrMore {
		return at, fmt.Errorf("%d messages are in the profiles, want %d", n, p.Messages)
	}
	return at, nil
}

// patience is how long anything is waited for.
const patience = 5 * time.Minute

func (w watcher) wait(ctx context.Context, what string, so func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		var news <-chan struct{}
		if w.news != nil {
			news = w.news() // from before the look: none is missed
		}
		if ok, err := so(); err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not come: %s", what)
		case <-news:
		case <-time.After(w.every):
		}
	}
}
