package wiring

import (
	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/config"
)

// callers makes what tells who is calling: users of Hire, and the services that each function answers to.
func (s *Services) callers(c config.Config, p Parts) error {
	var err error
	if s.Users, err = api.NewUserVerifier(api.UserOptions{
		Issuer: c.Users.Issuer, Audience: c.Users.Audience, JWKSURL: c.Users.JWKSURL, HTTP: p.HTTP, Now: p.Now,
	}); err != nil {
		return err
	}
	for _, v := range []struct {
		into     **api.ServiceVerifier
		audience string
		accounts []string
	}{
		{&s.Push, c.Callers.PushAudience, []string{c.Callers.PushServiceAccount}},
		{&s.Scheduler, c.Callers.SchedulerAudience, []string{c.Callers.SchedulerServiceAccount}},
		{&s.Tasks, c.Callers.TasksAudience, []string{c.Callers.TasksServiceAccount}},
		{&s.Backend, c.Callers.BackendAudience, c.Callers.BackendServiceAccounts},
		{&s.Gateway, c.Callers.GatewayAudience, c.Callers.GatewayServiceAccounts},
	} {
		if *v.into, err = api.NewServiceVerifier(api.ServiceOptions{
			Issuer: c.Callers.Issuer, JWKSURL: c.Callers.JWKSURL, Audience: v.audience, ServiceAccounts: v.accounts, BehindIAM: c.Callers.BehindIAM, HTTP: p.HTTP, Now: p.Now,
		}); err != nil {
			return err
		}
	}
	s.SecurityEvents, err = api.NewSecurityEventVerifier(c.Security.Issuer, c.OAuth.ClientID, c.Security.JWKSURL, p.HTTP, p.Now)
	if err != nil {
		return err
	}
	s.limits, err = api.NewLimiter(api.Limits{UserPerMinute: c.Limits.RequestsPerMinuteUser, AccountPerMinute: c.Limits.RequestsPerMinuteAccount}, p.Now)
	return err
}
