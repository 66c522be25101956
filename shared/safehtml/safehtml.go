package safehtml

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// Addresses that a mail may name. Those that a browser would complete from the page's own (relative ones, and https:logout or https:/logout too) stay out: they would ask Hire.
var (
	linked   = regexp.MustCompile(`(?i)^\s*(https?://[^/?#\\\s]|mailto:|tel:)`)
	pictured = regexp.MustCompile(`(?i)^\s*(https?://[^/?#\\\s]|cid:)`)
	fetched  = regexp.MustCompile(`(?i)^\s*https?://[^/?#\\\s]`)
)

var (
	measure  = regexp.MustCompile(`^[a-z0-9%]+$`)
	language = regexp.MustCompile(`^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$`)
)

// policy lets through what a mail needs to be read, and nothing that acts. Nothing in it has an id or a name, by which a page's own scripts and links could take it for
// something else. Images of other servers are still in it, and those whose source matches.
func policy(source *regexp.Regexp) *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "big", "blockquote", "br", "center", "cite", "code", "del", "dfn", "div", "em", "figcaption", "figure",
		"h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "mark", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong",
		"sub", "sup", "tt", "u", "var", "wbr")
	p.AllowLists()
	p.AllowTables()
	p.AllowAttrs("align", "valign", "width", "height").Matching(measure).OnElements("table", "td", "th", "tr")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Matching(language).Globally()
	p.AllowAttrs("title").Globally()

	p.AllowAttrs("src").Matching(source).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("align").Matching(bluemonday.ImageAlign).OnElements("img")
	p.AllowAttrs("height", "width").Matching(bluemonday.NumberOrPercent).OnElements("img")

	p.AllowAttrs("href").Matching(linked).OnElements("a")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}

// The policies are made when they are first used: not every request of a process's first ones shows mail.
var (
	shown     = sync.OnceValue(func() *bluemonday.Policy { return policy(pictured) })
	signature = sync.OnceValue(func() *bluemonday.Policy {
		p := policy(fetched)
		p.AllowStyles("color", "background-color", "font-family", "font-size", "font-style", "font-weight", "text-align", "text-decoration", "line-height").Globally()
		p.AllowAttrs("color", "face", "size").Matching(regexp.MustCompile(`^[\w#, +-]+$`)).OnElements("font")
		p.AllowElements("font")
		return p
	})
)

// Shown makes a mail's HTML fit to be shown in Hire: sanitised, without styles, which can cover the page, and with these of its images:
//
//   - one that the mail brings along (cid:) becomes <img data-content-id="…"> without a source: whoever shows it gives it the attachment of that content id;
//   - one on another server, by https, is left out, since loading it tells the mail's sender that it was read, when and where. With remote it is in, to be loaded without a
//     referrer;
//   - any other is left out: by http everybody on the way would see who reads what.
//
// held tells whether there are images on other servers that remote lets in.
func Shown(html string, remote bool) (clean string, held bool) {
	return pictures(shown().Sanitize(html), remote)
}

// Signature makes the HTML of somebody's signature fit to go out below what they write: sanitised as what is shown, but with its colours and fonts, and with its images,
// which are its owner's own.
func Signature(html string) string { return signature().Sanitize(html) }
