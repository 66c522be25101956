package api

import "time"

// Settings answers GET settings /v1/settings: what the caller's two settings screens show.
type Settings struct {
	Account    AccountSettings `json:"account"`
	Connection Connection      `json:"connection"`
	Notices    []Notice        `json:"notices"` // what to tell the user now, most important first
}

// AccountSettings is the account-wide switch of the integration.
type AccountSettings struct {
	AccountID     string    `json:"account_id"`
	Plan          string    `json:"plan"`      // starter, plus, pro, pro_plus
	Available     bool      `json:"available"` // the plan includes the integration
	Enabled       bool      `json:"enabled"`
	ChangedBy     string    `json:"changed_by,omitempty"` // user id
	ChangedByName string    `json:"changed_by_name,omitempty"`
	ChangedAt     time.Time `json:"changed_at,omitzero"`
	MayChange     bool      `json:"may_change"` // the caller may switch it
	// AliasesAllowed: users may send from other addresses of their mailboxes, see SendingAddresses.
	AliasesAllowed  bool `json:"aliases_allowed"`
	MayAllowAliases bool `json:"may_allow_aliases"` // the caller may change that
}

// Connection is the state of one user's mailbox.
type Connection struct {
	State       string    `json:"state"`                  // not_connected, connected, needs_reconnect, disconnecting
	MayConnect  bool      `json:"may_connect"`            // show "Connect Email Account"
	LoginEmail  string    `json:"login_email"`            // the address the Google account must have
	Address     string    `json:"gmail_address,omitzero"` // "" while not connected
	ConnectedAt time.Time `json:"connected_at,omitzero"`
	LastSyncAt  time.Time `json:"last_sync_at,omitzero"`     // something was read from Gmail
	VerifiedAt  time.Time `json:"last_verified_at,omitzero"` // everything up to then is here
	WatchEndsAt time.Time `json:"watch_ends_at,omitzero"`
	LastPushAt  time.Time `json:"last_push_at,omitzero"`
	TokenState  string    `json:"token_state,omitempty"` // valid, as far as the last call has shown; refused by Google
	TokenSince  time.Time `json:"token_since,omitzero"`
	Quota       *Quota    `json:"quota,omitempty"`  // while connected
	Import      *Progress `json:"import,omitempty"` // an import or a recovery under way
	Resync      *Resync   `json:"resync,omitempty"` // the last one that was asked for
	Waiting     int       `json:"waiting"`          // messages in the retry ledger
	OldestWait  time.Time `json:"oldest_waiting_since,omitzero"`
	Problem     *Notice   `json:"problem,omitempty"` // what is wrong and how to mend it
}

// Progress of work on a mailbox.
type Progress struct {
	Kind      string    `json:"kind"` // import: conversations that carry the label; recovery: messages since the history that Gmail has forgotten
	Done      int       `json:"done"`
	Total     int       `json:"total"` // as Gmail guesses; 0: not known yet
	StartedAt time.Time `json:"started_at,omitzero"`
	// EndsAt is when it will be done if it goes on as it has so far; absent while that can't be said.
	EndsAt time.Time `json:"estimated_end_at,omitzero"`
}

// Quota is what is left of Gmail's quota, in its units, and for how long Gmail has asked us to leave a mailbox alone.
type Quota struct {
	MailboxLeft      int       `json:"mailbox_units_left"` // within this minute, as the last sync knew
	MailboxPerMinute int       `json:"mailbox_units_per_minute"`
	ProjectLeft      int       `json:"project_units_left"` // today, for all mailboxes; some minutes old
	ProjectPerDay    int       `json:"project_units_per_day"`
	ReadingUntil     time.Time `json:"reading_paused_until,omitzero"`
	SendingUntil     time.Time `json:"sending_paused_until,omitzero"`
}

// Notice is something a person should read, with a stable code.
type Notice struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Action string `json:"action,omitempty"` // upgrade, connect, reconnect, enable
}

// SwitchIntegration is the body of PUT settings /v1/integration.
type SwitchIntegration struct {
	Enabled bool `json:"enabled"`
}

// AllowAliases is the body of PUT settings /v1/aliases, for Super Admins, which answers with Settings.
type AllowAliases struct {
	Allowed bool `json:"allowed"`
}

// SendingAddresses answers GET settings /v1/connection/addresses: what the caller can put into from of a message, the mailbox's own address first. It is read from Gmail,
// where the user sets it up as "Send mail as".
type SendingAddresses struct {
	Addresses []SendingAddress `json:"addresses"`
}

// SendingAddress is an address that the caller's mailbox can send as.
type SendingAddress struct {
	Email        string  `json:"email"`
	Name         string  `json:"name"`
	Own          bool    `json:"own"`           // the mailbox's own address, which mail leaves from if nothing else is chosen
	GmailDefault bool    `json:"gmail_default"` // what Gmail itself writes new mail as
	MayUse       bool    `json:"may_use"`
	Problem      *Notice `json:"problem,omitempty"` // why it may not be used: alias_not_allowed, alias_not_verified, alias_of_another_mailbox
	// The Gmail signature of the address, as a message with signature gets it; "" for none. The HTML is sanitised.
	SignatureHTML string `json:"signature_html"`
	SignatureText string `json:"signature_text"`
}

// UserConnection is one row of GET settings /v1/connections, for Super Admins.
type UserConnection struct {
	UserID  string    `json:"user_id"`
	Name    string    `json:"name"`
	Email   string    `json:"email"`
	State   string    `json:"state"`
	Since   time.Time `json:"since,omitzero"`
	Problem *Notice   `json:"problem,omitempty"`
}

// UserConnections answers GET settings /v1/connections?page_token=…, for Super Admins: users by id, 100 a page.
type UserConnections struct {
	Users         []UserConnection `json:"users"`
	Connected     int              `json:"connected"` // users on this page who are
	Counts        ConnectionCounts `json:"counts"`
	NextPageToken string           `json:"next_page_token,omitempty"`
}

// ConnectionCounts says how many of the account's users are in each state of a connection, whatever page is asked for.
type ConnectionCounts struct {
	Users          int `json:"users"` // deactivated ones included
	Connected      int `json:"connected"`
	NeedsReconnect int `json:"needs_reconnect"`
	Disconnecting  int `json:"disconnecting"`
	NotConnected   int `json:"not_connected"`
}

// Resync is a comparison of all conversations of a mailbox with Gmail that an operator has asked for, under way or ended.
type Resync struct {
	AskedAt  time.Time `json:"asked_at"`
	Done     int       `json:"done"`     // conversations compared
	Total    int       `json:"total"`    // conversations there were when it was asked for
	Repaired int       `json:"repaired"` // messages that were missing
	EndedAt  time.Time `json:"ended_at,omitzero"`
}

// SendingPolicy answers GET settings /v1/sending-policy?kind=personal|automatic|bulk.
type SendingPolicy struct {
	Kind   string `json:"kind"`
	Route  string `json:"route"`            // gmail, hire_domain, blocked
	Reason string `json:"reason,omitempty"` // a problem code where the route is not gmail, or Gmail does not send at the moment (daily_gmail_limit)
	// RetryAt is when Gmail sends for the mailbox again. Until then personal mail is refused with that time, bulk mail waits, and automatic mail has another route.
	RetryAt time.Time `json:"retry_at,omitzero"`
}

// AuditEntry says who did what when: one row of GET settings /v1/audit, and one line of the audit trail's export. It names by ids and has no content of mail.
type AuditEntry struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	UserID string    `json:"user_id,omitempty"` // who did it; empty: the system, or Hire's backend
	// Action is what was done: integration.enabled, integration.disabled, aliases.allowed, aliases.forbidden, mailbox.connected, mailbox.needs_reconnect,
	// mailbox.disconnected, mailbox.resync, message.sent, message.queued, message.cancelled, message.not_sent and message.outcome_unknown (of one that was queued), batch.queued,
	// batch.cancelled, import.requested, message.imported, thread.made_private, thread.made_visible, thread.private_viewed (once an hour for a user and conversation), mail.exported, audit.exported, account.deleted, account.restored, candidate.deleted, deletion.completed.
	Action      string `json:"action"`
	Target      string `json:"target,omitempty"`       // id of the user, conversation, candidate, batch or deletion that it was done to
	CandidateID string `json:"candidate_id,omitempty"` // whose mail it is about
	// Detail is of message.sent the message's id; of message.queued when it is to leave ("to leave at 2026-11-03T09:00:00Z"); of message.not_sent and
	// message.outcome_unknown the code of why; of batch.queued how many mails it has ("mails: 12"); of message.imported how many messages of the conversation came in at once ("messages: 3"); else why it was done.
	Detail string `json:"detail,omitempty"`
}

// Audit answers GET settings /v1/audit?user_id=&action=&from=&to=&page_token=, for Super Admins, newest first. from and to are times (RFC 3339), to is not included.
// Entries are kept for two years.
type Audit struct {
	Entries       []AuditEntry `json:"entries"`
	NextPageToken string       `json:"next_page_token,omitempty"`
}

// AuditExportEnd is the last line of GET settings /v1/audit/export?user_id=&action=&from=&to=&page_token=, for Super Admins, and of GET directory
// /v1/accounts/{account_id}/audit/export, for Hire's backend. Both answer with JSON lines (application/x-ndjson): at most 20,000 of AuditEntry, newest first, then this
// one. Without it the answer was cut off.
type AuditExportEnd struct {
	End           bool   `json:"end"`                       // true
	Entries       int    `json:"entries"`                   // lines before this one
	NextPageToken string `json:"next_page_token,omitempty"` // there are more: ask again with it
}

// StartConnect is the body of POST connect /v1/connect.
type StartConnect struct {
	// ReturnTo is a path in Hire's frontend to come back to ("/settings/email"); anything but a path is refused.
	ReturnTo string `json:"return_to,omitempty"`
}

// ConnectStarted answers POST connect /v1/connect.
type ConnectStarted struct {
	StartURL  string    `json:"start_url"`  // open it in the user's browser; works once
	ExpiresAt time.Time `json:"expires_at"` // ten minutes
}

// Deletion is one row of DeletionList.
type Deletion struct {
	ID          string    `json:"id"`
	Kind        string    `json:"kind"`              // mailbox, integration (all connections of the account), candidate, account
	Subject     string    `json:"subject"`           // id of the user, the candidate or the account
	Reason      string    `json:"reason"`            // disconnected, integration_off, plan_downgraded, user_deactivated, user_deleted, address_changed, candidate_deleted, account_deleted
	RequestedBy string    `json:"requested_by"`      // user id; empty: Hire's backend, or the system
	PartOf      string    `json:"part_of,omitempty"` // id of the deletion that this one is a part of
	State       string    `json:"state"`             // under_way, completed, stopped
	RequestedAt time.Time `json:"requested_at"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
}

// DeletionList answers GET settings /v1/deletions?page_token=, for Super Admins, and GET directory /v1/accounts/{account_id}/deletions, for Hire's backend: newest first,
// of the last two years.
type DeletionList struct {
	Deletions     []Deletion `json:"deletions"`
	NextPageToken string     `json:"next_page_token,omitempty"`
}

// DeletionReport says what was deleted and when, and what is kept and why. It is made of what was noted while it happened.
type DeletionReport struct {
	Deletion
	AccountID string `json:"account_id"`
	// Stopped: why it ended before all was done: connected_anew, switched_on_again, restored, retention_changed.
	Stopped   string         `json:"stopped,omitempty"`
	Retention string         `json:"retention,omitempty"` // of the account, when it was asked for: keep, delete. Only of candidates and accounts
	Steps     []DeletionStep `json:"steps"`               // in the order in which they ended
	Removed   map[string]int `json:"removed"`             // from the database, by what it is: messages, conversations, references_to_files, ...
	Parts     []Deletion     `json:"parts,omitempty"`     // deletions that are parts of this one, at most 5,000
	Kept      []KeptRecord   `json:"kept"`
	IssuedAt  time.Time      `json:"issued_at"` // of this report; a later one may tell more while the deletion is under way
}

// DeletionStep is one thing that was done, or why it was not.
type DeletionStep struct {
	At      time.Time `json:"at"`
	What    string    `json:"what"`            // watch, grant, token, access_token, record, connections, mail
	Outcome string    `json:"outcome"`         // done, not_needed, not_possible, failed (and tried again)
	Detail  string    `json:"detail"`          // in words
	Items   []string  `json:"items,omitempty"` // names of what is gone: versions of a secret
}

// KeptRecord is something that a deletion leaves.
type KeptRecord struct {
	What  string `json:"what"`
	Why   string `json:"why"`
	Until string `json:"until"` // in words
}

// SignedDeletionReport answers GET settings /v1/deletions/{deletion_id}, for Super Admins, and GET directory /v1/accounts/{account_id}/deletions/{deletion_id}, for Hire's
// backend.
type SignedDeletionReport struct {
	Report DeletionReport `json:"report"`
	// Signed is the same report as a JWS (RFC 7515, compact, EdDSA with Ed25519), of type deletion-report+jws. Its payload is the report's JSON. It is checked against
	// ReportKeys, without asking anybody.
	Signed string `json:"signed"`
}

// ReportKeys answers GET settings /v1/report-keys, for every user, and GET directory /v1/report-keys, for Hire's backend: the public keys that reports are signed with, as a JWK Set (RFC 7517). Keep it with the
// reports.
type ReportKeys struct {
	Keys []ReportKey `json:"keys"`
}

// ReportKey is a public key (RFC 8037).
type ReportKey struct {
	KeyID     string `json:"kid"` // its thumbprint (RFC 7638)
	Type      string `json:"kty"` // OKP
	Curve     string `json:"crv"` // Ed25519
	Public    string `json:"x"`   // base64url
	Use       string `json:"use"` // sig
	Algorithm string `json:"alg"` // EdDSA
}
