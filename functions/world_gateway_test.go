package functions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// notified is a world in which Cora has answered Rita, who has a notification of it with this address.
func notified(t *testing.T) (w *world, r *person, candidate *correspondent, address string) {
	t.Helper()
	w, r, candidate = conversation(t)
	candidate.answers("Yes. When?")
	w.pass(time.Minute)
	address = w.replyAddress(rita)
	if address == "" {
		t.Fatalf("no reply address for Rita\n%s", w.logs)
	}
	return w, r, candidate, address
}

// replyAddress is a user's in the last event about an imported message; "" if they have none there.
func (w *world) replyAddress(user string) (address string) {
	w.t.Helper()
	heard := w.heard(store.EventMessageImported)
	if len(heard) == 0 {
		return ""
	}
	for _, a := range heard[len(heard)-1].ReplyAddresses {
		if a.UserID == user {
			address = a.Address
		}
	}
	return address
}

// mailReply is a mail as the gateway has received it.
type mailReply struct {
	to, from string // of the envelope
	auth     string
	raw      string
}

const ritaProved = "mx.hire.example; spf=pass smtp.mailfrom=rita@acme.example; dkim=pass (2048 bits) header.d=acme.example header.s=x; dmarc=pass header.from=acme.example"

// written is Rita's answer to a notification, from her mail program.
func written(to, text string, header ...string) mailReply {
	raw := fmt.Sprintf("From: Rita <%s>\r\nTo: <%s>\r\nSubject: Re: Cora has answered\r\nDate: Mon, 02 Nov 2026 09:05:00 +0000\r\nIn-Reply-To: <n1@hire.example>\r\n", ritaMail, to)
	if !strings.Contains(strings.Join(header, "\n"), "Message-ID:") {
		raw += "Message-ID: <reply-1@acme.example>\r\n"
	}
	for _, h := range header {
		raw += h + "\r\n"
	}
	return mailReply{to: to, from: ritaMail, auth: ritaProved, raw: raw + "\r\n" + text}
}

// gateway hands a mail over as Hire's mail gateway does.
func (w *world) gateway(m mailReply, header ...string) answer {
	w.t.Helper()
	return w.fromGateway("/inboundreply/v1/replies", m.raw, append([]string{
		"Content-Type", "message/rfc822", "X-Envelope-To", m.to, "X-Envelope-From", m.from, "Authentication-Results", m.auth}, header...)...)
}

func (w *world) fromGateway(path, body string, header ...string) answer {
	w.t.Helper()
	c := w.config.Callers
	token := w.issuer.ServiceToken(c.GatewayAudience, c.GatewayServiceAccounts[0])
	return w.call("POST", path, http.Header{"Authorization": {"Bearer " + token}}, body, header...)
}

// replySent hands a mail over that is to leave now.
func (w *world) replySent(m mailReply) (sent api.ReplyResult) {
	w.t.Helper()
	w.gateway(m).into(200, &sent)
	if sent.State != "sent" {
		w.t.Errorf("the reply is %+v, want it sent\n%s", sent, w.logs)
	}
	return sent
}

// mailBack checks that a refusal says what its writer can be told, and gives it.
func (a answer) mailBack(status int, code hire.Code) api.MailBack {
	a.w.t.Helper()
	a.problem(status, code)
	var p struct {
		MailBack *api.MailBack `json:"mail_back"`
	}
	a.w.ok(json.Unmarshal(a.Body, &p))
	if p.MailBack == nil {
		a.w.t.Fatalf("nothing to be mailed back in %s", a.Body)
	}
	if p.MailBack.To != ritaMail || !strings.HasPrefix(p.MailBack.Subject, "Not sent: ") || !strings.Contains(p.MailBack.Text, "repl") {
		a.w.t.Errorf("to be mailed back: %+v", *p.MailBack)
	}
	return *p.MailBack
}

// silent checks that a refusal has nothing to be mailed to whoever's address was forged.
func (a answer) silent(status int, code hire.Code) {
	a.w.t.Helper()
	a.problem(status, code)
	if bytes.Contains(a.Body, []byte("mail_back")) {
		a.w.t.Errorf("a stranger is to be answered: %s", a.Body)
	}
}
