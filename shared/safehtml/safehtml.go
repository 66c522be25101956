package safehtml

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// policy lets through what a mail needs to be read, and nothing that acts. Images of other servers are still in it.
func policy() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowAttrs("align", "valign", "width", "height").Matching(regexp.MustCompile(`^[a-z0-9%]+$`)).OnElements("table", "td", "th", "tr")
	return p
}

var (
	shown     = policy()
	signature = func() *bluemonday.Policy {
		p := policy()
		p.AllowStyles("color", "background-color", "font-family", "font-size", "font-style", "font-weight", "text-align", "text-decoration", "line-height").Globally()
		p.AllowAttrs("color", "face", "size").Matching(regexp.MustCompile(`^[\w#, +-]+$`)).OnElements("font")
		p.AllowElements("font")
		return p
	}()
)

var image = regexp.MustCompile(`(?i)<img\b[^>]*>`)

// Shown makes a mail's HTML fit to be shown in Hire: sanitised, and without images, which would tell their sender that it was read; images tells whether it has any.
// Styles stay out, too: they can cover the page.
func Shown(html string) (clean string, images bool) {
	clean = shown.Sanitize(html)
	images = image.MatchString(clean)
	return image.ReplaceAllString(clean, ""), images
}

// Signature makes the HTML of somebody's signature fit to go out below what they write: sanitised as what is shown, but with its colours and fonts, and with its images,
// which are its owner's own.
func Signature(html string) string { return signature.Sanitize(html) }
