package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
)

// Router serves the operations of one function, at "/" and below where the function is deployed alone, and below "/<function>/" where all are served together.
//
// It answers each error of an operation, and each panic, once: with a problem for the caller and a line for the log. It also answers what is no operation, and sets
// the headers that keep browsers from doing anything with an answer but reading it.
type Router struct {
	function  string
	log       *slog.Logger
	events    bool
	mux       *http.ServeMux
	patterns  []string
	origins   map[string]bool
	telemetry *obs.Telemetry // nil: nobody is told
}

// NewRouter makes the router of a function that people's browsers or Hire's backend call.
func NewRouter(function string, log *slog.Logger) *Router {
	if function == "" || log == nil {
		panic("api: a router needs a function's name and a log")
	}
	return &Router{function: function, log: log, mux: http.NewServeMux()}
}

// NewEventRouter makes the router of a function that Google's services call: a push subscription, Cloud Tasks, Cloud Scheduler. They repeat whatever is not answered with
// a success. So an error that would come again is logged and acknowledged with 204, except 401 and 403; any other is answered with 429 or 503, so that the request is
// delivered again.
func NewEventRouter(function string, log *slog.Logger) *Router {
	r := NewRouter(function, log)
	r.events = true
	return r
}

// WithTelemetry says where requests are told. It returns the router.
func (rt *Router) WithTelemetry(t *obs.Telemetry) *Router {
	rt.telemetry = t
	return rt
}

// Handle adds an operation. pattern is one of http.ServeMux's, with a method: "GET /v1/threads/{thread_id}".
func (rt *Router) Handle(pattern string, h func(w http.ResponseWriter, r *http.Request) error) {
	if !strings.Contains(pattern, " ") {
		panic("api: pattern without a method: " + pattern)
	}
	rt.patterns = append(rt.patterns, pattern)
	rt.mux.Handle(pattern, &route{router: rt, pattern: pattern, handle: h})
}

// Patterns are those of all operations, in the order in which they were added.
func (rt *Router) Patterns() []string { return slices.Clone(rt.patterns) }

// route is an operation. Every other handler that the mux comes up with is one of its own: not found, method not allowed, redirect.
type route struct {
	router  *Router
	pattern string
	handle  func(w http.ResponseWriter, r *http.Request) error
}

// ServeHTTP implements http.Handler.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, end := rt.telemetry.Request(r, rt.function)
	r = rt.relative(r)
	out := &response{ResponseWriter: w}
	defer func() { end(out.told()) }()
	secure(out.Header())
	if rt.cors(out, r) {
		return
	}
	h, _ := rt.mux.Handler(r)
	if _, ours := h.(*route); !ours {
		rt.refuse(out, r, rt.refusal(out, r, h))
		return
	}
	rt.mux.ServeHTTP(out, r) // once more through the mux, since only this sets the path's values
}

// relative takes the function's name off the front of a request's path.
func (rt *Router) relative(r *http.Request) *http.Request {
	prefix := "/" + rt.function
	path, ok := strings.CutPrefix(r.URL.Path, prefix)
	if !ok || path != "" && path[0] != '/' {
		return r
	}
	out := *r
	u := *r.URL
	u.Path, u.RawPath = path, strings.TrimPrefix(r.URL.RawPath, prefix)
	if path == "" {
		u.Path = "/"
	}
	out.URL = &u
	return &out
}

// refuse answers a request that is for no operation, to Google's services too: acknowledged, events sent to a wrong address would be gone.
func (rt *Router) refuse(w *response, r *http.Request, err error) {
	rt.record(r, "", err, false)
	w.code = Face(err).Code
	WriteProblem(w, r, err)
}

// refusal says why a request is for no operation. The mux knows which methods a path has, and tells in a header. Its redirects (for "//" and the like) are not
// followed up: they would leave out the function's name.
func (rt *Router) refusal(w http.ResponseWriter, r *http.Request, h http.Handler) error {
	allowed := allow(h, r)
	if allowed == "" {
		return hire.Err(hire.CodeNotFound)
	}
	w.Header().Set("Allow", allowed)
	return hire.Err(hire.CodeMethodNotAllowed, fmt.Sprintf("This address does not answer to %s, but to %s.", r.Method, allowed))
}

// allow is the header Allow that a handler of the mux's own answers with, if it is the one for wrong methods.
func allow(h http.Handler, r *http.Request) string {
	answer := discard{header: http.Header{}}
	h.ServeHTTP(&answer, r)
	if answer.status != http.StatusMethodNotAllowed {
		return ""
	}
	return answer.header.Get("Allow")
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// ServeHTTP implements http.Handler.
func (o *route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := w.(*response) // as Router has made it
	out.route = o.pattern
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler: // asked for; net/http ends the connection without a word
			panic(p)
		default:
			o.router.log.ErrorContext(r.Context(), "panic", "function", o.router.function, "method", r.Method, "route", o.pattern,
				"error", fmt.Sprint(p), "stack_trace", string(debug.Stack()))
			o.router.write(out, r, hire.Err(hire.CodeInternal))
		}
	}()
	if err := o.handle(out, r); err != nil {
		o.router.record(r, o.pattern, err, out.written)
		o.router.write(out, r, err)
	}
}

// record logs an error with its cause. Mistakes of callers are no news; what is ours to mend is an error.
func (rt *Router) record(r *http.Request, pattern string, err error, answered bool) {
	status := Status(err)
	level := slog.LevelInfo
	switch {
	case status == http.StatusServiceUnavailable:
		level = slog.LevelWarn
	case status >= 500:
		level = slog.LevelError
	case rt.events:
		level = slog.LevelWarn // Google's services make no mistakes of their own, and show nobody the answer
	}
	rt.log.LogAttrs(r.Context(), level, "request failed", slog.String("function", rt.function), slog.String("method", r.Method), slog.String("route", pattern),
		slog.Int("status", status), slog.String("code", string(Face(err).Code)), slog.Bool("answered_before", answered), slog.Any("error", err))
}

// write answers with an error, unless an answer has begun already: then the connection is cut, so that nobody takes half an answer for a whole one.
func (rt *Router) write(w *response, r *http.Request, err error) {
	w.code = Face(err).Code
	if w.written {
		// Nothing more can be written after a deadline in the past. The panic that net/http has for this is caught by the functions framework, which
		// would add a text of its own to the answer; it is for writers that have no deadline.
		if derr := http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)); derr != nil {
			panic(http.ErrAbortHandler)
		}
		return
	}
	face := Face(err)
	if rt.events {
		face = eventFace(err)
	}
	if face == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	WriteProblem(w, r, face)
}
