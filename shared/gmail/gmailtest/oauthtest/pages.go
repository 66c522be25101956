package oauthtest

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// appName is the application on the consent screen.
const appName = "Hire"

// mostChoices bounds the chooser; further accounts are reached by typing their address.
const mostChoices = 100

//go:embed page/*.html page/style.css
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page/*.html"))

var style = func() template.CSS {
	b, err := files.ReadFile("page/style.css")
	if err != nil {
		panic("oauthtest: " + err.Error()) // it is embedded
	}
	return template.CSS(b)
}()

// policy admits the one style sheet by its hash, and nothing else. It has no form-action: browsers apply that to every redirect which follows a form, and where
// the client sends the user in the end is not known here.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
}()

// guard sets the headers that every answer to a browser has.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// page is what all pages show.
type page struct {
	Title string
	App   string
	Style template.CSS
}

func newPage(title string) page { return page{Title: title, App: appName, Style: style} }

func show(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "the page can't be drawn: "+err.Error(), http.StatusInternalServerError)
		return
	}
	guard(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the caller has gone; there is no one to tell
}

// PageError is a page that ends the way: the browser is not sent back to the client.
type PageError struct {
	Status int
	Code   string // redirect_uri_mismatch, invalid_client, admin_policy_enforced, ...
	Text   string
}

func (e *PageError) Error() string {
	return fmt.Sprintf("oauthtest: error %d: %s: %s", e.Status, e.Code, e.Text)
}

// Heading is the page's first line.
func (e *PageError) Heading() string {
	if e.Code == "admin_policy_enforced" {
		return "Your administrator has not allowed this app"
	}
	return "Access blocked: " + appName + "’s request is invalid"
}

func (e *PageError) show(w http.ResponseWriter) {
	show(w, e.Status, "blocked", struct {
		page
		*PageError
	}{newPage("Access blocked"), e})
}

// face is an account as the pages show it.
type face struct {
	Name, Email string
	Initial     string
	Colour      string // class of the style sheet
	Link        string
	Hinted      bool
}

func (x *request) face(a Account) face {
	f := face{Name: a.Name, Email: a.Email, Link: x.link(a.Email), Hinted: x.hint != "" && normal(a.Email) == normal(x.hint)}
	for _, r := range f.Name + f.Email {
		f.Initial = strings.ToUpper(string(r))
		break
	}
	h := fnv.New32a()
	h.Write([]byte(normal(a.Email))) //nolint:errcheck // a hash takes everything
	f.Colour = fmt.Sprintf("tone%d", h.Sum32()%6)
	return f
}

// link is this page's address with another account chosen; "" is none. It is relative, so that it holds wherever the page is mounted.
func (x *request) link(email string) string {
	q := maps.Clone(x.query)
	q.Del(chosenBy)
	if email != "" {
		q.Set(chosenBy, email)
	}
	return "?" + q.Encode()
}

// choose shows the accounts, the hinted one first. unknown is an address that was typed and has no account.
func (s *Server) choose(w http.ResponseWriter, x request, unknown string) {
	var hinted, others []face
	for _, a := range s.accounts() {
		if f := x.face(a); f.Hinted {
			hinted = append(hinted, f)
		} else if len(others) < mostChoices {
			others = append(others, f)
		}
	}
	type field struct{ Name, Value string }
	var fields []field // the request, for the form that takes an address: a GET form drops the query of its action
	for _, name := range slices.Sorted(maps.Keys(x.query)) {
		if name != chosenBy {
			fields = append(fields, field{name, x.query.Get(name)})
		}
	}
	show(w, http.StatusOK, "choose", struct {
		page
		Choices  []face
		Fields   []field
		ChosenBy string
		Unknown  string
	}{newPage("Choose an account"), append(hinted, others...), fields, chosenBy, unknown})
}

// permission is a scope on the consent screen.
type permission struct {
	Scope, Short, Text string
	Fixed              bool // its box can't be unticked
}

// askConsent shows the consent screen.
func (s *Server) askConsent(w http.ResponseWriter, x request, account Account) {
	var list []permission
	for _, sc := range x.scopes {
		list = append(list, permission{Scope: sc, Short: short(sc), Text: meaning(sc), Fixed: signIn(sc)})
	}
	action := x.link(account.Email)
	show(w, http.StatusOK, "consent", struct {
		page
		Account     face
		Permissions []permission
		Action      string
		Back        string
		Client      string
		Redirect    string
	}{newPage(appName + " wants access"), x.face(account), list, action, x.link(""), x.client.ID, hostOf(x.redirect)})
}

// hostOf is where a redirect URI leads, for people.
func hostOf(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil {
		return redirect
	}
	return u.Host
}
