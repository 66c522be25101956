package config

import (
	"log/slog"
	"time"
)

// Config of a process. The tags of a field describe its variable:
//
//	env      its name and default
//	need     "yes" where nothing can stand in for it; "cloud" where that is so with STORE=firestore
//	check    how its value is checked: one of those in checks.go
//	choices  the values it may have
//	doc      what it is, for people
type Config struct {
	Store      string `env:"STORE, default=embedded" choices:"embedded firestore" doc:"where everything is kept: embedded (one file on this machine), or firestore, which brings Secret Manager, Cloud Tasks, Pub/Sub and Cloud Storage with it"`
	DataDir    string `env:"DATA_DIR, default=data" doc:"folder of the embedded store"`
	AppURL     string `env:"APP_URL" need:"yes" check:"url" doc:"address of Hire's frontend, where the browser goes back to after connecting"`
	RestoredAt string `env:"RESTORED_AT" check:"past" doc:"when the database was restored from a backup, such as 2026-11-28T10:00:00Z: what was to be sent before then is shown as of unknown outcome, and never sent"`
	Project    string `env:"GOOGLE_CLOUD_PROJECT" need:"cloud" doc:"Google Cloud project; with it, a log line leads to its trace"`

	Log       Log
	Telemetry Telemetry
	HTTP      HTTP
	OAuth     OAuth
	Gmail     Gmail
	Limits    Limits
	Users     Users
	Callers   Callers
	Replies   Replies
	Reports   Reports
	Security  Security
	Cloud     Cloud
}

// Restored is RestoredAt; zero where it is not set.
func (c Config) Restored() time.Time {
	at, err := time.Parse(time.RFC3339, c.RestoredAt)
	if err != nil {
		return time.Time{}
	}
	return at
}

// Log of a process.
type Log struct {
	Level  slog.Level `env:"LOG_LEVEL, default=INFO" doc:"DEBUG, INFO, WARN or ERROR"`
	Format string     `env:"LOG_FORMAT, default=json" choices:"json text" doc:"json (Cloud Logging's shape) or text (for a terminal)"`
}

// Telemetry of a process: its traces and figures.
type Telemetry struct {
	To         string  `env:"TELEMETRY, default=none" choices:"none google" doc:"where traces and figures go: none, or google (Cloud Trace and Cloud Monitoring)"`
	TraceRatio float64 `env:"TRACE_RATIO, default=0.1" check:"ratio" doc:"part of all traces that is recorded, from 0 to 1"`
}

// HTTP edge.
type HTTP struct {
	AllowedOrigins []string `env:"ALLOWED_ORIGINS" check:"origins" doc:"origins from which browsers may call, with commas between; none: only pages of the same origin"`
}

// OAuth client at Google. The addresses are Google's where they are empty.
type OAuth struct {
	ClientID     string `env:"OAUTH_CLIENT_ID" need:"yes" doc:"id of the OAuth client"`
	ClientSecret Secret `env:"OAUTH_CLIENT_SECRET" need:"yes" doc:"secret of the OAuth client"`
	RedirectURL  string `env:"OAUTH_REDIRECT_URL" need:"yes" check:"url" doc:"address of oauthcallback as registered with the client; ends in /callback"`
	AuthURL      string `env:"OAUTH_AUTH_URL" check:"url" doc:"authorization endpoint, if not Google's; set with OAUTH_TOKEN_URL and OAUTH_REVOKE_URL"`
	TokenURL     string `env:"OAUTH_TOKEN_URL" check:"url" doc:"token endpoint, if not Google's"`
	RevokeURL    string `env:"OAUTH_REVOKE_URL" check:"url" doc:"revocation endpoint, if not Google's"`
	UserInfoURL  string `env:"OAUTH_USERINFO_URL" check:"url" doc:"userinfo endpoint, if not Google's; asked where the token endpoint gives no id_token"`
}

// Gmail API.
type Gmail struct {
	Endpoint string `env:"GMAIL_ENDPOINT" check:"url" doc:"address of the Gmail API, if not Google's"`
	Topic    string `env:"GMAIL_TOPIC" check:"topic" doc:"Pub/Sub topic of Gmail's notifications, projects/…/topics/…; none: no push, the sweep alone finds mail"`
	Quota    Quota
}

// Quota of the Gmail API in the project: what calls cost, and how much may be spent.
// Source: https://developers.google.com/workspace/gmail/api/reference/quota
type Quota struct {
	Table            string `env:"GMAIL_QUOTA, default=2026" choices:"2026 legacy" doc:"what calls cost and how much may be spent: 2026 (projects new since May 2026), or legacy"`
	UserPerMinute    int    `env:"GMAIL_QUOTA_USER_PER_MINUTE, default=0" check:"notnegative" doc:"units a minute and mailbox; 0: as GMAIL_QUOTA says"`
	ProjectPerMinute int    `env:"GMAIL_QUOTA_PROJECT_PER_MINUTE, default=0" check:"notnegative" doc:"units a minute of the project; 0: as GMAIL_QUOTA says"`
	ProjectPerDay    int    `env:"GMAIL_QUOTA_PROJECT_PER_DAY, default=0" check:"notnegative" doc:"units a day of the project; 0: as GMAIL_QUOTA says"`
}

// Limits on what callers may do.
type Limits struct {
	MaxRecipients            int   `env:"MAX_RECIPIENTS, default=100" check:"positive" doc:"recipients of one mail: To, Cc and Bcc together"`
	MaxAttachmentBytes       int64 `env:"MAX_ATTACHMENT_BYTES, default=26214400" check:"positive" doc:"attachments of one mail, in all"`
	RequestsPerMinuteUser    int   `env:"REQUESTS_PER_MINUTE_USER, default=300" check:"positive" doc:"requests a minute of one user, in one instance of a function"`
	RequestsPerMinuteAccount int   `env:"REQUESTS_PER_MINUTE_ACCOUNT, default=3000" check:"positive" doc:"requests a minute of all users of an account, in one instance of a function"`
}

// Users of Hire, known by tokens of Hire's OpenID Connect issuer.
type Users struct {
	Issuer   string `env:"USERS_ISSUER" need:"yes" check:"url" doc:"issuer of users' tokens"`
	Audience string `env:"USERS_AUDIENCE" need:"yes" doc:"audience that users' tokens must have"`
	JWKSURL  string `env:"USERS_JWKS_URL" need:"yes" check:"url" doc:"address of that issuer's keys"`
}

// Callers are the services that functions answer to: each is known by the audience and the service account in its token. An audience is the
// address of the called function.
type Callers struct {
	Issuer    string `env:"CALLERS_ISSUER, default=https://accounts.google.com" check:"url" doc:"issuer of services' tokens"`
	JWKSURL   string `env:"CALLERS_JWKS_URL, default=https://www.googleapis.com/oauth2/v3/certs" check:"url" doc:"address of that issuer's keys"`
	BehindIAM bool   `env:"BEHIND_IAM, default=false" doc:"true only where Cloud Run's IAM has checked every caller: a token whose signature it has removed is then taken"`

	PushAudience            string `env:"PUSH_AUDIENCE" need:"yes" doc:"audience of the push subscription's token"`
	PushServiceAccount      string `env:"PUSH_SERVICE_ACCOUNT" need:"yes" check:"email" doc:"service account of the push subscription"`
	SchedulerAudience       string `env:"SCHEDULER_AUDIENCE" need:"yes" doc:"audience of Cloud Scheduler's token"`
	SchedulerServiceAccount string `env:"SCHEDULER_SERVICE_ACCOUNT" need:"yes" check:"email" doc:"service account of the Cloud Scheduler job"`
	TasksAudience           string `env:"TASKS_AUDIENCE" need:"yes" doc:"audience of Cloud Tasks' tokens"`
	TasksServiceAccount     string `env:"TASKS_SERVICE_ACCOUNT" need:"yes" check:"email" doc:"service account of the tasks"`

	BackendAudience        string   `env:"BACKEND_AUDIENCE" need:"yes" doc:"audience of the tokens of Hire's backend"`
	BackendServiceAccounts []string `env:"BACKEND_SERVICE_ACCOUNTS" need:"yes" check:"email" doc:"service accounts of Hire's backend, with commas between"`
	GatewayAudience        string   `env:"GATEWAY_AUDIENCE" need:"yes" doc:"audience of the tokens of Hire's mail gateway"`
	GatewayServiceAccounts []string `env:"GATEWAY_SERVICE_ACCOUNTS" need:"yes" check:"email" doc:"service accounts of Hire's mail gateway, with commas between"`
}

// Security events of Google's Cross-Account Protection. Their audience is the OAuth client.
type Security struct {
	Issuer  string `env:"SECURITY_EVENTS_ISSUER, default=https://accounts.google.com/" check:"url" doc:"issuer of security event tokens"`
	JWKSURL string `env:"SECURITY_EVENTS_JWKS_URL, default=https://www.googleapis.com/oauth2/v3/certs" check:"url" doc:"address of that issuer's keys"`
}

// Replies to notification emails.
type Replies struct {
	Domain string   `env:"REPLY_DOMAIN" need:"yes" check:"domain" doc:"domain of the addresses that replies to notification emails go to; its mail comes to Hire's mail gateway"`
	Keys   []Secret `env:"REPLY_KEYS" need:"yes" check:"key" doc:"keys that sign these addresses, 32 characters or more each, with commas between: the current one, then the previous one while its addresses are to be good"`
}

// Reports of deletions.
type Reports struct {
	Keys []Secret `env:"REPORT_KEYS" need:"yes" check:"seed" doc:"keys that sign deletion reports, 32 random bytes in base64 each (openssl rand -base64 32), with commas between: the current one, then former ones, so that reports signed with them can be checked"`
}

// Cloud is what a process needs to know of Google Cloud, with STORE=firestore. The emulators' own variables (FIRESTORE_EMULATOR_HOST,
// PUBSUB_EMULATOR_HOST, STORAGE_EMULATOR_HOST) are read by Google's clients themselves.
type Cloud struct {
	Region       string `env:"REGION" need:"cloud" doc:"region of the queues, and the only one that secrets are kept in"`
	Database     string `env:"FIRESTORE_DATABASE, default=(default)" doc:"Firestore database"`
	SecretPrefix string `env:"SECRET_PREFIX, default=gmail-token-" doc:"what the names of the mailboxes' secrets begin with; access is granted by it"`
	Bucket       string `env:"BLOBS_BUCKET" need:"cloud" doc:"bucket of attachments and large bodies"`
	EventsTopic  string `env:"EVENTS_TOPIC, default=hire-mail-events" doc:"Pub/Sub topic of the events that go out"`
	SyncURL      string `env:"SYNCMAILBOX_URL" need:"cloud" check:"url" doc:"address of the function syncmailbox, for its tasks"`
	DeliverURL   string `env:"DELIVER_URL" need:"cloud" check:"url" doc:"address of the function deliver, for its tasks"`
	OffboardURL  string `env:"OFFBOARD_URL" need:"cloud" check:"url" doc:"address of the function offboard, for its tasks"`

	SecretManagerEndpoint   string `env:"SECRET_MANAGER_EMULATOR_HOST" check:"loopback" doc:"host:port of a stand-in for Secret Manager on this machine, without TLS; none: Google's"`
	CloudTasksEndpoint      string `env:"CLOUD_TASKS_EMULATOR_HOST" check:"loopback" doc:"the same for Cloud Tasks"`
	CloudTraceEndpoint      string `env:"CLOUD_TRACE_EMULATOR_HOST" check:"loopback" doc:"the same for Cloud Trace"`
	CloudMonitoringEndpoint string `env:"CLOUD_MONITORING_EMULATOR_HOST" check:"loopback" doc:"the same for Cloud Monitoring"`
}
