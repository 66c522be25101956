package functions_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Replies to notification emails that are not sent: of whoever may not, too late, from programs; and what is told of it, and to whom.

func TestEmailReplyIsRefused(t *testing.T) {
	t.Parallel()
	w, r, _, address := notified(t)
	w.colleague("tess", "admin")
	m := written(address, "Tomorrow.")
	change := func(f func(*mailReply)) answer {
		c := m
		f(&c)
		return w.gateway(c)
	}
	c := w.config.Callers
	replies := "/inboundreply/v1/replies"
	w.call("POST", replies, http.Header{}, m.raw).silent(401, hire.CodeUnauthenticated)
	w.service(c.BackendAudience, c.BackendServiceAccounts[0], replies, m.raw).silent(401, hire.CodeUnauthenticated)
	w.service(c.GatewayAudience, c.BackendServiceAccounts[0], replies, m.raw).silent(403, hire.CodeForbidden)
	w.service(c.GatewayAudience, c.BackendServiceAccounts[0], "/inboundreply/v1/uploads", m.raw).silent(403, hire.CodeForbidden)
	r.call("POST", replies, m.raw).silent(401, hire.CodeUnauthenticated)
	w.fromGateway(replies, m.raw, "Content-Type", "message/rfc822", "X-Envelope-To", address).silent(400, hire.CodeInvalidRequest)
	w.fromGateway(replies, m.raw, "Content-Type", "message/rfc822", "X-Envelope-From", ritaMail).silent(400, hire.CodeInvalidRequest)
	w.gateway(m, "Content-Type", "text/plain").silent(415, hire.CodeUnsupportedMedia)
	w.fromGateway(replies, `{"upload_ids":[]}`, "X-Envelope-To", address, "X-Envelope-From", ritaMail).silent(400, hire.CodeInvalidRequest)
	w.fromGateway(replies, `{"upload_ids":["x"]}`, "X-Envelope-To", address, "X-Envelope-From", ritaMail).silent(422, hire.CodeUnknownUpload)
	w.fromGateway("/inboundreply/v1/uploads", "x", "X-Envelope-To", "reply+x@"+w.config.Replies.Domain).silent(404, hire.CodeReplyAddressUnknown)

	// An address with one character changed is none.
	for i := range address {
		other := byte('b')
		if address[i] == other {
			other = 'c'
		}
		change(func(m *mailReply) { m.to = address[:i] + string(other) + address[i+1:] }).silent(404, hire.CodeReplyAddressUnknown)
	}
	// Whoever has the address of somebody else's notification.
	for name, tt := range map[string]struct {
		change func(*mailReply)
		code   hire.Code
	}{
		"an outsider": {func(m *mailReply) {
			m.from, m.raw, m.auth = coraMail, strings.Replace(m.raw, ritaMail, coraMail, 1), "mx; dmarc=pass header.from=mail.example"
		}, hire.CodeReplyOtherSender},
		"a colleague": {func(m *mailReply) {
			m.from, m.raw = "tess@acme.example", strings.Replace(m.raw, ritaMail, "tess@acme.example", 1)
		}, hire.CodeReplyOtherSender},
		"two senders": {func(m *mailReply) {
			m.from, m.raw = coraMail, strings.Replace(m.raw, "From: Rita <", "From: <cora@mail.example>, <", 1)
		}, hire.CodeReplyOtherSender},
		"nothing was checked": {func(m *mailReply) { m.auth = "" }, hire.CodeReplySenderUnproved},
		"the check failed": {func(m *mailReply) {
			m.auth = "mx; spf=fail smtp.mailfrom=acme.example; dkim=none; dmarc=fail header.from=acme.example"
		}, hire.CodeReplySenderUnproved},
		"another domain's signature": {func(m *mailReply) {
			m.auth = "mx; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example"
		}, hire.CodeReplySenderUnproved},
		"a domain that ends alike": {func(m *mailReply) { m.auth = "mx; dkim=pass header.d=notacme.example" }, hire.CodeReplySenderUnproved},
		"a top-level domain":       {func(m *mailReply) { m.auth = "mx; dkim=pass header.d=example" }, hire.CodeReplySenderUnproved},
		"a pass in a comment":      {func(m *mailReply) { m.auth = "mx; dkim=fail (dmarc=pass header.from=acme.example)" }, hire.CodeReplySenderUnproved},
		"a method's name alone":    {func(m *mailReply) { m.auth = "dmarc=pass header.from=acme.example" }, hire.CodeReplySenderUnproved},
		"a signature of the envelope's domain": {func(m *mailReply) { // Rita's name in the envelope proves nothing about a DKIM signature of her domain over another From
			m.raw, m.auth = strings.Replace(m.raw, ritaMail, coraMail, 1), "mx; dkim=pass header.d=acme.example"
		}, hire.CodeReplySenderUnproved},
	} {
		a := change(tt.change)
		if a.code() != tt.code {
			t.Errorf("%s: %d %s, want %s", name, a.Status, a.Body, tt.code)
			continue
		}
		a.silent(403, tt.code)
		if bytes.Contains(a.Body, []byte(ritaMail)) {
			t.Errorf("%s is told who was notified: %s", name, a.Body)
		}
	}
	change(func(m *mailReply) { m.raw = " \r\n" }).silent(422, hire.CodeEmptyMessage)
	// Rita herself, with nothing to say.
	change(func(m *mailReply) { m.raw = written(address, "\r\n").raw }).mailBack(422, hire.CodeEmptyMessage)
	w.coraGot("in the end", 1)
	// SPF for her address in the envelope, and a subdomain's signature, are enough.
	m.auth = "mx; spf=pass smtp.mailfrom=acme.example"
	w.replySent(m)
	change(func(m *mailReply) { m.auth = "mx; dkim=pass header.d=mail.acme.example" }).into(200, nil)
	w.coraGot("in the end", 2)
}

func TestEmailReplyComesTooLate(t *testing.T) {
	t.Parallel()
	w, _, _, address := notified(t)
	m := written(address, "Tomorrow.")
	w.clock.Advance(store.RepliesTaken)
	w.gateway(m).mailBack(409, hire.CodeReplyAddressExpired)
	other := m
	other.from, other.raw = coraMail, strings.Replace(m.raw, ritaMail, coraMail, 1)
	w.gateway(other).silent(403, hire.CodeReplyOtherSender)
	w.clock.Advance(31 * 24 * time.Hour)
	w.gateway(m).silent(404, hire.CodeReplyAddressUnknown)
	w.coraGot("in the end", 1)
}

// What holds for a reply in the app holds for one by email.
func TestEmailReplyOfWhoeverMayNot(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(w *world)
		code   hire.Code
		status int
	}{
		"deactivated": {func(w *world) {
			w.ritaBecomes(func(u *api.DirectoryUser) { u.Active = false })
		}, hire.CodeUserInactive, 403},
		"an agency now": {func(w *world) {
			w.ritaBecomes(func(u *api.DirectoryUser) { u.Role = "external_agency" })
		}, hire.CodeRoleMayNotSend, 403},
		"integration off": {func(w *world) {
			w.switchOff()
		}, hire.CodeIntegrationOff, 409},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _, _, address := notified(t)
			tt.change(w)
			w.gateway(written(address, "Tomorrow.")).mailBack(tt.status, tt.code)
			w.coraGot("in the end", 1)
		})
	}
}

// Who is told that their reply was not sent, since they must reconnect, writes it again or lets the gateway repeat it. It does not leave by itself.
func TestEmailReplyMeetsTheRefusal(t *testing.T) {
	t.Parallel()
	w, r, _, address := notified(t)
	w.sim.OAuth().Revoke(ritaMail)
	w.clock.Advance(2 * time.Hour)
	m := written(address, "Tomorrow.")
	w.gateway(m).mailBack(409, hire.CodeReconnectRequired)
	r.connect()
	w.pass(5 * time.Minute)
	w.skip(2 * time.Hour)
	w.sweep()
	w.coraGot("after Rita was told that her reply was not sent,", 1)
	w.replySent(m)
	w.coraGot("written again,", 2)
}

func TestProgramsAreNotAnswered(t *testing.T) {
	t.Parallel()
	w, _, _, address := notified(t)
	for name, tt := range map[string]struct {
		reason string
		mail   mailReply
		from   string
	}{
		"out of office":         {"auto_reply", written(address, "Away.", "Auto-Submitted: auto-replied"), ritaMail},
		"generated":             {"auto_reply", written(address, "Away.", "Auto-Submitted: auto-generated; owner"), ritaMail},
		"an old vacation":       {"auto_reply", written(address, "Away.", "Precedence: bulk"), ritaMail},
		"auto_reply precedence": {"auto_reply", written(address, "Away.", "Precedence: auto_reply"), ritaMail},
		"X-Autoreply":           {"auto_reply", written(address, "Away.", "X-Autoreply: yes"), ritaMail},
		"the null sender":       {"bounce", written(address, "Away."), ""},
		"the null sender's <>":  {"bounce", written(address, "Away."), "<>"},
		"a delivery report":     {"report", written(address, "x", "Content-Type: multipart/report; report-type=delivery-status; boundary=x"), "mailer-daemon@x.example"},
		"a receipt":             {"report", written(address, "x", "Content-Type: multipart/report; report-type=disposition-notification; boundary=x"), ritaMail},
		"a list":                {"mailing_list", written(address, "Hi all", "List-Id: <team.acme.example>"), ritaMail},
		"a list's precedence":   {"mailing_list", written(address, "Hi all", "Precedence: list"), ritaMail},
		"a newsletter":          {"bulk", written(address, "Hi all", "Precedence: bulk", "List-Unsubscribe: <mailto:x@y.example>"), ritaMail},
		"our own mail":          {"own_mail", written(address, "Hi", hire.SendHeader+": abc"), ritaMail},
		"our own notification":  {"own_mail", written(address, "Hi", "X-Hire-Notification: abc"), ritaMail},
		"to an address that is none, without proof": {"auto_reply", func() mailReply {
			m := written("reply+x@nowhere.example", "Away.", "Auto-Submitted: auto-replied")
			m.auth = ""
			return m
		}(), "eve@evil.example"},
	} {
		tt.mail.from = tt.from
		var a api.ReplyResult
		w.gateway(tt.mail).into(200, &a)
		if a.State != "ignored" || a.Reason != tt.reason {
			t.Errorf("%s: %+v, want it ignored as %s", name, a, tt.reason)
		}
	}
	w.coraGot("in the end", 1)
	// A person's program says of a mail that it is none of a program's.
	w.replySent(written(address, "Tomorrow.", "Auto-Submitted: no", "Precedence: normal"))
	w.coraGot("after a person's", 2)
}
