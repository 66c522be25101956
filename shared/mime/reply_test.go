package mime

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSignatureSplit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, signature string }{
		{"none", "Yes.\n\nBest\nRita", ""},
		{"dashes", "Yes.", "\n\n-- \nRita\nAcme Inc."},
		{"dashes without the blank", "Yes.", "\n--\nRita"},
		{"dashes with CRLF", "Yes.", "\r\n-- \r\nRita"},
		{"two of them: the last one", "Yes\n-- \nor no.", "\n-- \nRita"},
		{"a phone's line", "Yes.", "\n\nSent from my iPhone"},
		{"a phone's line below a signature", "Yes.", "\n\n-- \nRita\n\nSent from my Galaxy"},
		{"a phone's line above a signature", "Yes.", "\nVon meinem iPhone gesendet\n-- \nRita"},
		{"outlook's app", "Oui.", "\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n"},
		{"japanese", "はい。", "\n\niPhoneから送信"},
		// Doubt.
		{"nothing above", "-- \nRita", ""},
		{"nothing but a phone's line", "Sent from my iPhone", ""},
		{"a table's line", "a\n-----\nb", ""},
		{"dashes in a line", "Yes -- \nno", ""},
		{"a long text below dashes", "One\n--\n" + strings.Repeat("word ", 400), ""},
		{"many lines below dashes", "One\n--\n" + strings.Repeat("word\n", 20) + "end", ""},
		{"a sentence that begins so", "Sent from my side on Monday to the hiring manager and to all the others who have asked for it.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body, signature := signatureSplit(tt.body + tt.signature)
			if body != tt.body || signature != tt.signature {
				t.Errorf("body %q, signature %q", body, signature)
			}
		})
	}
}

func TestSignatureSplitLosesNothing(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "--", "-- ", "Sent from my iPhone", "text", " ", "\r"}))
	rapid.Check(t, func(t *rapid.T) {
		checkSignatureSplit(t, strings.Join(rapid.SliceOf(line).Draw(t, "lines"), "\n"))
	})
}

func checkSignatureSplit(t interface{ Fatalf(string, ...any) }, text string) {
	body, signature := signatureSplit(text)
	if body+signature != text {
		t.Fatalf("%q became %q and %q", text, body, signature)
	}
	if strings.TrimSpace(text) != "" && strings.TrimSpace(body) == "" {
		t.Fatalf("nothing of %q is left", text)
	}
}

// textAndHTML is a mail of a text and HTML.
func textAndHTML(text, html string) string {
	return "From: a@x.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text +
		"\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n--b--\r\n"
}

const (
	quote     = "On Mon, May 13, 2024 at 4:05 PM Hire <reply@x.com> wrote:\n\n> Cora has answered\n> secret\n"
	quoteHTML = `<div class="gmail_attr">On Mon, May 13, 2024 at 4:05 PM Hire &lt;reply@x.com&gt; wrote:<br></div><blockquote>Cora has answered<br>secret</blockquote>`
	outlook   = "\n________________________________\nFrom: Hire <reply@x.com>\nSent: Monday, May 13, 2024 4:05 PM\nTo: Rita\nSubject: Cora\n\nsecret\n"
)

func TestReply(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, html, want, has string }{ // has is what the HTML must have; "" where it is to be left out
		{"gmail", "Yes, *Friday*.\n\n-- \nRita\n\n" + quote, `<div dir="ltr">Yes, <b>Friday</b>.<div><br></div><span class="gmail_signature_prefix">-- </span><div class="gmail_signature">Rita</div></div><div class="gmail_quote">` + quoteHTML + `</div>`, "Yes, *Friday*.", "<b>Friday</b>"},
		{"apple", "Yes.\n\nSent from my iPhone\n\n> On May 13, 2024, at 16:05, Hire <reply@x.com> wrote:\n> \n> secret\n", `<div>Yes.</div><div id="AppleMailSignature">Sent from my iPhone</div><blockquote type="cite">On May 13, 2024, at 16:05, Hire &lt;reply@x.com&gt; wrote:<br>secret</blockquote>`, "Yes.", "Yes."},
		{"outlook on the web", "Yes." + outlook, `<div>Yes.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Hire</div><div>secret</div>`, "Yes.", "Yes."},
		{"outlook", "Yes." + outlook, `<div class=WordSection1><p>Yes.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p><b>From:</b> Hire</p></div></div><p>secret</p></div><p>secret</p>`, "Yes.", "Yes."},
		{"thunderbird", "Yes.\n\nAm 13.05.24 um 16:05 schrieb Hire:\n> secret\n", `<p>Yes.</p><div class="moz-cite-prefix">Am 13.05.24 um 16:05 schrieb Hire:<br></div><blockquote type="cite">secret</blockquote>`, "Yes.", "Yes."},
		{"html alone", "", `<p>Yes.</p><div class="gmail_quote">` + quoteHTML + `</div>`, "Yes.", "<p>Yes.</p>"},
		{"nothing to take off", "Yes.", `<p>Yes.</p>`, "Yes.", "<p>Yes.</p>"},
		{"a link and an address", "See here<https://x.com/a> or a@x.com<mailto:a@x.com>.", `<p>See <a href="https://x.com/a">here</a> or <a href="mailto:a@x.com">a@x.com</a>.</p>`, "See here<https://x.com/a> or a@x.com<mailto:a@x.com>.", "https://x.com/a"},
		{"scripts", "Yes.", `<p>Yes.</p><script>x</script>`, "Yes.", "<p>Yes.</p>"},
		{"answers between the lines stay whole", "> When?\nFriday.\n> Where?\nHere.", `<blockquote type="cite">When?</blockquote>Friday.<blockquote type="cite">Where?</blockquote>Here.`, "> When?\nFriday.\n> Where?\nHere.", "Where?"},
		// The HTML can't be trusted.
		{"a quote without marks", "Yes.\n\n" + quote, `<p>Yes.</p><p>On Mon, May 13, 2024 at 4:05 PM Hire wrote:</p><p>secret</p>`, "Yes.", ""},
		{"html that says something else", "Yes.\n\n" + quote, `<p>No.</p><div class="gmail_quote">` + quoteHTML + `</div>`, "Yes.", ""},
		{"html that lacks words", "Yes. Friday.\n\n" + quote, `<p>Yes.</p><blockquote type="cite">Friday.</blockquote><div class="gmail_quote">` + quoteHTML + `</div>`, "Yes. Friday.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			raw := textAndHTML(tt.text, tt.html)
			if tt.text == "" {
				raw = "From: a@x.com\nContent-Type: text/html\n\n" + tt.html
			}
			m, err := Parse([]byte(raw))
			if err != nil {
				t.Fatal(err)
			}
			r := m.Reply()
			if r.Text != tt.want {
				t.Errorf("text %q, want %q", r.Text, tt.want)
			}
			if (tt.has == "") != (r.HTML == "") || !strings.Contains(r.HTML, tt.has) || strings.Contains(r.HTML, "secret") || strings.Contains(r.HTML, "script") {
				t.Errorf("HTML %q, want %q in it", r.HTML, tt.has)
			}
		})
	}
}

// Pictures of the answer go along as files, those of what was taken off don't.
func TestReplyPictures(t *testing.T) {
	t.Parallel()
	file := func(id, kind string) string {
		return fmt.Sprintf("\r\n--m\r\nContent-Type: %s\r\nContent-Disposition: inline; filename=%s\r\nContent-ID: <%s>\r\n\r\ncontent", kind, id, id)
	}
	mail := func(quoteOf string) string {
		return "From: a@x.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n" +
			`<p>Look: <img src="cid:mine.png"></p>` + quoteOf + file("mine.png", "image/png") + file("logo.png", "image/png") + file("cv.pdf", "application/pdf") + file("smime.p7s", "application/pkcs7-signature") + "\r\n--m--\r\n"
	}
	for name, tt := range map[string]struct{ raw, want string }{
		"a quote that is marked":     {mail(`<div class="gmail_quote">` + quoteHTML + `<img src="cid:logo.png"></div>`), "mine.png cv.pdf"},
		"a quote that can't be told": {mail(`<p>Hire wrote: <img src="cid:logo.png"></p>`), "mine.png logo.png cv.pdf"},
	} {
		m, err := Parse([]byte(tt.raw))
		if err != nil {
			t.Fatal(err)
		}
		r := m.Reply()
		var got []string
		for _, a := range r.Attachments {
			got = append(got, a.Filename)
		}
		if strings.Join(got, " ") != tt.want || strings.Contains(r.HTML, "cid:") {
			t.Errorf("%s: files %v of %v, want %s; HTML %s", name, got, len(m.Attachments), tt.want, r.HTML)
		}
	}
}

// FuzzReply: something is left of every mail that says anything, and what was cut off the text does not go out with the HTML.
func FuzzReply(f *testing.F) {
	for _, seed := range [][2]string{
		{"Yes.\n\n-- \nRita\n\n" + quote, `<div>Yes.</div><div class="gmail_signature">-- <br>Rita</div><div class="gmail_quote">` + quoteHTML + `</div>`},
		{"Yes." + outlook, `<p>Yes.</p><div id="divRplyFwdMsg">From: Hire</div>secret`}, {"", `<blockquote type=cite><img src=cid:a>`}, {"--", "</p><script>"}, {"\x00\xff", "<a<b"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, html string) {
		checkSignatureSplit(t, text)
		m := &Message{Text: strings.ToValidUTF8(text, "?"), HTML: strings.ToValidUTF8(html, "?")}
		r := m.Reply()
		if strings.TrimSpace(m.Text) != "" && strings.TrimSpace(r.Text) == "" {
			t.Fatalf("nothing of %q is left", m.Text)
		}
		if !strings.HasPrefix(m.Text, r.Text) {
			t.Fatalf("%q became %q", m.Text, r.Text)
		}
		if r.HTML != "" && !sameWords(TextOf(r.HTML), r.Text) {
			t.Fatalf("the HTML says %q, the text %q", TextOf(r.HTML), r.Text)
		}
		if strings.Contains(r.HTML, `<img src="cid:`) {
			t.Fatalf("a picture of a part in %q", r.HTML)
		}
	})
}
