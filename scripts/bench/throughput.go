package main

import (
	"context"
	"fmt"
	"time"
)

// throughput measures how fast mail comes in: first the import of conversations that were labelled before the mailboxes were connected, then a reply in each of them.
func (b *benches) throughput(ctx context.Context, on string, boxes int, d time.Duration) error {
	first, second := name("import", on, boxes, d), name("replies", on, boxes, d)
	if !b.wanted(first, second) {
		return nil
	}
	total := b.messages
	if on == onFirestore {
		total = b.size.cloud
	}
	conversations := max(total/perThread/boxes, 1)
	candidates := (conversations + perPerson - 1) / perPerson
	return b.in(ctx, on, boxes, candidates, func(w *world) error {
		if err := w.fill(ctx, conversations, perThread, "Hire"); err != nil {
			return err
		}
		if err := w.connect(ctx); err != nil {
			return err
		}
		if err := w.setDelay(ctx, d); err != nil {
			return err
		}
		messages := boxes * conversations * perThread
		r := row{Name: first, Work: "import of labelled conversations", Store: on, Mailboxes: boxes, CallMS: d.Milliseconds(), Unit: "message", Units: messages}
		if err := b.measure(ctx, w, r, func() (begun, ended time.Time, err error) {
			if begun, err = w.begin(ctx); err != nil {
				return
			}
			ended, err = w.until(ctx, w.imported())
			return
		}); err != nil {
			return err
		}
		if err := w.holds(ctx, messages); err != nil || !b.wanted(second) {
			return err
		}
		if err := w.lose(ctx, true); err != nil {
			return err
		}
		var all []condition
		for _, r := range w.recruiters {
			got, err := call[arrived](ctx, w, "deliver", arrival{Mailbox: r.Email, Candidates: r.addresses, Conversations: conversations, N: perThread, Bytes: bodyBytes})
			if err != nil {
				return err
			}
			all = append(all, condition{Key: r.key(), History: got.History})
		}
		if err := w.lose(ctx, false); err != nil {
			return err
		}
		replies := boxes * conversations
		r = row{Name: second, Work: "replies, by notification", Store: on, Mailboxes: boxes, CallMS: d.Milliseconds(), Unit: "message", Units: replies}
		if err := b.measure(ctx, w, r, w.pushed(ctx, all)); err != nil {
			return err
		}
		return w.holds(ctx, messages+replies)
	})
}

// labelImport measures what a user's label on conversations of 10 messages sets off.
func (b *benches) labelImport(ctx context.Context, on string, d time.Duration) error {
	n := name("label", on, 1, d)
	if !b.wanted(n) {
		return nil
	}
	const each = 10
	conversations := b.label / each
	return b.in(ctx, on, 1, (conversations+perPerson-1)/perPerson, func(w *world) error {
		if err := w.settle(ctx, conversations, each, ""); err != nil {
			return err
		}
		if err := w.private(ctx, w.recruiters[0], 0, 1); err != nil {
			return err
		}
		if err := w.lose(ctx, true); err != nil {
			return err
		}
		got, err := call[arrived](ctx, w, "label", w.recruiters[0].Email)
		if err != nil {
			return err
		}
		if err := w.lose(ctx, false); err != nil {
			return err
		}
		if err := w.setDelay(ctx, d); err != nil {
			return err
		}
		r := row{Name: n, Work: fmt.Sprintf("the label put on %d messages", conversations*each), Store: on, Mailboxes: 1, CallMS: d.Milliseconds(), Unit: "message", Units: conversations * each}
		if err := b.measure(ctx, w, r, w.pushed(ctx, []condition{{Key: w.recruiters[0].key(), History: got.History}})); err != nil {
			return err
		}
		return w.holds(ctx, conversations*each)
	})
}

// recovering measures the recovery of a mailbox whose history Gmail has forgotten, with very many messages that came since, of which a hundred are replies.
func (b *benches) recovering(ctx context.Context, on string, d time.Duration) error {
	n := name("recovery", on, 1, d)
	if !b.wanted(n) {
		return nil
	}
	const known, first = 100, 2
	return b.in(ctx, on, 1, known/perPerson, func(w *world) error {
		if err := w.settle(ctx, known, first, "Hire"); err != nil {
			return err
		}
		if err := w.lose(ctx, true); err != nil {
			return err
		}
		of := w.recruiters[0]
		if _, err := call[nothing](ctx, w, "noise", crowd{Mailbox: of.Email, Messages: b.recovery}); err != nil {
			return err
		}
		if _, err := call[arrived](ctx, w, "deliver", arrival{Mailbox: of.Email, Candidates: of.addresses, Conversations: known, N: first, Bytes: bodyBytes}); err != nil {
			return err
		}
		for _, do := range []struct {
			name string
			in   any
		}{{"forget", of.Email}, {"lose", false}, {"delay", d}} {
			if _, err := call[nothing](ctx, w, do.name, do.in); err != nil {
				return err
			}
		}
		r := row{Name: n, Work: fmt.Sprintf("recovery of a mailbox of %s", several(b.recovery+known, "message")), Store: on, Mailboxes: 1, CallMS: d.Milliseconds(), Unit: "message", Units: b.recovery + known}
		if err := b.measure(ctx, w, r, func() (begun, ended time.Time, err error) {
			if begun, err = call[time.Time](ctx, w, "push", w.emails()); err != nil {
				return
			}
			ended, err = w.until(ctx, []condition{{Key: of.key(), Recovered: begun}})
			return
		}); err != nil {
			return err
		}
		return w.holds(ctx, known*(first+1))
	})
}
