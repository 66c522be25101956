package api_test

import (
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/clocktest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// limited is an outcome of Allow: the three headers, and how long to wait if it refuses.
type limited struct {
	Limit, Remaining, Reset string
	Wait                    time.Duration
}

func allow(t *testing.T, l *api.Limiter, c *clocktest.Clock, caller api.Caller) limited {
	t.Helper()
	w := httptest.NewRecorder()
	err := l.Allow(w, caller)
	out := limited{Limit: w.Header().Get("RateLimit-Limit"), Remaining: w.Header().Get("RateLimit-Remaining"), Reset: w.Header().Get("RateLimit-Reset")}
	if err != nil {
		var e *hire.Error
		if !errors.As(err, &e) || e.Code != hire.CodeRateLimited {
			t.Fatalf("error %v", err)
		}
		out.Wait = e.RetryAfter.Sub(c.Now()).Round(time.Millisecond)
	}
	return out
}

func TestLimiterOfAUser(t *testing.T) {
	t.Parallel()
	c := clocktest.New()
	l, err := api.NewLimiter(api.Limits{UserPerMinute: 3, AccountPerMinute: 100}, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	rita, sam, other := api.Caller{AccountID: "a", UserID: "rita"}, api.Caller{AccountID: "a", UserID: "sam"}, api.Caller{AccountID: "b", UserID: "rita"}
	steps := []struct {
		name   string
		after  time.Duration
		caller api.Caller
		want   limited
	}{
		{"first", 0, rita, limited{"3", "2", "20", 0}},
		{"second", 0, rita, limited{"3", "1", "40", 0}},
		{"third", 0, rita, limited{"3", "0", "60", 0}},
		{"refused", 0, rita, limited{"3", "0", "20", 20 * time.Second}},
		{"refused again, which does not cost", 0, rita, limited{"3", "0", "20", 20 * time.Second}},
		{"a colleague", 0, sam, limited{"3", "2", "20", 0}},
		{"the same id in another account", 0, other, limited{"3", "2", "20", 0}},
		{"a little too early", 19 * time.Second, rita, limited{"3", "0", "1", time.Second}},
		{"in time", time.Second, rita, limited{"3", "0", "60", 0}},
		{"long after", time.Hour, rita, limited{"3", "2", "20", 0}},
	}
	for _, s := range steps {
		c.Advance(s.after)
		if d := cmp.Diff(s.want, allow(t, l, c, s.caller)); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, d)
		}
	}
}

func TestLimiterOfAnAccount(t *testing.T) {
	t.Parallel()
	c := clocktest.New()
	l, err := api.NewLimiter(api.Limits{UserPerMinute: 2, AccountPerMinute: 3}, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		user string
		want limited
	}{
		{"rita", limited{"2", "1", "30", 0}},
		{"rita", limited{"2", "0", "60", 0}},
		{"sam", limited{"3", "0", "60", 0}},
		{"sam", limited{"3", "0", "20", 20 * time.Second}},
		{"cole", limited{"3", "0", "20", 20 * time.Second}},
	}
	for _, s := range steps {
		if d := cmp.Diff(s.want, allow(t, l, c, api.Caller{AccountID: "a", UserID: s.user})); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.user, d)
		}
	}
	// What the account refused was not counted against the user.
	c.Advance(20 * time.Second)
	if got := allow(t, l, c, api.Caller{AccountID: "a", UserID: "sam"}); got.Wait != 0 {
		t.Errorf("refused after %s", got.Wait)
	}
}

// Memory does not grow with the number of callers: the least recently seen is forgotten, the others are not.
func TestLimiterForgets(t *testing.T) {
	t.Parallel()
	c := clocktest.New()
	l, err := api.NewLimiter(api.Limits{UserPerMinute: 2, AccountPerMinute: 100, Buckets: 3}, c.Now)
	if err != nil {
		t.Fatal(err)
	}
	remaining := func(user string) string { return allow(t, l, c, api.Caller{AccountID: "a", UserID: user}).Remaining }
	var got []string
	for _, user := range []string{"1", "2", "1", "3", "1", "2"} { // with the account's own there is room for two users
		got = append(got, user+":"+remaining(user))
	}
	if d := cmp.Diff([]string{"1:1", "2:1", "1:0", "3:1", "1:0", "2:1"}, got); d != "" {
		t.Errorf("remaining (-want +got):\n%s", d)
	}
}

func TestNewLimiterRefuses(t *testing.T) {
	t.Parallel()
	now := clocktest.New().Now
	for name, make := range map[string]func() (*api.Limiter, error){
		"no user limit":    func() (*api.Limiter, error) { return api.NewLimiter(api.Limits{AccountPerMinute: 1}, now) },
		"no account limit": func() (*api.Limiter, error) { return api.NewLimiter(api.Limits{UserPerMinute: 1}, now) },
		"no clock": func() (*api.Limiter, error) {
			return api.NewLimiter(api.Limits{UserPerMinute: 1, AccountPerMinute: 1}, nil)
		},
	} {
		if _, err := make(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
