package mailboxes

import (
	"crypto/rand"
	"strings"

	"golang.org/x/oauth2"

	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/tokens"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// Services about mailboxes.
type Services struct {
	Connections *connection.Service
	Quota       gmail.Quota // of the Gmail API
}

// Of makes those of a process, once. It makes no call.
func Of(s *wiring.Services) (*Services, error) {
	return wiring.Once(s, func() (*Services, error) { return build(s) })
}

func build(s *wiring.Services) (*Services, error) {
	c, p := s.Config, s.Adapters
	e := connection.GoogleEndpoints()
	if c.OAuth.AuthURL != "" || c.OAuth.TokenURL != "" {
		e.Issuers = nil // a stand-in may issue id_tokens of its own kind, or none
	}
	for field, override := range map[*string]string{&e.Auth: c.OAuth.AuthURL, &e.Token: c.OAuth.TokenURL, &e.Revoke: c.OAuth.RevokeURL, &e.UserInfo: c.OAuth.UserInfoURL} {
		if override != "" {
			*field = override
		}
	}
	oauthConfig := connection.OAuthConfig(c.OAuth.ClientID, string(c.OAuth.ClientSecret), c.OAuth.RedirectURL, oauth2.Endpoint{AuthURL: e.Auth, TokenURL: e.Token})
	google, err := connection.NewOAuth(oauthConfig, e, p.HTTP, p.Now)
	if err != nil {
		return nil, err
	}
	access, err := tokens.NewSource(p.Vault, oauthConfig, p.HTTP, p.Now, 10_000)
	if err != nil {
		return nil, err
	}
	out := &Services{Quota: quota(c.Gmail.Quota)}
	client, err := gmail.New(gmail.Options{
		Endpoint: c.Gmail.Endpoint, HTTP: p.HTTP, Now: p.Now, Sleep: p.Sleep, Quota: out.Quota, Spent: s.Metrics.Spent,
		Days: projectDay{store: s.Store, perDay: out.Quota.ProjectPerDay, metrics: s.Metrics, log: p.Log},
	})
	if err != nil {
		return nil, err
	}
	out.Connections, err = connection.New(connection.Options{
		Store: s.Store, Outbox: s.Outbox, Vault: p.Vault, Access: access, Google: google, Gmail: client, Topic: c.Gmail.Topic, Metrics: s.Metrics,
		StartURL: strings.TrimSuffix(c.OAuth.RedirectURL, "/callback") + "/start", Now: p.Now, Rand: rand.Reader, Log: p.Log,
	})
	return out, err
}

// quota is the table of Gmail's units that the configuration names, with its limits.
func quota(c config.Quota) gmail.Quota {
	q := gmail.Quota2026()
	if c.Table == "legacy" {
		q = gmail.QuotaLegacy()
	}
	for limit, override := range map[*int]int{&q.UserPerMinute: c.UserPerMinute, &q.ProjectPerMinute: c.ProjectPerMinute, &q.ProjectPerDay: c.ProjectPerDay} {
		if override > 0 {
			*limit = override
		}
	}
	return q
}
