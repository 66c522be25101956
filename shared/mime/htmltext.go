package mime

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// TextOf is HTML as text: paragraphs and list items on lines of their own, what is quoted behind "> ", links behind their words. It only looks at the
// tags in their order, so HTML that is wrong costs no more than any other. Lines end with \n; nothing is at the end.
func TextOf(source string) string {
	if strings.TrimSpace(source) == "" {
		return ""
	}
	t := &textWriter{}
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimRight(t.b.String(), " \n")
		case html.TextToken:
			t.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			t.open(atom.Lookup(name), z, more)
		case html.EndTagToken:
			name, _ := z.TagName()
			t.close(atom.Lookup(name))
		}
	}
}

// maxIndent bounds quotes and lists within each other.
const maxIndent = 8

type textWriter struct {
	b        strings.Builder
	breaks   int       // line ends due before the next word
	space    bool      // a blank is due before the next word
	quote    int       // blockquotes around
	quoted   int       // what it was on the last line written
	pre      int       // pre around
	skip     atom.Atom // the element around that is not shown: script, style, title
	lists    []int     // the lists around: -1 for bullets, else the number of the last item
	href     string    // of the link around
	linkFrom int       // where its words begin
}

// block is how many line ends stand before and after an element.
var block = map[atom.Atom]int{
	atom.P: 2, atom.H1: 2, atom.H2: 2, atom.H3: 2, atom.H4: 2, atom.H5: 2, atom.H6: 2, atom.Ul: 2, atom.Ol: 2, atom.Dl: 2, atom.Pre: 2, atom.Blockquote: 2, atom.Table: 1,
	atom.Div: 1, atom.Tr: 1, atom.Li: 1, atom.Dt: 1, atom.Dd: 1, atom.Section: 1, atom.Article: 1, atom.Header: 1, atom.Footer: 1, atom.Main: 1, atom.Address: 1,
	atom.Center: 1, atom.Form: 1, atom.Fieldset: 1, atom.Figure: 1, atom.Figcaption: 1, atom.Hr: 1, atom.Body: 1, atom.Caption: 1,
}

func (t *textWriter) open(tag atom.Atom, z *html.Tokenizer, hasAttr bool) {
	if t.skip != 0 {
		return
	}
	t.lineEnds(t.spacing(tag))
	switch tag {
	case atom.Script, atom.Style, atom.Title, atom.Template, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes:
		t.skip = tag
	case atom.Br:
		t.breaks, t.space = t.breaks+1, false
	case atom.Hr:
		t.word("----")
		t.lineEnds(1)
	case atom.Td, atom.Th:
		t.space = true
	case atom.Pre:
		t.pre++
	case atom.Blockquote:
		t.quote = min(t.quote+1, maxIndent)
	case atom.Ul, atom.Ol:
		if len(t.lists) < maxIndent {
			n := -1
			if tag == atom.Ol {
				n = 0
			}
			t.lists = append(t.lists, n)
		}
	case atom.Li:
		t.item()
	case atom.A:
		t.closeLink()
		t.href, t.linkFrom = attribute(z, hasAttr, "href"), t.b.Len()
	case atom.Img:
		if alt := strings.Join(strings.Fields(attribute(z, hasAttr, "alt")), " "); alt != "" {
			t.word("[" + alt + "]")
		}
	}
}

func (t *textWriter) close(tag atom.Atom) {
	if t.skip != 0 {
		if tag == t.skip {
			t.skip = 0
		}
		return
	}
	switch tag {
	case atom.A:
		t.closeLink()
	case atom.Pre:
		t.pre = max(t.pre-1, 0)
	case atom.Ul, atom.Ol:
		if len(t.lists) > 0 {
			t.lists = t.lists[:len(t.lists)-1]
		}
	case atom.Blockquote:
		t.quote = max(t.quote-1, 0)
	}
	t.lineEnds(t.spacing(tag))
}

// spacing is how many line ends an element asks for; a list within a list has no blank lines around.
func (t *textWriter) spacing(tag atom.Atom) int {
	if (tag == atom.Ul || tag == atom.Ol) && len(t.lists) > 0 {
		return 1
	}
	return block[tag]
}

// attribute reads one attribute of the tag under way.
func attribute(z *html.Tokenizer, more bool, name string) string {
	for more {
		var k, v []byte
		if k, v, more = z.TagAttr(); string(k) == name {
			return string(v)
		}
	}
	return ""
}

// item begins an item of the innermost list.
func (t *textWriter) item() {
	mark := "- "
	if n := len(t.lists); n > 0 {
		if t.lists[n-1] >= 0 {
			t.lists[n-1]++
			mark = strconv.Itoa(t.lists[n-1]) + ". "
		}
		mark = strings.Repeat("  ", n-1) + mark
	}
	t.word(strings.TrimRight(mark, " "))
	t.space = true
}

// closeLink writes where a link leads, unless its words say so.
func (t *textWriter) closeLink() {
	href := strings.TrimSpace(t.href)
	t.href = ""
	lower := strings.ToLower(clip(href, 8))
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return
	}
	said := strings.TrimSpace(t.b.String()[min(t.linkFrom, t.b.Len()):])
	if said == "" || strings.ContainsAny(href, " \t\n<>") || strings.TrimSuffix(trimScheme(said), "/") == strings.TrimSuffix(trimScheme(href), "/") {
		return
	}
	breaks, space := t.breaks, t.space
	t.breaks, t.space = 0, true
	t.word("<" + href + ">")
	t.breaks, t.space = breaks, space
}

func trimScheme(s string) string {
	_, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s
	}
	return rest
}

// text writes a run of text, with its blanks joined but for pre.
func (t *textWriter) text(s string) {
	if t.skip != 0 {
		return
	}
	s = invisible.Replace(s)
	if t.pre > 0 {
		for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
			if i > 0 {
				t.breaks++
			}
			if line != "" {
				t.space = false
				t.word(line)
			}
		}
		return
	}
	for i := 0; i < len(s); {
		end := strings.IndexAny(s[i:], " \t\r\n\f")
		switch {
		case end == 0:
			t.space = true
			i++
			continue
		case end < 0:
			end = len(s) - i
		}
		t.word(s[i : i+end])
		i += end
	}
}

// invisible are characters that senders use to fill space; a hard blank is one.
var invisible = strings.NewReplacer("\u00a0", " ", "\u200b", "", "\ufeff", "", "\u00ad", "", "\u034f", "", "\x00", "")

// lineEnds asks for at least n line ends before the next word.
func (t *textWriter) lineEnds(n int) {
	if n > 0 {
		t.breaks, t.space = max(t.breaks, n), false
	}
}

func (t *textWriter) word(s string) {
	switch {
	case s == "":
		return
	case t.b.Len() == 0 || t.breaks > 0:
		t.newLine()
	case t.space:
		t.b.WriteByte(' ')
	}
	t.b.WriteString(s)
	t.space = false
}

// newLine writes the line ends that are due, of which more than two count as two, and the marks of what is quoted.
func (t *textWriter) newLine() {
	if t.b.Len() > 0 {
		t.b.WriteByte('\n')
		if t.breaks > 1 {
			t.b.WriteString(strings.Repeat(">", min(t.quoted, t.quote)) + "\n")
		}
	}
	if t.quote > 0 {
		t.b.WriteString(strings.Repeat(">", t.quote) + " ")
	}
	t.breaks, t.quoted = 0, t.quote
}
