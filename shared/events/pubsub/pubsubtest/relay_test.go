package pubsubtest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/events/pubsub/pubsubtest"
)

func TestRelay(t *testing.T) {
	t.Parallel()
	function := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got := strings.Join([]string{r.Method, r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body)}, " ")
		if want := "POST /gmailnotify/ Bearer audience/push@local.example application/json {}"; got != want {
			t.Errorf("the function got %q, want %q", got, want)
		}
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	target, err := url.Parse(function.URL + "/gmailnotify/")
	if err != nil {
		t.Fatal(err)
	}
	relay := httptest.NewServer(pubsubtest.Relay(target, "audience", "push@local.example", func(audience, email string) string { return audience + "/" + email }))
	defer relay.Close()
	for _, want := range []int{http.StatusTooManyRequests, http.StatusBadGateway} {
		r, err := http.Post(relay.URL+"/elsewhere?x=y", "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if r.Body.Close(); r.StatusCode != want {
			t.Errorf("status %d, want %d", r.StatusCode, want)
		}
		function.Close() // for the second round
	}
}
