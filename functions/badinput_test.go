package functions_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/functions/settings"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

func TestBadConfigurationNamesEveryVariableAtOnce(t *testing.T) {
	t.Parallel()
	env := wiring.LocalEnvironment("http://127.0.0.1:1", t.TempDir())
	delete(env, "APP_URL")
	env["MAX_RECIPIENTS"] = "many"
	env["USERS_ISSUER"] = "http://example.com"
	_, err := wiring.ConfigOf(env)
	var all *config.Error
	if !errors.As(err, &all) {
		t.Fatalf("error %v, want one that lists the variables", err)
	}
	for _, name := range []string{"APP_URL", "MAX_RECIPIENTS", "USERS_ISSUER", "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s:\n%v", name, err)
		}
	}
	if len(all.Problems) != 5 {
		t.Errorf("%d problems, want 5:\n%v", len(all.Problems), err)
	}
}

// A deployed function whose configuration is wrong answers every request with a problem, and keeps the reasons to the log.
func TestBadConfigurationKeepsAFunctionFromServing(t *testing.T) {
	for _, v := range config.Variables() {
		t.Setenv(v.Name, "")
	}
	w := httptest.NewRecorder()
	wiring.Lazy("settings", settings.New)(w, httptest.NewRequest("GET", "/v1/settings", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), string(hire.CodeUnavailable)) || strings.Contains(w.Body.String(), "OAUTH") {
		t.Errorf("answer %d %s, want a problem that names no variable", w.Code, w.Body)
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	before := w.platform.documents()
	const send = "/sendmessage/v1/messages"
	key := []string{"Idempotency-Key", "k1"}
	message := api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}
	tests := []struct {
		name   string
		answer func() answer
		status int
		code   hire.Code
	}{
		{"malformed JSON", func() answer { return r.call("POST", send, `{"subject": "Hi`, key...) }, 400, hire.CodeMalformedJSON},
		{"more than one value", func() answer { return r.call("POST", send, `{} {}`, key...) }, 400, hire.CodeMalformedJSON},
		{"no body", func() answer { return r.call("POST", send, "", key...) }, 400, hire.CodeMalformedJSON},
		{"wrong content type", func() answer {
			return r.call("POST", send, `subject=Hi`, append(key, "Content-Type", "application/x-www-form-urlencoded")...)
		}, 415, hire.CodeUnsupportedMedia},
		{"oversized body", func() answer { return r.call("POST", send, `{"text": "`+strings.Repeat("x", 3<<20)+`"}`, key...) }, 413, hire.CodeBodyTooLarge},
		{"unknown field", func() answer { return r.call("POST", send, `{"candidate": "cora"}`, key...) }, 400, hire.CodeUnknownField},
		{"unknown candidate", func() answer {
			m := message
			m.CandidateID = "nobody"
			return r.send("k1", m)
		}, 404, hire.CodeUnknownCandidate},
		{"unknown thread", func() answer {
			m := message
			m.ThreadID = "nowhere"
			return r.send("k1", m)
		}, 404, hire.CodeUnknownThread},
		{"no idempotency key", func() answer { return r.call("POST", send, message) }, 400, hire.CodeKeyMissing},
		{"no subject", func() answer { return r.send("k1", api.SendMessage{CandidateID: cora, Text: "Hi"}) }, 400, hire.CodeInvalidRequest},
		{"nothing written", func() answer { return r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Hi"}) }, 422, hire.CodeEmptyMessage},
		{"line break in the subject", func() answer {
			return r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Hi\r\nBcc: eve@evil.example", Text: "x"})
		}, 422, hire.CodeInvalidHeader},
		{"invalid address", func() answer {
			m := message
			m.To = []api.Address{{Email: "not an address"}}
			return r.send("k1", m)
		}, 422, hire.CodeInvalidAddress},
		{"unknown upload", func() answer {
			m := message
			m.Attachments = []api.AttachmentRef{{UploadID: "gone"}}
			return r.send("k1", m)
		}, 422, hire.CodeUnknownUpload},
		{"upload without a name", func() answer { return r.call("POST", "/sendmessage/v1/uploads", "x") }, 400, hire.CodeInvalidRequest},
		{"return to another site", func() answer {
			return r.call("POST", "/connect/v1/connect", api.StartConnect{ReturnTo: "//evil.example"})
		}, 400, hire.CodeInvalidRequest},
		{"page token", func() answer {
			return r.call("GET", "/threads/v1/candidates/cora/threads?page_token=%21", nil)
		}, 400, hire.CodeInvalidRequest},
		{"no token", func() answer { return w.call("GET", "/settings/v1/settings", http.Header{}, nil) }, 401, hire.CodeUnauthenticated},
		{"token of a service", func() answer { return w.service("hire-gmail", "x@y.example", send, message) }, 401, hire.CodeUnauthenticated},
		{"expired token", func() answer {
			token := w.issuer.UserToken(issuertest.UserClaims{AccountID: acme, UserID: rita, Email: ritaMail, Expires: w.clock.Now().Add(-time.Hour)})
			return w.call("POST", send, http.Header{"Authorization": {"Bearer " + token}}, message, key...)
		}, 401, hire.CodeTokenExpired},
		{"wrong method", func() answer { return r.call("DELETE", send, nil) }, 405, hire.CodeMethodNotAllowed},
		{"unknown path", func() answer { return r.call("GET", "/settings/v1/nothing", nil) }, 404, hire.CodeNotFound},
		{"directory with wrong records", func() answer {
			c := w.config.Callers
			return w.service(c.BackendAudience, c.BackendServiceAccounts[0], "/directory/v1/batch", api.DirectoryBatch{
				Accounts: []api.DirectoryAccount{{ID: "new", Plan: "pro", Version: 1}}, Users: []api.DirectoryUser{{AccountID: "new", ID: "u", Email: "no", Role: "king", Version: 1}},
			})
		}, 400, hire.CodeInvalidRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := test.answer()
			a.w = &world{t: t, logs: w.logs}
			a.problem(test.status, test.code)
		})
	}
	after := w.platform.documents().minus(before)
	if after.written+after.deleted > 0 {
		t.Errorf("%d documents were written and %d deleted, want nothing stored", after.written, after.deleted)
	}
	if got := len(w.mailbox(ritaMail).Drafts()); got != 0 {
		t.Errorf("%d drafts in Gmail, want none", got)
	}
}

// What is named by something that can be no id is answered like anything else that is not there; in a batch, whose messages are looked at side by side, too.
func TestBadInputThatCanBeNoID(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	for name, id := range map[string]string{"nothing": "", "too long": strings.Repeat("x", 1600), "too long once it is escaped": strings.Repeat("é/", 600)} {
		message := api.SendMessage{CandidateID: id, Subject: "Hello", Text: "Hi"}
		r.send("k1", message).problem(404, hire.CodeUnknownCandidate)
		a := r.sendBatch("k2", api.SendBatch{Messages: []api.BatchMessage{{CandidateID: id, Subject: "Hello", Text: "Hi"}}})
		a.problem(422, hire.CodeInvalidBatch)
		if !strings.Contains(string(a.Body), string(hire.CodeUnknownCandidate)) {
			t.Errorf("%s: %s", name, a.Body)
		}
		if id == "" {
			continue
		}
		message.CandidateID, message.ThreadID = cora, id
		r.send("k3", message).problem(404, hire.CodeUnknownThread)
		message.ThreadID, message.Attachments = "", []api.AttachmentRef{{UploadID: id}}
		r.send("k4", message).problem(422, hire.CodeUnknownUpload)
		at := url.PathEscape(id)
		r.call("GET", "/threads/v1/candidates/"+at+"/threads", nil).problem(404, hire.CodeUnknownCandidate)
		r.call("GET", "/threads/v1/threads/"+at, nil).problem(404, hire.CodeUnknownThread)
		r.call("GET", "/sendmessage/v1/batches/"+at, nil).problem(404, hire.CodeNotFound)
		r.call("DELETE", "/sendmessage/v1/batches/"+at, nil).problem(404, hire.CodeNotFound)
		w.sam().call("GET", "/settings/v1/deletions/"+at, nil).problem(404, hire.CodeNotFound)
		thread := w.sentThread(r)
		r.call("GET", "/threads/v1/threads/"+thread+"/messages/"+at+"/attachments/1", nil).problem(404, hire.CodeNotFound)
	}
}

// sentThread is a conversation that a person has begun.
func (w *world) sentThread(p *person) string {
	w.t.Helper()
	var x api.SendResult
	p.send("begun", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi"}).into(200, &x)
	return x.ThreadID
}

// A file of a type that can't be said in a mail is any bytes.
func TestBadInputMediaTypes(t *testing.T) {
	t.Parallel()
	_, r := connected(t)
	for given, want := range map[string]string{
		"": "application/octet-stream", "x": "application/octet-stream", "a/b \xe9": "application/octet-stream", "text/html; charset": "application/octet-stream",
		"Text/HTML; Charset=utf-8": "text/html; charset=utf-8", "application/pdf": "application/pdf",
	} {
		var u api.Upload
		r.call("POST", "/sendmessage/v1/uploads?filename=x", "content", "Content-Type", given).into(201, &u)
		if u.ContentType != want {
			t.Errorf("%q became %q, want %q", given, u.ContentType, want)
		}
	}
}

// A record that no database takes is refused before any of its batch is applied.
func TestBadInputInTheDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.config.Callers
	long := strings.Repeat("n", 1001)
	a := w.service(c.BackendAudience, c.BackendServiceAccounts[0], "/directory/v1/batch", api.DirectoryBatch{
		Accounts:   []api.DirectoryAccount{{ID: "a", Name: long, Plan: "pro", Version: 1}},
		Users:      []api.DirectoryUser{{AccountID: acme, ID: "u", Name: long, Email: strings.Repeat("a", 320) + "@x.example", Role: "admin", Version: 1}},
		Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: "c", Name: long, Emails: []string{strings.Repeat("a", 320) + "@x.example"}, MergedInto: strings.Repeat("m", 129), Version: 1}},
	})
	a.problem(400, hire.CodeInvalidRequest)
	var p api.Problem
	a.into(400, &p)
	for _, field := range []string{"accounts[0].name", "users[0].name", "users[0].email", "candidates[0].name", "candidates[0].emails", "candidates[0].merged_into"} {
		if p.Errors[field] == "" {
			t.Errorf("nothing is said of %s: %s", field, a.Body)
		}
	}
	if len(p.Errors) != 6 {
		t.Errorf("errors %q, want 6", p.Errors)
	}
	w.tell(api.DirectoryBatch{Accounts: []api.DirectoryAccount{{ID: "a", Name: strings.Repeat("é", 1000), Plan: "pro", Version: 1}}})
}

// A query that no database takes is refused.
func TestBadInputInTheAuditTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sam().call("GET", "/settings/v1/audit?user_id=%FF", nil).problem(400, hire.CodeInvalidRequest)
}

// A subject or an address that no record holds is refused before anything is done.
func TestBadInputThatIsTooLongForARecord(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	long := strings.Repeat("é", 1001)
	subject := api.SendMessage{CandidateID: cora, Subject: long, Text: "Hi"}
	r.send("k1", subject).problem(400, hire.CodeInvalidRequest)
	subject.SendAt = w.clock.Now().Add(time.Hour)
	r.send("k2", subject).problem(400, hire.CodeInvalidRequest)
	r.sendBatch("k3", api.SendBatch{Messages: []api.BatchMessage{{CandidateID: cora, Subject: long, Text: "Hi"}}}).problem(422, hire.CodeInvalidBatch)
	for _, a := range []api.Address{{Name: long, Email: coraMail}, {Email: strings.Repeat("a", 320) + "@x.example"}} {
		r.send("k4", api.SendMessage{CandidateID: cora, Subject: "Hello", Text: "Hi", Cc: []api.Address{a}}).problem(422, hire.CodeInvalidAddress)
	}
	r.send("k5", api.SendMessage{CandidateID: cora, Subject: strings.Repeat("é", 1000), Text: "Hi"}).into(200, nil)
}
