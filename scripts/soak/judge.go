package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// reality is how things stand.
type reality struct {
	shown    map[string]map[string]int // by candidate and text: how often the profile shows it
	received map[string]int            // by text: how often the candidate got it
	inSent   map[string]int            // by text: how often it lies in Gmail's Sent
	imported map[string]time.Time      // by text: when it came into the profile
	drafts   int                       // left in Gmail
	receipts api.Receipt               // added up
}

// look asks the API for all profiles, and the simulator for all mailboxes.
func (t *traffic) look(ctx context.Context) (reality, error) {
	out := reality{shown: map[string]map[string]int{}, received: map[string]int{}, inSent: map[string]int{}, imported: map[string]time.Time{}}
	var err error
	if out.imported, err = t.found(ctx); err != nil {
		return out, err
	}
	for _, r := range t.recruiters {
		box, _ := t.s.Sim.Mailbox(r.Email)
		out.drafts += len(box.Drafts())
		sent, err := box.Messages("in:sent", 0)
		if err != nil {
			return out, err
		}
		for _, m := range sent {
			out.inSent[strings.TrimSpace(m.Text)]++
		}
		for _, c := range r.candidates {
			for _, m := range t.s.Sim.Outside(c.email, "").Inbox() {
				out.received[strings.TrimSpace(m.Text)]++
			}
			if err := t.profile(ctx, r, c, &out); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// profile reads a candidate's Emails tab to its end.
func (t *traffic) profile(ctx context.Context, r *recruiter, c *candidate, out *reality) error {
	shown := map[string]int{}
	out.shown[c.id] = shown
	for page := "?"; page != ""; {
		var list api.CandidateThreads
		if err := t.insist(ctx, r, "/threads/v1/candidates/"+c.id+"/threads"+page, &list); err != nil {
			return err
		}
		out.receipts.Stored += list.Receipt.Stored
		out.receipts.InGmail += list.Receipt.InGmail
		for _, th := range list.Threads {
			if err := t.thread(ctx, r, th.ID, shown); err != nil {
				return err
			}
		}
		page = next(list.NextPageToken)
	}
	return nil
}

func (t *traffic) thread(ctx context.Context, r *recruiter, id string, shown map[string]int) error {
	for page := "?"; page != ""; {
		var thread api.Thread
		if err := t.insist(ctx, r, "/threads/v1/threads/"+id+page, &thread); err != nil {
			return err
		}
		for _, m := range thread.MessageList {
			shown[strings.TrimSpace(m.Text)]++
		}
		page = next(thread.NextPageToken)
	}
	return nil
}

// insist reads, and waits out the limit of requests a minute.
func (t *traffic) insist(ctx context.Context, r *recruiter, path string, out any) error {
	for {
		err := r.Call(ctx, "GET", path, nil, out)
		if err == nil || !strings.Contains(err.Error(), " 429 ") {
			return err
		}
		if err := site.Pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

func next(token string) string {
	if token == "" {
		return ""
	}
	return "?page_token=" + url.QueryEscape(token)
}

// found says when each mail came into a profile, as the documents have it.
func (t *traffic) found(ctx context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	for _, r := range t.recruiters {
		for _, c := range r.candidates {
			threads, err := pages(func(after *store.Position) ([]hire.Thread, error) {
				return t.s.Store.Threads(ctx, c.account, c.id, after, 100)
			}, func(th hire.Thread) store.Position { return store.Position{At: th.LastAt, ID: th.ID} })
			if err != nil {
				return nil, err
			}
			for _, th := range threads {
				messages, err := pages(func(after *store.Position) ([]hire.Message, error) {
					return t.s.Store.Messages(ctx, c.account, th.ID, after, 100)
				}, func(m hire.Message) store.Position { return store.Position{At: m.ReceivedAt, ID: m.ID} })
				if err != nil {
					return nil, err
				}
				for _, m := range messages {
					out[strings.TrimSpace(m.Text)] = m.ImportedAt
				}
			}
		}
	}
	return out, nil
}

// pages reads a list to its end.
func pages[T any](list func(after *store.Position) ([]T, error), at func(T) store.Position) (all []T, err error) {
	var after *store.Position
	for {
		page, err := list(after)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < 100 {
			return all, nil
		}
		p := at(page[len(page)-1])
		after = &p
	}
}

// judge says what is wrong, each in a sentence.
func judge(letters []*letter, r reality) (problems []string) {
	wrong := func(l *letter, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%q (%s, of %s, for %s, tried %d times, %q): %s", l.text, l.kind, l.mailbox, l.candidate, l.tries, l.state, fmt.Sprintf(format, args...)))
	}
	known := map[string]bool{}
	for _, l := range letters {
		known[l.text] = true
		for candidate, shown := range r.shown {
			if candidate != l.candidate && shown[l.text] > 0 {
				wrong(l, "the profile of %s shows it", candidate)
			}
		}
		want := 1
		switch l.kind {
		case kindPrivate:
			want = 0
		case kindSent:
			got := r.received[l.text]
			switch {
			case l.state == "sent" && got != 1:
				wrong(l, "the candidate got it %d times", got)
			case l.state == "unknown" && got > 1:
				wrong(l, "the candidate got it %d times", got)
			case l.state != "sent" && l.state != "unknown":
				wrong(l, "it did not come to an end that it may have; the candidate got it %d times", got)
			}
			if r.inSent[l.text] != got {
				wrong(l, "the candidate got it %d times, and it lies in Sent %d times", got, r.inSent[l.text])
			}
			want = min(got, 1)
		}
		if n := r.shown[l.candidate][l.text]; n != want {
			wrong(l, "the profile shows it %d times, want %d", n, want)
		}
	}
	for candidate, shown := range r.shown {
		for text := range shown {
			if !known[text] {
				problems = append(problems, fmt.Sprintf("the profile of %s shows %q, which nobody wrote", candidate, text))
			}
		}
	}
	if r.receipts.Stored != r.receipts.InGmail {
		problems = append(problems, fmt.Sprintf("the receipts say %d of %d", r.receipts.Stored, r.receipts.InGmail))
	}
	return problems
}
