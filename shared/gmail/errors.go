package gmail

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kinds of failure. Compare with errors.Is.
var (
	// ErrNotFound: no such message, thread, draft or attachment; or none yet, since fresh mail may take seconds to be readable.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: Gmail refuses the request as it is, or what it shows can't be read. Trying again won't help.
	ErrInvalid = errors.New("invalid request")
	// ErrTooLarge: the mail is larger than Gmail takes.
	ErrTooLarge = errors.New("mail too large")
	// ErrUnauthorized: the access token is not, or no longer, accepted.
	ErrUnauthorized = errors.New("access token refused")
	// ErrForbiddenScope: the user has not given the permission that the call needs.
	ErrForbiddenScope = errors.New("permission missing")
	// ErrMailServiceOff: the Google account has no Gmail.
	ErrMailServiceOff = errors.New("no gmail in this account")
	// ErrDomainPolicy: the administrator of the user's domain does not allow our app.
	ErrDomainPolicy = errors.New("refused by the domain's policy")
	// ErrLabelExists: there is a label of this name, in whatever case.
	ErrLabelExists = errors.New("label exists")
	// ErrHistoryExpired: Gmail has forgotten the history that the listing was to begin at.
	ErrHistoryExpired = errors.New("history expired")
	// ErrUnavailable: Gmail failed, or did not answer, as often as we tried. What the call was to do may have been done.
	ErrUnavailable = errors.New("gmail unavailable")
)

// allKinds are all of them.
var allKinds = []error{
	ErrNotFound, ErrInvalid, ErrTooLarge, ErrUnauthorized, ErrForbiddenScope, ErrMailServiceOff, ErrDomainPolicy, ErrLabelExists, ErrHistoryExpired, ErrUnavailable,
}

// Error is a call that failed. It carries nothing of the mailbox: not what Gmail wrote, only its status and reason.
type Error struct {
	Method string // such as "drafts.create"
	Status int    // HTTP status; 0 where no answer came
	Reason string // Google's reason, such as "failedPrecondition", or one of ours; "" where there is none

	kind       error         // one of the kinds above; nil: none of them
	cause      error         // of a call without an answer
	passing    bool          // the same call may succeed in a moment
	retryAfter time.Duration // how long Gmail asks to wait; 0 where it doesn't
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "gmail: %s: ", e.Method)
	if e.kind != nil {
		b.WriteString(e.kind.Error())
	} else {
		b.WriteString("refused")
	}
	switch {
	case e.cause != nil:
		fmt.Fprintf(&b, ": %v", e.cause)
	case e.Status != 0 && e.Reason != "":
		fmt.Fprintf(&b, " (%d %s)", e.Status, e.Reason)
	case e.Status != 0:
		fmt.Fprintf(&b, " (%d)", e.Status)
	case e.Reason != "":
		fmt.Fprintf(&b, " (%s)", e.Reason)
	}
	return b.String()
}

// Unwrap gives the kind and, where no answer came, what broke.
func (e *Error) Unwrap() []error {
	var out []error
	for _, err := range []error{e.kind, e.cause} {
		if err != nil {
			out = append(out, err)
		}
	}
	return out
}

// Reasons of our own, which stand where Google's do.
const (
	reasonUnreadable       = "unreadable"         // of an Error: an answer makes no sense
	reasonNoID             = "no_id"              // of an Error: the call names nothing, and its path would be that of another method
	reasonTooMany          = "too_many_ids"       // of an Error: more than one batch takes
	reasonRawThread        = "raw_format"         // of an Error: Gmail gives single messages alone in that format
	reasonConcurrent       = "concurrent"         // of a RateLimit, Gmail's: too many calls at once
	reasonLedgerUser       = "ledger_user"        // of a RateLimit, our ledger's: the mailbox's minute
	reasonLedgerProject    = "ledger_project"     // the project's minute
	reasonLedgerProjectDay = "ledger_project_day" // the project's day
)

// misuse refuses a call that is not made at all.
func misuse(m method, reason string) error {
	return &Error{Method: m.name, Reason: reason, kind: ErrInvalid}
}

// kindOf is a failure of a call in a word, for a span: nothing that Gmail has written.
func kindOf(err error) string {
	var limit *RateLimit
	if errors.As(err, &limit) {
		return limit.Reason
	}
	for _, kind := range allKinds {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	return "failed"
}

// RateLimit says that nothing should be asked of the mailbox before a time. It comes from Gmail, or from our own ledger before Gmail had to say it.
type RateLimit struct {
	Until time.Time
	// Sending: only sending is refused. It can last hours and counts the user's other mail programs too; reading goes on.
	Sending bool
	// Daily: a cap for the whole project, set by its owner, is reached.
	Daily bool
	// Reason is Google's, such as "userRateLimitExceeded", or one of ours: "concurrent" (too many calls at once), "ledger_user",
	// "ledger_project", "ledger_project_day".
	Reason string

	named bool // Gmail has named the time
}

// Own tells whether the limit is our own ledger's, so that Gmail has not refused anything: it binds calls of its priority in this process, and nobody else.
func (l *RateLimit) Own() bool { return strings.HasPrefix(l.Reason, "ledger_") }

func (l *RateLimit) Error() string {
	what := "rate limit"
	switch {
	case l.Sending:
		what = "sending limit"
	case l.Daily:
		what = "daily limit"
	}
	return fmt.Sprintf("gmail: %s (%s) until %s", what, l.Reason, l.Until.UTC().Format(time.RFC3339))
}
