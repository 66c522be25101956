package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// SecurityEvent is one event of a security event token (RFC 8417), as Google's Cross-Account Protection sends them.
type SecurityEvent struct {
	ID     string // of the token, claim "jti"
	Type   string // URI, such as https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked
	Sub    string // the Google user; "" where the event names none
	Reason string // such as "hijacking"; mostly ""
	At     time.Time
}

// SecurityEventVerifier reads security event tokens of one issuer for one audience.
// Source: https://developers.google.com/identity/protocols/risc
type SecurityEventVerifier struct{ checker checker }

// NewSecurityEventVerifier makes a verifier. audience is the id of our OAuth client. It makes no call; one without issuer or audience is refused.
func NewSecurityEventVerifier(issuer, audience, jwksURL string, client *http.Client, now func() time.Time) (*SecurityEventVerifier, error) {
	c, err := newChecker(withoutSlash(issuer), audience, jwksURL, client, now)
	if err != nil {
		return nil, err
	}
	return &SecurityEventVerifier{c}, nil
}

// securityClaims of a security event token.
type securityClaims struct {
	jwt.Claims
	Events map[string]struct {
		Subject struct {
			Issuer string `json:"iss"`
			Sub    string `json:"sub"`
		} `json:"subject"`
		Reason string `json:"reason"`
	} `json:"events"`
}

// Verify reads a token and returns its events, ordered by type. It tells of something past, so it has no end and its age is not looked at. An id_token has the same issuer,
// keys and audience: what has no events is refused. Errors: unauthenticated (anything but a good token), temporarily_unavailable where the issuer's keys can't be had.
func (v *SecurityEventVerifier) Verify(ctx context.Context, token string) ([]SecurityEvent, error) {
	payload, err := v.checker.payload(ctx, strings.TrimSpace(token), false)
	if err != nil {
		return nil, refuse(err)
	}
	var c securityClaims
	if err := json.Unmarshal(payload, &c); err != nil {
		return nil, refuse(fmt.Errorf("read claims: %w", err))
	}
	switch {
	case withoutSlash(c.Issuer) != v.checker.issuer: // Google's own discovery document and tokens name it with a slash at the end, id_tokens without
		return nil, refuse(fmt.Errorf("token of issuer %q", c.Issuer))
	case !slices.Contains(c.Audience, v.checker.audience):
		return nil, refuse(errors.New("token for another audience"))
	case len(c.Events) == 0:
		return nil, refuse(errors.New("token tells of no event"))
	}
	var out []SecurityEvent
	for kind, e := range c.Events {
		event := SecurityEvent{ID: c.ID, Type: kind, Reason: e.Reason}
		if c.IssuedAt != nil {
			event.At = c.IssuedAt.Time()
		}
		if withoutSlash(e.Subject.Issuer) == v.checker.issuer {
			event.Sub = e.Subject.Sub
		}
		out = append(out, event)
	}
	slices.SortFunc(out, func(a, b SecurityEvent) int { return strings.Compare(a.Type, b.Type) })
	return out, nil
}

func withoutSlash(issuer string) string { return strings.TrimSuffix(issuer, "/") }

// SecurityEventProblem turns an error of Verify into one that the sender of a token understands (RFC 8935 section 2.4): a token that is not good has status 400, and
// its problem says "err" and "description" too.
func SecurityEventProblem(err error) error {
	if hire.CodeOf(err) != hire.CodeUnauthenticated {
		return err
	}
	e := hire.Err(hire.CodeInvalidRequest, "This is no security event token of Google's for our OAuth client.")
	e.Err = err
	return e.With("err", "authentication_failed").With("description", e.Detail)
}
