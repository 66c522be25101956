package oauthtest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Decision is what a user does on the screens.
type Decision struct {
	Email  string   // the account chosen; "" is the hinted one
	Deny   bool     // Cancel
	Untick []string // scopes whose boxes are cleared, by their long or their short names
}

// Consent plays the screens as a user at a browser does: it opens the address, chooses the account, decides, and gives the address that the browser is sent
// back to. A page that ends the way is a *PageError.
func (s *Server) Consent(consentURL string, d Decision) (*url.URL, error) {
	u, err := url.Parse(consentURL)
	if err != nil {
		return nil, fmt.Errorf("oauthtest: %w", err)
	}
	if i := strings.Index(u.Path, "/o/oauth2/"); i > 0 {
		u.Path, u.RawPath = u.Path[i:], "" // mounted below a path
	}
	if d.Email == "" {
		d.Email = u.Query().Get("login_hint")
	}
	d.Email = strings.TrimSpace(d.Email)
	v := visit{server: s, at: u}
	if err := v.open(http.MethodGet, u.RequestURI(), nil); err != nil || v.left != nil {
		return v.left, err
	}
	if link := find(v.page, func(n *html.Node) bool { return strings.EqualFold(attr(n, "data-testid"), "oauth-account-"+d.Email) }); link != nil {
		err = v.open(http.MethodGet, attr(link, "href"), nil)
	} else {
		err = v.submit("oauth-next", url.Values{chosenBy: {d.Email}}, nil)
	}
	if err != nil || v.left != nil {
		return v.left, err
	}
	if byTestID(v.page, "oauth-continue") == nil {
		return nil, fmt.Errorf("oauthtest: there is no account %q", d.Email)
	}
	if d.Deny {
		err = v.submit("oauth-cancel", nil, nil)
	} else {
		err = v.submit("oauth-continue", nil, d.Untick)
	}
	if err == nil && v.left == nil {
		err = fmt.Errorf("oauthtest: the decision led nowhere")
	}
	return v.left, err
}

// visit is a browser on the pages.
type visit struct {
	server *Server
	at     *url.URL
	page   *html.Node
	left   *url.URL // where the browser was sent, once it was
}

// recorder is an answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

// open follows a link or posts a form.
func (v *visit) open(method, ref string, form url.Values) error {
	next, err := v.at.Parse(ref)
	if err != nil {
		return fmt.Errorf("oauthtest: link %q: %w", ref, err)
	}
	v.at = next
	var body io.Reader = http.NoBody
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, next.RequestURI(), body)
	if err != nil {
		return fmt.Errorf("oauthtest: %w", err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	v.server.ServeHTTP(w, req)
	if w.status == http.StatusSeeOther {
		v.left, err = url.Parse(w.header.Get("Location"))
		return err
	}
	if v.page, err = html.Parse(&w.body); err != nil {
		return fmt.Errorf("oauthtest: %w", err)
	}
	if w.status == http.StatusOK {
		return nil
	}
	e := &PageError{Status: w.status, Code: text(byTestID(v.page, "oauth-error"))}
	e.Text = text(find(v.page, func(n *html.Node) bool { return n.Data == "p" && n.Parent != nil && attr(n.Parent, "role") == "alert" }))
	return e
}

// submit presses a button: its form is sent with what is filled in, and without the boxes that are unticked.
func (v *visit) submit(button string, fill url.Values, untick []string) error {
	b := byTestID(v.page, button)
	if b == nil {
		return fmt.Errorf("oauthtest: the page has no %s", button)
	}
	form := b.Parent
	if id := attr(b, "form"); id != "" {
		form = find(v.page, func(n *html.Node) bool { return n.Data == "form" && attr(n, "id") == id })
	}
	for form != nil && form.Data != "form" {
		form = form.Parent
	}
	if form == nil {
		return fmt.Errorf("oauthtest: %s has no form", button)
	}
	values, left, err := fields(form, untick)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("oauthtest: there is no box for %s", strings.Join(left, ", "))
	}
	maps.Copy(values, fill)
	if strings.EqualFold(attr(form, "method"), http.MethodPost) {
		return v.open(http.MethodPost, attr(form, "action"), values)
	}
	return v.open(http.MethodGet, "?"+values.Encode(), nil)
}

// fields are what a form sends. left are the boxes to untick that it does not have.
func fields(form *html.Node, untick []string) (values url.Values, left []string, err error) {
	values, left = url.Values{}, slices.Clone(untick)
	for n := range form.Descendants() {
		if n.Data != "input" || attr(n, "name") == "" {
			continue
		}
		value := attr(n, "value")
		box := attr(n, "type") == "checkbox"
		names := func(s string) bool { return box && canonical([]string{s})[0] == value || box && s == short(value) }
		cleared := slices.ContainsFunc(left, names)
		left = slices.DeleteFunc(left, names)
		switch {
		case has(n, "disabled") && cleared:
			return nil, nil, fmt.Errorf("oauthtest: the box of %s can't be unticked", value)
		case has(n, "disabled") || cleared || box && !has(n, "checked"):
			continue
		}
		values.Add(attr(n, "name"), value)
	}
	return values, left, nil
}

func find(root *html.Node, match func(*html.Node) bool) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			return n
		}
	}
	return nil
}

func byTestID(root *html.Node, id string) *html.Node {
	return find(root, func(n *html.Node) bool { return attr(n, "data-testid") == id })
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what an element says; "" of nil.
func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
