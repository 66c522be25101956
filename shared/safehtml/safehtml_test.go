package safehtml_test

import (
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/safehtml"
)

func TestShown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		html, want string
		images     bool
	}{
		"nothing":           {"", "", false},
		"text":              {"a &lt; b", "a &lt; b", false},
		"marks":             {"<p>Can <b>we</b> <i>talk</i>?</p>", "<p>Can <b>we</b> <i>talk</i>?</p>", false},
		"a script":          {"a<script>alert(1)</script>b", "ab", false},
		"a handler":         {`<p onclick="x()">a</p>`, "<p>a</p>", false},
		"a style":           {`<p style="position:fixed;color:red">a</p><style>p{}</style>`, "<p>a</p>", false},
		"a form":            {`<form action="https://x.example"><input name=a>b</form>`, "b", false},
		"a frame":           {`<iframe src="https://x.example"></iframe>b`, "b", false},
		"a script's link":   {`<a href="javascript:x()">a</a>`, "a", false},
		"an image":          {`a<img src="https://x.example/1.gif">b`, "ab", true},
		"a picture of mail": {`a<img src="cid:1">b`, "ab", false}, // not remote
		"a link": {
			`<a href="https://x.example">a</a>`, `<a href="https://x.example" rel="nofollow noreferrer noopener" target="_blank">a</a>`, false,
		},
	} {
		got, images := safehtml.Shown(tt.html)
		if got != tt.want || images != tt.images {
			t.Errorf("%s: %q, %t, want %q, %t", name, got, images, tt.want, tt.images)
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
