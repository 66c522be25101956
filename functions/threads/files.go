package threads

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// shownInBrowser are the types that a browser may open in place; everything else is only saved. HTML and SVG can carry scripts.
var shownInBrowser = map[string]bool{
	"application/pdf": true, "image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "text/plain": true,
}

// attachment streams a file, with ranges.
func (h handler) attachment(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	a, c, err := h.profiles.Attachment(r.Context(), user, r.PathValue("thread_id"), r.PathValue("message_id"), r.PathValue("part_id"))
	if err != nil {
		return err
	}
	defer c.Close()
	return serve(w, r, a, c)
}

// original streams the mail that a message was made of to whoever wrote it.
func (h handler) original(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	a, c, err := h.profiles.Original(r.Context(), user, r.PathValue("thread_id"), r.PathValue("message_id"))
	if err != nil {
		return err
	}
	defer c.Close()
	return serve(w, r, a, c)
}

func serve(w http.ResponseWriter, r *http.Request, a hire.Attachment, c blobs.Content) error {
	kind, _, err := mime.ParseMediaType(a.ContentType)
	disposition := "attachment"
	if err != nil {
		kind = "application/octet-stream"
	}
	if shownInBrowser[kind] {
		disposition = "inline"
	} else {
		kind = "application/octet-stream"
	}
	if kind == "text/plain" {
		kind += "; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("%s; filename=%q; filename*=UTF-8''%s", disposition, ascii(a.Filename), extended(a.Filename)))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("ETag", `"`+a.Blob+`"`)
	out := &content{ResponseWriter: w}
	// What an answer depends on is in If-None-Match and If-Range; nobody writes here, so that nothing could be lost that these guard.
	r = r.Clone(r.Context())
	r.Header.Del("If-Match")
	r.Header.Del("If-Unmodified-Since")
	http.ServeContent(out, r, "", time.Time{}, c)
	if out.beyond {
		return hire.Err(hire.CodeRange)
	}
	return nil
}

// extended writes a name as an extended parameter's value (RFC 8187 section 3.2.1), which takes fewer characters as they are than a path does.
func extended(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// content is the writer of an answer in which net/http's own text about a range that can't be had gives way to a problem.
type content struct {
	http.ResponseWriter
	beyond bool
}

func (c *content) WriteHeader(status int) {
	if c.beyond = status == http.StatusRequestedRangeNotSatisfiable; !c.beyond {
		c.ResponseWriter.WriteHeader(status)
	}
}

func (c *content) Write(p []byte) (int, error) {
	if c.beyond {
		return len(p), nil
	}
	return c.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (c *content) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, s)
}
