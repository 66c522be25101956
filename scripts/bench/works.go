package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trakstar/hire-gmail/shared/api"
)

const (
	bodyBytes = 5 << 10 // of a mail's text
	perThread = 5       // messages of a labelled conversation
	perPerson = 4       // conversations of a candidate
)

// delays are how long a call of Gmail takes.
var delays = []time.Duration{0, 50 * time.Millisecond}

// benches measures.
type benches struct {
	options
	errs io.Writer
	say  func(format string, args ...any)

	results results
	cloud   *place // put up once for all runs; nil before
	runs    int    // on it
}

// all measures everything that is asked for.
func (b *benches) all(ctx context.Context) (r *results, err error) {
	defer func() {
		if b.cloud != nil {
			err = errors.Join(err, b.cloud.end())
		}
	}()
	b.results.about()
	for _, s := range b.stores {
		if s == onFirestore {
			if why := noEmulators(); why != "" {
				b.say("%s", why)
				b.results.Missing = append(b.results.Missing, why)
				continue
			}
		}
		for _, boxes := range b.mailboxes {
			for _, d := range delays {
				if err := b.throughput(ctx, s, boxes, d); err != nil {
					return nil, err
				}
			}
		}
		if s == onFirestore {
			continue
		}
		for _, d := range delays {
			for _, one := range []func(context.Context, string, time.Duration) error{b.steady, b.nothingForHire, b.sending, b.labelImport} {
				if err := one(ctx, s, d); err != nil {
					return nil, err
				}
			}
		}
		if err := b.recovering(ctx, s, 0); err != nil {
			return nil, err
		}
	}
	return &b.results, nil
}

// noEmulators tells why Google's emulators can't be had; "" where they can.
func noEmulators() string {
	if os.Getenv("FIRESTORE_EMULATOR_HOST") != "" && os.Getenv("PUBSUB_EMULATOR_HOST") != "" {
		return ""
	}
	if _, err := exec.LookPath("gcloud"); err != nil {
		return "Not measured on Firestore: there is no gcloud to start Google's emulators by, and FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST name none."
	}
	return ""
}

// name of a figure.
func name(work, on string, boxes int, d time.Duration) string {
	return fmt.Sprintf("%s/%s/%d/%dms", work, on, boxes, d.Milliseconds())
}

// wanted tells whether any of the figures is asked for.
func (b *benches) wanted(names ...string) bool { return slices.ContainsFunc(names, b.only.MatchString) }

// in puts an account up on a store: on the embedded one in processes of its own, so that each run has its own memory.
func (b *benches) in(ctx context.Context, on string, recruiters, candidates int, do func(*world) error) (err error) {
	p := b.cloud
	b.runs++
	switch {
	case on == onEmbedded:
		if p, err = local(b.options, b.errs); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.end()) }()
	case p == nil:
		if p, err = deployed(ctx, b.options, b.errs); err != nil {
			return err
		}
		b.cloud = p
	}
	w, err := furnish(ctx, p, fmt.Sprintf("account%d", b.runs), recruiters, candidates)
	if err != nil {
		return err
	}
	if err := w.setDelay(ctx, 0); err != nil {
		return err
	}
	return do(w)
}

// measure does a piece of work of so many units, which tells when it began and ended, and notes what it took.
func (b *benches) measure(ctx context.Context, w *world, r row, work func() (begun, ended time.Time, err error)) error {
	before, err := w.spent(ctx)
	if err != nil {
		return err
	}
	end, err := w.profiling(ctx, b.profile, r.Name)
	if err != nil {
		return err
	}
	begun, ended, err := work()
	if err != nil {
		return fmt.Errorf("%s: %w", r.Name, err)
	}
	after, err := w.spent(ctx)
	if err != nil {
		return err
	}
	if err := end(); err != nil {
		return err
	}
	r.fill(ended.Sub(begun), before, after)
	b.results.Rows = append(b.results.Rows, r)
	b.say("%s", r)
	return nil
}

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
		if _, err := call[nothing](ctx, w, "lose", true); err != nil {
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
		if _, err := call[nothing](ctx, w, "lose", false); err != nil {
			return err
		}
		replies := boxes * conversations
		r = row{Name: second, Work: "replies, by notification", Store: on, Mailboxes: boxes, CallMS: d.Milliseconds(), Unit: "message", Units: replies}
		if err := b.measure(ctx, w, r, func() (begun, ended time.Time, err error) {
			if begun, err = call[time.Time](ctx, w, "push", w.emails()); err != nil {
				return
			}
			ended, err = w.until(ctx, all)
			return
		}); err != nil {
			return err
		}
		return w.holds(ctx, messages+replies)
	})
}

// following puts an account up whose mailboxes have a conversation each, which is in the profile, and have had a notification.
func (b *benches) following(ctx context.Context, on string, boxes int, d time.Duration, do func(*world) error) error {
	return b.in(ctx, on, boxes, 1, func(w *world) error {
		if err := w.fill(ctx, 1, 1, "Hire"); err != nil {
			return err
		}
		if err := w.connect(ctx); err != nil {
			return err
		}
		if _, err := w.begin(ctx); err != nil {
			return err
		}
		if _, err := w.until(ctx, w.imported()); err != nil {
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

// private lets mail come that is none of Hire's, each a conversation of its own, and waits until it has been passed by.
func (w *world) private(ctx context.Context, r recruiter, first, n int) error {
	got, err := call[arrived](ctx, w, "deliver", arrival{Mailbox: r.Email, Private: true, First: first, Conversations: n})
	if err != nil {
		return err
	}
	_, err = w.until(ctx, []condition{{Key: r.key(), History: got.History}})
	return err
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
				if err := pauseUntil(ctx, begun.Add(time.Duration(i)*streamPause)); err != nil {
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

// pauseUntil waits for a time.
func pauseUntil(ctx context.Context, at time.Time) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(at)):
		return nil
	}
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
					if _, err := call[nothing](ctx, w, "lose", true); err != nil {
						return begun, ended, err
					}
					got, err := call[arrived](ctx, w, "deliver", arrival{Mailbox: to.Email, Private: true, First: 1 + i*conversations, Conversations: conversations})
					if err != nil {
						return begun, ended, err
					}
					if _, err := call[nothing](ctx, w, "lose", false); err != nil {
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
		if _, err := call[nothing](ctx, w, "lose", true); err != nil {
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

// labelImport measures what a user's label on conversations of 10 messages sets off.
func (b *benches) labelImport(ctx context.Context, on string, d time.Duration) error {
	n := name("label", on, 1, d)
	if !b.wanted(n) {
		return nil
	}
	const each = 10
	conversations := b.label / each
	return b.in(ctx, on, 1, (conversations+perPerson-1)/perPerson, func(w *world) error {
		if err := w.fill(ctx, conversations, each, ""); err != nil {
			return err
		}
		if err := w.connect(ctx); err != nil {
			return err
		}
		if _, err := w.begin(ctx); err != nil {
			return err
		}
		if _, err := w.until(ctx, w.imported()); err != nil {
			return err
		}
		if err := w.private(ctx, w.recruiters[0], 0, 1); err != nil {
			return err
		}
		if _, err := call[nothing](ctx, w, "lose", true); err != nil {
			return err
		}
		got, err := call[arrived](ctx, w, "label", w.recruiters[0].Email)
		if err != nil {
			return err
		}
		if _, err := call[nothing](ctx, w, "lose", false); err != nil {
			return err
		}
		if err := w.setDelay(ctx, d); err != nil {
			return err
		}
		r := row{Name: n, Work: fmt.Sprintf("the label put on %d messages", conversations*each), Store: on, Mailboxes: 1, CallMS: d.Milliseconds(), Unit: "message", Units: conversations * each}
		if err := b.measure(ctx, w, r, func() (begun, ended time.Time, err error) {
			if begun, err = call[time.Time](ctx, w, "push", w.emails()); err != nil {
				return
			}
			ended, err = w.until(ctx, []condition{{Key: w.recruiters[0].key(), History: got.History}})
			return
		}); err != nil {
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
		if err := w.fill(ctx, known, first, "Hire"); err != nil {
			return err
		}
		if err := w.connect(ctx); err != nil {
			return err
		}
		if _, err := w.begin(ctx); err != nil {
			return err
		}
		if _, err := w.until(ctx, w.imported()); err != nil {
			return err
		}
		if _, err := call[nothing](ctx, w, "lose", true); err != nil {
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

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// about says what was measured on.
func (r *results) about() {
	r.At, r.Go, r.System, r.CPUs = time.Now().UTC().Truncate(time.Second), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU()
}
