package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// ServiceOptions of a verifier of services; all but BehindIAM are needed.
type ServiceOptions struct {
	Issuer          string       // as in the claim "iss"
	Audience        string       // which the claim "aud" must be, and nothing else; never taken from the request
	ServiceAccounts []string     // emails of those who may call
	JWKSURL         string       // address of the issuer's keys
	HTTP            *http.Client // to fetch them with
	Now             func() time.Time
	// BehindIAM: Cloud Run's IAM has checked the token before the request comes here, and has removed its signature. Anything but a
	// removed signature is still checked. Never set it where a request can come past IAM.
	BehindIAM bool
}

// ServiceVerifier knows a service, such as a push subscription, Cloud Tasks, Cloud Scheduler or Hire's backend, by an OpenID Connect token of its service
// account: audience, a verified email that is one of the allowed accounts, expiry and signature.
// Source: https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#validate_tokens
type ServiceVerifier struct {
	checker   checker
	accounts  []string
	behindIAM bool
}

// NewServiceVerifier makes a verifier of services. It makes no call; one without issuer, audience or service accounts is refused: it would be open to the world.
func NewServiceVerifier(o ServiceOptions) (*ServiceVerifier, error) {
	c, err := newChecker(o.Issuer, o.Audience, o.JWKSURL, o.HTTP, o.Now)
	if err != nil {
		return nil, err
	}
	if len(o.ServiceAccounts) == 0 || slices.ContainsFunc(o.ServiceAccounts, func(a string) bool { return strings.TrimSpace(a) == "" }) {
		return nil, errors.New("api: a verifier of services needs the accounts that may call, and no empty one")
	}
	return &ServiceVerifier{checker: c, accounts: slices.Clone(o.ServiceAccounts), behindIAM: o.BehindIAM}, nil
}

// Verify says whether a request is of an allowed service. Errors: unauthenticated (no token, or a bad one), token_expired, forbidden (a good token of somebody
// else's), and temporarily_unavailable where the issuer's keys can't be had.
func (v *ServiceVerifier) Verify(r *http.Request) error {
	token, err := bearer(v.header(r))
	if err != nil {
		return err
	}
	c, err := v.checker.check(r.Context(), token, v.behindIAM)
	if err != nil {
		return err
	}
	if len(c.Audience) != 1 { // one that is good elsewhere too could be brought here from there; Google's are for one
		return refuse(errors.New("token is for several audiences"))
	}
	if !c.EmailVerified || !slices.Contains(v.accounts, c.Email) {
		return hire.Wrap(hire.CodeForbidden, fmt.Errorf("token of another caller, sub %q", c.Subject))
	}
	return nil
}

// header is the one that IAM has looked at: where both are sent, it checks this one and leaves Authorization as the caller wrote it.
// Source: https://cloud.google.com/run/docs/authenticating/service-to-service
func (v *ServiceVerifier) header(r *http.Request) []string {
	if values := r.Header.Values("X-Serverless-Authorization"); v.behindIAM && len(values) > 0 {
		return values
	}
	return r.Header.Values("Authorization")
}
