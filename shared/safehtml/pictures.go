package safehtml

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// contentID is the attribute that names a picture which the mail brings along, by its content id as an attachment has it: without angle brackets (RFC 2392 section 2).
const contentID = "data-content-id"

// pictures decides on each image of sanitised HTML. All else is left as it is, byte for byte.
func pictures(clean string, remote bool) (out string, held bool) {
	if !strings.Contains(clean, "<img") {
		return clean, false
	}
	var b strings.Builder
	b.Grow(len(clean))
	z := html.NewTokenizer(strings.NewReader(clean))
	for {
		kind := z.Next()
		if kind == html.ErrorToken { // the end: a string can't fail otherwise
			return b.String(), held
		}
		raw := string(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken || !strings.HasPrefix(raw, "<img") {
			b.WriteString(raw)
			continue
		}
		t := z.Token()
		if t.DataAtom != atom.Img {
			b.WriteString(raw)
			continue
		}
		keep, elsewhere := picture(&t, remote)
		held = held || elsewhere
		if keep {
			b.WriteString(t.String())
		}
	}
}

// picture turns an image into what is shown in its place, if anything is; elsewhere tells that it is on another server, from which it may be loaded.
func picture(t *html.Token, remote bool) (keep, elsewhere bool) {
	var source string
	attrs := t.Attr[:0]
	for _, a := range t.Attr {
		if a.Key == "src" {
			source = a.Val
			continue
		}
		attrs = append(attrs, a)
	}
	scheme, rest, _ := strings.Cut(source, ":")
	switch strings.ToLower(scheme) {
	case "cid":
		id, err := url.PathUnescape(rest)
		if err != nil || id == "" {
			return false, false
		}
		attrs = append(attrs, html.Attribute{Key: contentID, Val: id})
	case "https":
		elsewhere = true
		attrs = append(attrs, html.Attribute{Key: "src", Val: source}, html.Attribute{Key: "referrerpolicy", Val: "no-referrer"})
	default:
		return false, false
	}
	t.Attr = attrs
	return remote || !elsewhere, elsewhere
}
