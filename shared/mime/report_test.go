package mime

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReport(t *testing.T) {
	t.Parallel()
	corpus := func(name string) string {
		raw, err := os.ReadFile("testdata/" + name + ".eml")
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	status := func(fields string) string {
		return "From: MAILER-DAEMON@mx.example\nIn-Reply-To: <asked@x>\nReferences: <old@x> <asked@x>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
			"--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" + fields + "\n--b--\n"
	}
	for _, tt := range []struct {
		name, raw string
		want      Report
	}{
		{"gmail", corpus("gmail_bounce"), Report{Originals: []string{"CAHire8@mail.gmail.com"}, Recipients: []string{"nobody@example.com"}, Status: "5.1.1"}},
		{"exchange", corpus("exchange_bounce"), Report{Originals: []string{"CAHire7@mail.gmail.com"}, Recipients: []string{"gone@example.com"}, Status: "5.1.10", Reason: "550 5.1.10 RESOLVER.ADR.RecipientNotFound"}},
		{"qmail", corpus("qmail_bounce"), Report{Recipients: []string{"lost@example.net"}, Status: "5.1.1", Reason: "Sorry, no mailbox here by that name. (#5.1.1)"}},
		{"yahoo", "From: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice\n\nSorry, we were unable to deliver your message to the following address.\n\n<gone@yahoo.com>:\n554: 30: Sorry, your message to gone@yahoo.com cannot be delivered.\nThis mailbox is disabled (554.30).\n\n--- Below this line is a copy of the message.\n\nSubject: x\nMessage-ID: <CAHire1@mail.gmail.com>\n\nHi",
			Report{Originals: []string{"CAHire1@mail.gmail.com"}, Recipients: []string{"gone@yahoo.com"}, Reason: "554: 30: Sorry, your message to gone@yahoo.com cannot be delivered. This mailbox is disabled (554.30)."}},
		{"exim", "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: gone@example.org, lost@example.org\nAuto-Submitted: auto-replied\n\nThis message was created automatically by mail delivery software.\n\n  gone@example.org\n    host mx.example.org [192.0.2.1]\n    550 5.7.1 rejected by policy\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <CAHire2@mail.gmail.com>\n",
			Report{Originals: []string{"CAHire2@mail.gmail.com"}, Recipients: []string{"gone@example.org", "lost@example.org"}, Status: "5.7.1", Reason: "550 5.7.1 rejected by policy"}},
		{"delayed", status("Final-Recipient: rfc822;slow@example.com\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 451 4.4.1\n busy\n"),
			Report{Originals: []string{"asked@x"}, Recipients: []string{"slow@example.com"}, Delayed: true, Status: "4.4.1", Reason: "451 4.4.1 busy"}},
		{"one of three", status("Final-Recipient: rfc822; a@example.com\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; b@example.com\nAction: FAILED (bad)\nStatus: 5.2.2 (full)\n\nFinal-Recipient: rfc822; c@example.com\nAction: delayed\nStatus: 4.0.0\n"),
			Report{Originals: []string{"asked@x"}, Recipients: []string{"b@example.com", "c@example.com"}, Status: "5.2.2"}},
		{"returned headers count before references", strings.Replace(status("Original-Recipient: rfc822;a@example.com\nAction: failed\nStatus: 5.0.0\n"), "--b--", "--b\nContent-Type: text/rfc822-headers\n\nSubject: x\nMessage-Id: <mine@x>\n--b--", 1),
			Report{Originals: []string{"mine@x", "asked@x"}, Recipients: []string{"a@example.com"}, Status: "5.0.0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := Parse([]byte(tt.raw))
			if err != nil {
				t.Fatal(err)
			}
			got, ok := m.Report()
			if d := cmp.Diff(tt.want, got); d != "" || !ok {
				t.Errorf("report %t (-want +got):\n%s", ok, d)
			}
		})
	}
	for name, raw := range map[string]string{
		"success": status("Final-Recipient: rfc822; a@example.com\nAction: delivered\nStatus: 2.0.0\n"), "relayed": status("Final-Recipient: rfc822; a@example.com\nAction: relayed\nStatus: 2.0.0\n"),
	} {
		m, err := Parse([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := m.Report(); ok {
			t.Errorf("%s of a mailer daemon is read as a report: %+v", name, got)
		}
	}
	for _, name := range []string{"delivered_report", "vacation_old", "gmail_web"} {
		m, err := Parse([]byte(corpus(name)))
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := m.Report(); ok {
			t.Errorf("%s is read as a report: %+v", name, got)
		}
	}
}

// Gmail may keep back what a report is about.
func TestReportElsewhere(t *testing.T) {
	t.Parallel()
	for name, elsewhere := range map[string]bool{"gmail_bounce": true, "exchange_bounce": true, "qmail_bounce": false, "gmail_web": false, "forwarded_rfc822": false} {
		raw, err := os.ReadFile("testdata/" + name + ".eml")
		if err != nil {
			t.Fatal(err)
		}
		whole, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		apart, err := FromPayload(payloadOf(t, raw))
		if err != nil {
			t.Fatal(err)
		}
		if whole.ReportElsewhere() || apart.ReportElsewhere() != elsewhere {
			t.Errorf("%s: parts of a report are elsewhere: %t as it came, %t as Gmail takes it apart; want false, %t", name, whole.ReportElsewhere(), apart.ReportElsewhere(), elsewhere)
		}
	}
}

// FuzzReport: whatever a report says, what is read of it fits into a record.
func FuzzReport(f *testing.F) {
	for _, file := range []string{"gmail_bounce", "exchange_bounce", "qmail_bounce", "delivered_report"} {
		raw, err := os.ReadFile("testdata/" + file + ".eml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		r, ok := m.Report()
		if !ok && (len(r.Originals)+len(r.Recipients) > 0 || r.Reason != "") {
			t.Fatalf("no report, yet %+v", r)
		}
		all := append(append([]string{r.Status, r.Reason}, r.Originals...), r.Recipients...)
		for _, s := range all {
			if s != strings.ToValidUTF8(s, "") || strings.ContainsAny(s, "\x00\r\n") || len(s) > 1000 {
				t.Fatalf("%q in %+v", s, r)
			}
		}
		if len(all) > 2+maxOriginals+maxRecipients {
			t.Fatalf("%d values", len(all))
		}
	})
}
