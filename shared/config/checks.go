package config

import (
	"encoding/base64"
	"math"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// check is what the tag check asks of a value, and of each value of a list.
type check struct {
	valid func(text string) bool
	set   string // what to set instead
	wrong string // what is wrong with a value that must not be quoted; "": it is quoted
}

// checks are all that there are, by their name in the tag.
var checks = map[string]check{
	"url":         {valid: secureURL, set: "an https:// address (http:// only on this machine), without user name and fragment"},
	"origins":     {valid: origin, set: "origins such as https://hire.example.com, without a path, with commas between"},
	"email":       {valid: hire.ValidAddress, set: "an email address alone"},
	"loopback":    {valid: localPort, set: "host:port of this machine, such as 127.0.0.1:8085"},
	"domain":      {valid: domain, set: "a domain in small letters, such as reply.hire.example.com"},
	"past":        {valid: past, set: "a time that is over, such as 2026-11-28T10:00:00Z"},
	"topic":       {valid: regexp.MustCompile(`^projects/[^/\s]+/topics/[^/\s]+$`).MatchString, set: "projects/PROJECT/topics/TOPIC"},
	"positive":    {valid: between(1, math.Inf(1)), set: "a number above 0"},
	"notnegative": {valid: between(0, math.Inf(1)), set: "a number, 0 or more"},
	"ratio":       {valid: between(0, 1), set: "a number from 0 to 1"},
	"key":         {valid: key, set: "random keys, with commas between", wrong: "has a key of fewer than 32 characters"},
	"seed":        {valid: seed, set: "what openssl rand -base64 32 prints, with commas between", wrong: "has a key that is not 32 bytes in base64"},
}

func between(least, most float64) func(string) bool {
	return func(s string) bool {
		v, err := strconv.ParseFloat(s, 64)
		return err == nil && v >= least && v <= most
	}
}

// key is one that signs with HMAC-SHA-256: shorter than the digest, it would weaken it (RFC 2104 section 3).
func key(s string) bool { return len(s) >= 32 }

// seed is that of an Ed25519 key, 32 bytes (RFC 8032 section 5.1.5).
func seed(s string) bool {
	b, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(b) == 32
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
