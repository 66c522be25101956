package hire

import (
	"maps"
	"slices"
)

// Code is the stable machine name of one failure; it is part of the API and never changes its meaning.
type Code string

// Every code a caller can meet. Add one here and to the table below, and nowhere else.
const (
	CodeInternal          Code = "internal"
	CodeUnavailable       Code = "temporarily_unavailable"
	CodeInvalidRequest    Code = "invalid_request"
	CodeMalformedJSON     Code = "malformed_json"
	CodeUnknownField      Code = "unknown_field"
	CodeUnsupportedMedia  Code = "unsupported_media_type"
	CodeMethodNotAllowed  Code = "method_not_allowed"
	CodeBodyTooLarge      Code = "body_too_large"
	CodeUnauthenticated   Code = "unauthenticated"
	CodeTokenExpired      Code = "token_expired"
	CodeForbidden         Code = "forbidden"
	CodeNotFound          Code = "not_found"
	CodeRange             Code = "range_not_satisfiable"
	CodeRateLimited       Code = "rate_limited"
	CodePlanUpgrade       Code = "plan_upgrade_required"
	CodeSuperAdmin        Code = "super_admin_required"
	CodeIntegrationOff    Code = "integration_off"
	CodeConnectRequired   Code = "connect_required"
	CodeReconnectRequired Code = "reconnect_required"
	CodeUnknownCandidate  Code = "unknown_candidate"
	CodeUnknownThread     Code = "unknown_thread"
	CodeUnknownUpload     Code = "unknown_upload"
	CodeUserInactive      Code = "user_inactive"
	CodeNotOnThread       Code = "not_on_thread"
	CodeRoleMayNotSend    Code = "role_may_not_send"
	CodeStateInvalid      Code = "oauth_state_invalid"
	CodeStateExpired      Code = "oauth_state_expired"
	CodeWrongAccount      Code = "google_account_mismatch"
	CodePermissionMissing Code = "permission_missing"
	CodeConsentDenied     Code = "consent_denied"
	CodeNoRefreshToken    Code = "consent_needed_again"
	CodeNoMailbox         Code = "gmail_not_enabled"
	CodeKeyReused         Code = "idempotency_key_reused"
	CodeKeyMissing        Code = "idempotency_key_missing"
	CodeSendInProgress    Code = "send_in_progress"
	CodeSendUnknown       Code = "send_outcome_unknown"
	CodeCancelled         Code = "cancelled"
	CodeTooLateToCancel   Code = "too_late_to_cancel"
	CodeInvalidBatch      Code = "invalid_batch"
	CodeEmptyMessage      Code = "empty_message"
	CodeNoRecipient       Code = "no_recipient"
	CodeTooManyRecipients Code = "too_many_recipients"
	CodeInvalidAddress    Code = "invalid_address"
	CodeInvalidHeader     Code = "invalid_header_characters"
	CodeMessageTooLarge   Code = "message_too_large"
	CodeDailyLimit        Code = "daily_gmail_limit"
	CodeGmailRefused      Code = "refused_by_gmail"
	CodeGmailUnavailable  Code = "gmail_unavailable"
	CodeStaleConnection   Code = "stale_connection"
	CodeAliasNotAllowed   Code = "alias_not_allowed"
	CodeUnknownAlias      Code = "unknown_alias"
	CodeAliasNotVerified  Code = "alias_not_verified"
	CodeAliasElsewhere    Code = "alias_of_another_mailbox"

	CodeReplyAddressUnknown Code = "unknown_reply_address"
	CodeReplyAddressExpired Code = "reply_address_expired"
	CodeReplySenderUnproved Code = "reply_sender_not_verified"
	CodeReplyOtherSender    Code = "reply_from_another_address"
	CodeReplyRepeated       Code = "reply_message_id_reused"
)

// codes is what each code stands for: its kind, its title, and the sentence for people that says what to do.
var codes = map[Code]struct {
	kind   Kind
	title  string
	detail string
}{
	CodeInternal:          {KindInternal, "Internal error", "Something went wrong on our side. Please try again."},
	CodeUnavailable:       {KindUnavailable, "Temporarily unavailable", "The service is busy. Please try again in a moment."},
	CodeInvalidRequest:    {KindInvalid, "Invalid request", "The request is not valid."},
	CodeMalformedJSON:     {KindInvalid, "Malformed JSON", "The body is not valid JSON."},
	CodeUnknownField:      {KindInvalid, "Unknown field", "The body has a field that this operation does not know."},
	CodeUnsupportedMedia:  {KindUnsupportedMedia, "Unsupported media type", "Send the body as application/json."},
	CodeMethodNotAllowed:  {KindMethodNotAllowed, "Method not allowed", "This address does not answer to that method."},
	CodeBodyTooLarge:      {KindTooLarge, "Body too large", "The body is larger than this operation takes."},
	CodeUnauthenticated:   {KindUnauthenticated, "Not signed in", "Send a valid bearer token."},
	CodeTokenExpired:      {KindUnauthenticated, "Token expired", "The token has expired. Sign in again."},
	CodeForbidden:         {KindForbidden, "Forbidden", "You may not do this."},
	CodeNotFound:          {KindNotFound, "Not found", "There is nothing here, or you may not see it."},
	CodeRange:             {KindRange, "Range not satisfiable", "The content does not have the bytes that the header Range asks for."},
	CodeRateLimited:       {KindRateLimited, "Too many requests", "Too many requests. Please wait a moment."},
	CodePlanUpgrade:       {KindForbidden, "Upgrade required", "Sending from your own email account is part of the Pro and Pro Plus plans. Upgrade to switch it on."},
	CodeSuperAdmin:        {KindForbidden, "Super Admin required", "Only a Super Admin can switch the email integration on or off."},
	CodeIntegrationOff:    {KindConflict, "Integration is off", "The email integration is switched off for this account. Ask a Super Admin to switch it on."},
	CodeConnectRequired:   {KindConflict, "Connect your email", "Connect your Gmail account to send email from your own address."},
	CodeReconnectRequired: {KindConflict, "Reconnect your email", "Gmail no longer accepts our access. Reconnect your account to go on sending."},
	CodeUnknownCandidate:  {KindNotFound, "Unknown candidate", "There is no such candidate in this account."},
	CodeUnknownThread:     {KindNotFound, "Unknown thread", "There is no such conversation in this account."},
	CodeUnknownUpload:     {KindUnprocessable, "Unknown attachment", "An attachment is not there (any more). Upload it again."},
	CodeUserInactive:      {KindForbidden, "User deactivated", "This user has been deactivated in Hire."},
	CodeNotOnThread:       {KindForbidden, "Not on this conversation", "As a Hiring Team Member you can reply only to conversations that include you."},
	CodeRoleMayNotSend:    {KindForbidden, "Role may not send", "External Agency users cannot send email to candidates."},
	CodeStateInvalid:      {KindInvalid, "Connecting was not started here", "This link was used already, or was started in another browser. Start again from Settings."},
	CodeStateExpired:      {KindInvalid, "Connecting took too long", "The link is older than ten minutes. Start again from Settings."},
	CodeWrongAccount:      {KindConflict, "A different Google account", "The Google account is not the one you use in Hire. Choose the account with your login address."},
	CodePermissionMissing: {KindConflict, "Permission missing", "The permission for Gmail was not ticked. Try again and tick the Gmail box."},
	CodeConsentDenied:     {KindConflict, "Consent denied", "Access was not granted. Nothing was connected."},
	CodeNoRefreshToken:    {KindConflict, "Consent needed again", "Google gave no lasting permission. Connect once more and confirm Google's screen."},
	CodeNoMailbox:         {KindConflict, "No Gmail mailbox", "This Google account has no Gmail mailbox. Ask your administrator to switch Gmail on for it."},
	CodeKeyReused:         {KindUnprocessable, "Idempotency key reused", "This idempotency key was used for a different message. Use a new key for a new message."},
	CodeKeyMissing:        {KindInvalid, "Idempotency key missing", "Send an Idempotency-Key header: a new random value for each message, the same one when you retry."},
	CodeSendInProgress:    {KindConflict, "Being sent", "This message is being sent at this moment. Ask again with the same key for its outcome."},
	CodeSendUnknown:       {KindConflict, "Outcome unknown", "We could not see whether Gmail sent this message. Look into Gmail's Sent folder before you send it again."},
	CodeCancelled:         {KindConflict, "Cancelled", "This message was cancelled before it left. Use a new idempotency key to send it after all."},
	CodeTooLateToCancel:   {KindConflict, "Too late to cancel", "Only a message that is still queued can be cancelled."},
	CodeInvalidBatch:      {KindUnprocessable, "Messages that can't be sent", "Some of the messages can't be sent as they are, so none was queued. Correct them or leave them out."},
	CodeEmptyMessage:      {KindUnprocessable, "Empty message", "Write something or attach a file."},
	CodeNoRecipient:       {KindUnprocessable, "No recipient", "No one is left to receive this message. Add a recipient."},
	CodeTooManyRecipients: {KindUnprocessable, "Too many recipients", "Gmail takes no more than this many recipients in one message. Remove some."},
	CodeInvalidAddress:    {KindUnprocessable, "Invalid address", "An address is not valid. Correct it."},
	CodeInvalidHeader:     {KindUnprocessable, "Invalid characters", "Subjects, names, addresses and file names cannot contain line breaks or control characters."},
	CodeMessageTooLarge:   {KindTooLarge, "Message too large", "Attachments can be 25 MB in all. Remove some, or send a link."},
	CodeDailyLimit:        {KindRateLimited, "Daily Gmail limit", "Gmail's daily sending limit for this mailbox is reached. Try again later."},
	CodeGmailRefused:      {KindUnprocessable, "Refused by Gmail", "Gmail did not accept this message, and nothing was sent. Check the recipients' addresses and the attachments, then send it as a new message."},
	CodeGmailUnavailable:  {KindUnavailable, "Gmail unavailable", "Gmail does not answer at the moment. Nothing was lost; please try again."},
	CodeStaleConnection:   {KindConflict, "Connection changed", "The mailbox was connected anew meanwhile."},
	CodeAliasNotAllowed:   {KindForbidden, "Other addresses not allowed", "This account sends from the users' login addresses alone. A Super Admin can allow other addresses of the same mailbox."},
	CodeUnknownAlias:      {KindUnprocessable, "Unknown sending address", "Gmail does not know this address as one that you send mail as. Add it in Gmail's settings, or choose another one."},
	CodeAliasNotVerified:  {KindUnprocessable, "Sending address not verified", "You have not confirmed to Gmail yet that this address is yours. Open the confirmation that Gmail has mailed to it, or choose another address."},
	CodeAliasElsewhere:    {KindUnprocessable, "Address of another mailbox", "Answers to this address do not come to your Gmail mailbox, so Hire would miss them. Choose an address that Gmail treats as an alias of this mailbox."},

	CodeReplyAddressUnknown: {KindNotFound, "Unknown reply address", "This is not an address that a notification from Hire can be answered at. Open the conversation in Hire and answer there."},
	CodeReplyAddressExpired: {KindConflict, "Reply address expired", "The notification that you have answered is too old. Your reply was not sent. Open the conversation in Hire and answer there."},
	CodeReplySenderUnproved: {KindForbidden, "Sender not verified", "It could not be verified that this reply comes from its sender's mail system. It was not sent."},
	CodeReplyOtherSender:    {KindForbidden, "Reply from another address", "Only the person who was notified can answer at this address, from the address that they sign in to Hire with. The reply was not sent."},
	CodeReplyRepeated:       {KindConflict, "Another reply with this Message-ID", "Another reply with the same Message-ID was sent before, so this one was not. Write it once more as a new reply."},
}

// Listed tells whether there is such a code.
func (c Code) Listed() bool {
	_, ok := codes[c]
	return ok
}

// CodeInfo describes one code.
type CodeInfo struct {
	Code   Code
	Kind   Kind
	Title  string
	Detail string
}

// Codes lists every code, in alphabetical order, for documentation.
func Codes() []CodeInfo {
	out := make([]CodeInfo, 0, len(codes))
	for _, c := range slices.Sorted(maps.Keys(codes)) {
		out = append(out, CodeInfo{c, codes[c].kind, codes[c].title, codes[c].detail})
	}
	return out
}
