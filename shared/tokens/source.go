package tokens

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// Refused: Google does not accept the token any more; only the user can mend that.
type Refused struct {
	Reason Reason
}

// Reason of a refusal, as far as Google's answer tells.
type Reason string

// The reasons.
const (
	Revoked       Reason = "revoked_or_expired"
	AdminPolicy   Reason = "admin_policy"
	ClientInvalid Reason = "client_invalid" // our own client was disabled or its secret changed
)

func (r *Refused) Error() string { return "google refused the token: " + string(r.Reason) }

// earlier is how long before its end an access token is no longer handed out.
const earlier = 2 * time.Minute

// clientAgain is how long a refusal of our own client stands. It is no fault of the token: once the client is mended, the tokens are good again.
const clientAgain = time.Minute

// Source hands out access tokens, cached in memory until shortly before their end, with one refresh under way at a time for each version. A version
// that Google has refused is not tried again as long as it is remembered.
type Source struct {
	vault  Vault
	config *oauth2.Config
	http   *http.Client
	now    func() time.Time
	limit  int

	flights singleflight.Group
	mu      sync.Mutex
	cache   map[string]entry
}

type entry struct {
	access  string
	expires time.Time // of a refusal: zero for one that stands
	refused *Refused
}

// NewSource makes a Source that refreshes with the OAuth client of config and remembers at most limit tokens.
func NewSource(v Vault, config *oauth2.Config, client *http.Client, now func() time.Time, limit int) (*Source, error) {
	if v == nil || config == nil || client == nil || now == nil || limit < 1 {
		return nil, errors.New("tokens: vault, config, client, now and a limit are all needed")
	}
	return &Source{vault: v, config: config, http: client, now: now, limit: limit, cache: map[string]entry{}}, nil
}

func cacheKey(m Mailbox, version string) string {
	return m.AccountID + "\x00" + m.UserID + "\x00" + version
}

// Access returns an access token for a version: *Refused if Google does not accept it, ErrNotFound or ErrDestroyed if it is no longer there, gmail_unavailable if its token
// endpoint does not answer as it should.
func (s *Source) Access(ctx context.Context, m Mailbox, version string) (string, error) {
	key := cacheKey(m, version)
	if access, known, err := s.cached(key); known {
		return access, err
	}
	// The refresh belongs to all who wait for it: that one of them gives up does not end it.
	ch := s.flights.DoChan(key, func() (any, error) {
		if access, known, err := s.cached(key); known {
			return access, err // another flight has landed since we looked
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		return s.refresh(ctx, m, version)
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case res := <-ch:
		if res.Err != nil {
			return "", res.Err
		}
		return res.Val.(string), nil
	}
}

// cached says what is remembered of a version; known is false where nothing of use is.
func (s *Source) cached(key string) (access string, known bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.cache[key]
	switch {
	case !ok:
		return "", false, nil
	case e.refused != nil && (e.expires.IsZero() || s.now().Before(e.expires)):
		return "", true, e.refused
	case e.refused == nil && s.now().Before(e.expires.Add(-earlier)):
		return e.access, true, nil
	}
	return "", false, nil
}

func (s *Source) refresh(ctx context.Context, m Mailbox, version string) (string, error) {
	t, err := s.vault.Get(ctx, m, version)
	if err != nil {
		return "", fmt.Errorf("read token: %w", err)
	}
	answer, err := s.config.TokenSource(context.WithValue(ctx, oauth2.HTTPClient, s.http), &oauth2.Token{RefreshToken: t.Refresh}).Token()
	if err != nil {
		refused := classify(err)
		if refused == nil {
			return "", unrefused(err)
		}
		e := entry{refused: refused}
		if refused.Reason == ClientInvalid {
			e.expires = s.now().Add(clientAgain)
		}
		s.put(cacheKey(m, version), e)
		return "", refused
	}
	expires := answer.Expiry
	if answer.ExpiresIn > 0 {
		expires = s.now().Add(time.Duration(answer.ExpiresIn) * time.Second)
	}
	s.put(cacheKey(m, version), entry{access: answer.AccessToken, expires: expires})
	return answer.AccessToken, nil
}

func (s *Source) put(key string, e entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.cache[key]; !there && len(s.cache) >= s.limit {
		for k := range s.cache { // any one; the map's order is random
			delete(s.cache, k)
			break
		}
	}
	s.cache[key] = e
}

// Stale drops the cached access token of a version, after Gmail has refused it; a refusal stays.
func (s *Source) Stale(m Mailbox, version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := cacheKey(m, version)
	if e, ok := s.cache[key]; ok && e.refused == nil {
		delete(s.cache, key)
	}
}

// classify reads a token endpoint's refusal; nil for anything that may pass by itself.
func classify(err error) *Refused {
	var re *oauth2.RetrieveError
	if !errors.As(err, &re) {
		return nil
	}
	switch re.ErrorCode {
	case "invalid_grant":
		return &Refused{Reason: Revoked}
	case "admin_policy_enforced", "org_internal":
		return &Refused{Reason: AdminPolicy}
	case "invalid_client", "unauthorized_client", "deleted_client":
		return &Refused{Reason: ClientInvalid}
	}
	return nil
}

// unrefused is the error of a refresh that says nothing of the token. Where Google's endpoint was at fault, or out of reach, it is gmail_unavailable: trouble of others, which
// passes. A refusal of an unknown kind is for us to look at.
func unrefused(err error) error {
	cause := errors.New("refresh token: " + scrub(err))
	var re *oauth2.RetrieveError
	if errors.As(err, &re) && re.Response.StatusCode < http.StatusInternalServerError && re.Response.StatusCode != http.StatusTooManyRequests {
		return cause
	}
	return hire.Wrap(hire.CodeGmailUnavailable, cause)
}

// scrub tells what went wrong without the body of an answer, which might carry a token.
func scrub(err error) string {
	var re *oauth2.RetrieveError
	if errors.As(err, &re) {
		return strings.TrimSpace(re.Response.Status + " " + re.ErrorCode)
	}
	return err.Error()
}
