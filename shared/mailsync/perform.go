package mailsync

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/store"
)

// perform reads what the jobs ask for and files it.
func (r *run) perform(ctx context.Context, jobs []work) error {
	jobs, err := r.withoutUnlabelled(ctx, jobs)
	if err != nil {
		return err
	}
	if err := r.leaveImported(ctx, jobs); err != nil {
		return err
	}
	fetched, stopped := r.fetchSingle(ctx, jobs)
	defer func() { r.threads = nil }()
	filed, err := r.fileTogether(ctx, jobs, fetched, stopped)
	if err != nil {
		return err
	}
	for i, w := range jobs {
		var err error
		switch {
		case filed[i]:
		case stopped == nil:
			if err = r.readAheadOf(ctx, jobs[i:]); err == nil {
				err = r.job(ctx, w, fetched[i])
			}
		case len(fetched[i]) > 0:
			// What came before Gmail stopped us is paid for; the rest is met again by the next listing.
			err = r.file(ctx, store.ImportCommit{GmailThreadID: w.id}, fetched[i])
		}
		if err != nil {
			return err
		}
	}
	return stopped
}

// leaveImported takes those out of what the jobs want that are stored already.
func (r *run) leaveImported(ctx context.Context, jobs []work) error {
	var asked []string // about those of all conversations of the page in one look-up
	for _, w := range jobs {
		if !w.whole {
			asked = append(asked, w.wanted...)
		}
	}
	imported, _, err := r.known(ctx, asked)
	if err != nil {
		return err
	}
	for i, w := range jobs {
		if !w.whole {
			jobs[i].wanted = slices.DeleteFunc(w.wanted, func(id string) bool { _, ok := imported[id]; return ok })
		}
	}
	return nil
}

// fetchSingle gets the messages of those jobs that do not read their conversation whole, over all of them at once, by the job's index. Where Gmail stopped it come those that were read before.
func (r *run) fetchSingle(ctx context.Context, jobs []work) (fetched map[int][]gmail.MessageResult, stopped error) {
	var ids []string
	of := map[string]int{}
	for i, w := range jobs {
		if w.readsWhole() {
			continue
		}
		for _, id := range w.wanted {
			ids = append(ids, id)
			of[id] = i
		}
	}
	results, stopped := r.fetch(ctx, ids)
	fetched = map[int][]gmail.MessageResult{}
	for _, res := range results {
		fetched[of[res.ID]] = append(fetched[of[res.ID]], res)
	}
	return fetched, stopped
}

const (
	// crowd is how many conversations of a page make it worth while to file several at once. Of fewer, each has its turn.
	crowd = 20
	// atOnce is how many are filed at once: while the database commits some, others are got ready.
	atOnce = 8
)

// fileTogether files what was fetched of a crowd of conversations, several at once, and tells which. Those of one candidate have their turns one after the other: they write the same records, and
// their events are to go out in order. None is left behind: where one fails, the cursor stays.
func (r *run) fileTogether(ctx context.Context, jobs []work, fetched map[int][]gmail.MessageResult, stopped error) (filed map[int]bool, err error) {
	if stopped != nil {
		return nil, nil
	}
	byCandidate, plain := map[string][]int{}, 0
	for i, w := range jobs {
		if !w.readsWhole() {
			byCandidate[w.tracked.CandidateID] = append(byCandidate[w.tracked.CandidateID], i)
			plain++
		}
	}
	if plain < crowd {
		return nil, nil
	}
	filed = make(map[int]bool, plain)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, w := range jobs {
		turns := byCandidate[w.tracked.CandidateID]
		if len(turns) == 0 || turns[0] != i {
			continue
		}
		for _, j := range turns {
			filed[j] = true
		}
		g.Go(func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("file conversations: %v\n%s", p, debug.Stack())
				}
			}()
			for _, j := range turns {
				if err := r.job(ctx, jobs[j], fetched[j]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return filed, g.Wait()
}

// job does what is to be done about one conversation, of which those messages were fetched that are read one by one.
func (r *run) job(ctx context.Context, w work, fetched []gmail.MessageResult) error {
	switch {
	case w.whole:
		return r.whole(ctx, w.id, w.tracked, reading{labelled: w.labelled, on: w.on, told: w.told})
	case len(w.wanted) >= wholeFrom:
		var err error
		if fetched, err = r.fetchOf(ctx, w.id, w.wanted); err != nil {
			return err
		}
	}
	return r.file(ctx, store.ImportCommit{GmailThreadID: w.id, Excluded: w.excluded}, fetched)
}

// readsWhole tells whether the conversation is read whole: to look at all of it, or since that is the cheaper way to what is wanted.
func (w work) readsWhole() bool { return w.whole || len(w.wanted) >= wholeFrom }
