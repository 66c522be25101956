package connection

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// managed is Secret Manager's quota of writes, and of reads that are no accesses, each a minute and project.
// Source: https://cloud.google.com/secret-manager/quotas
const managed = 600

// paceOf reads how many tasks of the queue offboarding Terraform lets through in a second.
func paceOf(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("../../terraform/queues.tf")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*offboarding\s*=\s*\{ per_second = (\d+),`).FindSubmatch(text)
	if m == nil {
		t.Fatal("terraform/queues.tf says nothing of the queue offboarding")
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// counted is a vault that counts its calls by the minute. One call of DestroyBefore lists the versions of a secret, a read, and destroys each that is older, a write; here
// none is.
type counted struct {
	tokens.Vault
	now           func() time.Time
	mu            sync.Mutex
	writes, reads map[time.Time]int
}

func (c *counted) count(by map[time.Time]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	by[c.now().Truncate(time.Minute)]++
}

func (c *counted) Destroy(ctx context.Context, m tokens.Mailbox, version string) error {
	c.count(c.writes)
	return c.Vault.Destroy(ctx, m, version)
}

func (c *counted) DestroyBefore(ctx context.Context, m tokens.Mailbox, version string) error {
	c.count(c.reads)
	return c.Vault.DestroyBefore(ctx, m, version)
}

// quietGoogle revokes whatever it is given: this is about the vault.
type quietGoogle struct{ Google }

func (quietGoogle) Revoke(context.Context, string) (bool, error) { return false, nil }

// An account of 2,000 users leaves at once. At the pace that the queue has, its connections end within some minutes, each once, and no minute takes more of Secret Manager's
// quota than there is, with room for a second version of every tenth secret and for those who connect meanwhile.
func TestOffboardingOf2000UsersKeepsSecretManagersQuota(t *testing.T) {
	t.Parallel()
	const users = 2000
	f := newFixture(t, noTopic)
	vault := &counted{Vault: f.vault, now: f.clock.Now, writes: map[time.Time]int{}, reads: map[time.Time]int{}}
	f.Vault, f.Google = vault, quietGoogle{f.Google}
	f.Access = deadAccess{}
	ctx := t.Context()
	for i := range users {
		id := fmt.Sprintf("u%04d", i)
		k := store.MailboxKey{AccountID: "acme", UserID: id}
		_, _, err := f.store.PutUser(ctx, hire.User{AccountID: "acme", ID: id, Email: id + "@acme.example", Role: hire.RoleAdmin, Active: true, Version: 1})
		f.ok(err)
		version, err := f.vault.Put(ctx, vaultKey(k), tokens.Token{Refresh: "1//" + id, Sub: id, ObtainedAt: f.clock.Now()})
		f.ok(err)
		_, _, err = f.store.LockGoogleUser(ctx, id, "holder", time.Minute)
		f.ok(err)
		_, _, err = f.store.CommitConnection(ctx, store.NewConnection{Key: k, Sub: id, Address: id + "@acme.example", TokenVersion: version, Holder: "holder"})
		f.ok(err)
		f.ok(f.store.UnlockGoogleUser(ctx, id, "holder", false))
	}
	f.out.take()
	due, err := f.store.SetIntegration(ctx, "acme", "sam", false)
	f.ok(err)
	f.out.HandOver(ctx, due)
	f.ok(f.Offboard(ctx, f.out.offboardTask(t)))

	pace := paceOf(t)
	ended := 0
	for _, r := range f.out.rows {
		var task store.OffboardTask
		if r.Type != store.QueueOffboard || json.Unmarshal(r.Body, &task) != nil || task.UserID == "" {
			continue
		}
		f.ok(f.Offboard(ctx, task))
		if ended++; ended%pace == 0 {
			f.clock.Advance(time.Second)
		}
	}
	if ended != users {
		t.Fatalf("%d connections were queued to end, want %d", ended, users)
	}
	most, destroyed := 0, 0
	for _, n := range vault.writes {
		destroyed += n
		most = max(most, n+n/10)
	}
	for _, n := range vault.reads {
		most = max(most, n)
	}
	if destroyed != users || most > managed*3/4 {
		t.Errorf("%d versions were destroyed, want %d; up to %d calls a minute, where %d are allowed", destroyed, users, most, managed*3/4)
	}
	t.Logf("%d a second: %d calls a minute at most, %d minutes", pace, most, len(vault.writes))
	page, err := f.store.Mailboxes(ctx, "acme", "", users+2)
	f.ok(err)
	for _, m := range page {
		if m.State != store.Disconnected {
			t.Errorf("%s is %s", m.UserID, m.State)
		}
	}
}

// deadAccess has no access token for anybody.
type deadAccess struct{}

func (deadAccess) Access(context.Context, tokens.Mailbox, string) (string, error) {
	return "", &tokens.Refused{Reason: tokens.Revoked}
}
func (deadAccess) Stale(tokens.Mailbox, string) {}
