package sending

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Kind of a mail, for the sending policy.
type Kind string

// The kinds.
const (
	Personal  Kind = "personal"  // written by the user
	Automatic Kind = "automatic" // an acknowledgement, a reminder
	Bulk      Kind = "bulk"
)

// Route a mail takes.
type Route string

// The routes.
const (
	ViaGmail      Route = "gmail"
	ViaHireDomain Route = "hire_domain"
	Blocked       Route = "blocked"
)

// Decision is the route that a user's mail of a kind takes now.
type Decision struct {
	Route  Route
	Reason hire.Code // why not by Gmail, or why not at once; "" where it goes by Gmail at once
	Until  time.Time // when Gmail sends for the mailbox again; zero: now, or not known
}

// Policy decides which route a user's mail of a kind takes now. Automatic mail is never blocked. Gmail's sending limit blocks nothing, either: what people write is told when
// to try again, bulk mail waits, and automatic mail goes another way.
func (s *Service) Policy(ctx context.Context, k store.MailboxKey, kind Kind) (Decision, error) {
	switch kind {
	case Personal, Automatic, Bulk:
	default:
		return Decision{}, hire.Err(hire.CodeInvalidRequest, "kind must be personal, automatic or bulk.")
	}
	account, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return Decision{}, err
	}
	switch {
	case !account.Plan.AllowsGmail():
		return Decision{Route: ViaHireDomain, Reason: hire.CodePlanUpgrade}, nil
	case !account.Integration.Enabled:
		return Decision{Route: ViaHireDomain, Reason: hire.CodeIntegrationOff}, nil
	}
	err = hire.MaySend(user, nil)
	var box store.Mailbox
	if err == nil {
		box, err = s.Connected(ctx, account, user)
	}
	code := hire.CodeOf(err)
	limited := err == nil && s.Now().Before(box.SendBlockedUntil)
	switch {
	case code == hire.CodeInternal:
		return Decision{}, err
	case err != nil && kind == Automatic:
		return Decision{Route: ViaHireDomain, Reason: code}, nil
	case err != nil:
		return Decision{Route: Blocked, Reason: code}, nil
	case limited && kind == Automatic:
		return Decision{Route: ViaHireDomain, Reason: hire.CodeDailyLimit, Until: box.SendBlockedUntil}, nil
	case limited:
		return Decision{Route: ViaGmail, Reason: hire.CodeDailyLimit, Until: box.SendBlockedUntil}, nil
	}
	return Decision{Route: ViaGmail}, nil
}

// waitsForUser tells whether a failure is a connection's that its user can mend by connecting it again.
func waitsForUser(code hire.Code) bool {
	return code == hire.CodeReconnectRequired || code == hire.CodeNoMailbox || code == hire.CodePermissionMissing
}

// needs says what a parked connection needs of its user.
func needs(m store.Mailbox) *hire.Error {
	if m.Problem == nil || !waitsForUser(m.Problem.Code) {
		return hire.Err(hire.CodeReconnectRequired)
	}
	return hire.Err(m.Problem.Code, m.Problem.Detail)
}

// Connected reads the user's mailbox, or says why nothing can be done through it.
func (s *Service) Connected(ctx context.Context, a hire.Account, u hire.User) (store.Mailbox, error) {
	if !a.Plan.AllowsGmail() {
		return store.Mailbox{}, hire.Err(hire.CodePlanUpgrade)
	}
	if !a.Integration.Enabled {
		return store.Mailbox{}, hire.Err(hire.CodeIntegrationOff)
	}
	m, found, err := s.Store.Mailbox(ctx, store.MailboxKey{AccountID: u.AccountID, UserID: u.ID})
	switch {
	case err != nil:
		return m, err
	case !found || m.State == store.Disconnected || m.State == store.Disconnecting:
		return m, hire.Err(hire.CodeConnectRequired)
	case m.State != store.Connected:
		return m, needs(m)
	}
	return m, nil
}
