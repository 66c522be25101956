package mime

import (
	"slices"
	"strings"
)

// maxAddr is the longest address that is kept: RFC 5321 section 4.5.3.1 ends at 254, and some are out there that do not.
const maxAddr = 320

// addresses reads the mailboxes of a field. Several fields of one name are read as one list; sound is false if they had to be mended or something was left out.
func (h header) addresses(name string) (list []Address, sound bool) {
	sound = true
	for _, v := range h[strings.ToLower(name)] {
		as, ok := parseAddresses(rawText(v))
		sound = sound && ok
		for _, a := range as {
			if len(list) >= maxAddresses || len(a.Addr) > maxAddr {
				sound = false
				continue
			}
			list = append(list, a)
		}
	}
	return list, sound
}

// parseAddresses reads an address list (RFC 5322 section 3.4 with the obsolete forms of 4.4), and what programs write for one: names with commas
// and no quotes, semicolons between addresses, quotes and brackets that never close, an address as its own name. The members of a group count,
// its name does not. The work is linear in the length of s.
func parseAddresses(s string) (list []Address, ok bool) {
	p := addressParser{s: s}
	p.list()
	if strings.Contains(s, "=?") && !slices.ContainsFunc(p.found, func(a Address) bool { return a.Addr != "" }) {
		// Some programs encode the whole field, brackets and all.
		if decoded := decodeWords(s); decoded != s && strings.Contains(decoded, "@") {
			p = addressParser{s: decoded}
			p.list()
		}
	}
	return p.found, !p.damaged
}

type addressParser struct {
	s       string
	at      int
	found   []Address
	damaged bool
	// noQuote and noComment: from here on nothing closes a quote, or a comment. Without them every opening one would search the rest again.
	noQuote, noComment bool

	words   strings.Builder // of the mailbox under way: its name, or its address if there are no brackets
	addr    string          // what stood in brackets
	angled  bool
	comment string
	pending string // words before a comma that may belong to the name that follows
	quoted  bool   // words hold a quoted string
	hasAt   bool   // words hold an @
}

func (p *addressParser) list() {
	for p.at < len(p.s) {
		if len(p.found) >= maxAddresses {
			p.damaged = true
			return
		}
		c := p.s[p.at]
		p.at++
		switch c {
		case ',', ';':
			p.end(c == ',')
		case ':':
			if p.angled || p.hasAt || isMailto(p.words.String()) {
				p.words.WriteByte(c)
				continue
			}
			p.reset() // what came before was the name of a group
			p.pending = ""
		case '"':
			p.quote()
		case '(':
			p.skipComment()
		case '<':
			p.angle()
		default:
			p.words.WriteByte(c)
			p.hasAt = p.hasAt || c == '@'
		}
	}
	p.end(false)
}

func isMailto(s string) bool { return len(s) < 20 && strings.EqualFold(strings.TrimSpace(s), "mailto") }

// quote reads a quoted string; its quotes stay where an address follows, for they belong to its local part.
func (p *addressParser) quote() {
	if p.noQuote {
		p.damaged = true
		return
	}
	var b strings.Builder
	start := p.at - 1
	for i := p.at; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			if i+1 < len(p.s) {
				i++
				b.WriteByte(p.s[i])
			}
		case '"':
			p.at = i + 1
			if p.at < len(p.s) && p.s[p.at] == '@' && !p.angled {
				p.words.WriteString(p.s[start:p.at]) // as it stands, with its quotes
				return
			}
			p.quoted = true
			p.words.WriteString(b.String())
			p.hasAt = p.hasAt || strings.Contains(b.String(), "@")
			return
		default:
			b.WriteByte(p.s[i])
		}
	}
	p.noQuote, p.damaged = true, true
}

func (p *addressParser) skipComment() {
	if p.noComment {
		p.words.WriteByte('(')
		return
	}
	depth := 1
	for i := p.at; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				if p.comment == "" {
					p.comment = p.s[p.at:i]
				}
				p.at = i + 1
				p.words.WriteByte(' ')
				return
			}
		}
	}
	p.noComment, p.damaged = true, true
	p.words.WriteByte('(')
}

// angle reads <local@domain>. A bracket that does not close ends at a comma, but for those that a quoted local part or a source route (RFC 5322
// section 4.4) holds.
func (p *addressParser) angle() {
	rest := p.s[p.at:]
	end := strings.IndexAny(rest, ">,;")
	if end >= 0 && rest[end] != '>' && (strings.Contains(rest[:end], `"`) || strings.HasPrefix(rest, "@")) {
		if i := strings.IndexByte(rest[:min(len(rest), 2*maxAddr)], '>'); i >= 0 {
			end = i
		}
	}
	if end < 0 {
		end = len(rest)
	}
	if end == len(rest) || rest[end] != '>' {
		p.damaged = true
	}
	addr := cleanAddr(rest[:end])
	p.at += end
	if p.at < len(p.s) && p.s[p.at] == '>' {
		p.at++
	}
	if p.angled && p.addr != "" {
		// Two in a row without a comma.
		p.flush()
	}
	p.addr, p.angled = addr, true
}

// end finishes a mailbox. After a comma, words that are no address wait: they may be the first half of a name.
func (p *addressParser) end(comma bool) {
	text := strings.TrimSpace(p.words.String())
	if comma && !p.angled && !p.quoted && text != "" && !p.hasAt {
		switch {
		case p.pending == "":
			p.pending = text
		case len(p.pending)+len(text) < 60:
			p.pending += ", " + text
		default:
			p.add(Address{Name: p.pending})
			p.pending = text
		}
		p.reset()
		return
	}
	p.flush()
}

func (p *addressParser) flush() {
	text := strings.TrimSpace(p.words.String())
	var a Address
	switch {
	case p.angled:
		a = Address{Name: text, Addr: p.addr}
	case p.hasAt:
		a = bareAddress(text)
	default:
		a = Address{Name: text}
	}
	if p.pending != "" {
		if a.Addr != "" && a.Name != "" {
			a.Name = p.pending + ", " + a.Name
		} else {
			p.add(Address{Name: p.pending})
		}
		p.pending = ""
	}
	if a.Name == "" && a.Addr != "" {
		a.Name = p.comment
	}
	p.add(a)
	p.reset()
}

func (p *addressParser) add(a Address) {
	a.Name = strings.Join(strings.Fields(oneLine(decodeWords(a.Name))), " ")
	a.Name = clip(strings.TrimSpace(unquote(a.Name)), 1000)
	if a.Addr == "" && strings.Count(a.Name, "@") == 1 && !strings.Contains(a.Name, " ") {
		a.Addr = cleanAddr(a.Name)
	}
	if strings.EqualFold(a.Name, a.Addr) {
		a.Name = ""
	}
	if a.Name == "" && a.Addr == "" {
		return
	}
	p.found = append(p.found, a)
}

func (p *addressParser) reset() {
	p.words.Reset()
	p.addr, p.angled, p.comment, p.quoted, p.hasAt = "", false, "", false, false
}

// unquote takes off the single quotes that Outlook puts around names and addresses.
func unquote(s string) string {
	if inner, ok := strings.CutPrefix(s, "'"); ok && strings.HasSuffix(inner, "'") {
		return inner[:len(inner)-1]
	}
	return s
}

// bareAddress reads words of which one is an address.
func bareAddress(text string) Address {
	if strings.HasPrefix(text, `"`) {
		return Address{Addr: cleanAddr(text)}
	}
	fields := strings.Fields(text)
	for i := len(fields) - 1; i >= 0; i-- {
		if at := strings.IndexByte(fields[i], '@'); at > 0 && at < len(fields[i])-1 {
			return Address{Name: strings.Join(append(fields[:i:i], fields[i+1:]...), " "), Addr: cleanAddr(fields[i])}
		}
	}
	return Address{Addr: cleanAddr(text)} // local @ domain
}

// cleanAddr takes blanks, comments' leavings, mailto: and a source route off an address.
func cleanAddr(s string) string {
	s = decodeWords(strings.TrimSpace(s))
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	if strings.HasPrefix(s, "@") {
		if i := strings.LastIndexByte(s, ':'); i >= 0 {
			s = s[i+1:]
		}
	}
	if !strings.HasPrefix(s, `"`) {
		s = strings.Join(strings.Fields(s), "")
		s = unquote(strings.Trim(s, "<>"))
	}
	return oneLine(s)
}
