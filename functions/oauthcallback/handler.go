package oauthcallback

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/mailboxes"
)

// cookieName binds the way to Google and back to one browser. The prefix makes browsers insist on https and the host; plain http on
// one's own machine can't have it.
const (
	cookieName      = "__Host-hire-gmail-connect"
	cookieNamePlain = "hire-gmail-connect"
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	boxes, err := mailboxes.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, boxes.Connections}
	r := s.Router("oauthcallback")
	r.Handle("GET /start", h.start)
	r.Handle("GET /callback", h.callback)
	return r, nil
}

type handler struct {
	*wiring.Services
	connections *connection.Service
}

func (h handler) cookie(value string, age int) *http.Cookie {
	c := &http.Cookie{Name: cookieName, Value: value, Path: "/", MaxAge: age, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if strings.HasPrefix(h.Config.OAuth.RedirectURL, "http://") {
		c.Name, c.Secure = cookieNamePlain, false
	}
	return c
}

// start takes the one-time link and sends the browser on to the consent screen.
func (h handler) start(w http.ResponseWriter, r *http.Request) error {
	consent, cookie, err := h.connections.Begin(r.Context(), r.URL.Query().Get("link"))
	if err != nil {
		return h.back(w, r, "", err)
	}
	http.SetCookie(w, h.cookie(cookie, 600))
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, consent, http.StatusSeeOther)
	return nil
}

// callback takes Google's answer and sends the browser back to Hire, which shows what became of it.
func (h handler) callback(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	a := connection.Answer{State: q.Get("state"), Code: q.Get("code"), Error: q.Get("error")}
	if c, err := r.Cookie(h.cookie("", 0).Name); err == nil {
		a.Cookie = c.Value
	}
	http.SetCookie(w, h.cookie("", -1))
	returnTo, err := h.connections.Finish(r.Context(), a)
	return h.back(w, r, returnTo, err)
}

// back sends the browser to Hire's frontend, with what became of connecting: of an error its code and the sentence that goes with it, nothing of its cause.
func (h handler) back(w http.ResponseWriter, r *http.Request, returnTo string, failed error) error {
	target, err := url.Parse(h.Config.AppURL)
	if err != nil {
		return fmt.Errorf("read the address of Hire's frontend: %w", err)
	}
	if returnTo == "" {
		returnTo = "/settings/email"
	}
	ref, err := url.Parse(returnTo)
	if err != nil {
		ref = &url.URL{Path: "/"}
	}
	target = target.JoinPath(ref.Path)
	q := ref.Query()
	if failed == nil {
		q.Set("connected", "1")
	} else {
		face := api.Face(failed)
		q.Set("error", string(face.Code))
		q.Set("detail", face.Detail)
		h.Log.WarnContext(r.Context(), "connecting failed", "code", face.Code, "error", failed)
	}
	target.RawQuery = q.Encode()
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, target.String(), http.StatusSeeOther)
	return nil
}
