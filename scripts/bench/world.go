package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/store"
)

// world is an account with its recruiters, for one run.
type world struct {
	*place
	account    string
	recruiters []recruiter
}

type recruiter struct {
	site.Person
	candidates []string // ids
	addresses  []string // of them
}

func (r recruiter) key() store.MailboxKey {
	return store.MailboxKey{AccountID: r.Account, UserID: r.User}
}

// call makes a call of the simulated Gmail that is the benchmark's own.
func call[Out any](ctx context.Context, w *world, name string, in any) (Out, error) {
	return ask[Out](ctx, w.gmail, name, in)
}

// directoryMost is how many users or candidates the directory is told of at once.
const directoryMost = 100

// furnish tells the directory of an account with its recruiters, each with candidates of their own. Nobody is connected yet.
func furnish(ctx context.Context, p *place, account string, recruiters, candidates int) (*world, error) {
	w := &world{place: p, account: account}
	now := time.Now()
	users := []api.DirectoryUser{{AccountID: account, ID: "sam", Name: "Sam Super", Email: "sam@" + account + ".example", Role: "super_admin", Active: true, Version: 1}}
	var all []api.DirectoryCandidate
	for i := range recruiters {
		r := recruiter{Person: site.Person{Site: p.Site, Account: account, User: fmt.Sprintf("user%d", i), Email: fmt.Sprintf("user%d@%s.example", i, account)}}
		users = append(users, api.DirectoryUser{AccountID: account, ID: r.User, Name: "Recruiter", Email: r.Email, Role: "admin", Active: true, Version: 1})
		for j := range candidates {
			id := fmt.Sprintf("candidate%d-%d", i, j)
			address := id + "@" + account + ".mail.example"
			all = append(all, api.DirectoryCandidate{AccountID: account, ID: id, Name: "Candidate", Emails: []string{address}, UpdatedAt: now, Version: 1})
			r.candidates, r.addresses = append(r.candidates, id), append(r.addresses, address)
		}
		w.recruiters = append(w.recruiters, r)
	}
	if err := p.tell(ctx, api.DirectoryBatch{Accounts: []api.DirectoryAccount{{ID: account, Name: "Account", Plan: "pro", Version: 1}}}); err != nil {
		return nil, err
	}
	for len(users) > 0 {
		n := min(directoryMost, len(users))
		if err := p.tell(ctx, api.DirectoryBatch{Users: users[:n]}); err != nil {
			return nil, err
		}
		users = users[n:]
	}
	for len(all) > 0 {
		n := min(directoryMost, len(all))
		if err := p.tell(ctx, api.DirectoryBatch{Candidates: all[:n]}); err != nil {
			return nil, err
		}
		all = all[n:]
	}
	sam := site.Person{Site: p.Site, Account: account, User: "sam", Email: "sam@" + account + ".example"}
	return w, sam.Call(ctx, http.MethodPut, "/settings/v1/integration", api.SwitchIntegration{Enabled: true}, nil)
}

// fill gives each recruiter's mailbox conversations.
func (w *world) fill(ctx context.Context, conversations, messages int, label string) error {
	for _, r := range w.recruiters {
		if _, err := call[nothing](ctx, w, "fill", filling{Mailbox: r.Email, Candidates: r.addresses, Conversations: conversations, Messages: messages, Label: label, Bytes: bodyBytes}); err != nil {
			return err
		}
	}
	return nil
}

// connect connects all mailboxes. Their first tasks wait until begin.
func (w *world) connect(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, r := range w.recruiters {
		g.Go(func() error {
			err := r.ConnectBy(ctx, func(screen string) (string, error) {
				return call[string](ctx, w, "consent", consent{Address: screen, Email: r.Email})
			})
			if err != nil {
				return fmt.Errorf("connect %s: %w", r.Email, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// emails are those of all mailboxes.
func (w *world) emails() (out []string) {
	for _, r := range w.recruiters {
		out = append(out, r.Email)
	}
	return out
}

// imported are the conditions that all mailboxes have gone through what is labelled.
func (w *world) imported() (out []condition) {
	for _, r := range w.recruiters {
		out = append(out, condition{Key: r.key(), Imported: true})
	}
	return out
}

// holds makes sure that all profiles together have so many messages, and no more.
func (w *world) holds(ctx context.Context, messages int) error {
	var all []string
	for _, r := range w.recruiters {
		all = append(all, r.candidates...)
	}
	_, err := w.filed(ctx, profiles{Account: w.account, Candidates: all, Messages: messages})
	return err
}

// setDelay sets how long a call of Gmail takes.
func (w *world) setDelay(ctx context.Context, d time.Duration) error {
	_, err := call[nothing](ctx, w, "delay", d)
	return err
}

// spent is what has been used up to a moment.
type spent struct {
	gmail   gmailtest.Stats
	docs    documents
	counted bool // the documents
	usage   usage
	// simulator's is zero where it is no process of its own.
	simulator usage
}

func (w *world) spent(ctx context.Context) (s spent, err error) {
	if s.gmail, err = call[gmailtest.Stats](ctx, w, "stats", nothing{}); err != nil {
		return s, err
	}
	s.docs, s.counted, err = w.count(ctx)
	s.usage, s.simulator = w.place.usage()
	return s, err
}

// profiling writes a processor profile of the service until it is ended, and the allocations up to then.
func (w *world) profiling(ctx context.Context, folder, name string) (end func() error, err error) {
	if folder == "" || w.serves == "" {
		return func() error { return nil }, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	base := filepath.Join(folder, strings.NewReplacer("/", "-", " ", "-").Replace(name))
	done := make(chan error, 1)
	go func() { done <- download(ctx, w.serves+"/debug/pprof/profile?seconds=5", base+".cpu") }()
	return func() error {
		if err := <-done; err != nil {
			return err
		}
		return download(ctx, w.serves+"/debug/pprof/allocs", base+".allocs")
	}, nil
}

func download(ctx context.Context, address, file string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, resp.Body); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return out.Close()
}

// settle gives each mailbox so many conversations of so many messages, connects it, and waits until what has the label is in.
func (w *world) settle(ctx context.Context, conversations, messages int, label string) error {
	if err := w.fill(ctx, conversations, messages, label); err != nil {
		return err
	}
	if err := w.connect(ctx); err != nil {
		return err
	}
	if _, err := w.begin(ctx); err != nil {
		return err
	}
	_, err := w.until(ctx, w.imported())
	return err
}

// lose sets whether Gmail's notifications get lost.
func (w *world) lose(ctx context.Context, on bool) error {
	_, err := call[nothing](ctx, w, "lose", on)
	return err
}

// pushed is the work that one notification for each mailbox sets off, until all is so.
func (w *world) pushed(ctx context.Context, all []condition) func() (begun, ended time.Time, err error) {
	return func() (begun, ended time.Time, err error) {
		if begun, err = call[time.Time](ctx, w, "push", w.emails()); err != nil {
			return begun, ended, err
		}
		ended, err = w.until(ctx, all)
		return begun, ended, err
	}
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
