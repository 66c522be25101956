package gmailtest

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// operator is what a term of a search asks for.
type operator uint8

const (
	opText operator = iota // words anywhere
	opAll                  // all kids
	opAny                  // one of the kids
	opNot                  // not the kid
	opFrom
	opTo // To, Cc and Bcc
	opCc
	opBcc
	opSubject
	opLabel
	opAnywhere // spam and bin too
	opRead
	opAttachment
	opFilename
	opMessageID
	opAfter  // at or after a time
	opBefore // before a time
	opNever
)

var operators = map[string]operator{
	"from": opFrom, "to": opTo, "cc": opCc, "bcc": opBcc, "subject": opSubject, "label": opLabel, "in": opLabel, "is": opLabel, "category": opLabel,
	"has": opAttachment, "filename": opFilename, "rfc822msgid": opMessageID, "after": opAfter, "newer": opAfter, "newer_than": opAfter,
	"before": opBefore, "older": opBefore, "older_than": opBefore,
}

// term is a part of a search.
type term struct {
	op    operator
	value string // in lower case
	key   uint64 // hash of the address or Message-ID
	exact bool   // value is a whole address
	at    int64  // milliseconds
	label *label // bound to a mailbox
	kids  []*term
}

// search is a parsed q: what Gmail's search box takes, as far as it is supported here. Words that look like an operator and are none are words.
// Source: https://support.google.com/mail/answer/7190
type search struct{ root *term }

// parseSearch reads a q; "" finds everything.
func parseSearch(q string, now time.Time) (*search, *apiError) {
	p := searchParser{rest: []rune(strings.TrimSpace(q)), now: now}
	root := &term{op: opAll}
	for p.more() {
		if t := p.alternatives(""); t != nil {
			root.kids = append(root.kids, t)
		}
	}
	if p.bad != "" {
		return nil, errBad("Invalid search: " + p.bad)
	}
	return &search{root: root}, nil
}

type searchParser struct {
	rest []rune
	now  time.Time
	bad  string
}

func (p *searchParser) more() bool {
	for len(p.rest) > 0 && unicode.IsSpace(p.rest[0]) {
		p.rest = p.rest[1:]
	}
	return len(p.rest) > 0
}

// alternatives reads a factor and those joined to it by OR, which binds closer than standing side by side.
func (p *searchParser) alternatives(operator string) *term {
	either := &term{op: opAny}
	for {
		if t := p.factor(operator); t != nil {
			either.kids = append(either.kids, t)
		}
		if !p.more() || !p.word("OR") || !p.more() {
			break
		}
	}
	switch len(either.kids) {
	case 0:
		return nil
	case 1:
		return either.kids[0]
	}
	return either
}

// word takes a word if it stands next.
func (p *searchParser) word(w string) bool {
	if n := len(w); len(p.rest) >= n && string(p.rest[:n]) == w && (len(p.rest) == n || unicode.IsSpace(p.rest[n])) {
		p.rest = p.rest[n:]
		return true
	}
	return false
}

func (p *searchParser) take(r rune) bool {
	if len(p.rest) > 0 && p.rest[0] == r {
		p.rest = p.rest[1:]
		return true
	}
	return false
}

// factor reads a term, a group, or what is not wanted. operator is the one before the bracket that it stands in.
func (p *searchParser) factor(operator string) *term {
	switch {
	case p.take('-'):
		if !p.more() {
			return nil
		}
		if t := p.factor(operator); t != nil {
			return &term{op: opNot, kids: []*term{t}}
		}
		return nil
	case p.take(')'), p.take('}'):
		return nil
	case len(p.rest) > 0 && strings.ContainsRune(`({"`, p.rest[0]):
		return p.value(operator)
	}
	n := 0
	for n < len(p.rest) && !unicode.IsSpace(p.rest[n]) && !strings.ContainsRune(`(){}"`, p.rest[n]) {
		if p.rest[n] == ':' && operator == "" {
			if name := strings.ToLower(string(p.rest[:n])); operators[name] != opText {
				p.rest = p.rest[n+1:]
				if len(p.rest) == 0 || unicode.IsSpace(p.rest[0]) {
					return nil
				}
				return p.value(name)
			}
		}
		n++
	}
	return p.value(operator)
}

// value reads what an operator asks for.
func (p *searchParser) value(operator string) *term {
	switch {
	case p.take('('):
		return p.group(opAll, ')', operator)
	case p.take('{'):
		return p.group(opAny, '}', operator)
	case p.take('"'):
		return p.term(operator, p.until('"'))
	}
	n := 0
	for n < len(p.rest) && !unicode.IsSpace(p.rest[n]) && !strings.ContainsRune(`(){}"`, p.rest[n]) {
		n++
	}
	w := string(p.rest[:n])
	p.rest = p.rest[n:]
	return p.term(operator, w)
}

func (p *searchParser) group(op operator, closing rune, operator string) *term {
	g := &term{op: op}
	for p.more() && !p.take(closing) {
		if t := p.alternatives(operator); t != nil {
			g.kids = append(g.kids, t)
		}
	}
	return g
}

func (p *searchParser) until(end rune) string {
	for i, r := range p.rest {
		if r == end {
			s := string(p.rest[:i])
			p.rest = p.rest[i+1:]
			return s
		}
	}
	s := string(p.rest)
	p.rest = nil
	return s
}

// term makes a term of an operator and its value.
func (p *searchParser) term(operator, value string) *term {
	value = strings.TrimSpace(value)
	t := &term{op: operators[operator], value: strings.ToLower(value)}
	switch t.op {
	case opText, opSubject, opFilename:
		if value == "" {
			return nil
		}
	case opFrom, opTo, opCc, opBcc:
		local, domain, ok := strings.Cut(t.value, "@")
		t.exact = ok && local != "" && domain != ""
		t.key = hashString(t.value)
	case opMessageID:
		t.key = hashString(strings.Trim(value, "<>"))
	case opAttachment:
		if t.value != "attachment" {
			t.op = opNever
		}
	case opAfter, opBefore:
		at, ok := p.time(operator, t.value)
		if !ok {
			p.bad = operator + ":" + value
		}
		t.at = at
	case opLabel:
		switch {
		case operator == "in" && t.value == "anywhere":
			t.op = opAnywhere
		case operator == "is" && t.value == "read":
			t.op = opRead
		case operator == "in" && t.value == "drafts", operator == "is" && t.value == "draft":
			t.value = "draft"
		case operator == "category":
			t.value = "category_" + t.value
			if t.value == "category_primary" {
				t.value = "category_personal"
			}
		}
	}
	return t
}

// time reads seconds since 1970, a day (midnight, Pacific time), or for newer_than and older_than a span such as 2d, 3m, 1y.
func (p *searchParser) time(operator, v string) (int64, bool) {
	if strings.HasSuffix(operator, "_than") {
		n, err := strconv.Atoi(strings.TrimRight(v, "dmyh"))
		if err != nil || n < 0 || v == "" {
			return 0, false
		}
		switch v[len(v)-1] {
		case 'h':
			return p.now.Add(-time.Duration(n) * time.Hour).UnixMilli(), true
		case 'd':
			return p.now.AddDate(0, 0, -n).UnixMilli(), true
		case 'm':
			return p.now.AddDate(0, -n, 0).UnixMilli(), true
		case 'y':
			return p.now.AddDate(-n, 0, 0).UnixMilli(), true
		}
		return 0, false
	}
	if !strings.ContainsAny(v, "/-") {
		n, err := strconv.ParseInt(v, 10, 64)
		return n * 1000, err == nil && n >= 0 && n < 1<<50
	}
	at, err := time.ParseInLocation("2006/1/2", strings.ReplaceAll(v, "-", "/"), pacific)
	return at.UnixMilli(), err == nil
}
