package mime

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxParams is how many parameters of one field are read.
const maxParams = 200

// parseParams reads a Content-Type or Content-Disposition (RFC 2045 section 5.1): its value in lower case, and its parameters by name in lower
// case, with continuations and charsets (RFC 2231). It takes what mail programs write: no semicolons, no quotes, quotes within quotes,
// backslashes of Windows paths. Encoded words in a parameter are left as they are.
func parseParams(s string) (value string, params map[string]string) {
	params = map[string]string{}
	s = strings.TrimSpace(s)
	end := strings.IndexAny(s, "; \t(")
	if end < 0 {
		end = len(s)
	}
	if value = strings.ToLower(s[:end]); strings.Contains(value, "=") {
		value = "" // no type at all, only parameters
	} else if s = strings.TrimSpace(s[end:]); strings.HasPrefix(s, "(") {
		if i := strings.IndexByte(s, ';'); i >= 0 {
			s = s[i:]
		}
	}
	var parts []paramPart
	for n := 0; n < maxParams; n++ {
		var name, v string
		var ok bool
		name, v, s, ok = nextParam(s)
		if !ok {
			break
		}
		if base, rest, star := strings.Cut(name, "*"); star {
			parts = append(parts, newParamPart(base, rest, v))
		} else if _, had := params[name]; !had {
			params[name] = rawText(v)
		}
	}
	joinParams(params, parts)
	return value, params
}

// nextParam takes one name=value off s.
func nextParam(s string) (name, value, rest string, ok bool) {
	for {
		s = strings.TrimLeft(s, "; \t\r\n,")
		if s == "" {
			return "", "", "", false
		}
		i := strings.IndexAny(s, "=;")
		if i < 0 {
			return "", "", "", false
		}
		if s[i] == ';' { // a word without a value
			s = s[i:]
			continue
		}
		name = strings.ToLower(strings.TrimSpace(s[:i]))
		if j := strings.LastIndexAny(name, " \t"); j >= 0 {
			name = name[j+1:]
		}
		s = strings.TrimLeft(s[i+1:], " \t")
		if strings.HasPrefix(s, `"`) {
			value, rest = quotedValue(s[1:])
		} else {
			value, rest = bareValue(s)
		}
		return name, value, rest, true
	}
}

// quotedValue reads up to the closing quote. A quote that no end and no other parameter follows is one of the value's own letters.
func quotedValue(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '"' && endsValue(s[i+1:]):
			return b.String(), s[i+1:]
		default:
			b.WriteByte(c)
		}
	}
	// Never closed: the value ends where a bare one would.
	value, rest, _ = strings.Cut(s, ";")
	return strings.TrimSpace(value), rest
}

// endsValue tells whether a value can end before s: at the end, before a semicolon, before another parameter.
func endsValue(s string) bool {
	s = strings.TrimLeft(s, " \t\r\n")
	return s == "" || s[0] == ';' || s[0] == ',' || paramFollows(s)
}

// paramFollows tells whether s begins with name=.
func paramFollows(s string) bool {
	i := strings.IndexAny(s[:min(len(s), 80)], "= \t\";")
	return i > 0 && s[i] == '=' && isToken(s[:i])
}

// bareValue reads up to a semicolon, or to a blank that another parameter follows.
func bareValue(s string) (value, rest string) {
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	for i := 0; i < end; i++ {
		if (s[i] == ' ' || s[i] == '\t') && paramFollows(s[i+1:end]) {
			end = i
		}
	}
	return strings.TrimSpace(s[:end]), s[end:]
}

// paramPart is one piece of a parameter that is written as name*0*=, name*1=.
type paramPart struct {
	base    string
	index   int
	encoded bool // percent-encoded; the first also names the charset
	value   string
}

func newParamPart(base, rest, value string) paramPart {
	p := paramPart{base: strings.TrimSpace(base), value: value}
	if rest == "" { // name*=
		p.encoded = true
		return p
	}
	digits, star := strings.CutSuffix(rest, "*")
	p.encoded = star
	if n, err := strconv.Atoi(digits); err == nil && n >= 0 {
		p.index = n
	}
	return p
}

// joinParams puts parameters in pieces together. They come before one of the same name that is whole, which is there for old programs.
func joinParams(params map[string]string, parts []paramPart) {
	slices.SortStableFunc(parts, func(a, b paramPart) int {
		return cmp.Or(strings.Compare(a.base, b.base), cmp.Compare(a.index, b.index))
	})
	for i := 0; i < len(parts); {
		var b []byte
		charset, base := "", parts[i].base
		for first := true; i < len(parts) && parts[i].base == base; i, first = i+1, false {
			v := parts[i].value
			if parts[i].encoded {
				if name, rest, ok := strings.Cut(v, "'"); first && ok {
					if _, text, ok := strings.Cut(rest, "'"); ok {
						charset, v = name, text
					}
				}
				b = appendPercent(b, v)
			} else {
				b = append(b, v...)
			}
		}
		if base != "" && len(b) > 0 {
			params[base] = inCharset(b, charset)
		}
	}
}

// appendPercent undoes "%E9"; what is no valid escape stays as it is.
func appendPercent(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi < 16 && lo < 16 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}
