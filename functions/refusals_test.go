package functions_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// What can't be sent has a code of its own, a sentence for a recruiter, and no effect: not in Gmail, not in the profile, not at the candidate's, not a day later either.

// refusal is one way in which a mail is not sent.
type refusal struct {
	name   string
	before func(w *world, r *person) // brings the world there; Rita is connected
	change func(w *world, r *person, m *api.SendMessage)
	status int
	code   hire.Code
	says   string // a part of the sentence
	silent bool   // Gmail hears nothing of it
	failed bool   // the outcome of the send is kept under its key; else there is none
	after  func(w *world, r *person)
}

// asked lets a first mail meet what is wrong, so that it is known when the next one is sent.
func asked(w *world, r *person) { r.send("before", hello) }

func reconnected(_ *world, r *person) { r.connect() }

func refusals() []refusal {
	revoke := func(w *world, _ *person) { w.sim.OAuth().Revoke(ritaMail) }
	suspend := func(w *world, _ *person) { w.mailbox(ritaMail).Suspend(true) }
	unsuspend := func(w *world, r *person) {
		w.mailbox(ritaMail).Suspend(false)
		r.connect()
	}
	limit := func(w *world, _ *person) { w.sendingLimit(w.clock.Now().Add(3 * time.Hour)) }
	clear := func(w *world, _ *person) { w.sim.ClearFaults() }
	fault := func(rule gmailtest.FaultRule) func(*world, *person) {
		return func(w *world, _ *person) { w.sim.AddFault(rule) }
	}
	to := func(addresses ...string) func(*world, *person, *api.SendMessage) {
		return func(_ *world, _ *person, m *api.SendMessage) {
			for _, a := range addresses {
				m.To = append(m.To, api.Address{Email: a})
			}
		}
	}
	then := func(steps ...func(*world, *person)) func(*world, *person) {
		return func(w *world, r *person) {
			for _, step := range steps {
				step(w, r)
			}
		}
	}
	return []refusal{
		{name: "files of more than 25 MB in all", change: func(_ *world, r *person, m *api.SendMessage) {
			half := strings.Repeat("x", 25<<19)
			for _, content := range []string{half, half, "x"} {
				m.Attachments = append(m.Attachments, api.AttachmentRef{UploadID: r.upload("a.bin", content)})
			}
		}, status: 413, code: hire.CodeMessageTooLarge, says: "25 MB", silent: true},
		{name: "a text of more than 512 KB", change: func(_ *world, _ *person, m *api.SendMessage) { m.Text = strings.Repeat("x", 512<<10+1) },
			status: 413, code: hire.CodeMessageTooLarge, says: "Attach it as a file", silent: true},
		{name: "101 recipients", change: func(_ *world, _ *person, m *api.SendMessage) {
			for i := range 101 {
				m.Bcc = append(m.Bcc, api.Address{Email: fmt.Sprintf("r%d@crowd.example", i)})
			}
		}, status: 422, code: hire.CodeTooManyRecipients, says: "at most 100 recipients", silent: true},
		{name: "nothing written", change: func(_ *world, _ *person, m *api.SendMessage) { m.Text = "" }, status: 422, code: hire.CodeEmptyMessage, says: "Write something", silent: true},
		{name: "blanks alone", change: func(_ *world, _ *person, m *api.SendMessage) { m.Text, m.HTML = " \r\n\t", "<p>\n&nbsp;</p>" },
			status: 422, code: hire.CodeEmptyMessage, says: "Write something", silent: true},
		{name: "an unknown conversation", change: func(_ *world, _ *person, m *api.SendMessage) { m.ThreadID = "nowhere" }, status: 404, code: hire.CodeUnknownThread, says: "conversation", silent: true},
		{name: "no address", change: to("cora"), status: 422, code: hire.CodeInvalidAddress, says: "it has no @", silent: true},
		{name: "an internationalised address", change: to("j\u00f6rg@m\u00fcnchen.example"), status: 422, code: hire.CodeInvalidAddress, says: "other letters than a to z", silent: true},
		{name: "not connected", before: func(w *world, r *person) {
			r.disconnect()
			w.settle()
		}, status: 409, code: hire.CodeConnectRequired, says: "Connect your Gmail account", silent: true, after: reconnected},
		{name: "access lost, as this mail finds out", before: then(revoke, func(w *world, _ *person) { w.clock.Advance(2 * time.Hour) }),
			status: 409, code: hire.CodeReconnectRequired, says: "Reconnect", after: reconnected},
		{name: "access lost, as is known", before: then(revoke, func(w *world, _ *person) { w.clock.Advance(2 * time.Hour) }, asked),
			status: 409, code: hire.CodeReconnectRequired, says: "Reconnect", silent: true, after: reconnected},
		{name: "a suspended mailbox, as this mail finds out", before: suspend, status: 409, code: hire.CodeNoMailbox, says: "Ask your administrator", after: unsuspend},
		{name: "a suspended mailbox, as is known", before: then(suspend, asked), status: 409, code: hire.CodeNoMailbox, says: "Ask your administrator", silent: true, after: unsuspend},
		{name: "the permission taken back", before: fault(gmailtest.FaultRule{Method: "drafts.create", Status: 403, Reason: "insufficientPermissions"}),
			status: 409, code: hire.CodePermissionMissing, says: "tick the Gmail box", after: then(clear, reconnected)},
		{name: "Gmail's limit, as this mail finds out", before: limit, status: 429, code: hire.CodeDailyLimit, says: "daily sending limit", failed: true, after: clear},
		{name: "Gmail's limit, as is known", before: then(limit, asked), status: 429, code: hire.CodeDailyLimit, says: "daily sending limit", silent: true, after: clear},
		{name: "an address that Gmail does not take", before: fault(gmailtest.FaultRule{Method: "drafts.create", Status: 400, Reason: "invalidArgument", Message: "Invalid To header"}),
			status: 422, code: hire.CodeGmailRefused, says: "recipients' addresses", failed: true, after: clear},
		{name: "an address that Gmail does not send to", before: fault(gmailtest.FaultRule{Method: "drafts.send", Status: 400, Reason: "invalidArgument", Message: "Invalid to header"}),
			status: 422, code: hire.CodeGmailRefused, says: "recipients' addresses", failed: true, after: clear},
		{name: "a mail that Gmail finds too large", before: fault(gmailtest.FaultRule{Method: "drafts.create", Status: 413, Reason: "uploadTooLarge"}),
			status: 413, code: hire.CodeMessageTooLarge, says: "25 MB", failed: true, after: clear},
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range refusals() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, r := connected(t)
			if test.before != nil {
				test.before(w, r)
			}
			m := hello
			if test.change != nil {
				test.change(w, r, &m)
			}
			google := w.sim.Stats().HTTP
			test.answered(r.send("k1", m))
			if n := w.sim.Stats().HTTP - google; test.silent != (n == 0) {
				t.Errorf("%d requests went to Google", n)
			}
			test.leftNothing("at once", r)
			if test.after != nil {
				test.after(w, r)
			}
			w.fiveMinutesLater()
			w.skip(25 * time.Hour)
			w.sweep()
			test.leftNothing("a day later, with everything in order again,", r)
		})
	}
}

// answered checks what the caller is told.
func (test refusal) answered(a answer) {
	a.w.t.Helper()
	a.problem(test.status, test.code)
	var p struct{ Title, Detail string }
	a.w.ok(json.Unmarshal(a.Body, &p))
	if !strings.Contains(p.Detail, test.says) || !strings.HasSuffix(p.Detail, ".") || strings.ContainsAny(p.Detail, "_{}<>") {
		a.w.t.Errorf("the sentence is %q, want one that says %q", p.Detail, test.says)
	}
	if at, err := http.ParseTime(a.Header.Get("Retry-After")); (test.code == hire.CodeDailyLimit) != (err == nil && at.After(a.w.clock.Now())) {
		a.w.t.Errorf("Retry-After is %q", a.Header.Get("Retry-After"))
	}
}

// leftNothing checks that the mail is nowhere, and what is known of it.
func (test refusal) leftNothing(when string, r *person) {
	w := r.w
	w.t.Helper()
	w.coraGot(when, 0)
	r.shows(when)
	w.hasDrafts(when)
	if sent := w.inGmail("in:sent"); len(sent) != 0 {
		w.t.Errorf("%s Sent has %+v", when, sent)
	}
	if test.failed {
		r.became("k1", "failed", test.code)
	} else {
		r.call("GET", "/sendmessage/v1/messages/k1", nil).problem(404, hire.CodeNotFound)
	}
}
