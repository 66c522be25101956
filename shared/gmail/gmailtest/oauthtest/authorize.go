package oauthtest

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

//go:embed page/*.html page/style.css
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page/*.html"))

var style = func() template.CSS {
	b, err := files.ReadFile("page/style.css")
	if err != nil {
		panic("oauthtest: " + err.Error())
	}
	return template.CSS(b) //nolint:gosec // our own file
}()

// request is what a client asks the authorization endpoint for.
type request struct {
	client            Client
	redirect, state   string
	scopes            []string
	nonce, hint       string
	prompt            string
	offline           bool
	challenge, method string
}

// errRefused is a request that must not lead back to the client, since it may not be the client's.
var errRefused = errors.New("access blocked")

func (s *Server) read(q url.Values) (request, error) {
	refused := func(what string) (request, error) { return request{}, fmt.Errorf("%w: %s", errRefused, what) }
	client, ok := s.clients[q.Get("client_id")]
	if !ok {
		return refused("invalid_client: the OAuth client was not found")
	}
	if !client.admits(q.Get("redirect_uri")) {
		return refused("redirect_uri_mismatch: " + q.Get("redirect_uri") + " is not registered with the client")
	}
	x := request{
		client: client, redirect: q.Get("redirect_uri"), state: q.Get("state"), scopes: strings.Fields(q.Get("scope")), nonce: q.Get("nonce"), hint: q.Get("login_hint"),
		prompt: q.Get("prompt"), offline: q.Get("access_type") == "offline", challenge: q.Get("code_challenge"), method: q.Get("code_challenge_method"),
	}
	switch {
	case q.Get("response_type") != "code":
		return refused("unsupported_response_type: only code")
	case len(x.scopes) == 0:
		return refused("invalid_request: scope is missing")
	case x.challenge != "" && x.method != "S256" && x.method != "plain" && x.method != "":
		return refused("invalid_request: code_challenge_method")
	}
	return x, nil
}

// admits compares a redirect URI exactly with those registered; a client without any takes every loopback address.
func (c Client) admits(redirect string) bool {
	if len(c.RedirectURIs) > 0 {
		return slices.Contains(c.RedirectURIs, redirect)
	}
	u, err := url.Parse(redirect)
	return err == nil && u.Scheme == "http" && slices.Contains([]string{"127.0.0.1", "localhost", "::1"}, u.Hostname()) && u.Fragment == ""
}

// authorize is the account chooser, the consent screen, and what follows from them.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	x, err := s.read(r.URL.Query())
	if err != nil {
		s.show(w, http.StatusBadRequest, "refused.html", map[string]any{"Why": strings.TrimPrefix(err.Error(), errRefused.Error()+": ")})
		return
	}
	if r.Method == http.MethodPost {
		s.decide(w, r, x)
		return
	}
	email := r.URL.Query().Get("account")
	account, known := s.account(email)
	if !known {
		s.choose(w, r, x)
		return
	}
	if x.prompt != "consent" && s.consented(email, x) {
		s.finish(w, r, x, email, x.scopes, false)
		return
	}
	s.show(w, http.StatusOK, "consent.html", map[string]any{"Account": account, "Scopes": describe(x.scopes), "Back": withAccount(r.URL, "")})
}

func (s *Server) show(w http.ResponseWriter, status int, page string, data map[string]any) {
	data["Style"] = style
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, page, data); err != nil {
		http.Error(w, "the page can't be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the caller has gone; there is no one to tell
}

// withAccount is this page's address with another account chosen.
func withAccount(u *url.URL, email string) string {
	q := u.Query()
	q.Del("account")
	if email != "" {
		q.Set("account", email)
	}
	return "?" + q.Encode()
}

func (s *Server) choose(w http.ResponseWriter, r *http.Request, x request) {
	type choice struct {
		Account
		Link    string
		Initial string
	}
	var hinted, others []choice
	for _, a := range s.accounts() {
		name := a.Name
		if name == "" {
			name = a.Email
		}
		c := choice{Account: a, Link: withAccount(r.URL, a.Email), Initial: strings.ToUpper(string([]rune(name)[:1]))}
		if a.Email == x.hint {
			hinted = append(hinted, c)
		} else {
			others = append(others, c)
		}
	}
	s.show(w, http.StatusOK, "choose.html", map[string]any{"Choices": append(hinted, others...)})
}

// scope is a permission as the consent screen words it.
type scope struct {
	Name, Short, Text string
	Fixed             bool // can't be unticked
}

func describe(names []string) []scope {
	var out []scope
	for _, n := range names {
		short := n[strings.LastIndexByte(n, '/')+1:]
		sc := scope{Name: n, Short: short, Text: n}
		switch short {
		case "openid":
			continue // says who one is, as email does
		case "email", "userinfo.email":
			sc.Fixed, sc.Text = true, "See your primary Google Account email address"
		case "profile", "userinfo.profile":
			sc.Fixed, sc.Text = true, "See your personal info, including any personal info you’ve made publicly available"
		case "gmail.modify":
			sc.Text = "Read, compose, and send emails from your Gmail account"
		}
		out = append(out, sc)
	}
	return out
}

// decide takes the consent screen's answer.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, x request) {
	email := r.URL.Query().Get("account")
	if _, known := s.account(email); !known || r.ParseForm() != nil {
		http.Error(w, "choose an account first", http.StatusBadRequest)
		return
	}
	if r.PostForm.Get("decision") != "continue" {
		back(w, r, x, url.Values{"error": {"access_denied"}})
		return
	}
	var scopes []string
	for _, sc := range x.scopes {
		fixed := !strings.Contains(sc, "/") // openid, email, profile
		if fixed || slices.Contains(r.PostForm["scope"], sc) {
			scopes = append(scopes, sc)
		}
	}
	s.finish(w, r, x, email, scopes, true)
}

// consented tells whether the user has given the client all these scopes before.
func (s *Server) consented(email string, x request) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	given := s.granted[grantKey(email, x.client.ID)]
	return !slices.ContainsFunc(x.scopes, func(sc string) bool { return !slices.Contains(given, sc) })
}

// finish gives a code for what was consented to.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, x request, email string, scopes []string, consented bool) {
	s.mu.Lock()
	key := grantKey(email, x.client.ID)
	for _, sc := range scopes {
		if !slices.Contains(s.granted[key], sc) {
			s.granted[key] = append(s.granted[key], sc)
		}
	}
	given := s.secret("4/0A")
	s.codes[given] = &code{
		client: x.client.ID, redirect: x.redirect, email: email, nonce: x.nonce, challenge: x.challenge, method: x.method, scopes: scopes,
		offline: x.offline, consented: consented, expires: s.now().Add(codeLife),
	}
	s.mu.Unlock()
	back(w, r, x, url.Values{"code": {given}, "scope": {strings.Join(scopes, " ")}})
}

// back sends the browser to the client.
func back(w http.ResponseWriter, r *http.Request, x request, answer url.Values) {
	u, err := url.Parse(x.redirect)
	if err != nil {
		http.Error(w, "redirect_uri can't be read", http.StatusBadRequest)
		return
	}
	q := u.Query()
	for k, v := range answer {
		q[k] = v
	}
	if x.state != "" {
		q.Set("state", x.state)
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// Decision is what a user does on the screens.
type Decision struct {
	Email  string   // the account chosen
	Deny   bool     // Cancel
	Untick []string // scopes whose boxes are cleared
}

// Consent plays the screens: it opens the consent screen's address, decides, and gives the address that the browser is sent back to.
func (s *Server) Consent(consentURL string, d Decision) (*url.URL, error) {
	u, err := url.Parse(consentURL)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("account", d.Email)
	u.RawQuery = q.Encode()
	target := u.RequestURI()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	if w.Code == http.StatusOK { // the consent screen
		form := url.Values{"decision": {"continue"}}
		for _, sc := range strings.Fields(q.Get("scope")) {
			if !slices.Contains(d.Untick, sc) {
				form.Add("scope", sc)
			}
		}
		if d.Deny {
			form = url.Values{"decision": {"cancel"}}
		}
		r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w = httptest.NewRecorder()
		s.ServeHTTP(w, r)
	}
	if w.Code != http.StatusSeeOther {
		return nil, fmt.Errorf("oauthtest: consent ended with status %d: %s", w.Code, w.Body)
	}
	return url.Parse(w.Header().Get("Location"))
}
