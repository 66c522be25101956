package functions_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/api/issuertest"
	"github.com/trakstar/hire-gmail/shared/api/openapi"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Who is not let in, and what one account never sees of another.

func TestScenario43_ForgedCalls(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	w.pass(20 * time.Minute) // the sweep has something to do

	c := w.config.Callers
	push := notification(ritaMail, w.mailbox(ritaMail).HistoryID())
	m := w.record(rita)
	calls := []struct {
		function, path, audience, account string
		body                              any
	}{
		{"gmailnotify", "/gmailnotify/", c.PushAudience, c.PushServiceAccount, events.Push{Message: events.PushMessage{Data: push, MessageID: "1"}}},
		{"labelsweep", "/labelsweep/", c.SchedulerAudience, c.SchedulerServiceAccount, nil},
		{"syncmailbox", "/syncmailbox/", c.TasksAudience, c.TasksServiceAccount, store.SyncTask{AccountID: acme, UserID: rita, Generation: m.Generation, Reason: "sweep"}},
		{"deliver", "/deliver/", c.TasksAudience, c.TasksServiceAccount, store.DeliverTask{AccountID: acme, SendID: store.SendID(rita, "k1")}},
		{"offboard", "/offboard/", c.TasksAudience, c.TasksServiceAccount, store.OffboardTask{AccountID: acme, UserID: rita, Generation: m.Generation}},
		{"directory", "/directory/v1/batch", c.BackendAudience, c.BackendServiceAccounts[0], api.DirectoryBatch{
			Users: []api.DirectoryUser{{AccountID: acme, ID: "mallory", Email: "mallory@evil.example", Role: "super_admin", Active: true, Version: 9}},
		}},
	}
	forgeable := map[string]bool{"securityevents": true} // TestSecurityEventForged
	for _, call := range calls {
		forgeable[call.function] = true
	}
	for name := range openapi.LeftOut { // those in the document are called by strangers in TestOpenAPIIsolation
		if !forgeable[name] {
			t.Errorf("nothing forged is tried on %s: it is missing in this test's calls", name)
		}
	}
	nothingAsked, stored := w.nothingAskedOfGoogle(), w.platform.documents()
	for _, call := range calls {
		genuine := w.issuer.ServiceToken(call.audience, call.account)
		forged := map[string]string{
			"no token":              "",
			"not a token":           "forged",
			"another audience":      w.issuer.ServiceToken("https://elsewhere.example", call.account),
			"another service":       w.issuer.ServiceToken(call.audience, "mallory@evil.example"),
			"address not verified":  w.issuer.Sign(map[string]any{"aud": call.audience, "email": call.account, "email_verified": false}),
			"another issuer":        w.issuer.Sign(map[string]any{"iss": "https://evil.example", "aud": call.audience, "email": call.account, "email_verified": true}),
			"expired":               w.issuer.Sign(map[string]any{"aud": call.audience, "email": call.account, "email_verified": true, "exp": w.clock.Now().Add(-time.Hour).Unix()}),
			"token of a user":       w.issuer.UserToken(issuertest.UserClaims{AccountID: acme, UserID: sam, Email: samMail}),
			"user's, our audience":  w.issuer.UserToken(issuertest.UserClaims{AccountID: acme, UserID: sam, Email: samMail, Audience: call.audience}),
			"signature by IAM":      w.issuer.Forge(genuine, issuertest.Stripped), // no IAM stands before it here
			"of another function's": w.issuer.ServiceToken(c.BackendAudience+"/else", c.BackendServiceAccounts[0]),
		}
		for _, f := range issuertest.Forgeries {
			forged[string(f)] = w.issuer.Forge(genuine, f)
		}
		for name, token := range forged {
			h := http.Header{}
			if token != "" {
				h.Set("Authorization", "Bearer "+token)
			}
			if a := w.call("POST", call.path, h, call.body); a.Status != 401 && a.Status != 403 {
				t.Errorf("%s, %s: status %d: %s", call.function, name, a.Status, a.Body)
			}
		}
	}
	w.settle()
	nothingAsked()
	if now := w.platform.documents().minus(stored); now.written+now.deleted > 0 {
		t.Errorf("%d documents were written and %d deleted, want nothing stored", now.written, now.deleted)
	}
	// The genuine call does its work.
	w.notify(push)
	w.settle()
	r.shows("after the genuine push", "> Can we talk?", "Yes, tomorrow.")
}

func TestScenario44_SameCandidateInAnotherAccount(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	b := w.bolt()
	var sent api.SendResult
	r.send("k1", hello).into(200, &sent)
	w.ok(w.mailbox(ritaMail).LabelThread(w.unrelated(), "Hire"))
	w.pass(time.Minute)
	r.shows("in Acme", "Is the job remote?", "One more thing.", "> Can we talk?")
	b.shows("in Bolt")

	// What Acme has cannot be had from Bolt by its name either.
	b.call("GET", "/threads/v1/threads/"+sent.ThreadID, nil).problem(404, hire.CodeUnknownThread)
	b.call("PUT", "/threads/v1/threads/"+sent.ThreadID+"/privacy", api.SetPrivacy{Private: true}).problem(404, hire.CodeUnknownThread)
	b.call("GET", "/threads/v1/threads/"+sent.ThreadID+"/messages/"+sent.MessageID+"/attachments/1", nil).problem(404, hire.CodeUnknownThread)
	b.call("GET", "/sendmessage/v1/messages/k1", nil).problem(404, hire.CodeNotFound)
	b.connect()
	b.send("k2", api.SendMessage{CandidateID: cora, ThreadID: sent.ThreadID, Text: "Hi"}).problem(404, hire.CodeUnknownThread)
	b.send("k3", api.SendMessage{
		CandidateID: cora, Subject: "Hi", Text: "Hi", Attachments: []api.AttachmentRef{{ThreadID: sent.ThreadID, MessageID: sent.MessageID, PartID: "1"}},
	}).problem(422, hire.CodeUnknownUpload)
}

// One person works in both accounts, with one mailbox. What is written in one stays there, although the other reads the same mailbox.
func TestScenario44_SameMailboxInAnotherAccount(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	b := w.bolt()
	b.connect()
	r.asks().answers("Yes, tomorrow.")
	w.pass(time.Minute)
	w.clock.Advance(25 * time.Hour) // the daily look at all that is labelled
	w.sweep()
	r.shows("in Acme", "> Can we talk?", "Yes, tomorrow.")
	b.shows("in Bolt")
}
