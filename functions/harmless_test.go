package functions_test

import (
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// Images on other servers tell the sender who reads the mail: they are in it only when they are asked for. Those that the mail brings along are named for the frontend.
func TestImagesAreShownWhenAskedFor(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	_, err := candidate.SendRaw([]byte("From: <" + coraMail + ">\r\nTo: <" + ritaMail + ">\r\nSubject: Re: " + candidate.asked.Subject + "\r\nMessage-ID: <pictures@mail.example>\r\nIn-Reply-To: " + candidate.asked.MessageID +
		"\r\nReferences: " + candidate.asked.MessageID + "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=m\r\n\r\n--m\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
		"<p onclick=\"x()\">Me: <img src=\"cid:me%2B1@mail.example\" alt=\"Me\"> <img src=\"https://evil.example/read.gif?rita\"><img src=\"http://evil.example/2.gif\"></p><script>x()</script>\r\n" +
		"--m\r\nContent-Type: image/png; name=me.png\r\nContent-ID: <me+1@mail.example>\r\nContent-Disposition: inline; filename=me.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(png)) + "\r\n--m--\r\n"))
	w.ok(err)
	w.pass(time.Minute)
	id := r.profile(cora).Threads[0].ID
	picture := `<img alt="Me" data-content-id="me+1@mail.example">`
	shown := r.thread(id).MessageList[1]
	if !shown.HasRemote || strings.TrimSpace(shown.HTML) != "<p>Me: "+picture+" </p>" {
		t.Errorf("by itself, %t: %s", shown.HasRemote, shown.HTML)
	}
	var th api.Thread
	r.call("GET", "/threads/v1/threads/"+id+"?images=remote", nil).into(200, &th)
	shown = th.MessageList[1]
	if !shown.HasRemote || strings.TrimSpace(shown.HTML) != "<p>Me: "+picture+` <img src="https://evil.example/read.gif?rita" referrerpolicy="no-referrer"></p>` {
		t.Errorf("asked for, %t: %s", shown.HasRemote, shown.HTML)
	}
	if a := shown.Attachments; len(a) != 1 || a[0].ContentID != "me+1@mail.example" || !a[0].Inline {
		t.Errorf("the picture is among the files as %+v", a)
	} else {
		r.downloads("of the picture", mailed{thread: id, message: shown.ID, part: a[0].PartID, content: png})
	}
	r.call("GET", "/threads/v1/threads/"+id+"?images=all", nil).problem(400, hire.CodeInvalidRequest)
}

// Whatever a file says of itself, a browser that opens it runs nothing of it: only types that can't act are shown in place, all others are saved.
func TestAttachmentsAreServedSafely(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	files := []struct{ header, shownAs, kind, name string }{
		{"text/html; name=page.html", "attachment", "application/octet-stream", "page.html"},
		{"text/HTML; charset=utf-7; name=page2.html", "attachment", "application/octet-stream", "page2.html"},
		{"image/svg+xml; name=a.svg", "attachment", "application/octet-stream", "a.svg"},
		{"text/calendar; method=REQUEST; name=invite.ics", "attachment", "application/octet-stream", "invite.ics"},
		{"application/xhtml+xml; name=a.xhtml", "attachment", "application/octet-stream", "a.xhtml"},
		{"text/xml; name=a.xml", "attachment", "application/octet-stream", "a.xml"},
		{"application/javascript; name=a.js", "attachment", "application/octet-stream", "a.js"},
		{"application/x-shockwave-flash; name=a.swf", "attachment", "application/octet-stream", "a.swf"},
		{"image/png; name=a.html", "inline", "image/png", "a.html"},
		{"application/pdf; name*=utf-8''caf%C3%A9%22%3b%20a%3db@c%3ad%27.pdf", "inline", "application/pdf", `café"; a=b@c:d'.pdf`},
		{"nonsense/; name=gpj%2Eexe", "attachment", "application/octet-stream", "gpj%2Eexe"},
		{"text/plain; name=\"a\u202etxt.html\"", "inline", "text/plain; charset=utf-8", "atxt.html"},
	}
	const content = "<script>x()</script>"
	var b strings.Builder
	fmt.Fprintf(&b, "From: <%s>\r\nTo: <%s>\r\nSubject: Re: %s\r\nMessage-ID: <files@mail.example>\r\nIn-Reply-To: %s\r\nReferences: %[4]s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n"+
		"--m\r\nContent-Type: text/plain\r\n\r\nFiles.\r\n", coraMail, ritaMail, candidate.asked.Subject, candidate.asked.MessageID)
	for _, f := range files {
		fmt.Fprintf(&b, "--m\r\nContent-Type: %s\r\nContent-Disposition: attachment\r\n\r\n%s\r\n", f.header, content)
	}
	b.WriteString("--m--\r\n")
	_, err := candidate.SendRaw([]byte(b.String()))
	w.ok(err)
	w.pass(time.Minute)
	id := r.profile(cora).Threads[0].ID
	m := r.thread(id).MessageList[1]
	if len(m.Attachments) != len(files) {
		t.Fatalf("%d files, want %d: %+v", len(m.Attachments), len(files), m.Attachments)
	}
	for i, f := range files {
		a := r.call("GET", fmt.Sprintf("/threads/v1/threads/%s/messages/%s/attachments/%s", id, m.ID, m.Attachments[i].PartID), nil)
		disposition, params, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
		if a.Status != 200 || strings.TrimSpace(string(a.Body)) != content || err != nil || disposition != f.shownAs || params["filename"] != f.name || a.Header.Get("Content-Type") != f.kind {
			t.Errorf("%s: %d, %s, %s of %v (%v), want %s of %s as %s", f.header, a.Status, a.Header.Get("Content-Disposition"), a.Header.Get("Content-Type"), params, err, f.shownAs, f.kind, f.name)
		}
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%s: %v", f.header, a.Header)
		}
	}
}
