package main

import (
	"context"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/scripts/keep"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// openGmail makes a simulated Gmail: the one that the data folder has, else one whose mailboxes have a past.
func openGmail(data string, publish func(ctx context.Context, topic string, data []byte)) (*gmailtest.Server, error) {
	clock := time.Time{} // when the mail of the past comes; zero once it is here
	sim := gmailtest.New(gmailtest.Options{Publish: publish, Now: func() time.Time {
		if clock.IsZero() {
			return time.Now()
		}
		return clock
	}})
	if restored, err := keep.Restore(sim, keptGmail(data)); restored || err != nil {
		return sim, err
	}
	clock = time.Now().Add(-3 * 24 * time.Hour)
	err := furnish(sim, func(d time.Duration) { clock = clock.Add(d) })
	clock = time.Time{}
	return sim, err
}

// furnish gives each of Acme's people a mailbox, and Rita's a life before Hire: mail that is none of Hire's business, and a conversation with a candidate
// that waits for its label. wait lets time go by.
func furnish(sim *gmailtest.Server, wait func(time.Duration)) error {
	rita := sim.AddMailbox(ritaMail, "Rita Moreno")
	rita.SetSignature(`<div><b>Rita Moreno</b><br>Recruiting, Acme Robotics</div>`)
	rita.AddSendAs(gmailtest.SendAs{Email: "talent@acme.example", Name: "Acme Talent", Signature: "<div>The talent team at <b>Acme Robotics</b></div>"})
	for address, name := range map[string]string{"sam@acme.example": "Sam Okoye", "harry@acme.example": "Harry Berg", "tess@acme.example": "Tess Young"} {
		sim.AddMailbox(address, name)
	}
	sim.Outside(coraMail, "Cora Lindqvist")
	mina := sim.Outside(minaMail, "Mina Tanaka")
	david := sim.Outside(davidMail, "David Okafor")

	send := func(from *gmailtest.Outside, m gmailtest.OutgoingMail) error {
		m.To = []string{"Rita Moreno <" + ritaMail + ">"}
		wait(5 * time.Hour)
		_, err := from.Send(m)
		return err
	}
	if err := send(sim.Outside(newsletter, "Talent News"), gmailtest.OutgoingMail{Subject: "This week in hiring", Text: "Ten questions that nobody should ask in an interview."}); err != nil {
		return err
	}
	if err := send(david, gmailtest.OutgoingMail{
		Subject: "A question about the designer role",
		Text:    "Hello Rita,\n\nI saw your opening for a product designer. Is the team in one place, or spread out?\n\nBest regards\nDavid",
	}); err != nil {
		return err
	}
	asked, err := rita.Messages("from:"+davidMail, 1)
	if err != nil {
		return err
	}
	if len(asked) != 1 {
		return fmt.Errorf("the mail of the past did not arrive: %d of 1", len(asked))
	}
	wait(2 * time.Hour)
	if _, err := rita.Reply(asked[0].ID, "Hello David,\n\nhalf of us are in Lisbon, the others are all over Europe. Would you like to have a call?\n\nRita"); err != nil {
		return err
	}
	wait(3 * time.Hour)
	answer, _ := david.Last()
	if _, err := david.Reply(answer, "Gladly! Thursday after two would suit me.\n\nDavid"); err != nil {
		return err
	}
	if err := send(sim.Outside(lenaMail, "Lena"), gmailtest.OutgoingMail{Subject: "Dinner on Saturday?", Text: "We are cooking for eight. Bring nothing but yourself."}); err != nil {
		return err
	}
	return send(mina, gmailtest.OutgoingMail{Subject: "My certificates", Text: "Dear Rita,\n\nthe certificates follow by post.\n\nMina Tanaka"})
}
