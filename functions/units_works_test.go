package functions_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// The workloads whose units are counted.

// steadyStream is some hours of Rita's day: three mails in four are none of Hire's business, she answers from Gmail, reads what has come a few at a time, and goes
// away for some minutes.
func steadyStream(s *site, b gmailtest.Behaviour) (out spending, err error) {
	const mails, conversations = 400, 4
	for n := range conversations {
		status, answer := s.user(0, rita, ritaMail, "POST", "/sendmessage/v1/messages",
			api.SendMessage{CandidateID: cora, Subject: fmt.Sprintf("Your application, part %d", n), Text: "Can we talk?"}, "Idempotency-Key", fmt.Sprint("stream-", n))
		if status != 200 {
			return out, fmt.Errorf("send: %d %s", status, answer)
		}
		if err := s.pass(time.Minute); err != nil {
			return out, err
		}
	}
	s.sim.SetBehaviour(b)
	x := stream{
		site: s, box: s.ritasBox(), candidate: s.sim.Outside(coraMail, "Cora Candidate"), shop: s.sim.Outside("news@letters.example", "News"), chance: rand.New(rand.NewPCG(5, 8)),
	}
	x.asked = x.candidate.Inbox()
	// The first pushes teach what is usual of this Gmail; they are not counted, as no stream begins with them.
	for n := range 12 {
		if err := errors.Join(x.news(fmt.Sprintf("Before %d", n)), s.pass(2*time.Minute)); err != nil {
			return out, err
		}
	}
	before := x.box.Stats()
	for n := range mails {
		if err := x.comes(n); err != nil {
			return out, err
		}
		if err := s.pass(time.Duration(20+x.chance.IntN(60)) * time.Second); err != nil {
			return out, err
		}
		if len(x.unread) >= 8 {
			if err := x.reads(); err != nil {
				return out, err
			}
		}
	}
	if err := s.pass(2 * time.Minute); err != nil {
		return out, err
	}
	after := x.box.Stats()
	if n, err := s.stored(); err != nil || n != conversations+x.ours {
		return out, fmt.Errorf("%d messages are in the profile, want %d (%w)", n, conversations+x.ours, err)
	}
	return spending{
		messages: mails, spent: int(after.Units - before.Units),
		least: unitsHistoryList*int(after.Pushes-before.Pushes) + unitsMessagesGet*x.ours,
	}, nil
}

// stream is what steadyStream has come to.
type stream struct {
	*site
	box             *gmailtest.Mailbox
	candidate, shop *gmailtest.Outside
	chance          *rand.Rand
	asked           []gmailtest.Received // in each conversation
	unread          []string             // conversations, of each mail
	ours            int                  // mails that are Hire's
}

func (x *stream) news(subject string) error {
	_, err := x.shop.Send(gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: subject, Text: "Nothing."})
	return err
}

// comes lets the nth mail come.
func (x *stream) comes(n int) (err error) {
	switch {
	case n%4 != 3:
		err = x.news(fmt.Sprintf("News %d", n))
	case n%20 == 19:
		var found []gmailtest.Message
		if found, err = x.box.Messages("from:cora", 1); err == nil {
			_, err = x.box.Reply(found[0].ID, "From my phone.")
		}
		x.ours++
	default:
		_, err = x.candidate.Reply(x.asked[n/4%len(x.asked)], fmt.Sprintf("Answer %d.", n))
		x.ours++
	}
	if err != nil {
		return err
	}
	found, err := x.box.Messages("in:inbox is:unread", 1)
	for _, m := range found {
		x.unread = append(x.unread, m.ThreadID)
	}
	return err
}

// reads lets Rita read what has come, and go away for some minutes.
func (x *stream) reads() error {
	for _, id := range x.unread {
		if err := errors.Join(x.box.MarkRead(id), x.pass(time.Duration(2+x.chance.IntN(10))*time.Second)); err != nil {
			return err
		}
	}
	x.unread = nil
	return x.pass(time.Duration(x.chance.IntN(15)) * time.Minute)
}

// talks is the nth mail of conversations with Cora, each of the given length: hers, and the answers to them.
func talks(name string, lengths []int, date func(n int) time.Time) (raw func(n int) []byte, messages int) {
	type place struct{ conversation, at int }
	var places []place
	for c, length := range lengths {
		for at := range length {
			places = append(places, place{c, at})
		}
	}
	id := func(c, at int) string { return fmt.Sprintf("<%s-%d-%d@mail.example>", name, c, at) }
	return func(n int) []byte {
		p := places[n]
		from, to, subject, refs := coraMail, ritaMail, fmt.Sprintf("%s %d", name, p.conversation), ""
		if p.at%2 == 1 {
			from, to = to, from
		}
		if p.at > 0 {
			subject = "Re: " + subject
			refs = fmt.Sprintf("In-Reply-To: %s\r\nReferences: %s\r\n", id(p.conversation, p.at-1), id(p.conversation, 0))
		}
		return fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: %s\r\n%s\r\nPart %d.\r\n",
			from, to, subject, date(n).Format(time.RFC1123Z), id(p.conversation, p.at), refs, p.at)
	}, len(places)
}

// lengthsUpTo12 are those of n conversations: one message, two, up to twelve, and again.
func lengthsUpTo12(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i%12 + 1
	}
	return out
}

// fill puts conversations with Cora into Rita's mailbox, which nothing tells of.
func (s *site) fill(name string, lengths []int, from, until time.Time, labels ...string) (messages int, err error) {
	step := time.Duration(0)
	raw, n := talks(name, lengths, func(n int) time.Time { return from.Add(time.Duration(n) * step) })
	step = until.Sub(from) / time.Duration(n)
	return n, s.sim.Fill([]*gmailtest.Mailbox{s.ritasBox()}, gmailtest.Filling{Messages: n, From: from, Until: until, Labels: labels, Raw: raw})
}

// labelledOneByOne are old conversations that Rita labels, one a minute.
func labelledOneByOne(s *site) (out spending, err error) {
	const conversations = 48
	messages, err := s.fill("Old", lengthsUpTo12(conversations), s.clock.Now().AddDate(0, -1, 0), s.clock.Now().AddDate(0, 0, -1))
	if err != nil {
		return out, err
	}
	box := s.ritasBox()
	threads, err := box.Threads("subject:old", 0)
	if err != nil || len(threads) != conversations {
		return out, fmt.Errorf("%d conversations (%w)", len(threads), err)
	}
	before := box.Stats()
	for _, t := range threads {
		if err := errors.Join(box.LabelThread(t.ID, "Hire"), s.pass(time.Minute)); err != nil {
			return out, err
		}
	}
	after := box.Stats()
	if n, err := s.stored(); err != nil || n != messages {
		return out, fmt.Errorf("%d messages are in the profile, want %d (%w)", n, messages, err)
	}
	return spending{
		messages: messages, spent: int(after.Units - before.Units),
		least: unitsHistoryList*int(after.Pushes-before.Pushes) + unitsThreadsGet*conversations,
	}, nil
}

// labelledBefore are conversations that carried the label before anybody watched the mailbox. The time to go through all labelled ones has come.
func labelledBefore(s *site) (out spending, err error) {
	const conversations = 240
	messages, err := s.fill("Older", lengthsUpTo12(conversations), s.clock.Now().AddDate(0, -2, 0), s.clock.Now().AddDate(0, 0, -1), "INBOX", "Hire")
	if err != nil {
		return out, err
	}
	spent, err := s.walked()
	if err != nil {
		return out, err
	}
	if n, err := s.stored(); err != nil || n != messages {
		return out, fmt.Errorf("%d messages are in the profile, want %d (%w)", n, messages, err)
	}
	return spending{
		messages: messages, spent: spent,
		least: unitsHistoryList + unitsLabelsList + unitsThreadsList*pages(conversations, 100) + unitsThreadsGet*conversations,
	}, nil
}

// walked lets a day go by and what is due once a day be done.
func (s *site) walked() (units int, err error) {
	before := s.ritasBox().Stats().Units
	begun := s.clock.Now()
	s.clock.Advance(25 * time.Hour)
	for range 60 {
		if err := s.pass(time.Minute); err != nil {
			return 0, err
		}
		m, err := s.ritasRecord()
		if err != nil {
			return 0, err
		}
		if m.Import == nil && m.Recovery == nil && m.Imported.After(begun) {
			return int(s.ritasBox().Stats().Units - before), nil
		}
	}
	return 0, errors.New("the labelled conversations are not through within an hour")
}

func pages(n, size int) int { return max(1, (n+size-1)/size) }

// recovered is a mailbox whose notifications got lost for two days, and its history with them: answers in a third of its conversations, new ones that were labelled,
// and many times as much of what is none of Hire's business.
func recovered(s *site) (out spending, err error) {
	const conversations, answered, labelled, noise = 150, 50, 20, 6000
	if _, err = s.fill("Known", repeated(3, conversations), s.clock.Now().AddDate(0, -2, 0), s.clock.Now().AddDate(0, 0, -1), "INBOX", "Hire"); err != nil {
		return out, err
	}
	if _, err := s.walked(); err != nil {
		return out, err
	}
	if err := s.pass(2 * time.Hour); err != nil {
		return out, err
	}
	from := s.clock.Now().Add(time.Minute)
	s.clock.Advance(48 * time.Hour)
	until := s.clock.Now()
	answers := 0
	if err := s.sim.Fill([]*gmailtest.Mailbox{s.ritasBox()}, gmailtest.Filling{Messages: noise, From: from, Until: until}); err != nil {
		return out, err
	}
	for round := range 6 { // conversation c has c%6+1 answers, over all of the two days
		var raws [][]byte
		for c := range answered {
			if c%6 >= round {
				raws = append(raws, fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: Re: Known %d\r\nMessage-ID: <answer-%d-%d@mail.example>\r\nReferences: <Known-%d-0@mail.example>\r\n\r\nAnswer %d.\r\n",
					coraMail, ritaMail, c, c, round, c, round))
			}
		}
		at := from.Add(time.Duration(round) * 8 * time.Hour)
		if err := s.sim.Fill([]*gmailtest.Mailbox{s.ritasBox()}, gmailtest.Filling{
			Messages: len(raws), From: at, Until: at.Add(8 * time.Hour), Raw: func(n int) []byte { return raws[n] },
		}); err != nil {
			return out, err
		}
		answers += len(raws)
	}
	fresh, err := s.fill("New", repeated(4, labelled), from, until, "INBOX", "Hire")
	if err != nil {
		return out, err
	}
	box := s.ritasBox()
	box.ExpireHistory()
	before := box.Stats().Units
	if err := s.pass(20 * time.Minute); err != nil {
		return out, err
	}
	if m, err := s.ritasRecord(); err != nil || m.Recovery != nil || m.Import != nil {
		return out, fmt.Errorf("after twenty minutes the recovery is at %+v, the import at %+v (%w)", m.Recovery, m.Import, err)
	}
	if n, err := s.stored(); err != nil || n != 3*conversations+answers+fresh {
		return out, fmt.Errorf("%d messages are in the profile, want %d (%w)", n, 3*conversations+answers+fresh, err)
	}
	return spending{
		messages: answers + fresh, spent: int(box.Stats().Units - before),
		least: 2*unitsHistoryList + unitsGetProfile + unitsMessagesList*pages(noise+answers+fresh, 500) +
			unitsLabelsList + unitsThreadsList*pages(conversations+labelled, 100) + unitsThreadsGet*(answered+labelled),
	}, nil
}

func repeated(n, times int) []int {
	out := make([]int, times)
	for i := range out {
		out[i] = n
	}
	return out
}
