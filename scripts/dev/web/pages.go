package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets
var assets embed.FS

// policy is the Content-Security-Policy of every page. Inline scripts and styles are refused.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// The frame that shows the HTML of a mail is a page of its own, empty until its parent puts the mail into it. Its policy makes harmless what the sanitiser may have missed: nothing
// runs, nothing is submitted, nothing is loaded but what the parent hands over as a blob, and of elsewhere at most images by https, in the frame for a reader who has asked for them. Pictures
// of this origin are refused too: a mail must not make the reader's browser call Hire. The policy sandboxes the frame as its parent's attribute does, if ever one of them is lost.
const (
	framePolicy      = "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
	frameAlone       = framePolicy + "img-src data: blob:"
	frameWithPicture = framePolicy + "img-src data: blob: https:"
)

// types are the media types of what is embedded, by extension. They do not depend on the machine's own table.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// apps are the pages that a script makes. They share the frame of app.html.
var apps = []app{
	{"welcome", "Welcome · Hire with Gmail", "hire", []string{"base", "parts", "welcome"}, "welcome.js"},
	{"hire", "Hire", "hire", []string{"base", "parts", "frame", "messages", "hire"}, "hire/app.js"},
	{"gmail", "Gmail (simulated)", "gmail", []string{"base", "parts", "frame", "messages", "gmail"}, "gmail/app.js"},
	{"figures", "Figures · Hire with Gmail", "hire", []string{"base", "parts", "frame", "figures"}, "figures.js"},
	{"api", "API · Hire with Gmail", "hire", []string{"base", "parts", "frame", "api"}, "api.js"},
}

// app is one of them: icon, styles and script are names below assets/.
type app struct {
	Name, Title, Icon string
	Styles            []string
	Script            string
}

// file is an embedded file, ready to be served.
type file struct {
	body        []byte
	contentType string
	etag        string
}

// Pages serves the welcome page at "/", Hire at "/hire/", the simulated Gmail at "/gmail/", the figures at "/figures/", the contract of the API at "/api/", their assets at "/assets/", and the frame that mail is shown in
// at "/mailframe/".
// Below these every path answers with the same page, whose script reads the rest of the path. It panics if an embedded
// file has a type it does not know, which a test would show.
func Pages() http.Handler {
	files := load()
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", serveAsset(files))
	mux.Handle("GET /favicon.ico", http.RedirectHandler("/assets/icons/hire.svg", http.StatusFound))
	for name, page := range framed(files["app.html"]) {
		if name == "welcome" {
			mux.Handle("GET /{$}", servePage(page, http.StatusOK))
			continue
		}
		mux.Handle("GET /"+name, http.RedirectHandler("/"+name+"/", http.StatusFound))
		mux.Handle("GET /"+name+"/", servePage(page, http.StatusOK))
	}
	mux.Handle("GET /mailframe/alone", serveFrame(files["mail.html"], frameAlone))
	mux.Handle("GET /mailframe/images", serveFrame(files["mail.html"], frameWithPicture))
	mux.Handle("/", servePage(files["missing.html"], http.StatusNotFound))
	return mux
}

// load reads every embedded file, by its path below assets.
func load() map[string]file {
	files := map[string]file{}
	err := fs.WalkDir(assets, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := assets.ReadFile(name)
		if err != nil {
			return err
		}
		contentType, ok := types[path.Ext(name)]
		if !ok {
			return fmt.Errorf("no media type for %s", name)
		}
		files[strings.TrimPrefix(name, "assets/")] = newFile(body, contentType)
		return nil
	})
	if err != nil {
		panic("web: reading the embedded files: " + err.Error())
	}
	return files
}

func newFile(body []byte, contentType string) file {
	sum := sha256.Sum256(body)
	return file{body: body, contentType: contentType, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// framed fills the frame for each of the apps, by name.
func framed(frame file) map[string]file {
	t := template.Must(template.New("app.html").Parse(string(frame.body)))
	out := map[string]file{}
	for _, a := range apps {
		var b bytes.Buffer
		if err := t.Execute(&b, a); err != nil {
			panic("web: page " + a.Name + ": " + err.Error())
		}
		out[a.Name] = newFile(b.Bytes(), frame.contentType)
	}
	return out
}

func serveAsset(files map[string]file) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/assets/")
		f, ok := files[name]
		if !ok || path.Ext(name) == ".html" {
			guard(w.Header())
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	})
}

func servePage(f file, status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == http.StatusOK {
			f.serve(w, r)
			return
		}
		guard(w.Header())
		w.Header().Set("Content-Type", f.contentType)
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(f.body) // the caller has gone; there is no one to tell
		}
	})
}

// serveFrame serves the page that a mail is shown in, under a policy of its own.
func serveFrame(f file, policy string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		guard(w.Header())
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer") // of the mail's images and links
		w.Header().Set("Content-Type", f.contentType)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(f.body) // the caller has gone; there is no one to tell
	})
}

// serve answers with the file. Nothing is kept without asking again, so that a new build shows at once.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	w.Header().Set("Content-Type", f.contentType)
	w.Header().Set("Etag", f.etag)
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}

// guard sets the headers that every answer of a page carries.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}
