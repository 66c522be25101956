package replyaddr_test

import (
	"crypto/sha256"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/replyaddr"
)

const (
	domain = "reply.hire.example"
	first  = "the-first-key-is-32-bytes-long-!!"
	second = "the-second-key-is-32-bytes-long-!"
)

var (
	until = time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)
	id    = idOf("acme", "rita", "thread")
)

func idOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return replyaddr.ID(sum[:])
}

func signer(t testing.TB, domain string, keys ...string) *replyaddr.Signer {
	t.Helper()
	s, err := replyaddr.New(domain, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAddressReadsBack(t *testing.T) {
	t.Parallel()
	s := signer(t, domain, first)
	a := s.Address(id, until)
	if local, _, _ := strings.Cut(a, "@"); len(local) > 64 || len(id) != replyaddr.IDLength {
		t.Errorf("%s has a local part of %d octets, RFC 5321 allows 64; its id %d characters", a, len(local), len(id))
	}
	for name, spelled := range map[string]string{"as it was made": a, "in capitals": strings.ToUpper(a), "in small letters": strings.ToLower(a)} {
		got, at, err := s.Read(spelled)
		if err != nil || got != id || !at.Equal(until) {
			t.Errorf("%s: read %s, %s, %v; want %s, %s", name, got, at, err, id, until)
		}
	}
}

// An address with any one of its characters changed into any other is refused.
func TestEveryCharacterCounts(t *testing.T) {
	t.Parallel()
	s := signer(t, domain, first)
	a := s.Address(id, until)
	for i := range len(a) {
		for c := byte(0); c < 128; c++ {
			if strings.EqualFold(string(c), a[i:i+1]) {
				continue
			}
			forged := a[:i] + string(c) + a[i+1:]
			if got, _, err := s.Read(forged); !errors.Is(err, replyaddr.ErrNotOurs) {
				t.Fatalf("%q was read as %s (%v)", forged, got, err)
			}
		}
	}
	for _, forged := range []string{
		"", "@", "reply+@" + domain, a[1:], a[:len(a)-1], a + ".", " " + a, a + " ", "<" + a + ">", strings.Replace(a, "@", "@@", 1), strings.Replace(a, "+", "+a", 1), strings.Replace(a, "@", "a@", 1),
		strings.Replace(a, "@", "========@", 1), strings.Replace(a, "@", "\n@", 1), strings.ReplaceAll(a, "k", "\u212a") + "\u212a",
	} {
		if _, _, err := s.Read(forged); !errors.Is(err, replyaddr.ErrNotOurs) {
			t.Errorf("%q was read", forged)
		}
	}
}

func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	old := signer(t, domain, first).Address(id, until)
	during := signer(t, domain, second, first)
	if _, _, err := during.Read(old); err != nil {
		t.Errorf("an address of the previous key is refused: %v", err)
	}
	fresh := during.Address(id, until)
	if _, _, err := signer(t, domain, second).Read(fresh); err != nil {
		t.Errorf("the first key does not sign: %v", err)
	}
	if _, _, err := signer(t, domain, second).Read(old); err == nil {
		t.Error("an address of a key that was taken away is still good")
	}
	if _, _, err := signer(t, "other.example", first).Read(strings.Replace(old, domain, "other.example", 1)); err == nil {
		t.Error("an address is good at another domain with the same key")
	}
}

func TestErase(t *testing.T) {
	t.Parallel()
	s := signer(t, domain, first)
	a := s.Address(id, until)
	text := "From: Hire <" + a + ">\nTo: reply+short@" + domain + "\n" + strings.ToUpper(a) + ", mailto:" + url.QueryEscape(a) + ", mailto:" + url.PathEscape(a)
	if got, want := s.Erase(text), "From: Hire <>\nTo: reply+short@"+domain+"\n, mailto:, mailto:"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func() (*replyaddr.Signer, error){
		"no domain":   func() (*replyaddr.Signer, error) { return replyaddr.New("", first) },
		"no key":      func() (*replyaddr.Signer, error) { return replyaddr.New(domain) },
		"a short key": func() (*replyaddr.Signer, error) { return replyaddr.New(domain, first, "short") },
	} {
		if _, err := make(); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// FuzzRead: whatever is read is an address that was made with the key, to the letter but for case.
func FuzzRead(f *testing.F) {
	s := signer(f, domain, first)
	a := s.Address(id, until)
	for _, seed := range []string{a, strings.ToUpper(a), a[:20], "reply+@" + domain, strings.Replace(a, "a", "b", 1), signer(f, domain, second).Address(id, until), "reply+" + strings.Repeat("a", 56) + "@" + domain, "\x00\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got, at, err := s.Read(address)
		if err != nil {
			if !errors.Is(err, replyaddr.ErrNotOurs) || got != "" || !at.IsZero() {
				t.Fatalf("%q: %q, %s, %v", address, got, at, err)
			}
			return
		}
		if again := s.Address(got, at); !strings.EqualFold(again, address) {
			t.Fatalf("%q was read as %q", address, again)
		}
	})
}
