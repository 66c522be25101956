package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
)

// The kinds of mail.
const (
	kindSent     = "sent in Hire"
	kindReply    = "a candidate's reply"
	kindPhone    = "a recruiter's reply from Gmail"
	kindLabelled = "a labelled conversation"
	kindPrivate  = "mail that is none of Hire's"
)

// letter is a mail that was written, known by its text.
type letter struct {
	text, kind string
	account    string
	candidate  string // in whose profile it belongs; of private mail: whose it must not be in
	mailbox    string // address
	at         time.Time

	// Of a mail sent in Hire:
	key   string
	state string // as the service has said at last: sent, failed or unknown; "" where it never came to a final one
	tries int    // requests that it took
}

// aMailboxsHour is how often each thing happens to a mailbox in an hour.
var aMailboxsHour = []struct {
	times float64
	do    func(*traffic, context.Context, *recruiter, *candidate) error
}{
	{12, (*traffic).private},
	{2, (*traffic).write},
	{1, (*traffic).writeOn},
	{0.5, (*traffic).writeLater},
	{3, (*traffic).reply},
	{0.7, (*traffic).phone},
	{0.3, (*traffic).labels},
}

// traffic is what happens.
type traffic struct {
	s          *site.Site
	b          *budget
	chance     *rand.Rand // of the goroutine that runs hour alone
	say        func(format string, args ...any)
	recruiters []*recruiter

	sending sync.WaitGroup
	mu      sync.Mutex
	letters []*letter
}

func (t *traffic) backend() string {
	first, _, _ := strings.Cut(t.s.Env["BACKEND_SERVICE_ACCOUNTS"], ",")
	return first
}

func (t *traffic) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.letters)
}

func (t *traffic) sends() (n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.letters {
		if l.kind == kindSent {
			n++
		}
	}
	return n
}

// hour plays an hour within d, in an order that is chance's, and sweeps.
func (t *traffic) hour(ctx context.Context, d time.Duration) error {
	type event struct {
		at time.Duration
		of int // index in aMailboxsHour
	}
	var events []event
	for i, kind := range aMailboxsHour {
		for range int(kind.times*float64(len(t.recruiters)) + 0.5) {
			events = append(events, event{time.Duration(t.chance.Int64N(int64(d))), i})
		}
	}
	for i := range events { // by time: those that lie close together are as good in any order
		for j := i; j > 0 && events[j].at < events[j-1].at; j-- {
			events[j], events[j-1] = events[j-1], events[j]
		}
	}
	begun, swept, told := time.Now(), time.Now(), time.Now()
	for _, e := range events {
		if err := site.Pause(ctx, time.Until(begun.Add(e.at))); err != nil {
			return err
		}
		if time.Since(swept) > sweepsEvery {
			swept = time.Now()
			t.sending.Go(func() { _ = t.sweep(ctx) }) // Cloud Scheduler doesn't repeat it: the next one does
		}
		if time.Since(told) > time.Minute {
			told = time.Now()
			t.say("%d mails so far; %s", t.count(), t.b)
		}
		r := t.recruiters[t.chance.IntN(len(t.recruiters))]
		if err := aMailboxsHour[e.of].do(t, ctx, r, r.candidates[t.chance.IntN(len(r.candidates))]); err != nil {
			return err
		}
	}
	return site.Pause(ctx, time.Until(begun.Add(d)))
}

// new notes a letter under a text of its own.
func (t *traffic) new(kind string, r *recruiter, c *candidate) *letter {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := &letter{text: fmt.Sprintf("This is mail %d.", len(t.letters)), kind: kind, account: r.Account, candidate: c.id, mailbox: r.Email, at: time.Now()}
	t.letters = append(t.letters, l)
	return l
}

// private mail comes from strangers, and from a candidate who begins a conversation by themselves.
func (t *traffic) private(_ context.Context, r *recruiter, c *candidate) error {
	from := t.s.Sim.Outside("shop@elsewhere.example", "A Shop")
	if t.chance.IntN(6) == 0 {
		from = t.s.Sim.Outside(c.email, c.name)
	}
	_, err := from.Send(gmailtest.OutgoingMail{To: []string{r.Email}, Subject: "Something private", Text: t.new(kindPrivate, r, c).text})
	return err
}

func (t *traffic) write(ctx context.Context, r *recruiter, c *candidate) error {
	t.send(ctx, r, c, api.SendMessage{CandidateID: c.id, Subject: "Your application"})
	return nil
}

// writeOn answers in a conversation of the candidate's, where there is one.
func (t *traffic) writeOn(ctx context.Context, r *recruiter, c *candidate) error {
	m := api.SendMessage{CandidateID: c.id, Subject: "Your application"}
	c.mu.Lock()
	if len(c.threads) > 0 {
		m.ThreadID, m.Subject = c.threads[t.chance.IntN(len(c.threads))], ""
	}
	c.mu.Unlock()
	t.send(ctx, r, c, m)
	return nil
}

func (t *traffic) writeLater(ctx context.Context, r *recruiter, c *candidate) error {
	t.send(ctx, r, c, api.SendMessage{CandidateID: c.id, Subject: "About Monday", SendAt: time.Now().Add(5*time.Second + time.Duration(t.chance.IntN(20))*time.Second)})
	return nil
}

// reply is the candidate's, to something that they got from Hire; one in five brings a file.
func (t *traffic) reply(ctx context.Context, r *recruiter, c *candidate) error {
	o := t.s.Sim.Outside(c.email, c.name)
	inbox := o.Inbox()
	if len(inbox) == 0 {
		return t.write(ctx, r, c)
	}
	to := inbox[t.chance.IntN(len(inbox))]
	_, err := o.Reply(to, t.new(kindReply, r, c).text, func(m *gmailtest.OutgoingMail) {
		if t.chance.IntN(5) == 0 {
			m.Attachments = []gmailtest.Attachment{{Name: "cv.pdf", Type: "application/pdf", Data: []byte("%PDF-1.4 " + m.Text)}}
		}
	})
	return err
}

// phone is the recruiter's own reply from Gmail, to a candidate's reply.
func (t *traffic) phone(ctx context.Context, r *recruiter, c *candidate) error {
	box, _ := t.s.Sim.Mailbox(r.Email)
	found, err := box.Messages("in:inbox from:"+c.email+" subject:(Re)", 0)
	if err != nil {
		return err
	}
	for _, m := range found {
		if strings.HasPrefix(m.Subject, "Re: ") {
			_, err := box.Reply(m.ID, t.new(kindPhone, r, c).text)
			return err
		}
	}
	return t.reply(ctx, r, c)
}

// labels puts the label on what a candidate has written by themselves.
func (t *traffic) labels(_ context.Context, r *recruiter, c *candidate) error {
	l := t.new(kindLabelled, r, c)
	box, _ := t.s.Sim.Mailbox(r.Email)
	subject := "A question, " + l.text
	if _, err := t.s.Sim.Outside(c.email, c.name).Send(gmailtest.OutgoingMail{To: []string{r.Email}, Subject: subject, Text: l.text}); err != nil {
		return err
	}
	threads, err := box.Threads("in:inbox from:"+c.email, 0)
	if err != nil {
		return err
	}
	for _, th := range threads {
		if th.Subject == subject {
			l.at = time.Now()
			return box.LabelThread(th.ID, "Hire")
		}
	}
	return fmt.Errorf("the mailbox of %s has no conversation %q", r.User, subject)
}

// rest waits until everybody who sends has an answer, and nothing is under way any more.
func (t *traffic) rest(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	sent := make(chan struct{})
	go func() {
		t.sending.Wait()
		close(sent)
	}()
	select {
	case <-sent:
	case <-ctx.Done():
		return fmt.Errorf("not everybody who sends gets an answer: %w", ctx.Err())
	}
	return t.quiet(ctx)
}

// quiet waits until no request has been made for some seconds, and no task is due soon.
func (t *traffic) quiet(ctx context.Context) error {
	told := time.Now()
	return site.Until(ctx, "nothing is under way", func() (bool, error) {
		at, waits := t.s.Queues.NextDue()
		if time.Since(told) > time.Minute {
			told = time.Now()
			t.say("waiting for what is under way: %v at work; the next task in %.0f s", t.b.atWork(), time.Until(at).Seconds())
		}
		return t.b.quietFor() > 5*time.Second && (!waits || time.Until(at) > 30*time.Second), nil
	})
}

// sweep is one call of Cloud Scheduler.
func (t *traffic) sweep(ctx context.Context) error {
	return t.s.Service(ctx, t.s.Env["SCHEDULER_AUDIENCE"], t.s.Env["SCHEDULER_SERVICE_ACCOUNT"], "/labelsweep/", nil)
}

// lastSweep is the sweep eight minutes after everybody's last sync, which the mailboxes are dated back for.
func (t *traffic) lastSweep(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	ago := time.Now().Add(-store.SweepInterval - time.Minute)
	for _, r := range t.recruiters {
		if err := r.DateBack(ctx, ago); err != nil {
			return err
		}
	}
	if err := t.sweep(ctx); err != nil {
		return err
	}
	return t.quiet(ctx)
}
