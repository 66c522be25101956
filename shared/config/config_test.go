package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sethvargo/go-envconfig"

	"github.com/trakstar/hire-gmail/shared/config"
)

const (
	secret    = "GOCSPX-do-not-show"
	reportKey = "ZG8tbm90LXNob3ctdGhpcy1zZWVkLW9mLTMyLWJ5dGU="
	replyKey  = "do-not-show-this-key-of-32-characters"
)

// complete is an environment in which nothing is missing or wrong.
func complete() map[string]string {
	return map[string]string{
		"APP_URL":         "https://hire.example.com",
		"OAUTH_CLIENT_ID": "client", "OAUTH_CLIENT_SECRET": secret, "OAUTH_REDIRECT_URL": "https://gmail.hire.example.com/oauthcallback/callback",
		"USERS_ISSUER": "https://id.hire.example.com", "USERS_AUDIENCE": "hire-gmail", "USERS_JWKS_URL": "https://id.hire.example.com/jwks",
		"PUSH_AUDIENCE": "https://push.example.com", "PUSH_SERVICE_ACCOUNT": "push@p.iam.gserviceaccount.com",
		"SCHEDULER_AUDIENCE": "https://sweep.example.com", "SCHEDULER_SERVICE_ACCOUNT": "scheduler@p.iam.gserviceaccount.com",
		"TASKS_AUDIENCE": "https://tasks.example.com", "TASKS_SERVICE_ACCOUNT": "tasks@p.iam.gserviceaccount.com",
		"BACKEND_AUDIENCE": "https://directory.example.com", "BACKEND_SERVICE_ACCOUNTS": "hire@p.iam.gserviceaccount.com, import@p.iam.gserviceaccount.com",
		"GATEWAY_AUDIENCE": "https://replies.example.com", "GATEWAY_SERVICE_ACCOUNTS": "gateway@p.iam.gserviceaccount.com",
		"REPLY_DOMAIN": "reply.hire.example.com", "REPLY_KEYS": replyKey + "," + replyKey + "-before",
		"REPORT_KEYS": reportKey,
	}
}

func load(t *testing.T, env map[string]string) (config.Config, error) {
	t.Helper()
	return config.Load(t.Context(), envconfig.MapLookuper(env))
}

func TestLoad(t *testing.T) {
	t.Parallel()
	env := complete()
	maps.Copy(env, map[string]string{
		"ALLOWED_ORIGINS": " https://hire.example.com , http://localhost:3000", "LOG_LEVEL": "DEBUG", "GMAIL_QUOTA": "legacy", "GMAIL_QUOTA_USER_PER_MINUTE": "9000",
		"BEHIND_IAM": "true", "GMAIL_TOPIC": "projects/p/topics/gmail-notifications", "MAX_RECIPIENTS": " ", "DATA_DIR": "",
	})
	got, err := load(t, env)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		Store: "embedded", DataDir: "data", AppURL: "https://hire.example.com",
		Log:       config.Log{Level: slog.LevelDebug, Format: "json"},
		Telemetry: config.Telemetry{To: "none", TraceRatio: 0.1},
		HTTP:      config.HTTP{AllowedOrigins: []string{"https://hire.example.com", "http://localhost:3000"}},
		OAuth: config.OAuth{
			ClientID: "client", ClientSecret: secret, RedirectURL: "https://gmail.hire.example.com/oauthcallback/callback",
		},
		Gmail:  config.Gmail{Topic: "projects/p/topics/gmail-notifications", Quota: config.Quota{Table: "legacy", UserPerMinute: 9000}},
		Limits: config.Limits{MaxRecipients: 100, MaxAttachmentBytes: 25 << 20, RequestsPerMinuteUser: 300, RequestsPerMinuteAccount: 3000},
		Users:  config.Users{Issuer: "https://id.hire.example.com", Audience: "hire-gmail", JWKSURL: "https://id.hire.example.com/jwks"},
		Callers: config.Callers{
			Issuer: "https://accounts.google.com", JWKSURL: "https://www.googleapis.com/oauth2/v3/certs", BehindIAM: true,
			PushAudience: "https://push.example.com", PushServiceAccount: "push@p.iam.gserviceaccount.com",
			SchedulerAudience: "https://sweep.example.com", SchedulerServiceAccount: "scheduler@p.iam.gserviceaccount.com",
			TasksAudience: "https://tasks.example.com", TasksServiceAccount: "tasks@p.iam.gserviceaccount.com",
			BackendAudience: "https://directory.example.com", BackendServiceAccounts: []string{"hire@p.iam.gserviceaccount.com", "import@p.iam.gserviceaccount.com"},
			GatewayAudience: "https://replies.example.com", GatewayServiceAccounts: []string{"gateway@p.iam.gserviceaccount.com"},
		},
		Replies:  config.Replies{Domain: "reply.hire.example.com", Keys: []config.Secret{replyKey, replyKey + "-before"}},
		Reports:  config.Reports{Keys: []config.Secret{reportKey}},
		Security: config.Security{Issuer: "https://accounts.google.com/", JWKSURL: "https://www.googleapis.com/oauth2/v3/certs"},
		Cloud:    config.Cloud{Database: "(default)", SecretPrefix: "gmail-token-", EventsTopic: "hire-mail-events"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("configuration (-want +got):\n%s", d)
	}
}

func TestLoadNamesEachMistake(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, variable, value string
		wrong                 string // what the line says after the name
	}{
		{"missing", "APP_URL", "", "is missing"},
		{"blank", "OAUTH_CLIENT_ID", "  ", "is missing"},
		{"secret missing", "OAUTH_CLIENT_SECRET", "", "is missing"},
		{"audience missing", "PUSH_AUDIENCE", "", "is missing"},
		{"accounts missing", "BACKEND_SERVICE_ACCOUNTS", "", "is missing"},
		{"one account of a list empty", "BACKEND_SERVICE_ACCOUNTS", "a@p.example,", `is ""`},
		{"one account of a list no address", "BACKEND_SERVICE_ACCOUNTS", "a@p.example,everyone", `is "everyone"`},
		{"address with a name", "TASKS_SERVICE_ACCOUNT", "Tasks <tasks@p.example>", `is "Tasks <tasks@p.example>"`},
		{"http off this machine", "APP_URL", "http://hire.example.com", `is "http://hire.example.com"`},
		{"no scheme", "USERS_JWKS_URL", "id.hire.example.com/jwks", "is "},
		{"other scheme", "GMAIL_ENDPOINT", "ftp://gmail.example.com", "is "},
		{"script", "APP_URL", "javascript:alert(1)", "is "},
		{"user name in an address", "APP_URL", "https://hire.example.com@evil.example", "is "},
		{"fragment in an address", "USERS_ISSUER", "https://id.hire.example.com#a", "is "},
		{"every origin", "ALLOWED_ORIGINS", "*", `is "*"`},
		{"origin with a path", "ALLOWED_ORIGINS", "https://hire.example.com/", "is "},
		{"origin null", "ALLOWED_ORIGINS", "null", `is "null"`},
		{"origin in capitals, which no browser sends", "ALLOWED_ORIGINS", "https://Hire.example.com", "is "},
		{"redirect without callback", "OAUTH_REDIRECT_URL", "https://gmail.hire.example.com/oauthcallback", "does not end in /callback"},
		{"topic by name alone", "GMAIL_TOPIC", "gmail-notifications", `is "gmail-notifications"`},
		{"restored in times to come", "RESTORED_AT", "2999-01-01T00:00:00Z", `is "2999-01-01T00:00:00Z"`},
		{"not a number", "MAX_RECIPIENTS", "many", `is "many"; set a whole number`},
		{"number too large", "REQUESTS_PER_MINUTE_USER", "99999999999999999999", "is "},
		{"not a ratio", "TRACE_RATIO", "1.5", "is 1.5; set a number from 0 to 1"},
		{"a ratio below nothing", "TRACE_RATIO", "-0.1", "is -0.1"},
		{"a ratio that is no number", "TRACE_RATIO", "NaN", "is NaN"},
		{"a ratio in words", "TRACE_RATIO", "half", `is "half"; set a number`},
		{"an unknown place for telemetry", "TELEMETRY", "aws", "set none or google"},
		{"not positive", "MAX_RECIPIENTS", "-1", "is -1"},
		{"domain with a scheme", "REPLY_DOMAIN", "https://reply.hire.example.com", "is "},
		{"domain in capitals", "REPLY_DOMAIN", "Reply.hire.example.com", "is "},
		{"domain of one label", "REPLY_DOMAIN", "localhost", "is "},
		{"domain with an empty label", "REPLY_DOMAIN", "reply..example.com", "is "},
		{"domain with a long label", "REPLY_DOMAIN", strings.Repeat("a", 64) + ".example.com", "is "},
		{"domain with a label that ends in a hyphen", "REPLY_DOMAIN", "reply-.example.com", "is "},
		{"short key", "REPLY_KEYS", replyKey + ",short", "has a key of fewer than 32 characters"},
		{"one key of a list empty", "REPLY_KEYS", replyKey + ",", "has a key of fewer than 32 characters"},
		{"a report key that is too short", "REPORT_KEYS", reportKey + ",c2hvcnQ=", "is not 32 bytes"},
		{"a report key that is no base64", "REPORT_KEYS", replyKey, "is not 32 bytes"},
		{"zero", "REQUESTS_PER_MINUTE_ACCOUNT", "0", "is 0"},
		{"negative quota", "GMAIL_QUOTA_PROJECT_PER_DAY", "-5", "is -5"},
		{"unknown quota", "GMAIL_QUOTA", "2025", `is "2025"; set 2026 or legacy`},
		{"not true or false", "BEHIND_IAM", "perhaps", `is "perhaps"; set true or false`},
		{"unknown level", "LOG_LEVEL", "LOUD", `is "LOUD"; set one of: DEBUG`},
		{"unknown format", "LOG_FORMAT", "xml", `is "xml"; set json or text`},
		{"unknown store", "STORE", "redis", `is "redis"; set embedded or firestore`},
		{"stand-in off this machine", "CLOUD_TASKS_EMULATOR_HOST", "10.0.0.1:80", "is "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := complete()
			env[tt.variable] = tt.value
			c, err := load(t, env)
			var e *config.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want an *Error", err)
			}
			if len(e.Problems) != 1 || e.Problems[0].Name != tt.variable || e.Problems[0].Set == "" {
				t.Errorf("problems %+v, want one, of %s, that says what to set", e.Problems, tt.variable)
			}
			if !strings.Contains(err.Error(), "\n  "+tt.variable+" ") || !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("error %q does not say %q of %s", err, tt.wrong, tt.variable)
			}
			if d := cmp.Diff(config.Config{}, c); d != "" {
				t.Errorf("a wrong configuration was returned: %s", d)
			}
		})
	}
}

func TestCloudNeedsMore(t *testing.T) {
	t.Parallel()
	env := complete()
	env["STORE"] = "firestore"
	delete(env, "GOOGLE_CLOUD_PROJECT")
	_, err := load(t, env)
	for _, v := range config.Variables() {
		if named := err != nil && strings.Contains(err.Error(), "\n  "+v.Name+" is missing"); named != v.InCloud {
			t.Errorf("%s is named as missing: %t, want %t\n%v", v.Name, named, v.InCloud, err)
		}
	}
	for _, v := range config.Variables() {
		if v.InCloud {
			env[v.Name] = "https://x.example.com"
		}
	}
	if _, err := load(t, env); err != nil {
		t.Error(err)
	}
}

func TestLoadNamesAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	var required []string
	for _, v := range config.Variables() {
		if v.Required {
			required = append(required, v.Name)
		}
	}
	_, err := load(t, map[string]string{"MAX_RECIPIENTS": "many", "BEHIND_IAM": "perhaps", "GMAIL_ENDPOINT": "http://gmail.example.com"})
	var e *config.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an *Error", err)
	}
	got := map[string]int{}
	for _, p := range e.Problems {
		got[p.Name]++
	}
	want := map[string]int{"MAX_RECIPIENTS": 1, "BEHIND_IAM": 1, "GMAIL_ENDPOINT": 1}
	for _, name := range required {
		want[name] = 1
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("variables named (-want +got):\n%s", d)
	}
	if n := len(required); n != 20 {
		t.Errorf("%d variables are required", n)
	}
}

func TestStandInForGoogleIsWhole(t *testing.T) {
	t.Parallel()
	env := complete()
	env["OAUTH_TOKEN_URL"] = "http://127.0.0.1:8080/token"
	_, err := load(t, env)
	for _, name := range []string{"OAUTH_AUTH_URL", "OAUTH_REVOKE_URL"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not name %s", err, name)
		}
	}
	env["OAUTH_AUTH_URL"], env["OAUTH_REVOKE_URL"] = "http://[::1]:8080/auth", "http://localhost:8080/revoke"
	if _, err := load(t, env); err != nil {
		t.Error(err)
	}
}

func TestTelemetryNeedsAProject(t *testing.T) {
	t.Parallel()
	env := complete()
	env["TELEMETRY"] = "google"
	_, err := load(t, env)
	for _, name := range []string{"GOOGLE_CLOUD_PROJECT", "REGION"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not name %s", err, name)
		}
	}
	env["GOOGLE_CLOUD_PROJECT"], env["REGION"] = "p", "europe-west1"
	if _, err := load(t, env); err != nil {
		t.Error(err)
	}
}

func TestLoadWithoutLookuper(t *testing.T) {
	t.Parallel()
	if _, err := config.Load(t.Context(), nil); err == nil {
		t.Error("no error")
	}
}

func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	c, err := load(t, complete())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		fmt.Fprintf(&out, verb+verb+verb+"\n", c.OAuth.ClientSecret, c.OAuth, &c)
		fmt.Fprintf(&out, verb+verb+verb+"\n", c.Replies, c.Replies.Keys, c.Reports)
	}
	j, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(j)
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("configured", "config", c, "secret", c.OAuth.ClientSecret, "oauth", c.OAuth)
	}
	for _, leak := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), replyKey, fmt.Sprintf("%x", replyKey), reportKey} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("the secret shows in:\n%s", out.String())
		}
	}
	if !strings.Contains(out.String(), "USERS_AUDIENCE=hire-gmail") {
		t.Errorf("the log does not tell the configuration:\n%s", out.String())
	}
}

// A secret must not show in the list of what is wrong either.
func TestSecretsAreHiddenInErrors(t *testing.T) {
	t.Parallel()
	env := complete()
	env["APP_URL"], env["REPLY_KEYS"], env["REPORT_KEYS"] = "", "short-key", "short-key"
	if _, err := load(t, env); err == nil || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "short-key") {
		t.Errorf("error %v", err)
	}
}
