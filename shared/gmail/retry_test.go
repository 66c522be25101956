package gmail

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/googleapis/gax-go/v2"
)

// every calls each method of a Mailbox once.
var every = map[string]func(context.Context, *Mailbox) error{
	"getProfile":    func(ctx context.Context, m *Mailbox) error { _, err := m.Profile(ctx); return err },
	"labels.list":   func(ctx context.Context, m *Mailbox) error { _, err := m.Labels(ctx); return err },
	"labels.create": func(ctx context.Context, m *Mailbox) error { _, err := m.CreateLabel(ctx, "Hire"); return err },
	"history.list":  func(ctx context.Context, m *Mailbox) error { _, err := m.History(ctx, 7, "p"); return err },
	"messages.get":  func(ctx context.Context, m *Mailbox) error { _, err := m.Message(ctx, "18c", FormatFull); return err },
	"messages.list": func(ctx context.Context, m *Mailbox) error {
		_, err := m.MessagesSince(ctx, time.Unix(1_700_000_000, 0), "p")
		return err
	},
	"threads.get": func(ctx context.Context, m *Mailbox) error { _, err := m.Thread(ctx, "18c", FormatFull); return err },
	"threads.list": func(ctx context.Context, m *Mailbox) error {
		_, err := m.ThreadsByLabel(ctx, "Label_1", "p")
		return err
	},
	"attachments.get": func(ctx context.Context, m *Mailbox) error { _, err := m.Attachment(ctx, "18c", "ANG"); return err },
	"watch": func(ctx context.Context, m *Mailbox) error {
		_, err := m.Watch(ctx, "projects/p/topics/t", nil)
		return err
	},
	"stop": func(ctx context.Context, m *Mailbox) error { return m.StopWatch(ctx) },
	"drafts.create": func(ctx context.Context, m *Mailbox) error {
		_, err := m.CreateDraft(ctx, "18c", []byte("raw"))
		return err
	},
	"drafts.get":    func(ctx context.Context, m *Mailbox) error { _, err := m.Draft(ctx, "r1"); return err },
	"drafts.send":   func(ctx context.Context, m *Mailbox) error { _, err := m.SendDraft(ctx, "r1"); return err },
	"drafts.delete": func(ctx context.Context, m *Mailbox) error { return m.DeleteDraft(ctx, "r1") },
	"batch": func(ctx context.Context, m *Mailbox) error {
		_, err := m.ReadBackAndLabel(ctx, "18c", []string{"Label_1"}, []string{"Date"})
		return err
	},
}

// neverAgain are the methods that could do their work twice.
var neverAgain = map[string]bool{"drafts.create": true, "labels.create": true}

func TestWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	for fault, step := range map[string]http.HandlerFunc{
		"503":         fails(503, "backendError", "Backend Error"),
		"reset":       resets,
		"concurrency": fails(429, "rateLimitExceeded", "Too many concurrent requests for user"),
	} {
		for name, call := range every {
			t.Run(fault+"/"+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, step)
				err := call(t.Context(), w.mailbox)
				if err == nil || !strings.Contains(err.Error(), "gmail: ") {
					t.Errorf("got %v", err)
				}
				want := tries
				if neverAgain[name] {
					want = 1
				}
				got := len(w.calls())
				if fault == "reset" && name != "drafts.create" && got >= want {
					return // Go's transport may repeat by itself what only reads
				}
				if got != want || len(w.waits) != want-1 {
					t.Errorf("called %d times with waits %v, want %d", got, w.waits, want)
				}
			})
		}
	}
}

func TestWaitsGrowAndAreSpread(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		jitter float64
		want   []time.Duration
	}{
		{"least", 0, []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond}},
		{"most", 1, []time.Duration{400 * time.Millisecond, 800 * time.Millisecond, 1600 * time.Millisecond}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fails(500, "backendError", ""), func(o *Options) { o.Jitter = func() float64 { return tc.jitter } })
			if _, err := w.mailbox.Profile(t.Context()); !errors.Is(err, ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			if diff := cmp.Diff(tc.want, w.waits); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	after := func(seconds string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Retry-After", seconds)
			respond(rw, 503, "")
		}
	}
	w := newWorld(t, script(after("3"), says(`{"historyId":"7"}`)))
	if p, err := w.mailbox.Profile(t.Context()); err != nil || p.HistoryID != 7 {
		t.Errorf("got %v, %v", p, err)
	}
	if diff := cmp.Diff([]time.Duration{3 * time.Second}, w.waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	w = newWorld(t, after("600"))
	if _, err := w.mailbox.Profile(t.Context()); !errors.Is(err, ErrUnavailable) || len(w.waits) != 0 {
		t.Errorf("got %v after waits of %v, want to be told at once", err, w.waits)
	}
}

func TestShortLimitIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, script(fails(403, "userRateLimitExceeded", "User-rate limit exceeded.  Retry after 2026-11-02T09:00:02.500Z"), says(`{"historyId":"7"}`)))
	if _, err := w.mailbox.Profile(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]time.Duration{2500 * time.Millisecond}, w.waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestCallEndsWithItsContext(t *testing.T) {
	t.Parallel()
	t.Run("while waiting", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		w := newWorld(t, fails(500, "backendError", ""), func(o *Options) {
			o.Sleep = func(context.Context, time.Duration) error { cancel(); return ctx.Err() }
		})
		if _, err := w.mailbox.Profile(ctx); !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if len(w.calls()) != 1 {
			t.Errorf("called %d times", len(w.calls()))
		}
	})
	t.Run("while calling", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		w := newWorld(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
		if _, err := w.mailbox.Profile(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("real timer", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := gax.Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := gax.Sleep(t.Context(), 1); err != nil {
			t.Error(err)
		}
	})
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	gone := fails(404, "notFound", "Requested entity was not found.")
	t.Run("a send whose answer is lost is told as gone", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, script(resets, gone))
		if _, err := w.mailbox.SendDraft(t.Context(), "r1"); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a deletion whose answer is lost is done", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, script(resets, gone))
		if err := w.mailbox.DeleteDraft(t.Context(), "r1"); err != nil {
			t.Error(err)
		}
		w = newWorld(t, gone)
		if err := w.mailbox.DeleteDraft(t.Context(), "r1"); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v for a draft that never was", err)
		}
	})
	t.Run("what broke is told without its address", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, resets)
		_, err := w.mailbox.Message(t.Context(), "18c", FormatFull)
		if !errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "18c") || strings.Contains(err.Error(), w.url) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an answer that breaks off is asked for again", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, script(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "1000")
			respond(rw, 200, `{"historyId":"7"`)
		}, says(`{"historyId":"8"}`)))
		if p, err := w.mailbox.Profile(t.Context()); err != nil || p.HistoryID != 8 {
			t.Errorf("got %v, %v", p, err)
		}
	})
}

func TestCallsThatNameNothingAreNotMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, says(`{}`))
	ctx, m := t.Context(), w.mailbox
	for name, call := range map[string]func() error{
		"message":    func() error { _, err := m.Message(ctx, "", FormatFull); return err },
		"messages":   func() error { _, err := m.Messages(ctx, []string{"18c", ""}, FormatFull); return err },
		"thread":     func() error { _, err := m.Thread(ctx, "", FormatFull); return err },
		"raw thread": func() error { _, err := m.Thread(ctx, "18c", FormatRaw); return err },
		"label":      func() error { _, err := m.ThreadsByLabel(ctx, "", ""); return err },
		"attachment": func() error { _, err := m.Attachment(ctx, "18c", ""); return err },
		"draft":      func() error { _, err := m.Draft(ctx, ""); return err },
		"too many": func() error {
			_, err := m.ThreadHeaders(ctx, slices.Repeat([]string{"t"}, maxBatch+1), nil)
			return err
		},
		"send":      func() error { _, err := m.SendDraft(ctx, ""); return err },
		"delete":    func() error { return m.DeleteDraft(ctx, "") },
		"read back": func() error { _, err := m.ReadBackAndLabel(ctx, "", nil, nil); return err },
	} {
		if err := call(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := m.CreateDraft(ctx, "", make([]byte, maxUpload+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("oversized draft: got %v", err)
	}
	if calls := w.calls(); len(calls) != 0 {
		t.Errorf("calls were made: %v", calls)
	}
}
