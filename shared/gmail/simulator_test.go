package gmail_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

const (
	ritaMail = "rita@acme.example"
	coraMail = "cora@mail.example"
)

// google is the simulator with a client before it. Its clock moves only when the client waits or the test says so.
type google struct {
	t      testing.TB
	sim    *gmailtest.Server
	rita   *gmailtest.Mailbox
	cora   *gmailtest.Outside
	client *gmail.Client
	box    *gmail.Mailbox // rita's
	tap    *tap

	clock *clocktest.Clock
}

func newGoogle(t testing.TB, sim gmailtest.Options, change ...func(*gmail.Options)) *google {
	t.Helper()
	g := &google{t: t, clock: clocktest.New()}
	sim.Now, sim.Seed = g.clock.Now, 1
	g.sim = gmailtest.New(sim)
	server := httptest.NewServer(g.sim)
	t.Cleanup(server.Close)
	g.rita = g.sim.AddMailbox(ritaMail, "Rita Recruiter")
	g.cora = g.sim.Outside(coraMail, "Cora Candidate")
	g.tap = &tap{base: server.Client().Transport}
	o := gmail.Options{
		Endpoint: server.URL, HTTP: &http.Client{Transport: g.tap}, Now: g.clock.Now,
		Sleep:  func(ctx context.Context, d time.Duration) error { g.clock.Advance(d); return ctx.Err() },
		Jitter: func() float64 { return 1 },
	}
	for _, f := range change {
		f(&o)
	}
	client, err := gmail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	g.client, g.box = client, client.Mailbox("1001", g.token(ritaMail))
	return g
}

// token hands out fresh access tokens: those of the simulator end after an hour.
func (g *google) token(email string, scopes ...string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return g.sim.Token(email, scopes...), nil }
}

func (g *google) ok(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// mail makes Cora write to Rita and returns it as Rita's mailbox has it.
func (g *google) mail(m gmailtest.OutgoingMail) gmailtest.Message {
	g.t.Helper()
	m.To = []string{ritaMail}
	_, err := g.cora.Send(m)
	g.ok(err)
	all, err := g.rita.Messages("", 1)
	g.ok(err)
	if len(all) != 1 {
		g.t.Fatalf("%d messages arrived", len(all))
	}
	return all[0]
}

// tap sees every request on its way to Gmail, and can lose answers.
type tap struct {
	base http.RoundTripper

	mu   sync.Mutex
	seen []string // "POST /gmail/v1/... 200"
	lose string   // the answer to the next request whose path ends so is lost, after Gmail has done what it asked
}

func (w *tap) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, r.Method+" "+r.URL.Path+" "+resp.Status[:3])
	if w.lose != "" && strings.HasSuffix(r.URL.Path, w.lose) {
		w.lose = ""
		io.Copy(io.Discard, resp.Body) //nolint:errcheck // lost
		return nil, errors.Join(syscall.ECONNRESET, resp.Body.Close())
	}
	return resp, nil
}

func (w *tap) loseAnswerTo(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lose = path
}

// count is how many requests have gone to a path that ends so.
func (w *tap) count(path string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.seen {
		if strings.HasSuffix(strings.Fields(s)[1], path) {
			n++
		}
	}
	return n
}

// paths are those of the requests that hold a text.
func (w *tap) paths(part string) (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.seen {
		if path := strings.Fields(s)[1]; strings.Contains(path, part) {
			out = append(out, path)
		}
	}
	return out
}

// refused are the requests that were answered with an error.
func (w *tap) refused() (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.seen {
		if !strings.HasSuffix(s, " 200") && !strings.HasSuffix(s, " 204") {
			out = append(out, s)
		}
	}
	return out
}
