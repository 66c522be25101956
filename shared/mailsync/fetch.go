package mailsync

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/trakstar/hire-gmail/shared/gmail"
)

// wholeFrom is how many unseen messages of one conversation make threads.get cheaper (40 units) than messages.get (20 each).
const wholeFrom = 3

// fetch gets messages: a single one raw, which brings its attachments for the same units; several in batch requests, as parsed payloads. With an error that
// stops the sync come those that were read before it.
func (r *run) fetch(ctx context.Context, ids []string) ([]gmail.MessageResult, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if len(ids) == 1 {
		m, err := r.gmail.Message(ctx, ids[0], gmail.FormatRaw)
		if stops(err) {
			return nil, fmt.Errorf("get message: %w", err)
		}
		return []gmail.MessageResult{{ID: ids[0], Message: m, Err: err}}, nil
	}
	out, err := r.gmail.Messages(ctx, ids, gmail.FormatFull)
	if !stops(err) {
		// Gmail could give none of them, though it answers otherwise: each carries that as its own trouble. Were it the mailbox's, two mails that can never be read would
		// keep all others waiting for ever.
		err = nil
	}
	for _, res := range out {
		if err == nil && stops(res.Err) {
			err = res.Err
		}
	}
	if err != nil {
		read := slices.DeleteFunc(out, func(res gmail.MessageResult) bool { return res.Message == nil })
		return read, fmt.Errorf("get messages: %w", err)
	}
	return out, nil
}

// stops tells whether an error concerns more than one message, so that the sync ends and is tried again as it is. Anything else is the message's
// own trouble and goes to the ledger, or one message that Gmail can't give would keep all later ones waiting.
func stops(err error) bool {
	if err == nil {
		return false
	}
	for _, own := range []error{gmail.ErrNotFound, gmail.ErrInvalid, gmail.ErrTooLarge, gmail.ErrUnavailable} {
		if errors.Is(err, own) {
			return false
		}
	}
	return true
}

// ahead is how many conversations are read in one round trip, where several are to be read whole. All of them are in memory until they are filed.
const ahead = 10

// readAhead reads the first of the conversations that are to be read whole, for thread to give out. It is called under the lease that they are filed under. What could not be read by it is
// read by itself.
func (r *run) readAhead(ctx context.Context, ids []string) error {
	r.threads = nil
	if len(ids) < 2 || r.alone {
		return nil
	}
	got, err := r.gmail.Threads(ctx, ids[:min(len(ids), ahead)], gmail.FormatFull)
	if stops(err) {
		return fmt.Errorf("get threads: %w", err)
	}
	r.alone = err != nil
	for _, res := range got {
		if res.Err == nil {
			if r.threads == nil {
				r.threads = map[string]*gmail.Thread{}
			}
			r.threads[res.ID] = res.Thread
		}
	}
	return nil
}

// readAheadOf reads ahead what the jobs to come read whole, when the first of them is such a one and was not read.
func (r *run) readAheadOf(ctx context.Context, jobs []work) error {
	if !jobs[0].readsWhole() || r.threads[jobs[0].id] != nil {
		return nil
	}
	var ids []string
	for _, w := range jobs {
		if w.readsWhole() && len(ids) < ahead {
			ids = append(ids, w.id)
		}
	}
	return r.readAhead(ctx, ids)
}

// thread reads a conversation whole; what was read ahead is given out once.
func (r *run) thread(ctx context.Context, id string) (*gmail.Thread, error) {
	if th := r.threads[id]; th != nil {
		delete(r.threads, id)
		return th, nil
	}
	return r.gmail.Thread(ctx, id, gmail.FormatFull)
}

// fetchOf gets messages of one conversation the cheaper way.
func (r *run) fetchOf(ctx context.Context, thread string, ids []string) ([]gmail.MessageResult, error) {
	if len(ids) < wholeFrom {
		return r.fetch(ctx, ids)
	}
	th, err := r.thread(ctx, thread)
	if stops(err) {
		return nil, fmt.Errorf("get thread: %w", err)
	}
	return pick(th, ids, err), nil
}

// pick takes the wanted messages out of a conversation; what it lacks is not found.
func pick(th *gmail.Thread, wanted []string, err error) []gmail.MessageResult {
	out := make([]gmail.MessageResult, 0, len(wanted))
	for _, id := range wanted {
		res := gmail.MessageResult{ID: id, Err: err}
		if err == nil {
			res.Err = gmail.ErrNotFound
			for _, m := range th.Messages {
				if m.ID == id {
					res.Message, res.Err = m, nil
				}
			}
		}
		out = append(out, res)
	}
	return out
}
