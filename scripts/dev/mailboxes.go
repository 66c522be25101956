package main

import (
	"context"
	"fmt"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// newGmail makes a simulated Gmail in which each of Acme's people has a mailbox, and Rita's has a life before Hire: mail that is none of Hire's business, and a
// conversation with a candidate that waits for its label.
func newGmail(publish func(ctx context.Context, topic string, data []byte)) (*gmailtest.Server, error) {
	now := time.Now()
	clock := now.Add(-3 * 24 * time.Hour) // when the mail of the past came
	past := true
	sim := gmailtest.New(gmailtest.Options{Publish: publish, Now: func() time.Time {
		if past {
			return clock
		}
		return time.Now()
	}})
	rita := sim.AddMailbox(ritaMail, "Rita Moreno")
	for address, name := range map[string]string{"sam@acme.example": "Sam Okoye", "harry@acme.example": "Harry Berg", "tess@acme.example": "Tess Young"} {
		sim.AddMailbox(address, name)
	}
	sim.Outside(coraMail, "Cora Lindqvist")
	mina := sim.Outside(minaMail, "Mina Tanaka")
	david := sim.Outside(davidMail, "David Okafor")

	send := func(from *gmailtest.Outside, m gmailtest.OutgoingMail) error {
		m.To = []string{"Rita Moreno <" + ritaMail + ">"}
		clock = clock.Add(5 * time.Hour)
		_, err := from.Send(m)
		return err
	}
	if err := send(sim.Outside(newsletter, "Talent News"), gmailtest.OutgoingMail{Subject: "This week in hiring", Text: "Ten questions that nobody should ask in an interview."}); err != nil {
		return nil, err
	}
	if err := send(david, gmailtest.OutgoingMail{
		Subject: "A question about the designer role",
		Text:    "Hello Rita,\n\nI saw your opening for a product designer. Is the team in one place, or spread out?\n\nBest regards\nDavid",
	}); err != nil {
		return nil, err
	}
	asked, err := rita.Messages("from:"+davidMail, 1)
	if err != nil {
		return nil, err
	}
	if len(asked) != 1 {
		return nil, fmt.Errorf("the mail of the past did not arrive: %d of 1", len(asked))
	}
	clock = clock.Add(2 * time.Hour)
	if _, err := rita.Reply(asked[0].ID, "Hello David,\n\nhalf of us are in Lisbon, the others are all over Europe. Would you like to have a call?\n\nRita"); err != nil {
		return nil, err
	}
	clock = clock.Add(3 * time.Hour)
	answer, _ := david.Last()
	if _, err := david.Reply(answer, "Gladly! Thursday after two would suit me.\n\nDavid"); err != nil {
		return nil, err
	}
	if err := send(sim.Outside(lenaMail, "Lena"), gmailtest.OutgoingMail{Subject: "Dinner on Saturday?", Text: "We are cooking for eight. Bring nothing but yourself."}); err != nil {
		return nil, err
	}
	if err := send(mina, gmailtest.OutgoingMail{Subject: "My certificates", Text: "Dear Rita,\n\nthe certificates follow by post.\n\nMina Tanaka"}); err != nil {
		return nil, err
	}
	past = false
	return sim, nil
}
