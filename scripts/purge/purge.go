package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/scripts/operate"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/tokens/secretmanager"
)

const (
	// young is for how long a version is left alone: it is put before the connection that it belongs to is committed.
	young = time.Hour
	// asleep is after how long without a sync of any mailbox a database is not that of a running service: each is looked at every eight minutes.
	asleep = 2 * time.Hour
	// tellEvery is after how many secrets it says how far it is.
	tellEvery = 500
	// tries of a call that meets the project's quota, a minute apart.
	tries = 10
)

// purger is one run of the command.
type purger struct {
	options
	*operate.Service
	vault *secretmanager.Vault
	out   io.Writer
	next  time.Time // when Secret Manager may be called again

	kept, destroyed, fresh, missing, changed int
}

// purge compares the vault with the store, and destroys what belongs to no connection.
//
// The vault is listed before the store. So what is in the vault's list and in no record was put before, and not committed by then; and as a connection is committed within
// seconds of its token's being put, what is an hour old and in no record will never be.
func purge(ctx context.Context, s *operate.Service, v *secretmanager.Vault, o options, out io.Writer) error {
	p := &purger{options: o, Service: s, vault: v, out: out}
	err := p.all(ctx)
	verb := "would be destroyed"
	if p.destroy {
		verb = "destroyed"
	}
	fmt.Fprintf(out, "%d versions %s; %d are in use, %d younger than an hour", p.destroyed, verb, p.kept, p.fresh)
	if p.changed > 0 {
		fmt.Fprintf(out, "; %d were left, as their mailboxes changed meanwhile", p.changed)
	}
	fmt.Fprintln(out)
	switch {
	case err != nil && ctx.Err() != nil:
		return errors.New("stopped; run it again, it begins anew")
	case err != nil:
		return fmt.Errorf("%w\nRun it again once this is mended; what is destroyed is not met again", err)
	case p.missing > 0:
		return fmt.Errorf("%d connections have no token, see above", p.missing)
	}
	return nil
}

func (p *purger) all(ctx context.Context) error {
	var secrets []secretmanager.Secret
	for s, err := range p.vault.Secrets(ctx, p.turn) {
		if err != nil {
			return err
		}
		secrets = append(secrets, s)
	}
	boxes, latest, err := p.boxes(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d secrets in the vault, %d mailboxes in the store\n", len(secrets), len(boxes))
	if err := p.plausible(secrets, boxes, latest); err != nil {
		return err
	}
	for n, s := range secrets {
		k, known := boxes[s.ID]
		delete(boxes, s.ID)
		if err := p.secret(ctx, s, k, known); err != nil {
			return err
		}
		if n > 0 && n%tellEvery == 0 {
			fmt.Fprintf(p.out, "%d of %d secrets looked at\n", n, len(secrets))
		}
	}
	for id, k := range boxes { // that have no secret at all, or one that was made since
		if err := p.secret(ctx, secretmanager.Secret{ID: id}, k, true); err != nil {
			return err
		}
	}
	return nil
}

// boxes are the mailboxes that the store knows, connected or not, by the ids of their secrets; latest is when one of them was synced last.
func (p *purger) boxes(ctx context.Context) (boxes map[string]store.MailboxKey, latest time.Time, err error) {
	boxes = map[string]store.MailboxKey{}
	for m, err := range p.All(ctx, "", store.MailboxKey{}) {
		if err != nil {
			return nil, latest, err
		}
		boxes[p.vault.SecretID(vaultKey(m.Key()))] = m.Key()
		for _, at := range []time.Time{m.ConnectedAt, m.LastSyncAt, m.VerifiedAt} {
			if m.State == store.Connected && at.After(latest) {
				latest = at
			}
		}
	}
	return boxes, latest, nil
}

// plausible refuses a database that the vault does not seem to belong to: another one, or a copy of some days ago. By it, tokens in use would look like those of nobody.
func (p *purger) plausible(secrets []secretmanager.Secret, boxes map[string]store.MailboxKey, latest time.Time) error {
	unknown := 0
	for _, s := range secrets {
		if _, known := boxes[s.ID]; !known {
			unknown++
		}
	}
	switch {
	case p.force:
	case unknown > max(10, len(secrets)/10):
		return fmt.Errorf("%d of %d secrets belong to no mailbox that the database %s knows. Is it the right one (-database), and the right prefix (-prefix)? With -force it goes on all the same", unknown, len(secrets), p.Database)
	case !latest.IsZero() && p.Now().Sub(latest) > asleep:
		return fmt.Errorf("no mailbox of the database %s was synced since %s. Is it that of a running service (-database), and not a copy? With -force it goes on all the same",
			p.Database, latest.UTC().Format(time.DateTime))
	}
	return nil
}

// owner is whose a secret is.
type owner struct {
	secret string // its id
	key    store.MailboxKey
	known  bool          // the key is; else there is nothing but a digest of it
	box    store.Mailbox // as it was read; without a state there is no record
}

// live tells whether the mailbox has a token in use: one that is being disconnected needs it to let go of Gmail.
func (o owner) live() bool { return o.box.State != "" && o.box.State != store.Disconnected }

// String implements fmt.Stringer.
func (o owner) String() string {
	if !o.known {
		return "?"
	}
	return operate.Name(o.key)
}

// secret looks at one secret: of the mailbox k, or, where that is not known, of one that is in no record.
func (p *purger) secret(ctx context.Context, s secretmanager.Secret, k store.MailboxKey, known bool) error {
	o := owner{secret: s.ID, key: k, known: known}
	if !known {
		// Most ids can be told from the labels, which are made of them.
		o.key = store.MailboxKey{AccountID: s.Account, UserID: s.User}
		o.known = p.vault.SecretID(vaultKey(o.key)) == s.ID
	}
	versions, err := p.versions(ctx, s.ID)
	if err != nil {
		return err
	}
	if o.box, err = p.box(ctx, o); err != nil {
		return err
	}
	if o.live() && !has(versions, o.box.TokenVersion) {
		return p.without(ctx, o)
	}
	for _, v := range slices.Backward(versions) { // the newest last: while it is there, one that comes meanwhile shows
		switch {
		case o.live() && v.Name == o.box.TokenVersion:
			p.kept++
		case p.Now().Sub(v.CreatedAt) < young:
			p.fresh++
		default:
			if err := p.end(ctx, o, v, versions[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// box reads a secret's mailbox.
func (p *purger) box(ctx context.Context, o owner) (store.Mailbox, error) {
	if !o.known {
		return store.Mailbox{}, nil
	}
	m, _, err := p.Store.Mailbox(ctx, o.key)
	if err != nil {
		return m, fmt.Errorf("read mailbox: %w", err)
	}
	return m, nil
}

// without tells of a connection whose token is missing. The secret's other versions are left alone: perhaps it is the record that is wrong.
func (p *purger) without(ctx context.Context, o owner) error {
	// The record was read after the vault: the connection may have been made in between.
	versions, err := p.versions(ctx, o.secret)
	if err != nil || o.box.State != store.Connected || has(versions, o.box.TokenVersion) {
		return err
	}
	if same, err := p.same(ctx, o); err != nil || !same {
		return err
	}
	p.missing++
	fmt.Fprintf(p.out, "MISSING        %s  %s/versions/%s is not in the vault, which has %d others. The next call of Gmail parks the mailbox; its user has to connect it anew\n",
		o, o.secret, o.box.TokenVersion, len(versions))
	return nil
}

// same tells whether a mailbox has the connection still, or the lack of one, that it had when it was looked at.
func (p *purger) same(ctx context.Context, o owner) (bool, error) {
	now, err := p.box(ctx, o)
	return now.Generation == o.box.Generation && now.State == o.box.State && now.TokenVersion == o.box.TokenVersion, err
}

// end destroys a version that belongs to no connection, or says that it would. newest is the newest of its secret.
func (p *purger) end(ctx context.Context, o owner, v, newest secretmanager.Version) error {
	line := fmt.Sprintf("%s  %s/versions/%s  %s, %d days old", o, o.secret, v.Name, o.why(v), int(p.Now().Sub(v.CreatedAt).Hours()/24))
	if !p.destroy {
		p.destroyed++
		fmt.Fprintln(p.out, "would destroy ", line)
		return nil
	}
	same := false
	err := p.call(ctx, func() (err error) {
		if same, err = p.untouched(ctx, o, newest); err != nil || !same {
			return err
		}
		return p.vault.DestroyOf(ctx, o.secret, v.Name)
	})
	if err != nil {
		return err
	}
	if !same {
		p.changed++
		fmt.Fprintln(p.out, "left          ", line, "(its mailbox has changed meanwhile)")
		return nil
	}
	p.destroyed++
	fmt.Fprintln(p.out, "destroyed     ", line)
	return nil
}

// untouched tells, as late as can be, whether nobody has connected since a secret was looked at. Of a mailbox whose key is not known only the vault can tell: a new
// connection has a new version.
func (p *purger) untouched(ctx context.Context, o owner, newest secretmanager.Version) (bool, error) {
	if o.known {
		return p.same(ctx, o)
	}
	now, err := p.versions(ctx, o.secret)
	return len(now) > 0 && now[0] == newest, err
}

// why says to whom a version belonged.
func (o owner) why(v secretmanager.Version) string {
	switch {
	case o.box.State == "":
		return "of nobody who ever connected"
	case o.box.State == store.Disconnected:
		return "of a connection that has ended"
	case number(v.Name) > number(o.box.TokenVersion):
		return "left by a try to connect"
	}
	return "replaced"
}

// number of a version; 0 where it has none.
func number(version string) int64 {
	n, _ := strconv.ParseInt(version, 10, 64) // a name that is no number is older than all
	return n
}

func has(versions []secretmanager.Version, name string) bool {
	for _, v := range versions {
		if v.Name == name {
			return true
		}
	}
	return false
}

func vaultKey(k store.MailboxKey) tokens.Mailbox {
	return tokens.Mailbox{AccountID: k.AccountID, UserID: k.UserID}
}

func (p *purger) versions(ctx context.Context, id string) (out []secretmanager.Version, err error) {
	err = p.call(ctx, func() (err error) {
		out, err = p.vault.Versions(ctx, id)
		return err
	})
	return out, err
}

// turn waits until Secret Manager may be called again.
func (p *purger) turn(ctx context.Context) error {
	now := p.Now()
	if wait := p.next.Sub(now); wait > 0 {
		if err := p.Wait(ctx, wait); err != nil {
			return err
		}
		now = p.Now()
	}
	p.next = now.Add(time.Minute / time.Duration(p.perMinute))
	return ctx.Err()
}

// call makes a call in its turn. Where the project's quota is used up, by the functions perhaps, it waits: theirs goes first.
func (p *purger) call(ctx context.Context, do func() error) error {
	for n := 1; ; n++ {
		if err := p.turn(ctx); err != nil {
			return err
		}
		err := do()
		if status.Code(err) != codes.ResourceExhausted || n == tries {
			return err
		}
		fmt.Fprintln(p.out, "Secret Manager's quota is used up; it goes on in a minute")
		if err := p.Wait(ctx, time.Minute); err != nil {
			return err
		}
	}
}
