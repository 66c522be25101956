package sending

import (
	"context"

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

// Policy says which route a user's mail of a kind takes now, and why where it is not Gmail. Automatic mail is never blocked.
func (s *Service) Policy(ctx context.Context, k store.MailboxKey, kind Kind) (Route, hire.Code, error) {
	switch kind {
	case Personal, Automatic, Bulk:
	default:
		return "", "", hire.Err(hire.CodeInvalidRequest, "kind must be personal, automatic or bulk.")
	}
	account, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return "", "", err
	}
	switch {
	case !account.Plan.AllowsGmail():
		return ViaHireDomain, hire.CodePlanUpgrade, nil
	case !account.Integration.Enabled:
		return ViaHireDomain, hire.CodeIntegrationOff, nil
	}
	_, err = s.connected(ctx, account, user)
	switch {
	case err == nil:
		return ViaGmail, "", nil
	case kind == Automatic:
		return ViaHireDomain, hire.CodeOf(err), nil
	default:
		return Blocked, hire.CodeOf(err), nil
	}
}

// connected reads the user's mailbox, or says why nothing can leave through it.
func (s *Service) connected(ctx context.Context, a hire.Account, u hire.User) (store.Mailbox, error) {
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
		e := hire.Err(hire.CodeReconnectRequired)
		if m.Problem != nil && m.Problem.Detail != "" {
			e.Detail = m.Problem.Detail
		}
		return m, e
	}
	return m, nil
}
