package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/trakstar/hire-gmail/shared/hire"
)

const (
	// skew is how far an issuer's clock and ours may differ.
	skew = time.Minute
	// maxToken bounds a token; those of Google and of Hire have one or two thousand bytes.
	maxToken = 16 << 10
	// removedSignature is what Cloud Run puts in the place of a signature that it has checked.
	// Source: https://cloud.google.com/run/docs/authenticating/service-to-service
	removedSignature = "SIGNATURE_REMOVED_BY_GOOGLE"
)

// claims that our callers' tokens may have.
type claims struct {
	jwt.Claims
	AccountID     string `json:"account_id"`
	UserID        string `json:"user_id"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"email_verified"`
}

// checker checks the tokens of one issuer for one audience.
type checker struct {
	keys     *keySet
	issuer   string
	audience string
	now      func() time.Time
}

func newChecker(issuer, audience, jwksURL string, client *http.Client, now func() time.Time) (checker, error) {
	if strings.TrimSpace(issuer) == "" || strings.TrimSpace(audience) == "" {
		return checker{}, errors.New("api: a verifier without issuer or audience would be open to the world")
	}
	if jwksURL == "" || client == nil || now == nil {
		return checker{}, errors.New("api: a verifier needs the address of the issuer's keys, an HTTP client and a clock")
	}
	return checker{keys: &keySet{url: jwksURL, http: client, now: now}, issuer: issuer, audience: audience, now: now}, nil
}

// check reads a token and says whether it is good. unsigned takes one whose signature Cloud Run has checked and removed; every other one needs a good signature
// even then.
func (c checker) check(ctx context.Context, token string, unsigned bool) (claims, error) {
	var out claims
	payload, err := c.payload(ctx, token, unsigned)
	if err != nil {
		return out, refuse(err)
	}
	if err := json.Unmarshal(payload, &out); err != nil {
		return out, refuse(fmt.Errorf("read claims: %w", err))
	}
	if out.Expiry == nil {
		return out, refuse(errors.New("token has no expiry"))
	}
	// Google's tokens may name it without the scheme (https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload).
	if c.issuer == "https://accounts.google.com" && out.Issuer == "accounts.google.com" {
		out.Issuer = c.issuer
	}
	err = out.ValidateWithLeeway(jwt.Expected{Issuer: c.issuer, AnyAudience: jwt.Audience{c.audience}, Time: c.now()}, skew)
	if errors.Is(err, jwt.ErrExpired) {
		return out, hire.Wrap(hire.CodeTokenExpired, err)
	}
	if err != nil {
		return out, refuse(err)
	}
	return out, nil
}

func (c checker) payload(ctx context.Context, token string, unsigned bool) ([]byte, error) {
	if len(token) > maxToken {
		return nil, errors.New("token is too long")
	}
	if !unsigned || !strings.HasSuffix(token, "."+removedSignature) {
		return c.keys.verify(ctx, token)
	}
	jws, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return nil, fmt.Errorf("parse token: %w", err)
	}
	return jws.UnsafePayloadWithoutVerification(), nil
}

// bearer reads the token of a request (RFC 6750 section 2.1). It is taken from nowhere else: addresses end up in logs.
func bearer(values []string) (string, error) {
	if len(values) == 0 {
		return "", hire.Wrap(hire.CodeUnauthenticated, errNoToken)
	}
	if len(values) > 1 {
		return "", refuse(errors.New("more than one Authorization header"))
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", hire.Wrap(hire.CodeUnauthenticated, errNoToken)
	}
	if token = strings.TrimSpace(token); token == "" {
		return "", hire.Wrap(hire.CodeUnauthenticated, errNoToken)
	}
	return token, nil
}
