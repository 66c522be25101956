package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/trakstar/hire-gmail/scripts/site"
	"github.com/trakstar/hire-gmail/shared/api"
)

// recruiter is a user of Hire with a mailbox and candidates of their own.
type recruiter struct {
	site.Person
	candidates []*candidate
}

type candidate struct {
	id, account, email, name string

	mu      sync.Mutex
	threads []string // of Hire's, that something was sent in
}

const (
	accounts      = 2
	candidatesPer = 3
)

// furnish tells the directory who there is, and connects everybody.
func (t *traffic) furnish(ctx context.Context, mailboxes int) error {
	var batch api.DirectoryBatch
	now := time.Now()
	for i := range accounts {
		account := fmt.Sprintf("account%d", i)
		batch.Accounts = append(batch.Accounts, api.DirectoryAccount{ID: account, Name: "Account", Plan: "pro", Version: 1})
		batch.Users = append(batch.Users, api.DirectoryUser{AccountID: account, ID: "sam", Name: "Sam Super", Email: "sam@" + account + ".example", Role: "super_admin", Active: true, Version: 1})
	}
	for i := range mailboxes {
		account := fmt.Sprintf("account%d", i%accounts)
		r := &recruiter{Person: site.Person{Site: t.s, Account: account, User: fmt.Sprintf("user%d", i), Email: fmt.Sprintf("user%d@%s.example", i, account)}}
		t.s.Sim.AddMailbox(r.Email, fmt.Sprintf("User %d", i))
		batch.Users = append(batch.Users, api.DirectoryUser{AccountID: account, ID: r.User, Name: fmt.Sprintf("User %d", i), Email: r.Email, Role: "admin", Active: true, Version: 1})
		for j := range candidatesPer {
			c := &candidate{id: fmt.Sprintf("candidate%d-%d", i, j), account: account, email: fmt.Sprintf("candidate%d-%d@mail.example", i, j), name: fmt.Sprintf("Candidate %d %d", i, j)}
			t.s.Sim.Outside(c.email, c.name)
			batch.Candidates = append(batch.Candidates, api.DirectoryCandidate{AccountID: account, ID: c.id, Name: c.name, Emails: []string{c.email}, UpdatedAt: now, Version: 1})
			r.candidates = append(r.candidates, c)
		}
		t.recruiters = append(t.recruiters, r)
	}
	if err := t.directory(ctx, batch); err != nil {
		return err
	}
	for i := range accounts {
		account := fmt.Sprintf("account%d", i)
		sam := site.Person{Site: t.s, Account: account, User: "sam", Email: "sam@" + account + ".example"}
		if err := sam.Call(ctx, "PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}, nil); err != nil {
			return err
		}
	}
	for _, r := range t.recruiters {
		if err := r.Connect(ctx); err != nil {
			return fmt.Errorf("connect %s: %w", r.User, err)
		}
	}
	for _, r := range t.recruiters {
		if err := site.Until(ctx, "the first import of "+r.User+" has ended", func() (bool, error) {
			c, err := r.Connection(ctx)
			return c.Import == nil && !c.VerifiedAt.IsZero(), err
		}); err != nil {
			return err
		}
	}
	return nil
}

// directory tells in pieces that the function takes.
func (t *traffic) directory(ctx context.Context, all api.DirectoryBatch) error {
	const most = 100
	tell := func(b api.DirectoryBatch) error {
		return t.s.Service(ctx, t.s.Env["BACKEND_AUDIENCE"], t.backend(), "/directory/v1/batch", b)
	}
	if err := tell(api.DirectoryBatch{Accounts: all.Accounts}); err != nil {
		return err
	}
	for users := all.Users; len(users) > 0; {
		n := min(most, len(users))
		if err := tell(api.DirectoryBatch{Users: users[:n]}); err != nil {
			return err
		}
		users = users[n:]
	}
	for candidates := all.Candidates; len(candidates) > 0; {
		n := min(most, len(candidates))
		if err := tell(api.DirectoryBatch{Candidates: candidates[:n]}); err != nil {
			return err
		}
		candidates = candidates[n:]
	}
	return nil
}
