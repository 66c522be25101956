//go:build emulators

package functions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
)

// The gateway repeats what it was not answered; the reply leaves once.
func TestKilled_inboundreply(t *testing.T) {
	w, r := killable(t)
	r.send("k", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Can we talk?"}).into(200, nil)
	w.pass(time.Minute)
	out := w.sim.Outside(coraMail, "Cora Candidate")
	asked, _ := out.Last()
	_, err := out.Reply(asked, "Yes. When?")
	w.ok(err)
	w.pass(time.Minute)
	address := w.replyAddress(rita)
	w.walk("inboundreply", func(round int) {
		text := fmt.Sprintf("Answer of round %d.", round)
		m := written(address, text, fmt.Sprintf("Message-ID: <%d@acme.example>", round))
		w.until("the reply is sent", func() bool { return w.gateway(m).Status == 200 })
		w.pass(time.Minute)
		n := 0
		for _, mail := range out.Inbox() {
			if strings.TrimSpace(mail.Text) == text {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("Cora got the reply %d times", n)
		}
		r.once(text)
	})
}
