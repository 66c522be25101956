package obs

import (
	"context"
	"io"
	"log/slog"
)

// Options of a log.
type Options struct {
	Level   slog.Level
	Text    bool   // for a terminal; else JSON for Cloud Logging
	Project string // Google Cloud project, by which Cloud Logging finds a line's trace; "" where there is none
}

// New makes a log.
// Source: https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
func New(w io.Writer, o Options) *slog.Logger {
	if o.Text {
		return slog.New(&handler{Handler: slog.NewTextHandler(w, &slog.HandlerOptions{Level: o.Level}), attrs: plainTrace})
	}
	h := &handler{Handler: slog.NewJSONHandler(w, &slog.HandlerOptions{Level: o.Level, ReplaceAttr: cloudField}), attrs: plainTrace}
	if o.Project != "" {
		h.attrs = func(t Trace) []slog.Attr {
			attrs := []slog.Attr{slog.String("logging.googleapis.com/trace", "projects/"+o.Project+"/traces/"+t.ID)}
			if t.Span != "" {
				attrs = append(attrs, slog.String("logging.googleapis.com/spanId", t.Span))
			}
			return append(attrs, slog.Bool("logging.googleapis.com/trace_sampled", t.Sampled))
		}
	}
	return slog.New(h)
}

func plainTrace(t Trace) []slog.Attr { return []slog.Attr{slog.String("trace", t.ID)} }

// cloudField renames slog's own fields to Cloud Logging's.
func cloudField(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 {
		return a
	}
	switch a.Key {
	case slog.MessageKey:
		a.Key = "message"
	case slog.LevelKey:
		level, ok := a.Value.Any().(slog.Level)
		if !ok {
			return a // an attribute of a caller's that happens to have this name
		}
		return slog.String("severity", severity(level))
	}
	return a
}

func severity(l slog.Level) string {
	switch {
	case l < slog.LevelInfo:
		return "DEBUG"
	case l < slog.LevelWarn:
		return "INFO"
	case l < slog.LevelError:
		return "WARNING"
	}
	return "ERROR"
}

// handler adds the trace of the context to each line, and the mailbox that it is about. They stand at the top of the line whatever groups the logger has, since Cloud
// Logging looks for the trace there: so groups are kept here and opened after it.
type handler struct {
	slog.Handler
	attrs func(Trace) []slog.Attr
	steps []func(slog.Handler) slog.Handler // WithGroup and WithAttrs since the first group
}

// Handle implements slog.Handler.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	to := h.Handler
	if t, ok := TraceOf(ctx); ok {
		to = to.WithAttrs(h.attrs(t))
	}
	if m := mailboxOf(ctx); m != "" {
		to = to.WithAttrs([]slog.Attr{slog.String("mailbox", m)})
	}
	for _, step := range h.steps {
		to = step(to)
	}
	return to.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(h.steps) == 0 {
		return &handler{Handler: h.Handler.WithAttrs(attrs), attrs: h.attrs}
	}
	return h.after(func(to slog.Handler) slog.Handler { return to.WithAttrs(attrs) })
}

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.after(func(to slog.Handler) slog.Handler { return to.WithGroup(name) })
}

func (h *handler) after(step func(slog.Handler) slog.Handler) slog.Handler {
	return &handler{Handler: h.Handler, attrs: h.attrs, steps: append(h.steps[:len(h.steps):len(h.steps)], step)}
}
