package config

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Problem is one variable that is missing or wrong.
type Problem struct {
	Name  string
	Wrong string // what is wrong: "is missing"
	Set   string // what to set instead
}

// Error names every variable that is missing or wrong.
type Error struct {
	Problems []Problem
}

func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	lines = append(lines, fmt.Sprintf("configuration: %d missing or wrong:", len(e.Problems)))
	for _, p := range e.Problems {
		lines = append(lines, fmt.Sprintf("  %s %s; set %s", p.Name, p.Wrong, p.Set))
	}
	return strings.Join(lines, "\n")
}

// Validate checks a configuration: nil, or an *Error that names everything that is missing or wrong.
func (c Config) Validate() error {
	if all := c.problems(); len(all) > 0 {
		return &Error{Problems: all}
	}
	return nil
}

func (c Config) problems() []Problem {
	var all []Problem
	add := func(name, wrong, set string) {
		if wrong != "" {
			all = append(all, Problem{Name: name, Wrong: wrong, Set: set})
		}
	}
	for _, f := range fields(reflect.ValueOf(c)) {
		add(f.wrong())
	}
	if c.Store == "firestore" {
		for _, f := range fields(reflect.ValueOf(c)) {
			if f.InCloud && len(f.texts()) == 0 {
				add(f.Name, "is missing, which STORE=firestore needs", "the "+strings.TrimPrefix(f.Description, "the "))
			}
		}
	}
	if c.Telemetry.To == "google" && c.Store != "firestore" {
		if c.Project == "" {
			add("GOOGLE_CLOUD_PROJECT", "is missing, which TELEMETRY=google needs", "the project that traces and figures go to")
		}
		if c.Cloud.Region == "" {
			add("REGION", "is missing, which TELEMETRY=google needs", "the region that this process is in")
		}
	}
	if c.DataDir == "" {
		add("DATA_DIR", "is missing", "a folder that this process may write to")
	}
	if r := c.OAuth.RedirectURL; secureURL(r) && !strings.HasSuffix(r, "/callback") {
		add("OAUTH_REDIRECT_URL", "does not end in /callback", "the address of oauthcallback, with /callback at its end")
	}
	// A grant of one server would otherwise be exchanged or revoked at another.
	together := map[string]string{"OAUTH_AUTH_URL": c.OAuth.AuthURL, "OAUTH_TOKEN_URL": c.OAuth.TokenURL, "OAUTH_REVOKE_URL": c.OAuth.RevokeURL}
	if c.OAuth.AuthURL+c.OAuth.TokenURL+c.OAuth.RevokeURL != "" {
		for _, name := range []string{"OAUTH_AUTH_URL", "OAUTH_TOKEN_URL", "OAUTH_REVOKE_URL"} {
			if together[name] == "" {
				add(name, "is missing while others of the three are set", "OAUTH_AUTH_URL, OAUTH_TOKEN_URL and OAUTH_REVOKE_URL, or none of them")
			}
		}
	}
	return all
}

// wrong says what is wrong with the value of a variable ("" if nothing is), and what to set.
func (f field) wrong() (name, wrong, set string) {
	texts := f.texts()
	if f.Required && len(texts) == 0 {
		return f.Name, "is missing", "the " + strings.TrimPrefix(f.Description, "the ")
	}
	if len(f.choices) > 0 && !slices.Contains(f.choices, f.value.String()) {
		return f.Name, fmt.Sprintf("is %q", f.value.String()), strings.Join(f.choices, " or ")
	}
	switch f.check {
	case "positive":
		if f.value.Int() <= 0 {
			return f.Name, fmt.Sprintf("is %d", f.value.Int()), "a number above 0"
		}
	case "ratio":
		if v := f.value.Float(); !(v >= 0 && v <= 1) {
			return f.Name, fmt.Sprintf("is %v", v), "a number from 0 to 1"
		}
	case "notnegative":
		if f.value.Int() < 0 {
			return f.Name, fmt.Sprintf("is %d", f.value.Int()), "a number, 0 or more"
		}
	case "key":
		for _, t := range texts { // which is not quoted
			if len(t) < minKey {
				return f.Name, fmt.Sprintf("has a key of fewer than %d characters", minKey), "random keys, with commas between"
			}
		}
	case "seed":
		for _, t := range texts { // which is not quoted
			if seed, err := base64.StdEncoding.DecodeString(t); err != nil || len(seed) != seedBytes {
				return f.Name, fmt.Sprintf("has a key that is not %d bytes in base64", seedBytes), "what openssl rand -base64 32 prints, with commas between"
			}
		}
	case "":
	default:
		c := checks[f.check]
		for _, t := range texts {
			if !c.valid(t) {
				return f.Name, fmt.Sprintf("is %q", t), c.set
			}
		}
	}
	return f.Name, "", ""
}

// minKey is how long a signing key must be, in bytes (RFC 2104 section 3).
const minKey = 32

// seedBytes is how long the seed of an Ed25519 key is (RFC 8032 section 5.1.5).
const seedBytes = 32

type check struct {
	valid func(string) bool
	set   string
}

var checks = map[string]check{
	"url":      {secureURL, "an https:// address (http:// only on this machine), without user name and fragment"},
	"origins":  {origin, "origins such as https://hire.example.com, without a path, with commas between"},
	"email":    {address, "an email address alone"},
	"loopback": {localPort, "host:port of this machine, such as 127.0.0.1:8085"},
	"domain":   {domain, "a domain in small letters, such as reply.hire.example.com"},
	"past":     {past, "a time that is over, such as 2026-11-28T10:00:00Z"},
	"topic":    {regexp.MustCompile(`^projects/[^/\s]+/topics/[^/\s]+$`).MatchString, "projects/PROJECT/topics/TOPIC"},
}

var label = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)

// domain tells whether s is at least two labels of a domain, of at most 63 characters each.
func domain(s string) bool {
	for l := range strings.SplitSeq(s, ".") {
		if len(l) > 63 || !label.MatchString(l) {
			return false
		}
	}
	return strings.Contains(s, ".")
}

func past(s string) bool {
	at, err := time.Parse(time.RFC3339, s)
	return err == nil && at.Before(time.Now())
}

// secureURL tells whether s is an address that secrets may be sent to: https, or http that does not leave the machine.
func secureURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func localPort(s string) bool {
	host, _, err := net.SplitHostPort(s)
	return err == nil && loopback(host)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// origin is as browsers send it in the Origin header (RFC 6454 section 6.2); "*" would let in every page there is.
func origin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && secureURL(s) && s == u.Scheme+"://"+u.Host && s == strings.ToLower(s)
}

func address(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s
}
