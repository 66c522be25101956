package connection

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

const (
	stateTTL  = 10 * time.Minute
	googleTTL = 2 * time.Minute // lease on a Google user
)

// secret makes an unguessable value of 256 bits.
func (s *Service) secret() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "", fmt.Errorf("make secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// Start begins a connection for a user who may make one, and returns the one-time address to open in their browser. returnTo is a path in
// Hire's frontend.
func (s *Service) Start(ctx context.Context, k store.MailboxKey, returnTo string) (startURL string, expires time.Time, err error) {
	account, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return "", time.Time{}, err
	}
	if err := hire.MayConnect(account, user); err != nil {
		return "", time.Time{}, err
	}
	if !safePath(returnTo) {
		return "", time.Time{}, hire.Err(hire.CodeInvalidRequest, `return_to must be a path in Hire's frontend, such as "/settings/email".`)
	}
	link, err := s.secret()
	if err != nil {
		return "", time.Time{}, err
	}
	expires = s.Now().Add(stateTTL)
	err = s.Store.PutOAuthState(ctx, store.OAuthState{
		Digest: hire.Digest("link", link), AccountID: k.AccountID, UserID: k.UserID, ReturnTo: returnTo, ExpiresAt: expires,
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("record start: %w", err)
	}
	return s.StartURL + "?" + url.Values{"link": {link}}.Encode(), expires, nil
}

// safePath admits nothing but a path below the frontend's own address.
func safePath(p string) bool {
	if p == "" {
		return true
	}
	u, err := url.Parse(p)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && !strings.ContainsAny(p, "\\\r\n\t")
}

// Begin is the start page: it takes the one-time link, and returns the consent screen's address and the cookie that binds the answer to this
// browser.
func (s *Service) Begin(ctx context.Context, link string) (consentURL, cookie string, err error) {
	o, err := s.Store.TakeOAuthState(ctx, hire.Digest("link", link))
	if err != nil {
		return "", "", err
	}
	_, user, err := s.Store.Member(ctx, o.AccountID, o.UserID)
	if err != nil {
		return "", "", err
	}
	var secrets [3]string
	for i := range secrets {
		if secrets[i], err = s.secret(); err != nil {
			return "", "", err
		}
	}
	state, cookie, verifier := secrets[0], secrets[1], secrets[2]
	o.Digest, o.CookieDigest, o.Verifier = hire.Digest("state", state), hire.Digest("cookie", cookie), verifier
	if err := s.Store.PutOAuthState(ctx, o); err != nil {
		return "", "", fmt.Errorf("record state: %w", err)
	}
	return s.Google.AuthCodeURL(state, verifier, hire.NormalizeAddress(user.Email)), cookie, nil
}

// Answer is what Google's redirect brings back, and the browser's cookie.
type Answer struct {
	State  string
	Code   string
	Error  string // "access_denied", ...
	Cookie string
}

// Finish is the callback: it checks that the answer belongs to this browser, exchanges the code, checks identity and scopes, sees that label and watch are
// there, and commits the connection. returnTo is where the user came from, also when it fails after the state was recognised.
func (s *Service) Finish(ctx context.Context, a Answer) (returnTo string, err error) {
	o, err := s.Store.TakeOAuthState(ctx, hire.Digest("state", a.State))
	if err != nil {
		return "", err
	}
	if o.CookieDigest == "" || a.Cookie == "" || hire.Digest("cookie", a.Cookie) != o.CookieDigest {
		return "", hire.Err(hire.CodeStateInvalid)
	}
	if a.Error != "" || a.Code == "" {
		return o.ReturnTo, hire.Err(hire.CodeConsentDenied)
	}
	account, user, err := s.Store.Member(ctx, o.AccountID, o.UserID)
	if err != nil {
		return o.ReturnTo, err
	}
	if err := hire.MayConnect(account, user); err != nil {
		return o.ReturnTo, err
	}
	g, err := s.Google.Exchange(ctx, a.Code, o.Verifier)
	if err != nil {
		return o.ReturnTo, fmt.Errorf("exchange code: %w", err)
	}
	if g.AskGmail {
		if err := s.askGmail(ctx, &g); err != nil {
			return o.ReturnTo, fmt.Errorf("ask gmail whose mailbox it is: %w", err)
		}
	}
	return o.ReturnTo, s.connect(ctx, store.MailboxKey{AccountID: o.AccountID, UserID: o.UserID}, user, g)
}

// check says whether a grant is one we can use.
func check(user hire.User, g Grant) error {
	switch {
	case !g.Verified || !hire.SameAddress(g.Address, user.Email):
		return hire.Err(hire.CodeWrongAccount, fmt.Sprintf("You chose %s, but your login address in Hire is %s. Choose the account with your login address.", g.Address, user.Email)).
			With("gmail_address", g.Address).With("login_email", user.Email)
	case !slices.Contains(strings.Fields(g.Scope), scopeGmail):
		return hire.Err(hire.CodePermissionMissing)
	case g.Refresh == "":
		return hire.Err(hire.CodeNoRefreshToken)
	}
	return nil
}

// askGmail completes a grant of which a stand-in for Google has not said whose it is. The mailbox's own address needs no further proof; where there is no id of a Google user
// either, the address serves as one.
func (s *Service) askGmail(ctx context.Context, g *Grant) error {
	p, err := s.Options.Gmail.Mailbox("not known yet", func(context.Context) (string, error) { return g.Access, nil }).Profile(ctx)
	if err != nil {
		return refusal(err)
	}
	if p.Address == "" {
		return hire.Wrap(hire.CodeGmailUnavailable, errors.New("profile without an address"))
	}
	g.Address, g.Verified = p.Address, true
	if g.Sub == "" {
		g.Sub = "address:" + hire.NormalizeAddress(p.Address)
	}
	return nil
}

// connect turns a grant into a connection, or gives it back to Google.
func (s *Service) connect(ctx context.Context, k store.MailboxKey, user hire.User, g Grant) error {
	if g.Sub == "" {
		return hire.Err(hire.CodeInternal).With("reason", "no_google_user")
	}
	ctx = obs.WithMailbox(ctx, k.AccountID, k.UserID)
	holder, google, unlock, err := s.lockGoogleUser(ctx, g.Sub)
	if err != nil {
		return err
	}
	revoked := false
	defer func() { unlock(revoked) }()
	err = s.useGrant(ctx, k, user, g, google, holder)
	// A grant that is of no use is given back. Revoking reaches all connections of this Google user, so only where there is none.
	if code := hire.CodeOf(err); slices.Contains(useless, code) && len(google.Connections) == 0 {
		revoked = true
		if _, rerr := s.Google.Revoke(ctx, firstOf(g.Refresh, g.Access)); rerr != nil {
			s.Log.WarnContext(ctx, "grant of a refused connection could not be revoked", "error", rerr)
		}
	}
	return err
}

// useless are the refusals after which a grant can't serve for anything: all those that the user, and not another try, has to mend.
var useless = []hire.Code{hire.CodeWrongAccount, hire.CodePermissionMissing, hire.CodeNoRefreshToken, hire.CodeNoMailbox, hire.CodeConsentDenied}

// useGrant makes a connection of a grant if it is one we can use; the caller holds the lease on its Google user.
func (s *Service) useGrant(ctx context.Context, k store.MailboxKey, user hire.User, g Grant, google store.GoogleUser, holder string) error {
	if err := check(user, g); err != nil {
		return err
	}
	// The store keeps microseconds; at the same one, it is not known which came first.
	if !google.RevokedAt.IsZero() && !google.RevokedAt.Before(g.At.Truncate(time.Microsecond)) {
		// Somebody revoked this Google user's grants since the exchange; this one may have gone with them.
		err := s.Google.Prove(ctx, g.Refresh)
		var refused *tokens.Refused
		if errors.As(err, &refused) {
			return hire.Wrap(hire.CodeNoRefreshToken, err)
		}
		if err != nil {
			return fmt.Errorf("prove token: %w", err)
		}
	}
	return s.establish(ctx, k, g, holder)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
