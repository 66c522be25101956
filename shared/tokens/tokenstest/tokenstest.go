package tokenstest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/tokens"
)

// Run tests a vault. open gives an empty one and closes it when the test is over; it is called once for each subtest, and subtests run in parallel.
func Run(t *testing.T, open func(t *testing.T) tokens.Vault) {
	t.Helper()
	t.Logf("contract of a vault: %d cases", len(cases))
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, &fixture{Vault: open(t), ctx: t.Context()})
		})
	}
}

var cases = map[string]func(*testing.T, *fixture){
	"what was put comes back":                     roundTrip,
	"odd tokens come back":                        oddTokens,
	"a version never changes":                     immutable,
	"the same token twice is two versions":        twice,
	"a destroyed version is gone for ever":        destroyed,
	"destroying is repeated without harm":         destroyTwice,
	"what was put before a version is destroyed":  before,
	"no mailbox reads or destroys another's":      isolation,
	"mailboxes with odd names are kept apart":     oddMailboxes,
	"a version that never was is not found":       unknown,
	"many at once":                                concurrent,
	"a call whose context has ended does nothing": cancelled,
	"errors name no token":                        silent,
}

type fixture struct {
	tokens.Vault
	ctx context.Context
}

var (
	rita = tokens.Mailbox{AccountID: "acme", UserID: "rita"}
	sam  = tokens.Mailbox{AccountID: "acme", UserID: "sam"}
)

func token(refresh string) tokens.Token {
	return tokens.Token{Refresh: refresh, Scope: "openid email", Sub: "1234567890", ObtainedAt: time.Date(2026, 11, 2, 9, 0, 0, 123456000, time.UTC)}
}

func (f *fixture) put(t *testing.T, m tokens.Mailbox, tok tokens.Token) string {
	t.Helper()
	version, err := f.Put(f.ctx, m, tok)
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	if version == "" {
		t.Fatal("Put gave a version without a name")
	}
	return version
}

func (f *fixture) want(t *testing.T, m tokens.Mailbox, version string, want tokens.Token) {
	t.Helper()
	got, err := f.Get(f.ctx, m, version)
	if err != nil {
		t.Fatalf("Get %s: %v", version, err)
	}
	// Through a plain struct: a Token does not show what it is.
	type plain tokens.Token
	if diff := cmp.Diff(plain(want), plain(got)); diff != "" {
		t.Errorf("version %s (-want +got):\n%s", version, diff)
	}
}

func (f *fixture) wantError(t *testing.T, m tokens.Mailbox, version string, want error) {
	t.Helper()
	got, err := f.Get(f.ctx, m, version)
	if !errors.Is(err, want) {
		t.Errorf("Get %q: %v, want %v", version, err, want)
	}
	if got != (tokens.Token{}) {
		t.Errorf("Get %q failed and gave a token all the same", version)
	}
	for _, other := range []error{tokens.ErrNotFound, tokens.ErrDestroyed} {
		if other != want && errors.Is(err, other) {
			t.Errorf("Get %q: the error is %v as well", version, other)
		}
	}
}

func roundTrip(t *testing.T, f *fixture) {
	f.want(t, rita, f.put(t, rita, token("1//refresh")), token("1//refresh"))
}

func oddTokens(t *testing.T, f *fixture) {
	for _, tok := range []tokens.Token{
		{Refresh: "1//only"},
		token(strings.Repeat("long", 512)),
		token("with \"quotes\", ünïcode and\nlines"),
	} {
		f.want(t, rita, f.put(t, rita, tok), tok)
	}
}

func before(t *testing.T, f *fixture) {
	other := f.put(t, sam, token("of another"))
	first, second, third, fourth := f.put(t, rita, token("first")), f.put(t, rita, token("second")), f.put(t, rita, token("third")), f.put(t, rita, token("fourth"))
	for range 2 {
		if err := f.DestroyBefore(f.ctx, rita, third); err != nil {
			t.Fatal(err)
		}
		f.wantError(t, rita, first, tokens.ErrDestroyed)
		f.wantError(t, rita, second, tokens.ErrDestroyed)
		f.want(t, rita, third, token("third"))
		f.want(t, rita, fourth, token("fourth"))
		f.want(t, sam, other, token("of another"))
	}
	if err := f.DestroyBefore(f.ctx, tokens.Mailbox{AccountID: "acme", UserID: "nobody"}, third); err != nil {
		t.Errorf("of a mailbox that has none: %v", err)
	}
}

func immutable(t *testing.T, f *fixture) {
	first := f.put(t, rita, token("first"))
	second := f.put(t, rita, token("second"))
	if first == second {
		t.Fatalf("two versions are both called %s", first)
	}
	f.want(t, rita, first, token("first"))
	f.want(t, rita, second, token("second"))
}

func twice(t *testing.T, f *fixture) {
	first, second := f.put(t, rita, token("same")), f.put(t, rita, token("same"))
	if first == second {
		t.Fatalf("two versions are both called %s", first)
	}
	if err := f.Destroy(f.ctx, rita, first); err != nil {
		t.Fatal(err)
	}
	f.want(t, rita, second, token("same"))
}

func destroyed(t *testing.T, f *fixture) {
	first, second := f.put(t, rita, token("first")), f.put(t, rita, token("second"))
	if err := f.Destroy(f.ctx, rita, first); err != nil {
		t.Fatal(err)
	}
	f.wantError(t, rita, first, tokens.ErrDestroyed)
	f.want(t, rita, second, token("second"))
	third := f.put(t, rita, token("third"))
	if third == first || third == second {
		t.Errorf("the name %s was given again", third)
	}
	f.wantError(t, rita, first, tokens.ErrDestroyed)
	f.want(t, rita, third, token("third"))
}

func destroyTwice(t *testing.T, f *fixture) {
	version := f.put(t, rita, token("one"))
	for range 3 {
		if err := f.Destroy(f.ctx, rita, version); err != nil {
			t.Fatal(err)
		}
	}
	f.wantError(t, rita, version, tokens.ErrDestroyed)
	for _, never := range append([]string{""}, madeUp...) {
		if err := f.Destroy(f.ctx, rita, never); err != nil {
			t.Errorf("destroying %q, which never was: %v", never, err)
		}
	}
	if err := f.Destroy(f.ctx, sam, version); err != nil {
		t.Errorf("destroying in a mailbox that has no secret: %v", err)
	}
}

func isolation(t *testing.T, f *fixture) {
	version := f.put(t, rita, token("rita's"))
	elsewhere := tokens.Mailbox{AccountID: "bolt", UserID: "rita"} // the same user id in another account
	for _, other := range []tokens.Mailbox{sam, elsewhere} {
		f.wantError(t, other, version, tokens.ErrNotFound)
		own := f.put(t, other, token("own"))
		f.want(t, other, own, token("own"))
		if own != version {
			f.wantError(t, other, version, tokens.ErrNotFound)
		}
		if err := f.Destroy(f.ctx, other, version); err != nil {
			t.Fatal(err)
		}
	}
	f.want(t, rita, version, token("rita's"))
}

func oddMailboxes(t *testing.T, f *fixture) {
	boxes := []tokens.Mailbox{
		{AccountID: "a", UserID: "b/c"}, {AccountID: "a/b", UserID: "c"},
		{AccountID: "a", UserID: "b-c"}, {AccountID: "a-b", UserID: "c"},
		{AccountID: "a", UserID: "B"}, {AccountID: "A", UserID: "b"},
		{AccountID: "..", UserID: "."}, {AccountID: "ä ö", UserID: "%2F"},
		{AccountID: strings.Repeat("a", 128), UserID: strings.Repeat("u", 128)}, {AccountID: strings.Repeat("a", 128), UserID: strings.Repeat("u", 127)},
	}
	versions := make([]string, len(boxes))
	for i, m := range boxes {
		versions[i] = f.put(t, m, token(fmt.Sprint("token ", i)))
	}
	for i, m := range boxes {
		f.want(t, m, versions[i], token(fmt.Sprint("token ", i)))
	}
}

// madeUp are names that no version has, though a service behind a vault may mean something by them.
var madeUp = []string{"0", "999", "-1", "latest", "*", "..", "a/b", "versions/1", strings.Repeat("9", 40)}

func unknown(t *testing.T, f *fixture) {
	f.wantError(t, sam, "1", tokens.ErrNotFound) // no secret at all
	f.put(t, rita, token("one"))
	for _, never := range append([]string{""}, madeUp...) {
		f.wantError(t, rita, never, tokens.ErrNotFound)
	}
}

func concurrent(t *testing.T, f *fixture) {
	const n = 12
	versions := make([]string, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			m := []tokens.Mailbox{rita, sam}[i%2] // the first ones make the secrets
			versions[i], errs[i] = f.Put(f.ctx, m, token(fmt.Sprint("token ", i)))
			if errs[i] == nil && i%3 == 0 {
				errs[i] = f.Destroy(f.ctx, m, versions[i])
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		m := []tokens.Mailbox{rita, sam}[i%2]
		if i%3 == 0 {
			f.wantError(t, m, versions[i], tokens.ErrDestroyed)
		} else {
			f.want(t, m, versions[i], token(fmt.Sprint("token ", i)))
		}
	}
}

func cancelled(t *testing.T, f *fixture) {
	version := f.put(t, rita, token("one"))
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.Get(ctx, rita, version); err == nil || errors.Is(err, tokens.ErrNotFound) || errors.Is(err, tokens.ErrDestroyed) {
		t.Errorf("Get: %v", err)
	}
	if _, err := f.Put(ctx, rita, token("two")); err == nil {
		t.Error("Put reported success")
	}
	if err := f.Destroy(ctx, rita, version); err == nil {
		t.Error("Destroy reported success")
	}
	f.want(t, rita, version, token("one"))
}

func silent(t *testing.T, f *fixture) {
	const secret = "1//very-secret"
	version := f.put(t, rita, token(secret))
	if err := f.Destroy(f.ctx, rita, version); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	_, get := f.Get(f.ctx, rita, version)
	_, put := f.Put(ctx, rita, token(secret))
	for _, err := range []error{get, put} {
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
			t.Errorf("error %v", err)
		}
	}
}
