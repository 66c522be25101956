package gmailtest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A rule that names a message breaks the calls for it alone, and what happens meanwhile happens between the effect and the answer.
func TestFaultOfOneMessage(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.toRita("One", "x")
	w.toRita("Two", "x")
	all, err := w.rita.Messages("", 0)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d messages, %v", len(all), err)
	}
	one, two := all[1].ID, all[0].ID
	token := w.server.Token(w.rita.Email())
	get := func(path string) (status int) {
		r := httptest.NewRequest("GET", "/gmail/v1/users/me/"+path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		w.server.ServeHTTP(answer, r)
		return answer.Code
	}
	mend := w.server.AddFault(FaultRule{Method: "messages.get", ID: one, Status: http.StatusInternalServerError})
	w.same("the one", get("messages/"+one), http.StatusInternalServerError)
	w.same("the other", get("messages/"+two), http.StatusOK)
	w.same("the list", get("messages"), http.StatusOK)
	mend()
	w.same("mended", get("messages/"+one), http.StatusOK)

	met := 0
	w.server.AddFault(FaultRule{Method: "messages.get", ID: two, Times: 1, Meanwhile: func() {
		met++
		w.same("another call meanwhile", get("messages/"+one), http.StatusOK)
		if err := w.rita.DeleteMessageForever(two); err != nil {
			t.Error(err)
		}
	}})
	w.same("one that is deleted meanwhile", get("messages/"+two), http.StatusOK)
	w.same("and again", get("messages/"+two), http.StatusNotFound)
	w.same("times", met, 1)
}

// A rule may name a time that moves with the clock, and what rules have broken is counted.
func TestFaultNamesATimeAhead(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	token := w.server.Token(w.rita.Email())
	get := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/gmail/v1/users/me/profile", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		w.server.ServeHTTP(answer, r)
		return answer
	}
	w.server.AddFault(FaultRule{Method: "getProfile", Status: http.StatusTooManyRequests, RetryIn: 3 * time.Second, Times: 1})
	want := w.server.now().Add(3 * time.Second).UTC().Format("2006-01-02T15:04:05")
	if a := get(); a.Code != http.StatusTooManyRequests || !strings.Contains(a.Body.String(), "Retry after "+want) {
		t.Errorf("%d %s, want 429 that names %s", a.Code, a.Body, want)
	}
	w.same("after that", get().Code, http.StatusOK)
	w.same("broken calls", w.server.Stats().Broken, int64(1))
}
