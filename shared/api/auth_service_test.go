package api_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

const (
	pushAudience = "https://gmailnotify.example.com"
	pushAccount  = "push@p.iam.gserviceaccount.com"
)

func (i *issuer) services(t testing.TB, behindIAM bool) *api.ServiceVerifier {
	t.Helper()
	v, err := api.NewServiceVerifier(api.ServiceOptions{
		Issuer: i.url, Audience: pushAudience, ServiceAccounts: []string{"other@p.iam.gserviceaccount.com", pushAccount}, JWKSURL: i.JWKSURL(), HTTP: i.client,
		Now: i.clock.Now, BehindIAM: behindIAM,
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// noToken fails the test if an error's text holds a part of a token.
func noToken(t *testing.T, err error, token string) {
	t.Helper()
	for part := range strings.SplitSeq(token, ".") {
		if len(part) > 10 && strings.Contains(err.Error(), part) {
			t.Errorf("error holds the token: %v", err)
		}
	}
}

func TestVerifyService(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, true)
	now := i.clock.Now()
	tests := []struct {
		name   string
		change map[string]any
		want   hire.Code
	}{
		{"good", nil, ""},
		{"another allowed account", map[string]any{"email": "other@p.iam.gserviceaccount.com"}, ""},
		{"other audience", map[string]any{"aud": "https://other.example.com"}, hire.CodeUnauthenticated},
		{"audience with a slash more", map[string]any{"aud": pushAudience + "/"}, hire.CodeUnauthenticated},
		{"several audiences, ours among them", map[string]any{"aud": []string{pushAudience, "https://other.example.com"}}, hire.CodeUnauthenticated},
		{"no audience", map[string]any{"aud": nil}, hire.CodeUnauthenticated},
		{"empty audience", map[string]any{"aud": ""}, hire.CodeUnauthenticated},
		{"other issuer", map[string]any{"iss": "https://evil.example"}, hire.CodeUnauthenticated},
		{"expired", map[string]any{"exp": now.Add(-61 * time.Second).Unix()}, hire.CodeTokenExpired},
		{"no expiry", map[string]any{"exp": nil}, hire.CodeUnauthenticated},
		{"other account", map[string]any{"email": "evil@p.iam.gserviceaccount.com"}, hire.CodeForbidden},
		{"account that ends like ours", map[string]any{"email": "x" + pushAccount}, hire.CodeForbidden},
		{"no email", map[string]any{"email": nil}, hire.CodeForbidden},
		{"email not verified", map[string]any{"email_verified": false}, hire.CodeForbidden},
		{"nothing said on the email", map[string]any{"email_verified": nil}, hire.CodeForbidden},
		{"email verified in words", map[string]any{"email_verified": "true"}, hire.CodeUnauthenticated},
	}
	for _, tt := range tests {
		claims := map[string]any{"aud": pushAudience, "email": pushAccount, "email_verified": true, "sub": "1"}
		maps.Copy(claims, tt.change)
		token := i.Sign(claims)
		for name, test := range map[string]struct {
			behindIAM bool
			token     string
		}{"": {false, token}, ", signature removed by IAM": {true, i.Forge(token, issuertest.Stripped)}, ", signature left by IAM": {true, token}} {
			t.Run(tt.name+name, func(t *testing.T) {
				t.Parallel()
				err := i.services(t, test.behindIAM).Verify(request(t, "Authorization", "Bearer "+test.token))
				if code := hire.CodeOf(err); code != tt.want {
					t.Errorf("%q, want %q", code, tt.want)
				}
				if err != nil {
					noToken(t, err, test.token)
				}
			})
		}
	}
}

func TestForgedServiceCalls(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, true)
	token := i.ServiceToken(pushAudience, pushAccount)
	for name, v := range map[string]*api.ServiceVerifier{"public": i.services(t, false), "behind IAM": i.services(t, true)} {
		forgeries := issuertest.Forgeries
		if name == "public" {
			forgeries = append([]issuertest.Forgery{issuertest.Stripped}, forgeries...)
		}
		for _, f := range forgeries {
			if code := hire.CodeOf(v.Verify(request(t, "Authorization", "Bearer "+i.Forge(token, f)))); code != hire.CodeUnauthenticated {
				t.Errorf("%s, %s: %q, want unauthenticated", name, f, code)
			}
		}
		if code := hire.CodeOf(v.Verify(request(t))); code != hire.CodeUnauthenticated {
			t.Errorf("%s, no token: %q", name, code)
		}
		if err := v.Verify(request(t, "Authorization", "Bearer "+token)); err != nil {
			t.Errorf("%s, good: %v", name, err)
		}
	}
}

// A removed signature on a token that names no algorithm of ours, or is no token at all, is still no token.
func TestStrippedRubbish(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	token := i.ServiceToken(pushAudience, pushAccount)
	none := strings.TrimSuffix(i.Forge(token, issuertest.AlgNone), ".") + ".SIGNATURE_REMOVED_BY_GOOGLE"
	for _, bad := range []string{none, ".SIGNATURE_REMOVED_BY_GOOGLE", "a.b.SIGNATURE_REMOVED_BY_GOOGLE", "SIGNATURE_REMOVED_BY_GOOGLE"} {
		if code := hire.CodeOf(i.services(t, true).Verify(request(t, "Authorization", "Bearer "+bad))); code != hire.CodeUnauthenticated {
			t.Errorf("%s: %q", bad, code)
		}
	}
}

// Of two tokens, IAM checks the one in X-Serverless-Authorization; the other may be anything.
func TestTheTokenThatIAMHasChecked(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	good := "Bearer " + i.Forge(i.ServiceToken(pushAudience, pushAccount), issuertest.Stripped)
	other := "Bearer " + i.Forge(i.ServiceToken(pushAudience, "evil@p.iam.gserviceaccount.com"), issuertest.Stripped)
	v := i.services(t, true)
	if code := hire.CodeOf(v.Verify(request(t, "Authorization", good, "X-Serverless-Authorization", other))); code != hire.CodeForbidden {
		t.Errorf("a caller that writes Authorization itself: %q", code)
	}
	if err := v.Verify(request(t, "Authorization", other, "X-Serverless-Authorization", good)); err != nil {
		t.Error(err)
	}
}

// Behind IAM, keys are not needed.
func TestBehindIAMMakesNoCall(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	i.broken.Store(true)
	token := i.ServiceToken(pushAudience, pushAccount)
	if err := i.services(t, true).Verify(request(t, "Authorization", "Bearer "+i.Forge(token, issuertest.Stripped))); err != nil {
		t.Error(err)
	}
	if n := i.fetches.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
	if code := hire.CodeOf(i.services(t, false).Verify(request(t, "Authorization", "Bearer "+token))); code != hire.CodeUnavailable {
		t.Errorf("outage elsewhere: %q; an event must be delivered again", code)
	}
}

// Google names itself in two ways.
func TestGooglesIssuer(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, true)
	v, err := api.NewServiceVerifier(api.ServiceOptions{
		Issuer: "https://accounts.google.com", Audience: pushAudience, ServiceAccounts: []string{pushAccount}, JWKSURL: i.JWKSURL(), HTTP: i.client, Now: i.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	for iss, want := range map[string]hire.Code{
		"https://accounts.google.com": "", "accounts.google.com": "", "http://accounts.google.com": hire.CodeUnauthenticated, i.url: hire.CodeUnauthenticated,
	} {
		token := i.Sign(map[string]any{"iss": iss, "aud": pushAudience, "email": pushAccount, "email_verified": true})
		if code := hire.CodeOf(v.Verify(request(t, "Authorization", "Bearer "+token))); code != want {
			t.Errorf("%s: %q, want %q", iss, code, want)
		}
	}
}

// A refused call does no work: the operation ends at the verifier, and the caller is told 401 or 403 even by a router that acknowledges what is final.
func TestForgedEventIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	i := newIssuer(t, false)
	v := i.services(t, false)
	rt := api.NewEventRouter("gmailnotify", newLog().Logger)
	rt.Handle("POST /{$}", func(w http.ResponseWriter, r *http.Request) error {
		if err := v.Verify(r); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	for want, token := range map[int]string{
		204: i.ServiceToken(pushAudience, pushAccount), 401: i.Forge(i.ServiceToken(pushAudience, pushAccount), issuertest.AlgNone), 403: i.ServiceToken(pushAudience, "evil@p.example"),
	} {
		if w := serve(t, rt, "POST", "/gmailnotify/", "{}", "Authorization", "Bearer "+token); w.Code != want {
			t.Errorf("status %d, want %d", w.Code, want)
		}
	}
}
