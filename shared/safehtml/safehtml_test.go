package safehtml_test

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/safehtml"
)

func TestShown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		html, want, remote string // remote: "" where it is the same
		held               bool
	}{
		"nothing":                           {html: ""},
		"text":                              {html: "a &lt; b", want: "a &lt; b"},
		"marks":                             {html: "<p>Can <b>we</b> <i>talk</i>?</p>", want: "<p>Can <b>we</b> <i>talk</i>?</p>"},
		"a script":                          {html: "a<script>alert(1)</script>b", want: "ab"},
		"a handler":                         {html: `<p onclick="x()">a</p>`, want: "<p>a</p>"},
		"a style":                           {html: `<p style="position:fixed;color:red">a</p><style>p{}</style>`, want: "<p>a</p>"},
		"a form":                            {html: `<form action="https://x.example"><input name=a>b</form>`, want: "b"},
		"a frame":                           {html: `<iframe src="https://x.example"></iframe>b`, want: "b"},
		"a script's link":                   {html: `<a href="javascript:x()">a</a>`, want: "a"},
		"a name":                            {html: `<p id="send" class="primary" name="body">a</p>`, want: "<p>a</p>"},
		"a link into the page's own server": {html: `<a href="/v1/connection">a</a><a href="//x.example">b</a><a href="https:v1">c</a>`, want: "abc"},
		"a link": {
			html: `<a href="https://x.example">a</a>`, want: `<a href="https://x.example" rel="nofollow noreferrer noopener" target="_blank">a</a>`,
		},
		"an address": {html: `<a href="mailto:a@x.example">a</a>`, want: `<a href="mailto:a@x.example" rel="nofollow noreferrer">a</a>`},
		"an image": {
			html: `a<img width="9" src="https://x.example/1.gif?a&amp;b" alt="B&quot;">b`, want: "ab", held: true,
			remote: `a<img width="9" alt="B&#34;" src="https://x.example/1.gif?a&amp;b" referrerpolicy="no-referrer">b`,
		},
		"an image that the whole way sees": {html: `a<img src="http://x.example/1.gif">b`, want: "ab"},
		"an image of the page's own":       {html: `a<img src="/1.gif">b<img src="https:1.gif">`, want: "ab"},
		"a picture of the mail": {
			html: `a<img src="CID:ii_1%2B2@mail.example" alt="Plan">b`, want: `a<img alt="Plan" data-content-id="ii_1+2@mail.example">b`,
		},
		"a picture that has two sources": {html: `<img src="cid:1" srcset="https://x.example/2.gif" data-content-id="3">`, want: `<img data-content-id="1">`},
		"no picture":                     {html: `a<img src="cid:">b<img alt="c">`, want: "ab"},
		"text that looks like one":       {html: `a&lt;img src="https://x.example">b<p title="<img src=https://x.example>">c</p>`, want: "a&lt;img src=&#34;https://x.example&#34;&gt;b<p title=\"&lt;img src=https://x.example&gt;\">c</p>"},
	} {
		if tt.remote == "" {
			tt.remote = tt.want
		}
		for remote, want := range map[bool]string{false: tt.want, true: tt.remote} {
			if got, held := safehtml.Shown(tt.html, remote); got != want || held != tt.held {
				t.Errorf("%s, remote %t:\n%q, %t, want\n%q, %t", name, remote, got, held, want, tt.held)
			}
		}
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	got := safehtml.Signature(`<div dir="ltr" style="color:#1155cc;position:fixed;background:url(https://x.example/a)" onmouseover="x()"><b>Rita</b> <font color="#888888" size="2">Acme</font>` +
		`<script>x()</script><img src="https://acme.example/logo.png" width="96" height="40" onerror="x()"><a href="https://acme.example">acme.example</a><form><input></form></div>`)
	for _, want := range []string{"<b>Rita</b>", `<font color="#888888" size="2">Acme</font>`, "color: #1155cc", `<img src="https://acme.example/logo.png" width="96" height="40"`, `<a href="https://acme.example"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	for _, bad := range []string{"script", "onmouseover", "onerror", "position", "background", "form", "input"} {
		if strings.Contains(got, bad) {
			t.Errorf("%s is in\n%s", bad, got)
		}
	}
}
