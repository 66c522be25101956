package api

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"

	"github.com/trakstar/hire-gmail/shared/hire"
)

const (
	// keysMaxAge is how long a key that its issuer has withdrawn may still be taken for good.
	keysMaxAge = time.Hour
	// keysPause is the least time between two looks for a key that isn't known, or for newer keys while the issuer is down: neither forged tokens nor an outage
	// must make us hammer it.
	keysPause = 10 * time.Second
	// keysTimeout bounds one look.
	keysTimeout = 10 * time.Second
	maxKeys     = 1 << 20 // bytes
)

// algorithms are the only ones taken. None of them is symmetric, so that no public key can serve as a shared secret.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

// errKeysUnavailable: the issuer's keys can't be had, so nobody can tell whether a token is good.
var errKeysUnavailable = errors.New("signing keys are not available")

// keySet is the signing keys of an issuer (RFC 7517), fetched when a token first needs them and again for a key that is not known: an issuer may change its keys
// without telling us. Keys once fetched serve on while the issuer is down.
//
// go-oidc's RemoteKeySet (v3.21) takes a withdrawn key for good until it happens to look again, looks again for each forged token, and does not tell an issuer that is down from a token
// that is bad.
type keySet struct {
	url  string
	http *http.Client
	now  func() time.Time

	fetches singleflight.Group
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	tried   time.Time // to fetch them, last
	fetched time.Time // with success, last
}

// verify returns the payload of a token with a good signature.
func (k *keySet) verify(ctx context.Context, token string) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return nil, fmt.Errorf("parse token: %w", err)
	}
	keys, err := k.find(ctx, jws.Signatures[0].Header.KeyID) // the compact form has one signature
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if payload, err := jws.Verify(key.Key); err == nil {
			return payload, nil
		}
	}
	return nil, errors.New("signature is of no key of the issuer")
}

// find returns the keys with an id, or all where a token names none. It fetches them where they are old, or there is none.
func (k *keySet) find(ctx context.Context, id string) ([]jose.JSONWebKey, error) {
	found, enough := k.known(id)
	if enough {
		return found, nil
	}
	_, err, _ := k.fetches.Do("", func() (any, error) { return nil, k.fetch(ctx) })
	if err != nil && len(found) == 0 {
		return nil, err
	}
	found, _ = k.known(id)
	return found, nil
}

// known are the fetched keys with an id, and whether that will do.
func (k *keySet) known(id string) (found []jose.JSONWebKey, enough bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, key := range k.keys {
		if id == "" || key.KeyID == id {
			found = append(found, key)
		}
	}
	now := k.now()
	if len(found) == 0 {
		return nil, now.Sub(k.fetched) < keysPause
	}
	return found, now.Sub(k.fetched) < keysMaxAge || now.Sub(k.tried) < keysPause
}

// fetch serves all who wait for it, so it does not end when the first of them goes.
func (k *keySet) fetch(ctx context.Context) error {
	k.mu.Lock()
	k.tried = k.now()
	k.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keysTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", errKeysUnavailable, err)
	}
	resp, err := k.http.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %w", errKeysUnavailable, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s", errKeysUnavailable, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxKeys))
	if err != nil {
		return fmt.Errorf("%w: %w", errKeysUnavailable, err)
	}
	keys, err := parseKeys(body)
	if err != nil {
		return fmt.Errorf("%w: %w", errKeysUnavailable, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys, k.fetched = keys, k.now()
	return nil
}

// parseKeys reads a key set. Keys that can't be read, or are not for signatures of our algorithms, are left out (RFC 7517 section 5).
func parseKeys(body []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&set); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	var out []jose.JSONWebKey
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) != nil || !key.Valid() || key.Use != "" && key.Use != "sig" {
			continue
		}
		switch key.Key.(type) {
		case *rsa.PublicKey, *ecdsa.PublicKey:
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no key for signatures")
	}
	return out, nil
}

// refuse is the answer to a token that is not good, or whose keys can't be had.
func refuse(err error) error {
	if errors.Is(err, errKeysUnavailable) {
		return hire.Wrap(hire.CodeUnavailable, err)
	}
	return hire.Wrap(hire.CodeUnauthenticated, err)
}
