package mime

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Reply is what somebody wrote in an answer, without what their program has added.
type Reply struct {
	Text        string
	HTML        string       // "" where it can't be told for certain what of the mail's HTML is the answer: the text then speaks for both
	Attachments []Attachment // without pictures that only what was taken off shows, and without signatures of the mail as it was
}

// Reply takes off what a mail quotes and its signature. In doubt nothing is taken off, and the HTML is left out unless it says the very same as the text: what
// was cut off the one must not go out with the other.
func (m *Message) Reply() Reply {
	fresh := m.FreshText()
	body, _ := signatureSplit(fresh)
	out := Reply{Text: body}
	cut, shown, ok := cutHTML(m.HTML)
	if ok && sameWords(TextOf(cut), body) {
		out.HTML = cut
	} else if body == strings.TrimRight(m.Text, " \t\r\n") {
		if whole, all, ok := wholeHTML(m.HTML); ok && sameWords(TextOf(whole), body) {
			out.HTML, shown = whole, all
		}
	}
	for _, a := range m.Attachments {
		if !ofTheMail[a.ContentType] && (!a.Inline || out.HTML == "" && !ok || shown[a.ContentID]) {
			out.Attachments = append(out.Attachments, a)
		}
	}
	return out
}

// ofTheMail are files that are good for the mail as it was and for no other.
var ofTheMail = map[string]bool{"application/pkcs7-signature": true, "application/x-pkcs7-signature": true, "application/pgp-signature": true}

// maxSignature is the most that counts as a signature: longer, the line above it parts something else.
const (
	maxSignature      = 1500 // bytes
	maxSignatureLines = 15
)

var (
	signatureLine = pattern(`(?m)^[ \t]*--[ \t\r]*$`)
	// sentFrom is what mail programs put below a text unless they are told not to.
	sentFrom = pattern(`(?i)^(?:sent from (?:my|outlook|mail|yahoo|proton|samsung|the all-new).{0,60}|get outlook for (?:ios|android|mac).{0,60}|von meinem .{1,40} gesendet|gesendet (?:von|mit) .{1,60}` +
		`|envoyé (?:de mon|depuis) .{1,40}|enviado (?:desde|do meu|de mi) .{1,40}|inviato da .{1,40}|verzonden vanaf .{1,40}|skickat från .{1,40}|sendt fra .{1,40}|lähetetty .{1,40}stä|wysłane z .{1,40}|odesláno z .{1,40}` +
		`|отправлено (?:с|из) .{1,40}|.{1,20}から送信|发自我的.{1,20}|從我的.{1,20}傳送|.{1,20}에서 보냄)$`)
)

// signatureSplit parts what somebody wrote from the signature below it: what stands below a line of two dashes (RFC 3676 section 4.3), if it is no longer than a
// signature, and the line that phones add. body and signature together are text, to the letter. Where nothing stands above, all is body.
func signatureSplit(text string) (body, signature string) {
	body = text
	// A phone's line stands below a signature, or above one.
	for _, start := range []func(string) int{sentFromStart, dashesStart, sentFromStart} {
		if at := start(body); at >= 0 && strings.TrimSpace(body[:at]) != "" {
			body = strings.TrimRight(body[:at], " \t\r\n")
		}
	}
	return body, text[len(body):]
}

// sentFromStart is where a phone's line begins that a text ends with; -1 if it has none.
func sentFromStart(text string) int {
	text = strings.TrimRight(text, " \t\r\n")
	last := strings.LastIndexByte(text, '\n') + 1
	if line := strings.TrimSpace(text[last:]); len(line) <= maxHint && sentFrom().MatchString(line) {
		return last
	}
	return -1
}

// dashesStart is where the last line of two dashes begins, if what stands below is no longer than a signature; -1 if there is none.
func dashesStart(text string) int {
	text = strings.TrimRight(text, " \t\r\n")
	from := max(0, len(text)-maxSignature)
	at := -1
	for _, m := range signatureLine().FindAllStringIndex(text[from:], -1) {
		if from+m[0] == 0 || text[from+m[0]-1] == '\n' { // else it is the end of a line
			at = from + m[0]
		}
	}
	if at >= 0 && strings.Count(text[at:], "\n") > maxSignatureLines {
		return -1
	}
	return at
}

// maxHTML bounds the HTML that is taken apart, in bytes. What is longer can't be sent.
const maxHTML = 4 << 20

// cutHTML takes quotes and signatures out of HTML, by the marks that mail programs leave; shown are the ids of the pictures in what stays. ok is false where
// there is no HTML or it can't be read.
func cutHTML(source string) (cut string, shown map[string]bool, ok bool) {
	root, ok := parseHTML(source)
	if !ok {
		return "", nil, false
	}
	trimTree(root)
	return render(root)
}

// wholeHTML is HTML with nothing taken out but what can't be sent.
func wholeHTML(source string) (whole string, shown map[string]bool, ok bool) {
	root, ok := parseHTML(source)
	if !ok {
		return "", nil, false
	}
	return render(root)
}

func parseHTML(source string) (*html.Node, bool) {
	if strings.TrimSpace(source) == "" || len(source) > maxHTML {
		return nil, false
	}
	root, err := html.Parse(strings.NewReader(source))
	return root, err == nil
}

// render writes a tree without scripts, and without pictures that were parts of the mail: they go out as files.
func render(root *html.Node) (text string, shown map[string]bool, ok bool) {
	shown = map[string]bool{}
	var gone []*html.Node
	for n := range root.Descendants() {
		src := strings.TrimSpace(attr(n, "src"))
		switch {
		case n.Type != html.ElementNode:
		case n.DataAtom == atom.Script:
			gone = append(gone, n)
		case n.DataAtom == atom.Img && len(src) > 4 && strings.EqualFold(src[:4], "cid:"):
			for id := range contentIDs(src) {
				shown[id] = true
			}
			gone = append(gone, n)
		}
	}
	for _, n := range gone {
		n.Parent.RemoveChild(n)
	}
	var b strings.Builder
	if err := html.Render(&b, root); err != nil {
		return "", nil, false
	}
	return b.String(), shown, true
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// trimTree removes quotes and signatures. Some programs put a quote into an element of its own, some only mark where it begins.
func trimTree(root *html.Node) {
	var gone []*html.Node
	var begins *html.Node
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || slices.ContainsFunc(gone, func(g *html.Node) bool { return within(n, g) }) {
			continue
		}
		if restIsQuote(n) {
			begins = n
			break
		}
		if isQuote(n) || isSignature(n) {
			gone = append(gone, n)
			if len(gone) > 50 { // no mail program does that
				break
			}
		}
	}
	for at := begins; at != nil && at != root; at = at.Parent {
		for at.NextSibling != nil {
			at.Parent.RemoveChild(at.NextSibling)
		}
	}
	if begins != nil {
		begins.Parent.RemoveChild(begins)
	}
	for _, n := range gone {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
}

func within(n, outer *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

var (
	quoteClasses     = words("gmail_quote", "gmail_quote_container", "gmail_attr", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix", "tutanota_quote", "zmail_extra", "mail-editor-reference-message-container")
	signatureClasses = words("gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block")
	signatureIDs     = words("signature", "ms-outlook-mobile-signature", "applemailsignature", "yahoo_mail_signature")
	restIDs          = words("divrplyfwdmsg", "appendonsend", "olk_src_body_section")
	// outlookRule is the line that Outlook draws above the header block of a quote.
	outlookRule = pattern(`(?i)border:\s*none;\s*border-top:\s*solid\s+#(?:e1e1e1|b5c4df)`)
)

func isQuote(n *html.Node) bool {
	return hasClass(n, quoteClasses) || n.DataAtom == atom.Blockquote && strings.EqualFold(attr(n, "type"), "cite")
}

func isSignature(n *html.Node) bool {
	return hasClass(n, signatureClasses) || signatureIDs[strings.ToLower(attr(n, "id"))]
}

func restIsQuote(n *html.Node) bool {
	return restIDs[strings.ToLower(attr(n, "id"))] || n.DataAtom == atom.Div && outlookRule().MatchString(attr(n, "style"))
}

func hasClass(n *html.Node, classes map[string]bool) bool {
	return slices.ContainsFunc(strings.Fields(attr(n, "class")), func(c string) bool { return classes[strings.ToLower(c)] })
}

// notWords is what some programs write into the text form for what HTML shows otherwise.
var notWords = pattern(`<mailto:[^>\n]*>|\[(?:cid|image):[^\]\n]*\]`)

// sameWords tells whether two texts have the same letters and digits in the same order.
func sameWords(a, b string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, notWords().ReplaceAllString(s, ""))
	}
	return letters(a) == letters(b)
}
