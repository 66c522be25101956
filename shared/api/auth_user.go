package api

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Caller is a user of Hire who calls. Whether the user exists, is active and may do it is for the domain to say.
type Caller struct {
	AccountID string
	UserID    string
}

// UserOptions of a verifier of users; all are needed.
type UserOptions struct {
	Issuer   string       // as in the claim "iss"
	Audience string       // which must be among the claim "aud"
	JWKSURL  string       // address of the issuer's keys
	HTTP     *http.Client // to fetch them with
	Now      func() time.Time
}

// UserVerifier knows users of Hire by the tokens of Hire's OpenID Connect issuer: JWTs signed with RS256 or ES256 that have iss, aud and exp, and
//
//	account_id  the account, 1 to 128 printable characters
//	user_id     the user in that account, likewise ("sub" is not used: it is the issuer's, and unique there rather than in an account)
type UserVerifier struct {
	checker checker
}

// NewUserVerifier makes a verifier of users. It makes no call; one without issuer or audience is refused.
func NewUserVerifier(o UserOptions) (*UserVerifier, error) {
	c, err := newChecker(o.Issuer, o.Audience, o.JWKSURL, o.HTTP, o.Now)
	if err != nil {
		return nil, err
	}
	return &UserVerifier{checker: c}, nil
}

// Authenticate says which user a request is of. Errors: unauthenticated (no token, or a bad one), token_expired, and temporarily_unavailable where the
// issuer's keys can't be had, since signing in again would not help then.
func (v *UserVerifier) Authenticate(r *http.Request) (Caller, error) {
	token, err := bearer(r.Header.Values("Authorization"))
	if err != nil {
		return Caller{}, err
	}
	c, err := v.checker.check(r.Context(), token, false)
	if err != nil {
		return Caller{}, err
	}
	if !validClaim(c.AccountID) || !validClaim(c.UserID) {
		return Caller{}, refuse(errors.New("token lacks a usable account_id or user_id"))
	}
	return Caller{AccountID: c.AccountID, UserID: c.UserID}, nil
}

func validClaim(id string) bool {
	return len(id) >= 1 && len(id) <= 128 && !strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) })
}
