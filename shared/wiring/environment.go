package wiring

import (
	"context"
	"maps"

	"github.com/sethvargo/go-envconfig"

	"github.com/trakstar/hire-gmail/shared/config"
)

// The service accounts that stand for Google's and Hire's on one machine.
const (
	localPush      = "push@local.example"
	localScheduler = "scheduler@local.example"
	localTasks     = "tasks@local.example"
	localBackend   = "backend@local.example"
	localGateway   = "gateway@local.example"
)

// The domain of the reply addresses of one machine, which gets no mail, and the keys that sign them and other things. Whoever can call functions there can make all tokens anyway.
const (
	localReplies  = "reply.local.example"
	localReplyKey = "no-secret-on-one-machine-no-secret"
	localSeed     = "bm8tc2VjcmV0LW9uLW9uZS1tYWNoaW5lLW5vLXNlY3I=" // of the key that signs deletion reports
)

// LocalEnvironment is the environment of a service on one machine that serves all functions below base, with an issuer of users' and services' tokens
// at base/issuer. What concerns Google is for the caller to add.
func LocalEnvironment(base, dataDir string) map[string]string {
	return map[string]string{
		"STORE": "embedded", "DATA_DIR": dataDir, "APP_URL": base, "ALLOWED_ORIGINS": base, "LOG_FORMAT": "text",
		"OAUTH_REDIRECT_URL": base + "/oauthcallback/callback",
		"USERS_ISSUER":       base + "/issuer", "USERS_AUDIENCE": "hire-gmail", "USERS_JWKS_URL": base + "/issuer/jwks",
		"CALLERS_ISSUER": base + "/issuer", "CALLERS_JWKS_URL": base + "/issuer/jwks",
		"SECURITY_EVENTS_ISSUER": base + "/issuer", "SECURITY_EVENTS_JWKS_URL": base + "/issuer/jwks",
		"PUSH_AUDIENCE": base + "/gmailnotify", "PUSH_SERVICE_ACCOUNT": localPush,
		"SCHEDULER_AUDIENCE": base + "/labelsweep", "SCHEDULER_SERVICE_ACCOUNT": localScheduler,
		"TASKS_AUDIENCE": base + "/tasks", "TASKS_SERVICE_ACCOUNT": localTasks,
		"BACKEND_AUDIENCE": base + "/directory", "BACKEND_SERVICE_ACCOUNTS": localBackend,
		"GATEWAY_AUDIENCE": base + "/inboundreply", "GATEWAY_SERVICE_ACCOUNTS": localGateway,
		"REPLY_DOMAIN": localReplies, "REPLY_KEYS": localReplyKey,
		"REPORT_KEYS": localSeed,
	}
}

// UseGoogleAt makes an environment use a stand-in for Google's OAuth and Gmail, which pushes, at the given address.
func UseGoogleAt(env map[string]string, google, clientID, clientSecret string) {
	maps.Copy(env, map[string]string{
		"OAUTH_CLIENT_ID": clientID, "OAUTH_CLIENT_SECRET": clientSecret,
		"OAUTH_AUTH_URL": google + "/o/oauth2/v2/auth", "OAUTH_TOKEN_URL": google + "/token", "OAUTH_REVOKE_URL": google + "/revoke",
		"OAUTH_USERINFO_URL": google + "/v1/userinfo", "GMAIL_ENDPOINT": google + "/", "GMAIL_TOPIC": "projects/local/topics/gmail-notifications",
	})
}

// ConfigOf reads a configuration from a map, as Lazy does from the environment.
func ConfigOf(env map[string]string) (config.Config, error) {
	return config.Load(context.Background(), envconfig.MapLookuper(env))
}
