package oauthtest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// request is what a client asks the authorization endpoint for.
// Source: https://developers.google.com/identity/protocols/oauth2/web-server#creatingclient
type request struct {
	client            Client
	redirect, state   string
	scopes            []string // canonical
	nonce, hint       string
	prompt            []string
	offline, include  bool
	challenge, method string
	chosen            string // the account, once one is
	query             url.Values
}

// chosenBy is the parameter that names the chosen account. It is the only one of ours in the page's address: the pages keep no state elsewhere.
const chosenBy = "authuser"

// readRequest checks a request. What is wrong with it is shown to the user, and never sent to a redirect URI that may not be the client's.
func (s *Server) readRequest(q url.Values) (request, *PageError) {
	for name, values := range q {
		if len(values) > 1 {
			return request{}, invalid("OAuth 2 parameters can only have a single value: " + name)
		}
	}
	for _, name := range []string{"client_id", "redirect_uri", "response_type", "scope"} {
		if q.Get(name) == "" {
			return request{}, invalid("Required parameter is missing: " + name)
		}
	}
	x := request{
		redirect: q.Get("redirect_uri"), state: q.Get("state"), scopes: canonical(strings.Fields(q.Get("scope"))), nonce: q.Get("nonce"), hint: q.Get("login_hint"),
		prompt: strings.Fields(q.Get("prompt")), offline: q.Get("access_type") == "offline", include: q.Get("include_granted_scopes") == "true",
		challenge: q.Get("code_challenge"), method: q.Get("code_challenge_method"), chosen: q.Get(chosenBy), query: q,
	}
	var known bool
	x.client, known = s.clients[q.Get("client_id")]
	if !known {
		return request{}, &PageError{Status: http.StatusUnauthorized, Code: "invalid_client", Text: "The OAuth client was not found."}
	}
	if !x.client.admits(x.redirect) {
		return request{}, &PageError{
			Status: http.StatusBadRequest, Code: "redirect_uri_mismatch",
			Text: "The redirect URI in the request, " + x.redirect + ", does not match the ones authorized for the OAuth client.",
		}
	}
	if x.challenge != "" && x.method == "" {
		x.method = "plain" // RFC 7636 section 4.3
	}
	return x, x.check()
}

func invalid(text string) *PageError {
	return &PageError{Status: http.StatusBadRequest, Code: "invalid_request", Text: text}
}

// check looks at what is the same for every client.
func (x *request) check() *PageError {
	one := func(name, value string, allowed ...string) *PageError {
		if value == "" || slices.Contains(allowed, value) {
			return nil
		}
		return invalid("Invalid parameter value for " + name + ": " + value)
	}
	if kind := x.query.Get("response_type"); kind != "code" {
		return &PageError{Status: http.StatusBadRequest, Code: "unsupported_response_type", Text: "Invalid response_type: " + kind}
	}
	if i := slices.IndexFunc(x.scopes, func(sc string) bool { return !knownScope(sc) }); i >= 0 {
		return &PageError{Status: http.StatusBadRequest, Code: "invalid_scope", Text: "Some requested scopes were invalid: " + x.scopes[i]}
	}
	if len(x.scopes) == 0 {
		return invalid("Required parameter is missing: scope")
	}
	if e := one("access_type", x.query.Get("access_type"), "online", "offline"); e != nil {
		return e
	}
	for _, p := range x.prompt {
		if e := one("prompt", p, "none", "consent", "select_account"); e != nil {
			return e
		}
	}
	if x.asks("none") && len(x.prompt) > 1 {
		return invalid("Invalid parameter value for prompt: none can't be combined")
	}
	switch e := one("code_challenge_method", x.method, "plain", "S256"); {
	case e != nil:
		return e
	case x.method != "" && x.challenge == "":
		return invalid("Required parameter is missing: code_challenge")
	case x.challenge == "" && x.client.RequirePKCE:
		return invalid("Required parameter is missing: code_challenge. This client must use PKCE.")
	case x.challenge != "" && !pkceText(x.challenge):
		return invalid("Invalid parameter value for code_challenge: it has 43 to 128 letters, digits or -._~")
	}
	return nil
}

func (x *request) asks(prompt string) bool { return slices.Contains(x.prompt, prompt) }

// pkceText tells whether a text may be a verifier or a challenge (RFC 7636 sections 4.1 and 4.2).
func pkceText(s string) bool {
	return len(s) >= 43 && len(s) <= 128 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") == ""
}

// admits compares a redirect URI exactly with those registered; a client without any takes every loopback address (RFC 8252 section 7.3).
func (c Client) admits(redirect string) bool {
	u, err := url.Parse(redirect)
	if err != nil || u.Host == "" || u.Fragment != "" || u.User != nil {
		return false
	}
	if len(c.RedirectURIs) > 0 {
		return slices.Contains(c.RedirectURIs, redirect)
	}
	return u.Scheme == "http" && slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, u.Hostname())
}

// authorize shows the screens in turn: the account chooser, then, for an account that has not consented yet or is asked to, the consent screen, whose answer
// is posted here too. It ends with a redirect to the client.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	x, refused := s.readRequest(r.URL.Query())
	if refused != nil {
		refused.show(w)
		return
	}
	if x.asks("none") {
		s.silently(w, r, x)
		return
	}
	if x.chosen == "" {
		s.choose(w, x, "")
		return
	}
	account, found := s.account(x.chosen)
	if !found {
		s.choose(w, x, x.chosen)
		return
	}
	granted, blocked := s.meet(account)
	switch {
	case blocked:
		byAdmin(account.Email).show(w)
	case r.Method == http.MethodPost:
		s.decide(w, r, x, account)
	case !x.asks("consent") && covers(granted, x.scopes):
		s.give(w, r, x, account.Email, x.scopes, false)
	default:
		s.askConsent(w, x, account)
	}
}

func byAdmin(email string) *PageError {
	return &PageError{
		Status: http.StatusBadRequest, Code: "admin_policy_enforced",
		Text: "The administrator of " + email + " does not allow " + appName + " to use this account's data. Ask them to allow it.",
	}
}

// silently answers a request that must show no screen: for the account of the hint, if it has consented before.
func (s *Server) silently(w http.ResponseWriter, r *http.Request, x request) {
	account, found := s.account(x.hint)
	if !found {
		back(w, r, x, url.Values{"error": {"login_required"}})
		return
	}
	if granted, blocked := s.meet(account); blocked || !covers(granted, x.scopes) {
		back(w, r, x, url.Values{"error": {"interaction_required"}})
		return
	}
	s.give(w, r, x, account.Email, x.scopes, false)
}

// meet notes an account as it is now, and gives what it has granted before.
func (s *Server) meet(a Account) (granted []string, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.user(a.Email)
	u.account = &a
	return slices.Clone(u.granted), u.blocked
}

// decide takes the consent screen's answer.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, x request, account Account) {
	if err := r.ParseForm(); err != nil {
		invalid("The form can't be read.").show(w)
		return
	}
	ticked := r.PostForm["scope"]
	given := slices.DeleteFunc(slices.Clone(x.scopes), func(sc string) bool { return !signIn(sc) && !slices.Contains(ticked, sc) })
	switch decision := r.PostForm.Get("decision"); {
	case decision == "continue" && len(given) > 0:
		s.give(w, r, x, account.Email, given, true)
	case decision == "continue" || decision == "cancel":
		back(w, r, x, url.Values{"error": {"access_denied"}})
	default:
		invalid("The form has no decision.").show(w)
	}
}

// give sends a code for scopes to the client. consented is whether the user was asked now: only then a refresh token comes with it.
func (s *Server) give(w http.ResponseWriter, r *http.Request, x request, email string, scopes []string, consented bool) {
	s.mu.Lock()
	u := s.user(email)
	u.grant(scopes)
	if x.include {
		scopes = slices.Clone(u.granted)
	}
	c := s.newCode(code{
		client: x.client.ID, redirect: x.redirect, nonce: x.nonce, challenge: x.challenge, method: x.method,
		user: u, scopes: scopes, offline: x.offline, consented: consented,
	})
	s.mu.Unlock()
	answer := url.Values{"code": {c.value}, "scope": {strings.Join(scopes, " ")}, "authuser": {"0"}, "prompt": {"none"}}
	if consented {
		answer.Set("prompt", "consent")
	}
	back(w, r, x, answer)
}

// back sends the browser to the client.
func back(w http.ResponseWriter, r *http.Request, x request, answer url.Values) {
	u, err := url.Parse(x.redirect)
	if err != nil {
		invalid("Invalid parameter value for redirect_uri: " + x.redirect).show(w)
		return
	}
	q := u.Query()
	maps.Copy(q, answer)
	if x.state != "" {
		q.Set("state", x.state)
	}
	u.RawQuery = q.Encode()
	guard(w.Header())
	// 303, so that the browser follows with a GET although it has posted a form.
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}
