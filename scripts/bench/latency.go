package main

import (
	"context"
	"fmt"
	"time"

	"github.com/googleapis/gax-go/v2"
	"golang.org/x/sync/errgroup"

	"github.com/trakstar/hire-gmail/shared/api"
)

// following puts an account up whose mailboxes have a conversation each, which is in the profile, and have had a notification.
func (b *benches) following(ctx context.Context, on string, boxes int, d time.Duration, do func(*world) error) error {
	return b.in(ctx, on, boxes, 1, func(w *world) error {
		if err := w.settle(ctx, 1, 1, "Hire"); err != nil {
			return err
		}
		for _, r := range w.recruiters {
			if err := w.private(ctx, r, 0, 1); err != nil {
				return err
			}
		}
		if err := w.setDelay(ctx, d); err != nil {
			return err
		}
		return do(w)
	})
}

const (
	streamBoxes = 20
	streamPause = 60 * time.Millisecond // between two mails: a mailbox gets one every 1.2 s, so that Gmail would drop no notification
)

// steady measures how long after its arrival in Gmail a candidate's reply is in the profile, under a steady stream.
func (b *benches) steady(ctx context.Context, on string, d time.Duration) error {
	n := name("arrival", on, streamBoxes, d)
	if !b.wanted(n) {
		return nil
	}
	return b.following(ctx, on, streamBoxes, d, func(w *world) error {
		r := row{Name: n, Work: "a reply, from its arrival to the profile, in a steady stream", Store: on, Mailboxes: streamBoxes, CallMS: d.Milliseconds(), Unit: "message", Units: b.arrivals}
		took := make([]time.Duration, b.arrivals)
		return b.measure(ctx, w, r.withTimes(took), func() (begun, ended time.Time, err error) {
			begun = time.Now()
			g, ctx := errgroup.WithContext(ctx)
			for i := range b.arrivals {
				if err := gax.Sleep(ctx, time.Until(begun.Add(time.Duration(i)*streamPause))); err != nil {
					break // one of those before has failed
				}
				g.Go(func() error {
					to, n := w.recruiters[i%streamBoxes], i/streamBoxes
					got, err := call[arrived](ctx, w, "deliver", arrival{Mailbox: to.Email, Candidates: to.addresses, Conversations: 1, N: n + 1, Bytes: bodyBytes})
					if err != nil {
						return err
					}
					at, err := w.filed(ctx, profiles{Account: w.account, Candidates: to.candidates, Messages: n + 2, OrMore: true})
					took[i] = at.Sub(got.At)
					return err
				})
			}
			err = g.Wait()
			return begun, time.Now(), err
		})
	})
}

// nothingForHire measures a notification of mail that is none of Hire's, of one conversation and of twenty.
func (b *benches) nothingForHire(ctx context.Context, on string, d time.Duration) error {
	for _, conversations := range []int{1, 20} {
		n := name(fmt.Sprintf("nothing-of-%d", conversations), on, 1, d)
		if !b.wanted(n) {
			continue
		}
		if err := b.following(ctx, on, 1, d, func(w *world) error {
			r := row{Name: n, Work: fmt.Sprintf("a notification with nothing for Hire, %s", several(conversations, "conversation")), Store: on, Mailboxes: 1, CallMS: d.Milliseconds(), Unit: "notification", Units: b.news}
			took := make([]time.Duration, b.news)
			return b.measure(ctx, w, r.withTimes(took), func() (begun, ended time.Time, err error) {
				to := w.recruiters[0]
				begun = time.Now()
				for i := range b.news {
					if err := w.lose(ctx, true); err != nil {
						return begun, ended, err
					}
					got, err := call[arrived](ctx, w, "deliver", arrival{Mailbox: to.Email, Private: true, First: 1 + i*conversations, Conversations: conversations})
					if err != nil {
						return begun, ended, err
					}
					if err := w.lose(ctx, false); err != nil {
						return begun, ended, err
					}
					at, err := call[time.Time](ctx, w, "push", w.emails())
					if err != nil {
						return begun, ended, err
					}
					if ended, err = w.until(ctx, []condition{{Key: to.key(), History: got.History}}); err != nil {
						return begun, ended, err
					}
					took[i] = ended.Sub(at)
				}
				return begun, ended, nil
			})
		}); err != nil {
			return err
		}
	}
	return nil
}

// sending measures a mail that is sent in Hire, from the request to its answer.
func (b *benches) sending(ctx context.Context, on string, d time.Duration) error {
	n := name("send", on, 1, d)
	if !b.wanted(n) {
		return nil
	}
	return b.following(ctx, on, 1, d, func(w *world) error {
		// What the sends themselves take is measured; that of the notifications about them, which the next sweep would find as well, is left out.
		if err := w.lose(ctx, true); err != nil {
			return err
		}
		r := row{Name: n, Work: "a mail sent", Store: on, Mailboxes: 1, CallMS: d.Milliseconds(), Unit: "send", Units: b.sends}
		took := make([]time.Duration, b.sends)
		return b.measure(ctx, w, r.withTimes(took), func() (begun, ended time.Time, err error) {
			from := w.recruiters[0]
			begun = time.Now()
			for i := range b.sends {
				at := time.Now()
				m := api.SendMessage{CandidateID: from.candidates[0], Subject: fmt.Sprintf("Your application, again %d", i), Text: "Can we talk?"}
				if err := from.Call(ctx, "POST", "/sendmessage/v1/messages", m, nil, "Idempotency-Key", fmt.Sprint("key-", i)); err != nil {
					return begun, ended, err
				}
				took[i] = time.Since(at)
			}
			return begun, time.Now(), nil
		})
	})
}
