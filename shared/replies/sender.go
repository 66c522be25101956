package replies

import (
	"errors"
	"regexp"
	"strings"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
)

// proved says whether a mail comes from the user: From or the envelope names their login address, and the gateway has found that a domain which stands for this
// address has sent it. That proves the domain, not the person in it, as far as mail can prove anything.
func proved(e Envelope, m *mime.Message, user hire.User) error {
	inHeader := len(m.From) == 1 && hire.SameAddress(m.From[0].Addr, user.Email)
	inEnvelope := hire.SameAddress(e.From, user.Email)
	if !inHeader && !inEnvelope {
		return hire.Err(hire.CodeReplyOtherSender)
	}
	domain := domainOf(hire.NormalizeAddress(user.Email))
	for _, r := range results(e.Authentication) {
		named := r.props[map[string]string{"dmarc": "header.from", "dkim": "header.d", "spf": "smtp.mailfrom"}[r.method]]
		if r.method == "dkim" && named == "" {
			named = r.props["header.i"]
		}
		if r.result != "pass" || !aligned(domainOf(named), domain) {
			continue
		}
		// DMARC and DKIM speak of what is in the header, SPF of the envelope: its domain must then be the user's, which it is, and the header may name them.
		if r.method == "spf" || inHeader {
			return nil
		}
	}
	return hire.Wrap(hire.CodeReplySenderUnproved, errors.New("no method has passed for the domain of the login address"))
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// aligned tells whether one domain stands for the other: they are the same, or one lies within the other (RFC 7489 section 3.1, relaxed).
func aligned(a, b string) bool {
	within := func(sub, domain string) bool {
		return strings.Contains(domain, ".") && (sub == domain || strings.HasSuffix(sub, "."+domain))
	}
	return a != "" && (within(a, b) || within(b, a))
}

// result is what one method has found out.
type result struct {
	method, result string
	props          map[string]string
}

var comment = regexp.MustCompile(`\([^()]*\)`)

// results reads an Authentication-Results field (RFC 8601 section 2.2): authserv-id; method=result property=value …; …. What it can't read proves nothing.
func results(field string) []result {
	clauses := strings.Split(strings.ToLower(comment.ReplaceAllString(field, " ")), ";")
	var out []result
	for _, c := range clauses[1:] { // the first one names who checked
		var r result
		for i, word := range strings.Fields(c) {
			name, value, ok := strings.Cut(word, "=")
			value = strings.Trim(value, `"`)
			switch {
			case !ok:
			case i == 0:
				name, _, _ = strings.Cut(name, "/") // a version
				r = result{method: name, result: value, props: map[string]string{}}
			case r.props != nil:
				r.props[name] = value
			}
		}
		if r.method == "dmarc" || r.method == "dkim" || r.method == "spf" {
			out = append(out, r)
		}
	}
	return out
}
