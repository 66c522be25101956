package tokens

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// memory is a vault with one token for each mailbox.
type memory map[Mailbox]Token

func (v memory) Put(context.Context, Mailbox, Token) (string, error) {
	return "", errors.New("not in this test")
}
func (v memory) Destroy(context.Context, Mailbox, string) error { return nil }

func (v memory) DestroyBefore(context.Context, Mailbox, string) error { return nil }
func (v memory) Get(_ context.Context, m Mailbox, version string) (Token, error) {
	t, ok := v[m]
	switch {
	case version == "gone":
		return Token{}, ErrDestroyed
	case !ok:
		return Token{}, ErrNotFound
	}
	return t, nil
}

// endpoint plays Google's token endpoint, without a network.
type endpoint struct {
	mu     sync.Mutex
	asked  int
	answer func(n int, form url.Values) (status int, body string, err error) // of the n-th call, from 1
}

func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.asked++
	n := e.asked
	e.mu.Unlock()
	status, text, err := e.answer(n, form)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprint(status, " ", http.StatusText(status)), Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(text)), Request: r,
	}, nil
}

func (e *endpoint) calls() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asked
}

// grants answers every call with a new access token that lives for an hour.
func grants(n int, form url.Values) (int, string, error) {
	return http.StatusOK, fmt.Sprintf(`{"access_token":"access-%s-%d","expires_in":3600,"token_type":"Bearer"}`, form.Get("refresh_token"), n), nil
}

func refuses(code string) func(int, url.Values) (int, string, error) {
	return func(int, url.Values) (int, string, error) {
		return http.StatusBadRequest, fmt.Sprintf(`{"error":%q,"error_description":"Bad Request 1//rita"}`, code), nil
	}
}

var (
	rita = Mailbox{"acme", "rita"}
	sam  = Mailbox{"acme", "sam"}
)

func newSource(t *testing.T, e *endpoint, limit int) (*Source, *clocktest.Clock) {
	t.Helper()
	// Far from the machine's own time, so that nothing can go by that.
	c := clocktest.At(time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC))
	config := &oauth2.Config{ClientID: "id", ClientSecret: "client-secret", Endpoint: oauth2.Endpoint{TokenURL: "https://token.example/token", AuthStyle: oauth2.AuthStyleInParams}}
	s, err := NewSource(memory{rita: {Refresh: "1//rita"}, sam: {Refresh: "1//sam"}}, config, &http.Client{Transport: e}, c.Now, limit)
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func wantAccess(t *testing.T, s *Source, m Mailbox, version, want string) {
	t.Helper()
	got, err := s.Access(t.Context(), m, version)
	if err != nil || got != want {
		t.Errorf("access of %s: %q (%v), want %q", version, got, err, want)
	}
}

func TestSourceCachesUntilShortlyBeforeTheEnd(t *testing.T) {
	t.Parallel()
	e := &endpoint{answer: grants}
	s, c := newSource(t, e, 10)
	wantAccess(t, s, rita, "1", "access-1//rita-1")
	c.Advance(57 * time.Minute)
	wantAccess(t, s, rita, "1", "access-1//rita-1")
	c.Advance(time.Minute)
	wantAccess(t, s, rita, "1", "access-1//rita-2")
	wantAccess(t, s, rita, "1", "access-1//rita-2")
	wantAccess(t, s, rita, "2", "access-1//rita-3") // a version of its own
	wantAccess(t, s, sam, "1", "access-1//sam-4")
	if n := e.calls(); n != 4 {
		t.Errorf("%d refreshes, want 4", n)
	}
}

func TestSourceRefreshesOnceForAllWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool)
		e := &endpoint{answer: func(n int, form url.Values) (int, string, error) {
			<-release
			return grants(n, form)
		}}
		s, _ := newSource(t, e, 10)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { wantAccess(t, s, rita, "1", "access-1//rita-1") })
		}
		// One of them gives up; the refresh goes on for the others.
		ctx, cancel := context.WithCancel(t.Context())
		gaveUp := make(chan error, 1)
		go func() {
			_, err := s.Access(ctx, rita, "1")
			gaveUp <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-gaveUp; !errors.Is(err, context.Canceled) {
			t.Errorf("the one that gave up: %v", err)
		}
		close(release)
		wg.Wait()
		if n := e.calls(); n != 1 {
			t.Errorf("%d refreshes, want 1", n)
		}
	})
}

func TestSourceOutlivesTheCallerThatBeganTheRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool)
		e := &endpoint{answer: func(n int, form url.Values) (int, string, error) {
			<-release
			return grants(n, form)
		}}
		s, _ := newSource(t, e, 10)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() {
			_, err := s.Access(ctx, rita, "1")
			first <- err
		}()
		synctest.Wait()
		go func() {
			_, err := s.Access(t.Context(), rita, "1")
			second <- err
		}()
		synctest.Wait()
		cancel()
		<-first
		close(release)
		if err := <-second; err != nil {
			t.Errorf("the one that stayed: %v", err)
		}
	})
}

func TestSourceRemembersARefusal(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]Reason{"invalid_grant": Revoked, "admin_policy_enforced": AdminPolicy, "org_internal": AdminPolicy} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			e := &endpoint{answer: refuses(code)}
			s, c := newSource(t, e, 10)
			for range 5 {
				_, err := s.Access(t.Context(), rita, "1")
				var refused *Refused
				if !errors.As(err, &refused) || refused.Reason != want {
					t.Fatalf("error %v, want %s", err, want)
				}
				s.Stale(rita, "1") // does not make it worth another try
				c.Advance(24 * time.Hour)
			}
			if n := e.calls(); n != 1 {
				t.Errorf("asked %d times, want once", n)
			}
			e.answer = grants
			wantAccess(t, s, rita, "2", "access-1//rita-2") // a new version, by reconnecting
		})
	}
}

func TestSourceAsksAgainOnceTheClientIsMended(t *testing.T) {
	t.Parallel()
	e := &endpoint{answer: refuses("invalid_client")}
	s, c := newSource(t, e, 10)
	var refused *Refused
	for range 3 {
		if _, err := s.Access(t.Context(), rita, "1"); !errors.As(err, &refused) || refused.Reason != ClientInvalid {
			t.Fatalf("error %v", err)
		}
	}
	if n := e.calls(); n != 1 {
		t.Errorf("asked %d times at once", n)
	}
	e.answer = grants
	c.Advance(2 * time.Minute)
	wantAccess(t, s, rita, "1", "access-1//rita-2")
}

func TestSourceTriesWhatMayPassAgain(t *testing.T) {
	t.Parallel()
	e := &endpoint{}
	s, _ := newSource(t, e, 10)
	for name, answer := range map[string]func(int, url.Values) (int, string, error){
		"server error": func(int, url.Values) (int, string, error) {
			return http.StatusServiceUnavailable, `{"error":"backend_error","refresh_token":"1//rita"}`, nil
		},
		"no json":     func(int, url.Values) (int, string, error) { return http.StatusOK, "<html>1//rita client-secret", nil },
		"no token":    func(int, url.Values) (int, string, error) { return http.StatusOK, `{"id":"1//rita"}`, nil },
		"no network":  func(int, url.Values) (int, string, error) { return 0, "", errors.New("connection reset") },
		"odd refusal": refuses("something_new"),
		"rate limited": func(int, url.Values) (int, string, error) {
			return http.StatusTooManyRequests, "slow down 1//rita", nil
		},
	} {
		before := e.calls()
		e.answer = answer
		for range 2 {
			_, err := s.Access(t.Context(), rita, "1")
			var refused *Refused
			if err == nil || errors.As(err, &refused) {
				t.Fatalf("%s: error %v", name, err)
			}
			// What is Google's trouble, or the network's, is told as such.
			want := hire.CodeGmailUnavailable
			if name == "odd refusal" {
				want = hire.CodeInternal
			}
			if got := hire.CodeOf(err); got != want {
				t.Errorf("%s: the code is %s, want %s", name, got, want)
			}
			if text := fmt.Sprintf("%v %+v %#v %v", err, err, err, errors.Unwrap(err)); strings.Contains(text, "1//rita") || strings.Contains(text, "client-secret") {
				t.Errorf("%s: the error carries a secret: %v", name, err)
			}
		}
		if n := e.calls() - before; n != 2 {
			t.Errorf("%s: asked %d times for two calls", name, n)
		}
	}
	e.answer = grants
	if _, err := s.Access(t.Context(), rita, "1"); err != nil {
		t.Errorf("after the trouble: %v", err)
	}
}

func TestSourceOfATokenThatIsNotThere(t *testing.T) {
	t.Parallel()
	e := &endpoint{answer: grants}
	s, _ := newSource(t, e, 10)
	if _, err := s.Access(t.Context(), rita, "gone"); !errors.Is(err, ErrDestroyed) {
		t.Errorf("destroyed: %v", err)
	}
	if _, err := s.Access(t.Context(), Mailbox{"acme", "nobody"}, "1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("never there: %v", err)
	}
	if n := e.calls(); n != 0 {
		t.Errorf("google was asked %d times", n)
	}
}

func TestSourceDropsAStaleToken(t *testing.T) {
	t.Parallel()
	e := &endpoint{answer: grants}
	s, _ := newSource(t, e, 10)
	wantAccess(t, s, rita, "1", "access-1//rita-1")
	wantAccess(t, s, sam, "1", "access-1//sam-2")
	s.Stale(rita, "1")
	s.Stale(rita, "never seen")
	wantAccess(t, s, rita, "1", "access-1//rita-3")
	wantAccess(t, s, sam, "1", "access-1//sam-2")
}

func TestSourceIsBounded(t *testing.T) {
	t.Parallel()
	e := &endpoint{answer: grants}
	s, c := newSource(t, e, 4)
	for i := range 50 {
		if _, err := s.Access(t.Context(), rita, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if len(s.cache) > 4 {
			t.Fatalf("%d tokens remembered", len(s.cache))
		}
	}
	wantAccess(t, s, rita, "49", "access-1//rita-50") // the newest is among them
	// Renewing one that is remembered drops no other.
	for range 10 {
		c.Advance(2 * time.Hour)
		if _, err := s.Access(t.Context(), rita, "49"); err != nil {
			t.Fatal(err)
		}
		if len(s.cache) != 4 {
			t.Fatalf("%d tokens remembered, were 4", len(s.cache))
		}
	}
}

func TestNewSourceRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	v, config, client, now := Vault(memory{}), &oauth2.Config{}, http.DefaultClient, time.Now
	for name, make := range map[string]func() (*Source, error){
		"vault":  func() (*Source, error) { return NewSource(nil, config, client, now, 1) },
		"config": func() (*Source, error) { return NewSource(v, nil, client, now, 1) },
		"client": func() (*Source, error) { return NewSource(v, config, nil, now, 1) },
		"clock":  func() (*Source, error) { return NewSource(v, config, client, nil, 1) },
		"limit":  func() (*Source, error) { return NewSource(v, config, client, now, 0) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("made without %s", name)
		}
	}
}
