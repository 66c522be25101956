package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// The candidate writes under the recruiter's own address. Gmail has not sent that from the mailbox, so it is nobody's of Hire's: not shown as theirs, not outbound, and no reply of theirs.
func TestForgedSender_TheMailboxsOwnAddress(t *testing.T) {
	t.Parallel()
	for _, from := range []string{ritaMail, "Rita Recruiter <" + ritaMail + ">", "RITA@Acme.example"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			w, r, out, asked := conversation(t)
			raw := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: %s\r\nMessage-ID: <forged@mail.example>\r\nIn-Reply-To: %s\r\nReferences: %s\r\nDate: %s\r\n\r\nI accept your offer of 200,000.\r\n",
				from, ritaMail, asked.Subject, asked.MessageID, asked.MessageID, w.clock.Now().Format(time.RFC1123Z))
			_, err := out.SendRaw([]byte(raw), ritaMail)
			w.ok(err)
			w.pass(time.Minute)
			list := r.profile(cora).Threads
			if len(list) != 1 {
				t.Fatalf("%d conversations", len(list))
			}
			if s := list[0]; s.LastActivity != string(hire.Inbound) || s.LastFrom.Kind != "other" || s.LastFrom.ID != "" {
				t.Errorf("the profile says that %+v has written last, %s", s.LastFrom, s.LastActivity)
			}
			messages := r.thread(list[0].ID).MessageList
			m := messages[len(messages)-1]
			if !strings.Contains(m.Text, "I accept") {
				t.Fatalf("the last message is %q", m.Text)
			}
			if m.Direction != string(hire.Inbound) || m.From.Kind != "other" || m.From.ID != "" {
				t.Errorf("it is shown as %s, from %+v", m.Direction, m.From)
			}
			if !slices.ContainsFunc(m.Defects, func(d string) bool { return strings.Contains(d, "Gmail has not sent it") }) {
				t.Errorf("nobody is told: %q", m.Defects)
			}
		})
	}
}
