package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest/oauthtest"
)

// simulator is the simulated Gmail with what the benchmark does to it. A call takes as long as is set: each HTTP request once, so that a batch is one.
type simulator struct {
	sim    *gmailtest.Server
	delay  atomic.Int64 // nanoseconds
	notify func(topic string, data []byte)
	lose   func(bool) // whether Gmail's own notifications are lost
}

// gmailSetup of the process.
type gmailSetup struct{ Push string } // base address of whoever gets the notifications

// gmailProcess is the simulated Gmail in a process of its own.
func gmailProcess(_ context.Context, _ string, setup []byte) (http.Handler, func() error, error) {
	var o gmailSetup
	if err := json.Unmarshal(setup, &o); err != nil {
		return nil, nil, err
	}
	var lost atomic.Bool
	var push atomic.Pointer[string]
	s := &simulator{lose: lost.Store}
	s.notify = func(_ string, data []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if to := push.Load(); to != nil {
			_, _ = ask[nothing](ctx, *to, "notify", data) // a notification may get lost; what comes of that shows
		}
	}
	s.sim = gmailtest.New(gmailtest.Options{Seed: 1, Quota: gmailtest.Unlimited(), Behaviour: gmailtest.Behaviour{PushEvery: -1}, Publish: func(_ context.Context, topic string, data []byte) {
		if !lost.Load() {
			go s.notify(topic, data)
		}
	}})
	mux := s.routes()
	handle(mux, "push-to", func(_ context.Context, to string) (nothing, error) {
		push.Store(&to)
		return nothing{}, nil
	})
	mux.Handle("/", s.delayed(s.sim))
	return mux, func() error { return nil }, nil
}

// delayed lets a call take its time.
func (s *simulator) delayed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d := time.Duration(s.delay.Load()); d > 0 {
			select {
			case <-time.After(d):
			case <-r.Context().Done():
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// routes are the calls that the benchmark makes.
func (s *simulator) routes() *http.ServeMux {
	mux := http.NewServeMux()
	handle(mux, "delay", func(_ context.Context, d time.Duration) (nothing, error) {
		s.delay.Store(int64(d))
		return nothing{}, nil
	})
	handle(mux, "fill", s.fill)
	handle(mux, "noise", s.noise)
	handle(mux, "deliver", s.deliver)
	handle(mux, "label", s.label)
	handle(mux, "forget", s.forget)
	handle(mux, "lose", func(_ context.Context, on bool) (nothing, error) {
		s.lose(on)
		return nothing{}, nil
	})
	handle(mux, "push", s.push)
	handle(mux, "consent", s.consent)
	handle(mux, "stats", func(context.Context, nothing) (gmailtest.Stats, error) { return s.sim.Stats(), nil })
	return mux
}

// filling are conversations that a mailbox had before anybody looked, with candidates by turns, the label on them or not.
type filling struct {
	Mailbox                 string
	Candidates              []string // addresses
	Conversations, Messages int      // messages of each conversation
	Label                   string   // "" for none
	Bytes                   int      // of a body
}

// messageID is that of a mail of a conversation.
func messageID(mailbox string, conversation, n int) string {
	return fmt.Sprintf("<%d.%d.%s>", conversation, n, strings.ReplaceAll(mailbox, "@", ".at."))
}

// mail is one mail of a conversation (RFC 5322), of the candidate.
func mail(mailbox, candidate string, conversation, n, size int, at time.Time) []byte {
	subject := fmt.Sprintf("My application, part %d", conversation)
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: Candidate <%s>\r\nTo: Recruiter <%s>\r\nDate: %s\r\nMessage-ID: %s\r\n", candidate, mailbox, at.Format(time.RFC1123Z), messageID(mailbox, conversation, n))
	if n > 0 {
		subject = "Re: " + subject
		fmt.Fprintf(&b, "In-Reply-To: %s\r\nReferences: %s %s\r\n", messageID(mailbox, conversation, n-1), messageID(mailbox, conversation, 0), messageID(mailbox, conversation, n-1))
	}
	fmt.Fprintf(&b, "Subject: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", subject)
	text(&b, rand.New(rand.NewPCG(uint64(conversation), uint64(n))), size)
	return b.Bytes()
}

// syllables are what the words of a body are made of, so that it compresses about as prose does.
var syllables = strings.Fields("an ber con der el fur gen hin is jo ken lan men nor ot per qui ren sol tion ul ven wor xa yond zer ing er the of and")

// text writes a body of at least so many bytes.
func text(b *bytes.Buffer, chance *rand.Rand, size int) {
	line := 0
	for end := b.Len() + size; b.Len() < end; {
		before := b.Len()
		for range 1 + chance.IntN(3) {
			b.WriteString(syllables[chance.IntN(len(syllables))])
		}
		b.WriteByte(' ')
		if line += b.Len() - before; line > 70 {
			b.WriteString("\r\n")
			line = 0
		}
	}
	b.WriteString("\r\n")
}

func (s *simulator) box(address string) *gmailtest.Mailbox {
	return s.sim.AddMailbox(address, "Recruiter")
}

func (s *simulator) fill(_ context.Context, f filling) (nothing, error) {
	labels := []string{"INBOX"}
	if f.Label != "" {
		labels = append(labels, f.Label)
	}
	until := time.Now().Add(-24 * time.Hour)
	from := until.AddDate(0, -1, 0)
	n := f.Conversations * f.Messages
	return nothing{}, s.sim.Fill([]*gmailtest.Mailbox{s.box(f.Mailbox)}, gmailtest.Filling{
		Messages: n, From: from, Until: until, Labels: labels,
		Raw: func(i int) []byte {
			c := i / f.Messages
			at := from.Add(time.Duration(i) * until.Sub(from) / time.Duration(n))
			return mail(f.Mailbox, f.Candidates[c%len(f.Candidates)], c, i%f.Messages, f.Bytes, at)
		},
	})
}

// crowd is mail of the last half hour that is none of Hire's.
type crowd struct {
	Mailbox  string
	Messages int
}

func (s *simulator) noise(_ context.Context, c crowd) (nothing, error) {
	now := time.Now()
	return nothing{}, s.sim.Fill([]*gmailtest.Mailbox{s.box(c.Mailbox)}, gmailtest.Filling{
		Messages: c.Messages, From: now.Add(-30 * time.Minute), Until: now,
		Raw: func(n int) []byte {
			return fmt.Appendf(nil, "From: shop@shop.example\r\nTo: %s\r\nSubject: Sale %d\r\n\r\nBuy.\r\n", c.Mailbox, n)
		},
	})
}

// arrival is a mail that comes now, or several of conversations that follow one another.
type arrival struct {
	Mailbox       string
	Candidates    []string
	First         int // conversation
	Conversations int
	N             int // its place in each conversation
	Bytes         int
	Private       bool // mail of a shop, each a conversation of its own
}

// arrived tells when the first of them came, and where the mailbox's history stands then.
type arrived struct {
	At      time.Time
	History int64
}

func (s *simulator) deliver(_ context.Context, a arrival) (out arrived, err error) {
	m := s.box(a.Mailbox)
	var raws [][]byte
	for i := range a.Conversations {
		c := a.First + i
		if a.Private {
			raws = append(raws, fmt.Appendf(nil, "From: shop@shop.example\r\nTo: %s\r\nSubject: News %d.%d\r\nMessage-ID: <news.%d.%d@shop.example>\r\n\r\nBuy.\r\n", a.Mailbox, c, a.N, c, a.N))
			continue
		}
		raws = append(raws, mail(a.Mailbox, a.Candidates[c%len(a.Candidates)], c, a.N, a.Bytes, time.Now()))
	}
	out.At = time.Now()
	for _, raw := range raws {
		if _, err := m.Deliver(raw); err != nil {
			return out, err
		}
	}
	out.History = int64(m.HistoryID())
	return out, nil
}

// label is the owner's: they put the import label on all conversations with candidates.
func (s *simulator) label(_ context.Context, mailbox string) (out arrived, err error) {
	m := s.box(mailbox)
	threads, err := m.Threads("subject:application", 0)
	if err != nil {
		return out, err
	}
	out.At = time.Now()
	for _, t := range threads {
		if err := m.LabelThread(t.ID, "Hire"); err != nil {
			return out, err
		}
	}
	out.History = int64(m.HistoryID())
	return out, nil
}

// forget lets Gmail forget a mailbox's history.
func (s *simulator) forget(_ context.Context, mailbox string) (nothing, error) {
	s.box(mailbox).ExpireHistory()
	return nothing{}, nil
}

// push notifies of each of the mailboxes, and tells when.
func (s *simulator) push(_ context.Context, mailboxes []string) (time.Time, error) {
	at := time.Now()
	for _, address := range mailboxes {
		m := s.box(address)
		topic, _, ok := m.Watch()
		if !ok {
			return at, fmt.Errorf("%s is not watched", address)
		}
		go s.notify(topic, gmailtest.Push{EmailAddress: address, HistoryID: m.HistoryID()}.Data())
	}
	return at, nil
}

// consent plays a user on Google's screens, and gives the address that they are sent back to.
type consent struct{ Address, Email string }

func (s *simulator) consent(_ context.Context, c consent) (string, error) {
	back, err := s.sim.OAuth().Consent(c.Address, oauthtest.Decision{Email: c.Email})
	if err != nil {
		return "", err
	}
	return back.String(), nil
}
