package authresults

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/emersion/go-msgauth/authres"
	"golang.org/x/net/idna"
)

// maxField is the longest field that is read, in bytes. Gmail's have some 500; each of a mail's signatures adds 100.
const maxField = 64 << 10

// Method is a way to find out about a sender.
type Method string

// The methods that are read.
const (
	DMARC Method = "dmarc"
	DKIM  Method = "dkim"
	SPF   Method = "spf"
)

// Clause is what one method has found out; a mail has a clause of DKIM for each of its signatures.
type Clause struct {
	Method Method
	Result string // pass, fail, none, softfail, temperror and so on, in lower case
	Domain string // that it speaks of: of From by DMARC, of the signature by DKIM, of the envelope by SPF. In lower case, as in DNS; "" where the field does not say
}

// Parse reads a field's value. The server is who has checked (authserv-id), in lower case. It is told with an error too, as far as it can be read; clauses are then none.
func Parse(field string) (server string, clauses []Clause, err error) {
	if len(field) > maxField {
		return serverOf(field[:maxField]), nil, fmt.Errorf("authentication results of %d bytes", len(field))
	}
	text, err := plain(field)
	if err != nil {
		return serverOf(field), nil, err
	}
	server, results, err := authres.Parse(read(text))
	if err != nil {
		return serverOf(field), nil, fmt.Errorf("parse authentication results: %w", err)
	}
	for _, r := range results {
		switch r := r.(type) {
		case *authres.DMARCResult:
			clauses = append(clauses, Clause{DMARC, string(r.Value), DomainOf(r.From)})
		case *authres.DKIMResult:
			named := r.Domain
			if named == "" {
				named = r.Identifier
			}
			clauses = append(clauses, Clause{DKIM, string(r.Value), DomainOf(named)})
		case *authres.SPFResult:
			clauses = append(clauses, Clause{SPF, string(r.Value), DomainOf(r.From)})
		}
	}
	return server, clauses, nil
}

// read keeps the clauses of a plain field that are read here, without the version that may follow a method's name. What is wrong in another one is nobody's trouble.
func read(text string) string {
	clauses := strings.Split(text, ";")
	kept := clauses[:1]
	for _, c := range clauses[1:] {
		c = strings.TrimSpace(c)
		name, rest, _ := strings.Cut(c, "=")
		if method, version, ok := strings.Cut(name, "/"); ok && strings.Trim(version, "0123456789 ") == "" {
			name, c = method, method+"="+rest
		}
		switch Method(strings.TrimSpace(name)) {
		case DMARC, DKIM, SPF:
			kept = append(kept, c)
		}
	}
	return strings.Join(kept, ";")
}

// serverOf is the first word of a field.
func serverOf(field string) string {
	id, _, _ := strings.Cut(field, ";")
	if words := strings.Fields(id); len(words) > 0 {
		return strings.ToLower(words[0])
	}
	return ""
}

// plain takes the comments off a field, which may hold comments themselves, and the quotes off its values; what could end a value stands as _ where it was in quotes. All
// is in lower case then. A comment is over at its bracket, quotes or not; who writes a sender's quoted address into one may mean it otherwise, so that a bracket within
// quotes is an error there.
// Source: RFC 8601 section 2.2, RFC 5322 sections 3.2.2 and 3.2.4
func plain(field string) (string, error) {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(field); i++ {
		c := field[i]
		switch {
		case c == '\\' && (quoted || depth > 0):
			if i++; depth == 0 {
				b.WriteByte('_')
			}
		case depth > 0 && c == '"':
			quoted = !quoted
		case depth > 0 && quoted:
			if c == '(' || c == ')' {
				return "", errors.New("authentication results: a bracket in quotes in a comment")
			}
		case quoted && c == '"':
			quoted = false
		case quoted && (c <= ' ' || c == 0x7f || strings.IndexByte(`;=/()`, c) >= 0):
			b.WriteByte('_')
		case quoted:
			b.WriteByte(c)
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return "", errors.New("authentication results: a comment ends that has not begun")
		case c == ')':
			if depth--; depth == 0 {
				b.WriteByte(' ')
			}
		case depth > 0:
		case c == '"':
			quoted = true
		default:
			b.WriteByte(c)
		}
	}
	if quoted || depth > 0 {
		return "", errors.New("authentication results: a comment or a quote does not end")
	}
	// A blank of another script parts no words in mail, and would in what reads the clauses.
	return strings.Map(func(c rune) rune {
		if c >= 0x80 && unicode.IsSpace(c) {
			return '_'
		}
		return unicode.ToLower(c)
	}, b.String()), nil
}

// maxDomain is the longest name of DNS (RFC 1035 section 2.3.4).
const maxDomain = 253

// DomainOf is the domain of an address, or the domain itself where there is no @: in lower case, as in DNS (RFC 5890). It is "" if there is none, or what stands there
// can be none.
func DomainOf(address string) string {
	domain := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(address[strings.LastIndexByte(address, '@')+1:])), ".")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	if len(domain) > maxDomain || strings.ContainsFunc(domain, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return ""
	}
	return domain
}

// Aligned tells whether one domain stands for the other: they are the same, or one lies within the other (RFC 7489 section 3.1, relaxed).
func Aligned(a, b string) bool {
	within := func(sub, domain string) bool {
		return strings.Contains(domain, ".") && (sub == domain || strings.HasSuffix(sub, "."+domain))
	}
	return a != "" && (within(a, b) || within(b, a))
}
