package hire

import (
	"time"
)

// Plan is the subscription of an account.
type Plan string

// The plans, from the smallest.
const (
	PlanStarter Plan = "starter"
	PlanPlus    Plan = "plus"
	PlanPro     Plan = "pro"
	PlanProPlus Plan = "pro_plus"
)

// Valid tells whether the plan is one we know.
func (p Plan) Valid() bool {
	switch p {
	case PlanStarter, PlanPlus, PlanPro, PlanProPlus:
		return true
	}
	return false
}

// AllowsGmail tells whether accounts on the plan may send from their users' own mailboxes.
func (p Plan) AllowsGmail() bool { return p == PlanPro || p == PlanProPlus }

// Role is what a user is in an account.
type Role string

// The roles.
const (
	RoleSuperAdmin       Role = "super_admin"
	RoleAdmin            Role = "admin"
	RoleHiringManager    Role = "hiring_manager"
	RoleHiringTeamMember Role = "hiring_team_member"
	RoleExternalAgency   Role = "external_agency"
)

// Valid tells whether the role is one we know.
func (r Role) Valid() bool {
	switch r {
	case RoleSuperAdmin, RoleAdmin, RoleHiringManager, RoleHiringTeamMember, RoleExternalAgency:
		return true
	}
	return false
}

// Retention says what becomes of imported mail whose candidate or account is deleted.
type Retention string

// The retentions; the zero value means keep.
const (
	RetentionKeep   Retention = "keep"
	RetentionDelete Retention = "delete"
)

// Or is the retention, by its name where it is the zero value.
func (r Retention) Or() Retention {
	if r == "" {
		return RetentionKeep
	}
	return r
}

// Account is a customer of Hire.
type Account struct {
	ID        string
	Name      string
	Plan      Plan
	Retention Retention
	Deleted   bool  // the customer has left; nobody may do anything in it any more
	Version   int64 // of the directory's record; a lower one that comes later is ignored

	Integration Integration // ours, as the rest is: no directory update touches it
	Aliases     AliasRule
}

// AliasRule says whether an account's users may send as other addresses of their mailboxes. The zero value does not allow it.
type AliasRule struct {
	Allowed   bool
	ChangedBy string // user id
	ChangedAt time.Time
}

// Integration is the account-wide switch of the Gmail integration.
type Integration struct {
	Enabled   bool
	ChangedBy string // user id
	ChangedAt time.Time
}

// GmailActive tells whether the account may use the integration now: the plan allows it and it is switched on.
func (a Account) GmailActive() bool {
	return a.Plan.AllowsGmail() && a.Integration.Enabled && !a.Deleted
}

// User is a person who works in an account.
type User struct {
	AccountID string
	ID        string
	Name      string
	Email     string // login address, as entered
	Role      Role
	Active    bool
	Deleted   bool // only in news of the directory: nothing is kept of a deleted user but that they are
	Version   int64
}

// MaySwitchIntegration says whether the user may turn the account's integration on or off, and if not, why. Turning it off asks for
// no plan, so that a downgraded account can still be cleaned up.
func MaySwitchIntegration(a Account, u User, on bool) error {
	if on && !a.Plan.AllowsGmail() {
		return Err(CodePlanUpgrade)
	}
	if !u.Active {
		return Err(CodeUserInactive)
	}
	if u.Role != RoleSuperAdmin {
		return Err(CodeSuperAdmin)
	}
	return nil
}

// MayAllowAliases says whether the user may decide that users send as other addresses of their mailboxes, and if not, why. To take that back asks for no plan.
func MayAllowAliases(a Account, u User, allowed bool) error {
	err := MaySwitchIntegration(a, u, allowed)
	if CodeOf(err) == CodeSuperAdmin {
		return Err(CodeSuperAdmin, "Only a Super Admin can decide whether users send from other addresses of their mailboxes.")
	}
	return err
}

// MayConnect says whether the user may connect a mailbox now, and if not, why.
func MayConnect(a Account, u User) error {
	switch {
	case !u.Active:
		return Err(CodeUserInactive)
	case !a.Plan.AllowsGmail():
		return Err(CodePlanUpgrade)
	case !a.Integration.Enabled:
		return Err(CodeIntegrationOff)
	case u.Role == RoleExternalAgency:
		return Err(CodeRoleMayNotSend)
	}
	return nil
}
