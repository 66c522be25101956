package gmail

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// kinds are all kinds of failure.
var kinds = []error{
	ErrNotFound, ErrInvalid, ErrTooLarge, ErrUnauthorized, ErrForbiddenScope, ErrMailServiceOff, ErrDomainPolicy, ErrLabelExists, ErrHistoryExpired, ErrUnavailable,
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	profile := func(ctx context.Context, m *Mailbox) error { _, err := m.Profile(ctx); return err }
	history := func(ctx context.Context, m *Mailbox) error { _, err := m.History(ctx, 7, ""); return err }
	message := func(ctx context.Context, m *Mailbox) error { _, err := m.Message(ctx, "18c", FormatFull); return err }
	thread := func(ctx context.Context, m *Mailbox) error { _, err := m.Thread(ctx, "18c", FormatFull); return err }
	label := func(ctx context.Context, m *Mailbox) error { _, err := m.CreateLabel(ctx, "Hire"); return err }
	draft := func(ctx context.Context, m *Mailbox) error {
		_, err := m.CreateDraft(ctx, "18c", []byte("Subject: secret\r\n\r\nbody"))
		return err
	}
	send := func(ctx context.Context, m *Mailbox) error { _, err := m.SendDraft(ctx, "r1"); return err }
	attachment := func(ctx context.Context, m *Mailbox) error { _, err := m.Attachment(ctx, "18c", "ANG"); return err }
	scope := `{"error":{"code":403,"message":"Request had insufficient authentication scopes.","errors":[{"message":"Insufficient Permission","domain":"global","reason":"forbidden"}],
		"status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}`
	for _, tc := range []struct {
		name   string
		call   func(context.Context, *Mailbox) error
		status int
		body   string
		want   error // nil: none of the kinds
		tried  int
	}{
		{"not found", message, 404, failure(404, "notFound", "Requested entity was not found."), ErrNotFound, 1},
		{"attachment not found", attachment, 404, failure(404, "notFound", "Requested entity was not found."), ErrNotFound, 1},
		{"thread not found", thread, 404, failure(404, "notFound", "Requested entity was not found."), ErrNotFound, 1},
		{"history expired", history, 404, failure(404, "notFound", "Requested entity was not found."), ErrHistoryExpired, 1},
		{"draft in no conversation", draft, 404, failure(404, "notFound", "Requested entity was not found."), ErrNotFound, 1},
		{"draft in another's conversation", draft, 400, failure(400, "invalidArgument", "Invalid thread_id value"), ErrNotFound, 1},
		{"draft gone", send, 404, failure(404, "notFound", "Requested entity was not found."), ErrNotFound, 1},
		{"invalid", send, 400, failure(400, "invalidArgument", "Invalid To header: Subject: secret"), ErrInvalid, 1},
		{"precondition", message, 400, failure(400, "failedPrecondition", "Precondition check failed."), ErrInvalid, 1},
		{"no gmail", profile, 400, failure(400, "failedPrecondition", "Mail service not enabled"), ErrMailServiceOff, 1},
		{"too large", draft, 413, failure(413, "uploadTooLarge", "Request Entity Too Large"), ErrTooLarge, 1},
		{"too large without a reason", draft, 413, "<html>Request Entity Too Large</html>", ErrTooLarge, 1},
		{"token", profile, 401, failure(401, "authError", "Invalid Credentials "+testToken), ErrUnauthorized, 1},
		{"scope", profile, 403, failure(403, "insufficientPermissions", "Insufficient Permission"), ErrForbiddenScope, 1},
		{"scope in the details", profile, 403, scope, ErrForbiddenScope, 1},
		{"domain policy", profile, 403, failure(403, "domainPolicy", "The domain administrators have disabled Gmail apps."), ErrDomainPolicy, 1},
		{"api not switched on", profile, 403, failure(403, "accessNotConfigured", "Gmail API has not been used in project 1"), nil, 1},
		{"forbidden", profile, 403, failure(403, "forbidden", "Delegation denied for secret"), nil, 1},
		{"label there", label, 409, failure(409, "aborted", "Label name exists or conflicts"), ErrLabelExists, 1},
		{"aborted", profile, 409, failure(409, "aborted", "The operation was aborted."), ErrUnavailable, tries},
		{"backend", profile, 500, failure(500, "backendError", "Backend Error"), ErrUnavailable, tries},
		{"unavailable", history, 503, "<html>Subject: secret</html>", ErrUnavailable, tries},
		{"timeout", thread, 504, "", ErrUnavailable, tries},
		{"answer is no JSON", message, 200, "<html>Subject: secret</html>", ErrInvalid, tries},
		{"answer of another type", message, 200, `{"id":{"Subject":"secret"}}`, ErrInvalid, tries},
		{"answer is empty", message, 200, `{}`, ErrInvalid, tries},
		{"number is none", history, 200, `{"historyId":"secret"}`, ErrInvalid, tries},
		{"sent, but the answer is no JSON", send, 200, "<html>", ErrUnavailable, tries},
		{"drafted, but the answer is no JSON", draft, 200, "<html>", ErrUnavailable, 1},
		{"strange reason", profile, 403, failure(403, "Subject: secret", "?"), nil, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(rw http.ResponseWriter, _ *http.Request) { respond(rw, tc.status, tc.body) })
			err := tc.call(t.Context(), w.mailbox)
			for _, kind := range kinds {
				if errors.Is(err, kind) != (kind == tc.want) {
					t.Errorf("error %q: is %q: %t", err, kind, kind != tc.want)
				}
			}
			var e *Error
			if !errors.As(err, &e) || e.Status != tc.status {
				t.Errorf("error %#v, want an Error of status %d", err, tc.status)
			}
			if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, "secret") {
				t.Errorf("error tells too much: %s", text)
			}
			if got := len(w.calls()); got != tc.tried {
				t.Errorf("called %d times, want %d", got, tc.tried)
			}
		})
	}
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	ahead := start.Add(15 * time.Minute)
	text := func(what string, at time.Time, more string) string {
		return what + "  Retry after " + at.Format("2006-01-02T15:04:05.000Z") + more
	}
	for _, tc := range []struct {
		name    string
		status  int
		reason  string
		message string
		header  string
		want    RateLimit
		tried   int
	}{
		{"user, time in the text", 403, "userRateLimitExceeded", text("User-rate limit exceeded.", ahead, ""), "", RateLimit{Until: ahead, Reason: "userRateLimitExceeded"}, 1},
		{"429, time in the text", 429, "rateLimitExceeded", text("User-rate limit exceeded.", ahead, ""), "", RateLimit{Until: ahead, Reason: "rateLimitExceeded"}, 1},
		{"text before header", 429, "rateLimitExceeded", text("User-rate limit exceeded.", ahead, ""), "30", RateLimit{Until: ahead, Reason: "rateLimitExceeded"}, 1},
		{"header in seconds", 429, "rateLimitExceeded", "Quota", "90", RateLimit{Until: start.Add(90 * time.Second), Reason: "rateLimitExceeded"}, 1},
		{"header as a date", 429, "rateLimitExceeded", "Quota", ahead.Format(http.TimeFormat), RateLimit{Until: ahead, Reason: "rateLimitExceeded"}, 1},
		{"header beyond belief", 429, "rateLimitExceeded", "Quota", "99999999999999999", RateLimit{Until: start.Add(25 * time.Hour), Reason: "rateLimitExceeded"}, 1},
		{"header is nonsense", 429, "rateLimitExceeded", "Quota", "soon", RateLimit{Until: start.Add(time.Minute), Reason: "rateLimitExceeded"}, 1},
		{"text beyond belief", 429, "rateLimitExceeded", text("", start.AddDate(1, 0, 0), ""), "", RateLimit{Until: start.Add(25 * time.Hour), Reason: "rateLimitExceeded"}, 1},
		{"no time", 403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'", "", RateLimit{Until: start.Add(time.Minute), Reason: "rateLimitExceeded"}, 1},
		{"sending", 429, "rateLimitExceeded", text("User-rate limit exceeded.", start.Add(7*time.Hour), " (Mail sending)"), "", RateLimit{Until: start.Add(7 * time.Hour), Sending: true, Reason: "rateLimitExceeded"}, 1},
		{"sending, no time", 429, "userRateLimitExceeded", "User-rate limit exceeded. (Mail sending)", "", RateLimit{Until: start.Add(time.Hour), Sending: true, Reason: "userRateLimitExceeded"}, 1},
		{"sending, soon", 429, "userRateLimitExceeded", text("", start.Add(time.Second), " (Mail sending)"), "", RateLimit{Until: start.Add(time.Second), Sending: true, Reason: "userRateLimitExceeded"}, 1},
		{"daily", 403, "dailyLimitExceeded", "Daily Limit Exceeded", "", RateLimit{Until: time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC), Daily: true, Reason: "dailyLimitExceeded"}, 1},
		{"daily, time named", 403, "dailyLimitExceeded", "Daily Limit Exceeded", "2", RateLimit{Until: start.Add(2 * time.Second), Daily: true, Reason: "dailyLimitExceeded"}, 1},
		{"concurrency", 429, "rateLimitExceeded", "Too many concurrent requests for user", "", RateLimit{Reason: "concurrent"}, tries},
		{"soon", 429, "rateLimitExceeded", "Quota", "2", RateLimit{Reason: "rateLimitExceeded"}, tries},
		{"no reason", 429, "", "", "60", RateLimit{Until: start.Add(time.Minute), Reason: "rateLimitExceeded"}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(rw http.ResponseWriter, _ *http.Request) {
				if tc.header != "" {
					rw.Header().Set("Retry-After", tc.header)
				}
				respond(rw, tc.status, failure(tc.status, tc.reason, tc.message))
			})
			_, err := w.mailbox.SendDraft(t.Context(), "r1")
			var got *RateLimit
			if !errors.As(err, &got) {
				t.Fatalf("error %v is no RateLimit", err)
			}
			if n := len(w.calls()); n != tc.tried {
				t.Errorf("called %d times, want %d", n, tc.tried)
			}
			if tc.want.Until.IsZero() { // tried again meanwhile: a few seconds from then
				if left := got.Until.Sub(w.clock()); left < 0 || left > patience {
					t.Errorf("until %s, in %s", got.Until, left)
				}
				tc.want.Until = got.Until
			}
			got.named = false
			if diff := cmp.Diff(tc.want, *got, cmp.AllowUnexported(RateLimit{})); diff != "" {
				t.Errorf("limit (-want +got):\n%s", diff)
			}
		})
	}
}

// Gmail moves its time to try again on with every call made before it, so there must be none; and a limit on sending must not stop reading.
func TestTrap20_NoCallInsideAWindowThatGmailNamed(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 2, 9, 15, 0, 0, time.UTC)
	w := newWorld(t, script(fails(429, "rateLimitExceeded", "User-rate limit exceeded.  Retry after 2026-11-02T09:15:00.000Z"), says(`{"emailAddress":"rita@acme.example","historyId":"7"}`)))
	for range 3 {
		_, err := w.mailbox.Profile(t.Context())
		var limit *RateLimit
		if !errors.As(err, &limit) || !limit.Until.Equal(until) {
			t.Fatalf("got %v, want a limit until %s", err, until)
		}
	}
	if _, err := w.client.Mailbox("1002", w.mailbox.token).Profile(t.Context()); err != nil {
		t.Errorf("another mailbox is stopped too: %v", err)
	}
	w.advance(15 * time.Minute)
	if _, err := w.mailbox.Profile(t.Context()); err != nil {
		t.Error(err)
	}
	if got := len(w.calls()); got != 3 {
		t.Errorf("%d calls, want one refused, one of the other mailbox and one after the window", got)
	}
}

func TestTrap37_ASendingLimitDoesNotStopReading(t *testing.T) {
	t.Parallel()
	w := newWorld(t, script(fails(429, "rateLimitExceeded", "User-rate limit exceeded.  Retry after 2026-11-02T16:00:00.000Z (Mail sending)"), says(`{"historyId":"7"}`)))
	_, err := w.mailbox.SendDraft(t.Context(), "r1")
	var limit *RateLimit
	if !errors.As(err, &limit) || !limit.Sending {
		t.Fatalf("got %v, want a limit on sending", err)
	}
	if _, err := w.mailbox.History(t.Context(), 7, ""); err != nil {
		t.Errorf("reading is stopped: %v", err)
	}
}
