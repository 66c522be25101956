package api_test

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// issuer is a running development issuer that counts how often its keys are fetched, and can be out of order.
type issuer struct {
	*issuertest.Issuer
	url     string
	clock   *clocktest.Clock
	client  *http.Client
	fetches atomic.Int32
	broken  atomic.Bool
}

func newIssuer(t testing.TB, useRSA bool) *issuer {
	t.Helper()
	i := &issuer{clock: clocktest.New()}
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	i.url, i.client = s.URL+"/issuer", s.Client()
	i.Issuer = issuertest.New(issuertest.Options{URL: i.url, Now: i.clock.Now, RSA: useRSA})
	mux.HandleFunc("/issuer/", func(w http.ResponseWriter, r *http.Request) {
		i.fetches.Add(1)
		if i.broken.Load() {
			http.Error(w, "out of order", http.StatusBadGateway)
			return
		}
		http.StripPrefix("/issuer", i.Issuer).ServeHTTP(w, r)
	})
	return i
}

func (i *issuer) users(t testing.TB) *api.UserVerifier {
	t.Helper()
	v, err := api.NewUserVerifier(api.UserOptions{Issuer: i.url, Audience: issuertest.UserAudience, JWKSURL: i.JWKSURL(), HTTP: i.client, Now: i.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var rita = issuertest.UserClaims{AccountID: "acme", UserID: "rita", Email: "rita@acme.example"}

func request(t *testing.T, header ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

// ask shows a token and returns the code of the refusal, "" if there is none.
func ask(t *testing.T, v *api.UserVerifier, token string) hire.Code {
	t.Helper()
	c, err := v.Authenticate(request(t, "Authorization", "Bearer "+token))
	if err == nil && (c != api.Caller{AccountID: "acme", UserID: "rita"}) || err != nil && c != (api.Caller{}) {
		t.Errorf("caller %+v, error %v", c, err)
	}
	return hire.CodeOf(err)
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	for name, useRSA := range map[string]bool{"ES256": false, "RS256": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newIssuer(t, useRSA)
			v := i.users(t)
			if n := i.fetches.Load(); n != 0 {
				t.Errorf("%d calls before the first request", n)
			}
			token := i.UserToken(rita)
			for range 3 {
				if code := ask(t, v, token); code != "" {
					t.Fatalf("refused: %s", code)
				}
			}
			if n := i.fetches.Load(); n != 1 {
				t.Errorf("keys were fetched %d times, want once", n)
			}
			for _, f := range append([]issuertest.Forgery{issuertest.Stripped}, issuertest.Forgeries...) {
				if code := ask(t, v, i.Forge(token, f)); code != hire.CodeUnauthenticated {
					t.Errorf("%s: %q, want unauthenticated", f, code)
				}
			}
		})
	}
}

func TestAuthenticateChecksClaims(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v := i.users(t)
	now := i.clock.Now()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	tests := []struct {
		name   string
		change map[string]any
		want   hire.Code
	}{
		{"good", nil, ""},
		{"several audiences, ours among them", map[string]any{"aud": []string{"other", issuertest.UserAudience}}, ""},
		{"other issuer", map[string]any{"iss": "https://evil.example"}, hire.CodeUnauthenticated},
		{"issuer that begins like ours", map[string]any{"iss": i.url + "/"}, hire.CodeUnauthenticated},
		{"no issuer", map[string]any{"iss": nil}, hire.CodeUnauthenticated},
		{"other audience", map[string]any{"aud": "other"}, hire.CodeUnauthenticated},
		{"audience that begins like ours", map[string]any{"aud": issuertest.UserAudience + "-test"}, hire.CodeUnauthenticated},
		{"no audience", map[string]any{"aud": nil}, hire.CodeUnauthenticated},
		{"expired", map[string]any{"exp": at(-61 * time.Second)}, hire.CodeTokenExpired},
		{"expired within the skew of clocks", map[string]any{"exp": at(-60 * time.Second)}, ""},
		{"no expiry", map[string]any{"exp": nil}, hire.CodeUnauthenticated},
		{"expiry that is no number", map[string]any{"exp": "never"}, hire.CodeUnauthenticated},
		{"expiry beyond all times", map[string]any{"exp": 1e30}, hire.CodeUnauthenticated},
		{"not valid yet", map[string]any{"nbf": at(61 * time.Second)}, hire.CodeUnauthenticated},
		{"not valid yet, within the skew of clocks", map[string]any{"nbf": at(60 * time.Second)}, ""},
		{"issued in the future", map[string]any{"iat": at(61 * time.Second)}, hire.CodeUnauthenticated},
		{"issued in the future, within the skew of clocks", map[string]any{"iat": at(60 * time.Second)}, ""},
		{"expired and of another issuer", map[string]any{"iss": "https://evil.example", "exp": at(-time.Hour)}, hire.CodeUnauthenticated},
		{"no account", map[string]any{"account_id": nil}, hire.CodeUnauthenticated},
		{"no user", map[string]any{"user_id": ""}, hire.CodeUnauthenticated},
		{"account that is no string", map[string]any{"account_id": 12}, hire.CodeUnauthenticated},
		{"account with a control character", map[string]any{"account_id": "acme\x00"}, hire.CodeUnauthenticated},
		{"user id of 129 characters", map[string]any{"user_id": strings.Repeat("a", 129)}, hire.CodeUnauthenticated},
		{"very long token", map[string]any{"padding": make([]byte, 16<<10)}, hire.CodeUnauthenticated},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			claims := map[string]any{"aud": issuertest.UserAudience, "account_id": "acme", "user_id": "rita"}
			maps.Copy(claims, tt.change)
			if code := ask(t, v, i.Sign(claims)); code != tt.want {
				t.Errorf("%q, want %q", code, tt.want)
			}
		})
	}
}

// A token is good until it expires, by our clock, and no longer.
func TestAuthenticateExpiry(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v, token := i.users(t), i.UserToken(rita)
	for _, step := range []struct {
		after time.Duration
		want  hire.Code
	}{{0, ""}, {issuertest.Lifetime + time.Minute, ""}, {time.Second, hire.CodeTokenExpired}} {
		i.clock.Advance(step.after)
		if code := ask(t, v, token); code != step.want {
			t.Errorf("%s later: %q, want %q", step.after, code, step.want)
		}
	}
	if code := ask(t, v, i.Forge(token, issuertest.OtherKey)); code != hire.CodeUnauthenticated {
		t.Errorf("forged and expired: %q; whether it has expired is nobody's business", code)
	}
}

// What refuses a caller says how to sign in (RFC 6750 section 3), and no more.
func TestChallenge(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v := i.users(t)
	rt := api.NewRouter("f", newLog().Logger)
	rt.Handle("GET /{$}", func(_ http.ResponseWriter, r *http.Request) error {
		_, err := v.Authenticate(r)
		return err
	})
	good := "Bearer " + i.UserToken(rita)
	const plain, invalid = `Bearer realm="hire"`, `Bearer realm="hire", error="invalid_token"`
	tests := []struct {
		name   string
		header []string
		code   hire.Code
		want   string
	}{
		{"no header", nil, hire.CodeUnauthenticated, plain},
		{"other scheme", []string{"Authorization", "Basic cml0YTpy"}, hire.CodeUnauthenticated, plain},
		{"scheme alone", []string{"Authorization", "Bearer"}, hire.CodeUnauthenticated, plain},
		{"empty token", []string{"Authorization", "Bearer  "}, hire.CodeUnauthenticated, plain},
		{"token in another header", []string{"X-Serverless-Authorization", good}, hire.CodeUnauthenticated, plain},
		{"rubbish", []string{"Authorization", "Bearer rubbish"}, hire.CodeUnauthenticated, invalid},
		{"two headers", []string{"Authorization", good, "Authorization", good}, hire.CodeUnauthenticated, invalid},
		{"expired", []string{"Authorization", "Bearer " + i.UserToken(issuertest.UserClaims{AccountID: "acme", UserID: "rita", Expires: i.clock.Now().Add(-time.Hour)})},
			hire.CodeTokenExpired, invalid + `, error_description="The token has expired"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := serve(t, rt, "GET", "/", "", tt.header...)
			if got := w.Header().Get("WWW-Authenticate"); w.Code != 401 || got != tt.want || problem(t, w)["code"] != string(tt.code) {
				t.Errorf("status %d, challenge %q, want %q: %s", w.Code, got, tt.want, w.Body)
			}
		})
	}
	if w := serve(t, rt, "GET", "/?access_token="+i.UserToken(rita), ""); w.Code != 401 {
		t.Errorf("a token in the address: status %d", w.Code)
	}
	if w := serve(t, rt, "GET", "/", "", "Authorization", "bearer "+i.UserToken(rita)); w.Code != 200 {
		t.Errorf("scheme in small letters: status %d", w.Code)
	}
}

func TestNewVerifiersRefuse(t *testing.T) {
	t.Parallel()
	now := clocktest.New().Now
	good := api.ServiceOptions{Issuer: "i", Audience: "a", ServiceAccounts: []string{"s@p.example"}, JWKSURL: "https://i/jwks", HTTP: http.DefaultClient, Now: now}
	for name, change := range map[string]func(*api.ServiceOptions){
		"no issuer":        func(o *api.ServiceOptions) { o.Issuer = "" },
		"no audience":      func(o *api.ServiceOptions) { o.Audience = "" },
		"a blank audience": func(o *api.ServiceOptions) { o.Audience = " " },
		"no keys":          func(o *api.ServiceOptions) { o.JWKSURL = "" },
		"no client":        func(o *api.ServiceOptions) { o.HTTP = nil },
		"no clock":         func(o *api.ServiceOptions) { o.Now = nil },
		"no accounts":      func(o *api.ServiceOptions) { o.ServiceAccounts = nil },
		"an empty account": func(o *api.ServiceOptions) { o.ServiceAccounts = []string{"s@p.example", ""} },
	} {
		o := good
		change(&o)
		o.BehindIAM = true // which is no excuse
		if _, err := api.NewServiceVerifier(o); err == nil {
			t.Errorf("service, %s: no error", name)
		}
		_, err := api.NewUserVerifier(api.UserOptions{Issuer: o.Issuer, Audience: o.Audience, JWKSURL: o.JWKSURL, HTTP: o.HTTP, Now: o.Now})
		if (err == nil) != (len(o.ServiceAccounts) != 1) {
			t.Errorf("user, %s: error %v", name, err)
		}
	}
	if _, err := api.NewServiceVerifier(good); err != nil {
		t.Error(err)
	}
}

// The cause of a refusal is for the log; not even that may hold the token.
func TestRefusalsDoNotHoldTheToken(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v := i.users(t)
	for _, f := range append([]issuertest.Forgery{issuertest.Stripped}, issuertest.Forgeries...) {
		token := i.Forge(i.UserToken(rita), f)
		_, err := v.Authenticate(request(t, "Authorization", "Bearer "+token))
		var e *hire.Error
		if !errors.As(err, &e) || e.Err == nil {
			t.Fatalf("%s: error %v lacks a cause", f, err)
		}
		noToken(t, err, token)
	}
}
