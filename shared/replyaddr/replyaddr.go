package replyaddr

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// ErrNotOurs: what was read is no address that a Signer with these keys has made.
var ErrNotOurs = errors.New("not a reply address of ours")

const (
	prefix = "reply+"
	// IDLength is how many characters the id of a record has, all of them of base32 in lower case.
	IDLength  = 24
	idBytes   = 15
	timeBytes = 4
	macBytes  = 16
	// tokenLength is a multiple of 8, so that no bit of the last character is left over and every token has one spelling.
	tokenLength = (idBytes + timeBytes + macBytes) / 5 * 8
	// minKey is how long a key must be at least, in bytes (RFC 2104 section 3).
	minKey = 32
)

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Signer makes and reads reply addresses.
type Signer struct {
	domain  string
	keys    [][]byte // the first one signs
	pattern *regexp.Regexp
}

// New makes a Signer for a domain. The first key signs; addresses made with the others are still good, so that keys can be changed.
func New(domain string, keys ...string) (*Signer, error) {
	domain = strings.ToLower(domain)
	if domain == "" || len(keys) == 0 {
		return nil, errors.New("replyaddr: a domain and a key are needed")
	}
	s := &Signer{domain: domain, pattern: regexp.MustCompile(`(?i)reply(?:\+|%2b)[a-z2-7]{` + fmt.Sprint(tokenLength) + `}(?:@|%40)` + regexp.QuoteMeta(domain))}
	for _, k := range keys {
		if len(k) < minKey {
			return nil, fmt.Errorf("replyaddr: a key has fewer than %d bytes", minKey)
		}
		s.keys = append(s.keys, []byte(k))
	}
	return s, nil
}

// ID makes the id of a record of the digest of what it says; the digest has 15 bytes at least.
func ID(digest []byte) string { return encoding.EncodeToString(digest[:idBytes]) }

// Address is the address of a record, good until a time, in whole seconds. It panics where id is none that ID has made.
func (s *Signer) Address(id string, until time.Time) string {
	token, err := encoding.DecodeString(id)
	if err != nil || len(token) != idBytes {
		panic(fmt.Sprintf("replyaddr: %q is no id", id))
	}
	token = binary.BigEndian.AppendUint32(token, uint32(until.Unix()))
	token = append(token, s.mac(s.keys[0], token)...)
	return prefix + encoding.EncodeToString(token) + "@" + s.domain
}

// Read takes an address apart, whatever case it is in. The only error is ErrNotOurs; whether its time is over is the caller's to see.
func (s *Signer) Read(address string) (id string, until time.Time, err error) {
	local, domain, ok := strings.Cut(lower(address), "@")
	text, ours := strings.CutPrefix(local, prefix)
	if !ok || !ours || domain != s.domain || len(text) != tokenLength {
		return "", time.Time{}, ErrNotOurs
	}
	token, err := encoding.DecodeString(text)
	if err != nil || len(token) != idBytes+timeBytes+macBytes {
		return "", time.Time{}, ErrNotOurs
	}
	said, mac := token[:idBytes+timeBytes], token[idBytes+timeBytes:]
	good := false
	for _, k := range s.keys {
		good = hmac.Equal(mac, s.mac(k, said)) || good
	}
	if !good {
		return "", time.Time{}, ErrNotOurs
	}
	return ID(said), time.Unix(int64(binary.BigEndian.Uint32(said[idBytes:])), 0).UTC(), nil
}

// lower makes ASCII letters small and nothing else: other letters that have these as their small form are not ours.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// Erase takes reply addresses out of a text: who quotes a notification must not hand the address on.
func (s *Signer) Erase(text string) string { return s.pattern.ReplaceAllString(text, "") }

func (s *Signer) mac(key, said []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("hire reply address 1\x00" + s.domain + "\x00"))
	h.Write(said)
	return h.Sum(nil)[:macBytes]
}
