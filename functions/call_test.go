package functions_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"

	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// answer is what a call has brought.
type answer struct {
	w      *world
	Status int
	Header http.Header
	Body   []byte
}

// into decodes the body of an answer with the expected status.
func (a answer) into(status int, v any) {
	a.w.t.Helper()
	if a.Status != status {
		a.w.t.Fatalf("status %d, want %d: %s\n%s", a.Status, status, a.Body, a.w.logs)
	}
	if v != nil {
		if err := json.Unmarshal(a.Body, v); err != nil {
			a.w.t.Fatalf("%v in %s", err, a.Body)
		}
	}
}

// code of the problem that the answer is; "" if it is none.
func (a answer) code() hire.Code {
	var p struct{ Code hire.Code }
	if a.Status < 400 || json.Unmarshal(a.Body, &p) != nil {
		return ""
	}
	return p.Code
}

// problem checks that the answer is a problem (RFC 9457) with this status and code.
func (a answer) problem(status int, code hire.Code) {
	a.w.t.Helper()
	var p struct {
		Type, Title, Detail string
		Status              int
		Code                hire.Code
	}
	if got := a.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		a.w.t.Fatalf("status %d, content type %q, want a problem: %s\n%s", a.Status, got, a.Body, a.w.logs)
	}
	a.w.ok(json.Unmarshal(a.Body, &p))
	if a.Status != status || p.Code != code || p.Status != status || p.Title == "" || p.Detail == "" || p.Type == "" {
		a.w.t.Fatalf("problem %s, want %d %s\n%s", a.Body, status, code, a.w.logs)
	}
}

func (w *world) do(client *http.Client, method, target string, header http.Header, body io.Reader) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, target, body)
	w.ok(err)
	maps.Copy(req.Header, header)
	resp, err := client.Do(req)
	w.ok(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	w.ok(err)
	return answer{w: w, Status: resp.StatusCode, Header: resp.Header, Body: b}
}

func (w *world) call(method, path string, h http.Header, body any, header ...string) answer {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		w.ok(err)
		r = bytes.NewReader(j)
	}
	if r != nil {
		h.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return w.do(w.hire.Client(), method, w.hire.URL+path, h, r)
}

// service calls a function as one of Google's services or Hire's backend does.
func (w *world) service(audience, email, path string, body any) answer {
	w.t.Helper()
	return w.call("POST", path, http.Header{"Authorization": {"Bearer " + w.issuer.ServiceToken(audience, email)}}, body)
}

// notify pushes a notification as the subscription does.
func (w *world) notify(data []byte) {
	w.t.Helper()
	w.pushes(data).into(204, nil)
}

// pushes does the same, whatever the answer.
func (w *world) pushes(data []byte) answer {
	w.t.Helper()
	c := w.config.Callers
	return w.service(c.PushAudience, c.PushServiceAccount, "/gmailnotify/", w.pushOf(data))
}

// pushOf is the body of a push.
func (w *world) pushOf(data []byte) events.Push {
	return events.Push{Message: events.PushMessage{Data: data, MessageID: "1", PublishTime: w.clock.Now()}, Subscription: "projects/local/subscriptions/gmail-notifications"}
}

// notification is what Gmail publishes of a mailbox.
func notification(address string, historyID any) []byte {
	data, _ := json.Marshal(map[string]any{"emailAddress": address, "historyId": historyID}) // of what is made for JSON
	return data
}

// look has Rita's mailbox listed from its cursor on, as any old notification does.
func (w *world) look() {
	w.t.Helper()
	w.notify(notification(ritaMail, 1))
}

// task calls a function as Cloud Tasks does.
func (w *world) task(path string, body any) answer {
	w.t.Helper()
	c := w.config.Callers
	return w.service(c.TasksAudience, c.TasksServiceAccount, path, body)
}

// backend asks a function as Hire's backend does.
func (w *world) backend(path string) answer {
	w.t.Helper()
	c := w.config.Callers
	return w.call("GET", path, http.Header{"Authorization": {"Bearer " + w.issuer.ServiceToken(c.BackendAudience, c.BackendServiceAccounts[0])}}, nil)
}
