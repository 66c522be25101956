package gmailtest

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// mailerDaemon is who reports mail that did not arrive.
const mailerDaemon = "mailer-daemon@googlemail.com"

// bounce tells the sender of a mail that it did not arrive at one address: a delivery report (RFC 3464) that joins the conversation of the mail.
func (s *Server) bounce(ctx context.Context, e envelope, failed string) {
	if e.from == "" || e.from == mailerDaemon {
		return
	}
	id := e.mail.header("Message-ID")
	boundary := fmt.Sprintf("%016x", s.random())
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("From: Mail Delivery Subsystem <%s>", mailerDaemon)
	line("To: %s", e.from)
	line("Auto-Submitted: auto-replied")
	line("Subject: Delivery Status Notification (Failure)")
	if id != "" {
		line("References: %s", id)
		line("In-Reply-To: %s", id)
	}
	line("X-Failed-Recipients: %s", failed)
	line("Message-ID: <%016x.%016x@mx.google.com>", s.random(), s.random())
	line("Date: %s", s.now().Format(time.RFC1123Z))
	line("MIME-Version: 1.0")
	line("Content-Type: multipart/report; boundary=\"%s\"; report-type=delivery-status", boundary)
	line("")
	line("--%s", boundary)
	line("Content-Type: text/plain; charset=\"UTF-8\"")
	line("")
	line("** Address not found **")
	line("")
	line("Your message wasn't delivered to %s because the address couldn't be found, or is unable to receive mail.", failed)
	line("")
	line("The response from the remote server was:")
	line("550 5.1.1 The email account that you tried to reach does not exist.")
	line("")
	line("--%s", boundary)
	line("Content-Type: message/delivery-status")
	line("")
	line("Reporting-MTA: dns; googlemail.com")
	line("Arrival-Date: %s", s.now().Format(time.RFC1123Z))
	line("X-Original-Message-ID: %s", id)
	line("")
	line("Final-Recipient: rfc822; %s", failed)
	line("Action: failed")
	line("Status: 5.1.1")
	line("Diagnostic-Code: smtp; 550 5.1.1 The email account that you tried to reach does not exist.")
	line("")
	line("--%s", boundary)
	line("Content-Type: message/rfc822")
	line("")
	b.Write(e.mail.raw[:headEnd(e.mail.raw, 0, len(e.mail.raw))])
	line("")
	line("--%s--", boundary)
	report := newBlob([]byte(b.String()))
	s.deliver(ctx, envelope{from: mailerDaemon, to: []string{e.from}, mail: report, facts: factsOf(report), report: true})
}
