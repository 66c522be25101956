package obs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/obs"
)

var trace = obs.Trace{ID: "0af7651916cd43dd8448eb211c80319c", Span: "b7ad6b7169203331", Sampled: true}

// line logs one line with a trace and decodes it. The time is checked and left out.
func line(t *testing.T, o obs.Options, log func(ctx context.Context, l *slog.Logger)) map[string]any {
	t.Helper()
	var out bytes.Buffer
	log(obs.WithTrace(t.Context(), trace), obs.New(&out, o))
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %q", err, out.String())
	}
	at, ok := got["time"].(string)
	if _, err := time.Parse(time.RFC3339Nano, at); !ok || err != nil {
		t.Errorf("time %v", got["time"])
	}
	delete(got, "time")
	return got
}

func TestCloudLoggingShape(t *testing.T) {
	t.Parallel()
	withTrace := func(m map[string]any) map[string]any {
		m["logging.googleapis.com/trace"] = "projects/p/traces/" + trace.ID
		m["logging.googleapis.com/spanId"] = trace.Span
		m["logging.googleapis.com/trace_sampled"] = true
		return m
	}
	tests := []struct {
		name string
		log  func(context.Context, *slog.Logger)
		want map[string]any
	}{
		{"debug", func(ctx context.Context, l *slog.Logger) { l.DebugContext(ctx, "m") }, withTrace(map[string]any{"severity": "DEBUG", "message": "m"})},
		{"info", func(ctx context.Context, l *slog.Logger) { l.InfoContext(ctx, "m", "n", 1) }, withTrace(map[string]any{"severity": "INFO", "message": "m", "n": 1.0})},
		{"warning", func(ctx context.Context, l *slog.Logger) { l.WarnContext(ctx, "m") }, withTrace(map[string]any{"severity": "WARNING", "message": "m"})},
		{"error", func(ctx context.Context, l *slog.Logger) { l.ErrorContext(ctx, "m", "error", errors.New("e")) },
			withTrace(map[string]any{"severity": "ERROR", "message": "m", "error": "e"})},
		{"above error", func(ctx context.Context, l *slog.Logger) { l.Log(ctx, slog.LevelError+4, "m") }, withTrace(map[string]any{"severity": "ERROR", "message": "m"})},
		{"groups do not take the trace along", func(ctx context.Context, l *slog.Logger) {
			l.With("a", 1).WithGroup("g").With("b", 2).WithGroup("").InfoContext(ctx, "m", "msg", "x", "level", "y")
		}, withTrace(map[string]any{"severity": "INFO", "message": "m", "a": 1.0, "g": map[string]any{"b": 2.0, "msg": "x", "level": "y"}})},
		{"attribute called level", func(ctx context.Context, l *slog.Logger) { l.InfoContext(ctx, "m", "level", "y") },
			withTrace(map[string]any{"severity": "INFO", "message": "m", "level": "y"})},
		{"about a mailbox", func(ctx context.Context, l *slog.Logger) {
			l.WithGroup("g").InfoContext(obs.WithMailbox(ctx, "acme", "rita"), "m", "n", 1)
		}, withTrace(map[string]any{"severity": "INFO", "message": "m", "mailbox": obs.MailboxHash("acme", "rita"), "g": map[string]any{"n": 1.0}})},
		{"no trace", func(_ context.Context, l *slog.Logger) { l.Info("m") }, map[string]any{"severity": "INFO", "message": "m"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := line(t, obs.Options{Level: slog.LevelDebug, Project: "p"}, tt.log)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("line (-want +got):\n%s", d)
			}
		})
	}
}

// Two loggers made of one must not write into each other's groups.
func TestLoggersOfOneAreApart(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	base := obs.New(&out, obs.Options{}).WithGroup("g").With("a", 1).With("c", 3) // three steps, so that the next one has room in the same array
	first, second := base.With("b", 1), base.With("b", 2)
	first.Info("m")
	second.Info("m")
	for n, want := range []string{`"g":{"a":1,"c":3,"b":1}`, `"g":{"a":1,"c":3,"b":2}`} {
		if got := strings.Split(out.String(), "\n")[n]; !strings.Contains(got, want) {
			t.Errorf("line %s, want %s", got, want)
		}
	}
}

func TestWithoutProject(t *testing.T) {
	t.Parallel()
	got := line(t, obs.Options{}, func(ctx context.Context, l *slog.Logger) { l.InfoContext(ctx, "m") })
	if d := cmp.Diff(map[string]any{"severity": "INFO", "message": "m", "trace": trace.ID}, got); d != "" {
		t.Errorf("line (-want +got):\n%s", d)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := obs.New(&out, obs.Options{Text: true, Level: slog.LevelInfo, Project: "p"})
	l.Debug("not shown")
	l.WarnContext(obs.WithTrace(t.Context(), trace), "shown", "n", 1)
	if got := out.String(); strings.Contains(got, "not shown") || !strings.Contains(got, "level=WARN msg=shown trace="+trace.ID+" n=1\n") {
		t.Errorf("text %q", got)
	}
}

// Whoever has the ids of an account and a user can work out what the log calls their mailbox, as the comment of MailboxHash says.
func TestMailboxHash(t *testing.T) {
	t.Parallel()
	if got := obs.MailboxHash("acme", "rita"); got != "81b36b3f8862ef4e" {
		t.Errorf("the mailbox is called %s", got)
	}
	if obs.MailboxHash("a", "cme") == obs.MailboxHash("ac", "me") {
		t.Error("two mailboxes are called the same")
	}
}
