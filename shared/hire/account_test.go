package hire

import (
	"testing"
)

func TestPlans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan          Plan
		valid, allows bool
	}{
		{PlanStarter, true, false}, {PlanPlus, true, false}, {PlanPro, true, true}, {PlanProPlus, true, true},
		{"", false, false}, {"Pro", false, false}, {"enterprise", false, false},
	} {
		if c.plan.Valid() != c.valid || c.plan.AllowsGmail() != c.allows {
			t.Errorf("plan %q: valid %t, allows gmail %t", c.plan, c.plan.Valid(), c.plan.AllowsGmail())
		}
		for _, on := range []bool{true, false} {
			if got := (Account{Plan: c.plan, Integration: Integration{Enabled: on}}).GmailActive(); got != (on && c.allows) {
				t.Errorf("plan %q, switched on %t: active %t", c.plan, on, got)
			}
		}
	}
}

var roles = []Role{RoleSuperAdmin, RoleAdmin, RoleHiringManager, RoleHiringTeamMember, RoleExternalAgency}

func TestRoles(t *testing.T) {
	t.Parallel()
	for _, r := range roles {
		if !r.Valid() {
			t.Errorf("role %q is not valid", r)
		}
	}
	for _, r := range []Role{"", "Admin", "owner"} {
		if r.Valid() {
			t.Errorf("role %q is valid", r)
		}
	}
}

func TestMaySwitchIntegration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		plan   Plan
		role   Role
		active bool
		on     bool
		want   Code
	}{
		{"super admin on pro", PlanPro, RoleSuperAdmin, true, true, ""},
		{"super admin on pro plus", PlanProPlus, RoleSuperAdmin, true, true, ""},
		{"super admin on a lower plan", PlanPlus, RoleSuperAdmin, true, true, CodePlanUpgrade},
		{"on an unknown plan", "", RoleSuperAdmin, true, true, CodePlanUpgrade},
		{"off after a downgrade", PlanStarter, RoleSuperAdmin, true, false, ""},
		{"admin", PlanPro, RoleAdmin, true, true, CodeSuperAdmin},
		{"admin, off", PlanPro, RoleAdmin, true, false, CodeSuperAdmin},
		{"hiring manager", PlanPro, RoleHiringManager, true, true, CodeSuperAdmin},
		{"unknown role", PlanPro, "", true, true, CodeSuperAdmin},
		{"deactivated super admin", PlanPro, RoleSuperAdmin, false, true, CodeUserInactive},
		{"deactivated super admin, off", PlanPro, RoleSuperAdmin, false, false, CodeUserInactive},
		{"the plan is named first", PlanPlus, RoleAdmin, false, true, CodePlanUpgrade},
	} {
		if got := CodeOf(MaySwitchIntegration(Account{Plan: c.plan}, User{Role: c.role, Active: c.active}, c.on)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMayConnect(t *testing.T) {
	t.Parallel()
	on := Account{Plan: PlanPro, Integration: Integration{Enabled: true}}
	off, low := on, on
	off.Integration.Enabled, low.Plan = false, PlanPlus
	for _, c := range []struct {
		name    string
		account Account
		role    Role
		active  bool
		want    Code
	}{
		{"admin", on, RoleAdmin, true, ""},
		{"super admin", on, RoleSuperAdmin, true, ""},
		{"hiring manager", on, RoleHiringManager, true, ""},
		{"team member", on, RoleHiringTeamMember, true, ""},
		{"agency", on, RoleExternalAgency, true, CodeRoleMayNotSend},
		{"deactivated", on, RoleAdmin, false, CodeUserInactive},
		{"switched off", off, RoleAdmin, true, CodeIntegrationOff},
		{"lower plan, still switched on", low, RoleAdmin, true, CodePlanUpgrade},
	} {
		if got := CodeOf(MayConnect(c.account, User{Role: c.role, Active: c.active})); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMaySend(t *testing.T) {
	t.Parallel()
	on, other := &Thread{UserIDs: []string{"x", "u"}}, &Thread{UserIDs: []string{"x"}}
	for _, r := range roles {
		for _, c := range []struct {
			name   string
			thread *Thread
			active bool
			want   Code
		}{
			{"new", nil, true, ""},
			{"own thread", on, true, ""},
			{"another's thread", other, true, map[Role]Code{RoleHiringTeamMember: CodeNotOnThread}[r]},
			{"deactivated", on, false, CodeUserInactive},
		} {
			want := c.want
			if r == RoleExternalAgency && c.active {
				want = CodeRoleMayNotSend
			}
			if got := CodeOf(MaySend(User{ID: "u", Role: r, Active: c.active}, c.thread)); got != want {
				t.Errorf("%s, %s: %q, want %q", r, c.name, got, want)
			}
		}
	}
}

func TestMayRead(t *testing.T) {
	t.Parallel()
	for _, r := range roles {
		for _, c := range []struct {
			name            string
			private, member bool
			active          bool
			want            Code
		}{
			{"open", false, false, true, ""},
			{"open, on it", false, true, true, ""},
			{"private, on it", true, true, true, ""},
			{"private, not on it", true, false, true, map[bool]Code{false: CodeUnknownThread}[r == RoleSuperAdmin]},
			{"deactivated", false, true, false, CodeUserInactive},
			{"deactivated, private", true, true, false, CodeUserInactive},
		} {
			want := c.want
			if r == RoleExternalAgency && c.active {
				want = CodeForbidden
			}
			thread := Thread{Private: c.private, UserIDs: []string{"x"}}
			if c.member {
				thread.UserIDs = append(thread.UserIDs, "u")
			}
			if got := CodeOf(MayRead(User{ID: "u", Role: r, Active: c.active}, thread)); got != want {
				t.Errorf("%s, %s: %q, want %q", r, c.name, got, want)
			}
		}
	}
}
