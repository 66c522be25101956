package connection

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

var at = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// fakeGoogle answers with what a test gives it; nil is 404.
type fakeGoogle struct {
	status   int
	token    map[string]any
	userinfo any
	asked    []string
}

func (g *fakeGoogle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.asked = append(g.asked, r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/token":
		w.WriteHeader(g.status)
		_ = json.NewEncoder(w).Encode(g.token)
	case r.URL.Path == "/userinfo" && g.userinfo != nil:
		_ = json.NewEncoder(w).Encode(g.userinfo)
	default:
		http.NotFound(w, r)
	}
}

func (g *fakeGoogle) oauth(t *testing.T, issuers []string) *OAuth {
	t.Helper()
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	e := Endpoints{Auth: s.URL + "/auth", Token: s.URL + "/token", Revoke: s.URL + "/revoke", UserInfo: s.URL + "/userinfo", Issuers: issuers}
	config := OAuthConfig("client", "secret", redirect, oauth2.Endpoint{AuthURL: e.Auth, TokenURL: e.Token, AuthStyle: oauth2.AuthStyleInParams})
	o, err := NewOAuth(config, e, s.Client(), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// idToken makes an id_token whose signature is worth nothing; it isn't looked at.
func idToken(change map[string]any) string {
	claims := map[string]any{
		"iss": "https://accounts.google.com", "aud": "client", "sub": "101", "email": ritaMail, "email_verified": true, "iat": at.Unix(), "exp": at.Add(time.Hour).Unix(),
	}
	for k, v := range change {
		claims[k] = v
		if v == nil {
			delete(claims, k)
		}
	}
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	return part(map[string]string{"alg": "RS256"}) + "." + part(claims) + "." + part("signature")
}

func answer(more map[string]any) map[string]any {
	out := map[string]any{"access_token": "ya29.a", "refresh_token": "1//r", "token_type": "Bearer", "expires_in": 3599, "scope": "openid email " + scopeGmail}
	maps.Copy(out, more)
	return out
}

func TestGooglesIDToken(t *testing.T) {
	t.Parallel()
	grant := func(change func(*Grant)) *Grant {
		g := Grant{Sub: "101", Address: ritaMail, Verified: true, Scope: "openid email " + scopeGmail, Access: "ya29.a", Refresh: "1//r", At: at}
		change(&g)
		return &g
	}
	for name, test := range map[string]struct {
		token any
		want  *Grant // nil is a refusal
	}{
		"as it should be":        {idToken(nil), grant(func(*Grant) {})},
		"Google's other name":    {idToken(map[string]any{"iss": "accounts.google.com"}), grant(func(*Grant) {})},
		"not verified":           {idToken(map[string]any{"email_verified": false}), grant(func(g *Grant) { g.Verified = false })},
		"says nothing of it":     {idToken(map[string]any{"email_verified": nil}), grant(func(g *Grant) { g.Verified = false })},
		"another audience":       {idToken(map[string]any{"aud": "somebody-else"}), nil},
		"no audience":            {idToken(map[string]any{"aud": nil}), nil},
		"another issuer":         {idToken(map[string]any{"iss": "https://accounts.google.com.evil.example"}), nil},
		"no issuer":              {idToken(map[string]any{"iss": nil}), nil},
		"expired":                {idToken(map[string]any{"exp": at.Add(-time.Second).Unix()}), nil},
		"not a token":            {"rubbish", nil},
		"not even text":          {17, nil},
		"none":                   {nil, nil},
		"claims of another type": {idToken(map[string]any{"email_verified": "yes"}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &fakeGoogle{status: 200, token: answer(map[string]any{"id_token": test.token}), userinfo: map[string]any{"sub": "666", "email": "evil@evil.example", "email_verified": true}}
			got, err := g.oauth(t, GoogleEndpoints().Issuers).Exchange(t.Context(), "code", "verifier")
			if test.want == nil {
				wantCode(t, err, hire.CodeStateInvalid)
				if err != nil && strings.Contains(fmt.Sprint(err, errors.Unwrap(err)), "ya29") {
					t.Errorf("the error tells the token: %v", err)
				}
			} else if diff := cmp.Diff(*test.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if len(g.asked) != 1 {
				t.Errorf("asked %v, want the token endpoint alone", g.asked)
			}
		})
	}
}

// Where another server stands in for Google, whatever it has says whose grant it is: id_token, then userinfo, then Gmail.
func TestIdentityOfAStandIn(t *testing.T) {
	t.Parallel()
	whole := map[string]any{"sub": "u1", "email": samMail, "email_verified": true}
	for name, test := range map[string]struct {
		token    any
		userinfo any
		want     Grant // Sub, Address, Verified and AskGmail
	}{
		"an id_token of any issuer":          {idToken(map[string]any{"iss": "http://stand-in"}), nil, Grant{Sub: "101", Address: ritaMail, Verified: true}},
		"none, and userinfo":                 {nil, whole, Grant{Sub: "u1", Address: samMail, Verified: true}},
		"one for another client":             {idToken(map[string]any{"aud": "other"}), whole, Grant{Sub: "u1", Address: samMail, Verified: true}},
		"one of its own kind":                {"opaque", whole, Grant{Sub: "u1", Address: samMail, Verified: true}},
		"one without an address":             {idToken(map[string]any{"email": nil}), whole, Grant{Sub: "u1", Address: samMail, Verified: true}},
		"userinfo says it isn't verified":    {nil, map[string]any{"sub": "u1", "email": samMail, "email_verified": false}, Grant{Sub: "u1", Address: samMail}},
		"userinfo doesn't say":               {nil, map[string]any{"sub": "u1", "email": samMail}, Grant{Sub: "u1", AskGmail: true}},
		"userinfo has no address":            {nil, map[string]any{"sub": "u1"}, Grant{Sub: "u1", AskGmail: true}},
		"no userinfo":                        {nil, nil, Grant{AskGmail: true}},
		"userinfo that can't be read":        {"opaque", "text", Grant{AskGmail: true}},
		"an id_token that names nobody":      {idToken(map[string]any{"sub": ""}), nil, Grant{AskGmail: true}},
		"nothing but an expired id_token":    {idToken(map[string]any{"exp": 1}), nil, Grant{AskGmail: true}},
		"an id_token that isn't even a text": {17, whole, Grant{Sub: "u1", Address: samMail, Verified: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := answer(nil)
			if test.token != nil {
				token["id_token"] = test.token
			}
			delete(token, "scope") // RFC 6749 section 5.1: it may be left out
			g := &fakeGoogle{status: 200, token: token, userinfo: test.userinfo}
			got, err := g.oauth(t, nil).Exchange(t.Context(), "code", "verifier")
			test.want.Scope, test.want.Access, test.want.Refresh, test.want.At = strings.Join(Scopes, " "), "ya29.a", "1//r", at
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// A stand-in that names no userinfo of its own must not have its tokens shown to Google.
func TestStandInsTokenStaysHere(t *testing.T) {
	t.Parallel()
	g := &fakeGoogle{status: 200, token: answer(nil)}
	o := g.oauth(t, nil)
	e := o.endpoints
	e.UserInfo = GoogleEndpoints().UserInfo
	o, err := NewOAuth(o.config, e, &http.Client{Transport: onlyTo(strings.TrimPrefix(e.Token, "http://"))}, o.now)
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Exchange(t.Context(), "code", "verifier")
	if err != nil || !got.AskGmail {
		t.Errorf("%+v, %v, want Gmail to be asked", got, err)
	}
}

// onlyTo is a transport that panics where it is to go anywhere else.
type onlyTo string

func (to onlyTo) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host+r.URL.Path != string(to) {
		panic("a request to " + r.URL.Host)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestConnectingWithoutIDToken(t *testing.T) {
	t.Parallel()
	// Google itself always sends one.
	f := newFixture(t, noIDToken)
	_, err := f.Finish(t.Context(), f.consent(acmeRita, oauthtest.Decision{}))
	wantCode(t, err, hire.CodeStateInvalid)

	f = newFixture(t, noIDToken, standIn)
	if m := f.connect(acmeRita); m.Address != ritaMail || strings.HasPrefix(m.Sub, "address:") {
		t.Errorf("connected to %s as %s, want userinfo's", m.Address, m.Sub)
	}

	f = newFixture(t, noIDToken, standIn)
	remove := f.sim.AddFault(gmailtest.FaultRule{Method: "oauth.userinfo", Status: 404})
	if m := f.connect(acmeRita); m.Address != ritaMail || m.Sub != "address:"+ritaMail {
		t.Errorf("connected to %s as %s, want what Gmail says", m.Address, m.Sub)
	}
	first := f.mailbox(acmeRita)
	if again := f.connect(acmeRita); again.Sub != first.Sub || again.Generation != first.Generation+1 {
		t.Errorf("reconnected as %s, generation %d", again.Sub, again.Generation)
	}
	_, err = f.Finish(t.Context(), f.consent(acmeSam, oauthtest.Decision{Email: ritaMail}))
	wantCode(t, err, hire.CodeWrongAccount)
	_, err = f.Finish(t.Context(), f.consent(acmeSam, oauthtest.Decision{Untick: []string{scopeGmail}}))
	wantCode(t, err, hire.CodePermissionMissing)
	f.sim.AddFault(gmailtest.FaultRule{Method: "getProfile", Status: 503})
	_, err = f.Finish(t.Context(), f.consent(acmeSam, oauthtest.Decision{}))
	wantCode(t, err, hire.CodeGmailUnavailable)
	f.sim.ClearFaults()
	remove()
}

func TestExchangeErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		kind   string
		want   hire.Code
	}{
		"code used or too old":   {400, "invalid_grant", hire.CodeStateInvalid},
		"malformed":              {400, "invalid_request", hire.CodeStateInvalid},
		"our client is unknown":  {401, "invalid_client", hire.CodeUnavailable},
		"our client may not":     {401, "unauthorized_client", hire.CodeUnavailable},
		"our redirect URI":       {400, "redirect_uri_mismatch", hire.CodeUnavailable},
		"the administrator":      {400, "admin_policy_enforced", hire.CodeConsentDenied},
		"too many requests":      {429, "rate_limit_exceeded", hire.CodeGmailUnavailable},
		"Google is down":         {503, "backend_error", hire.CodeGmailUnavailable},
		"success without tokens": {200, "", hire.CodeGmailUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &fakeGoogle{status: test.status, token: map[string]any{"error": test.kind, "error_description": "a secret ya29.x"}}
			o := g.oauth(t, GoogleEndpoints().Issuers)
			_, err := o.Exchange(t.Context(), "code", "verifier")
			wantCode(t, err, test.want)
			if strings.Contains(fmt.Sprint(err), "ya29") {
				t.Errorf("the error quotes the answer: %v", err)
			}
		})
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	o, err := NewOAuth(OAuthConfig("client", "", redirect, oauth2.Endpoint{TokenURL: gone.URL}), Endpoints{Revoke: gone.URL}, http.DefaultClient, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Exchange(t.Context(), "code", "verifier")
	wantCode(t, err, hire.CodeGmailUnavailable)
	wantCode(t, o.Prove(t.Context(), "1//r"), hire.CodeGmailUnavailable)
	if _, err := o.Revoke(t.Context(), "1//secret"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("revoke: %v, want an error that does not tell the token", err)
	}
}

func TestProveAndRevoke(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, refresh := f.sim.OAuth().Issue(ritaMail)
	f.ok(f.Google.Prove(t.Context(), refresh))
	f.breaks("/token", false)
	wantCode(t, f.Google.Prove(t.Context(), refresh), hire.CodeGmailUnavailable)
	for _, was := range []bool{false, true} { // that it is dead is no error
		if dead, err := f.Google.Revoke(t.Context(), refresh); err != nil || dead != was {
			t.Errorf("revoke: dead before %t, %v; want %t", dead, err, was)
		}
	}
	var refused *tokens.Refused
	if err := f.Google.Prove(t.Context(), refresh); !errors.As(err, &refused) {
		t.Errorf("%v, want a refusal", err)
	}
	f.sim.AddFault(gmailtest.FaultRule{Method: "oauth.revoke", Status: 503})
	if _, err := f.Google.Revoke(t.Context(), refresh); err == nil {
		t.Error("the revocation endpoint was down, and all seemed well")
	}
}
