package gmail

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/api/googleapi"
)

// explain turns the error of a try into an *Error or a *RateLimit, and remembers a time that Gmail names for the whole mailbox.
func (m *Mailbox) explain(mt method, err error) error {
	now := m.client.now()
	err = explain(mt, err, now)
	var limit *RateLimit
	if errors.As(err, &limit) && !limit.Sending && limit.Until.Sub(now) > patience {
		m.client.ledger.block(m.sub, limit, now)
	}
	return err
}

func explain(mt method, err error, now time.Time) error {
	var own *Error
	var answer *googleapi.Error
	switch {
	case errors.As(err, &own):
		return err
	case errors.As(err, &answer):
		return refusal(mt, answer, now)
	case undecodable(err):
		// A complete answer that makes no sense. What was to be done may well have been: only of a mere reading can it be said that it is no use.
		kind := ErrUnavailable
		if mt.reads {
			kind = ErrInvalid
		}
		return &Error{Method: mt.name, Status: http.StatusOK, Reason: reasonUnreadable, kind: kind, passing: true}
	default:
		return noAnswer(mt, err)
	}
}

// noAnswer is a call whose connection broke before its answer was there.
func noAnswer(mt method, err error) *Error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err // its address names messages and searches
	}
	return &Error{Method: mt.name, kind: ErrUnavailable, cause: err, passing: true}
}

// errUnreadable: an answer lacks what it must have.
var errUnreadable = errors.New("unreadable answer")

// undecodable tells whether an error is one of decoding. Its text may quote the answer and goes no further.
func undecodable(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var corrupt base64.CorruptInputError
	return errors.Is(err, errUnreadable) || errors.As(err, &syntax) || errors.As(err, &kind) || errors.As(err, &corrupt) || strings.HasPrefix(err.Error(), "json: ")
}

// refusal says by kind what an answer other than success means.
// Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors
func refusal(mt method, a *googleapi.Error, now time.Time) error {
	reason, text := reasonOf(a), strings.ToLower(textOf(a))
	e := &Error{Method: mt.name, Status: a.Code, Reason: reason}
	switch {
	case a.Code == http.StatusForbidden && reason == "domainPolicy":
		e.kind = ErrDomainPolicy
	case a.Code == http.StatusTooManyRequests, a.Code == http.StatusForbidden && limitReasons[reason]:
		return limitOf(a, reason, text, now)
	case a.Code == http.StatusUnauthorized:
		e.kind = ErrUnauthorized
	case a.Code == http.StatusForbidden && scopeReasons[reason]:
		e.kind = ErrForbiddenScope
	case a.Code == http.StatusNotFound && mt.name == historyList.name:
		e.kind = ErrHistoryExpired
	case a.Code == http.StatusNotFound, a.Code == http.StatusGone:
		e.kind = ErrNotFound
	case a.Code == http.StatusBadRequest && mt.name == draftsCreate.name && strings.Contains(text, "thread_id"):
		e.kind = ErrNotFound // "Invalid thread_id value": the conversation is not in this mailbox
	case a.Code == http.StatusConflict && mt.name == labelsCreate.name:
		e.kind = ErrLabelExists
	case a.Code == http.StatusRequestEntityTooLarge, reason == "uploadTooLarge":
		e.kind = ErrTooLarge
	case a.Code == http.StatusBadRequest && strings.Contains(text, "mail service not enabled"):
		e.kind = ErrMailServiceOff
	case a.Code == http.StatusBadRequest:
		e.kind = ErrInvalid
	case a.Code >= 500, a.Code == http.StatusRequestTimeout, a.Code == http.StatusConflict:
		e.kind, e.passing = ErrUnavailable, true
		if at, ok := retryHeader(a.Header, now); ok {
			e.retryAfter = max(at.Sub(now), 0)
		}
	}
	return e
}

var (
	limitReasons = set("rateLimitExceeded", "userRateLimitExceeded", "userRateLimitExceededUnreg", "dailyLimitExceeded", "dailyLimitExceededUnreg",
		"quotaExceeded", "RATE_LIMIT_EXCEEDED")
	scopeReasons = set("insufficientPermissions", "insufficientScopes", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
)

func set(names ...string) map[string]bool {
	out := make(map[string]bool, len(names))
	for _, n := range names {
		out[n] = true
	}
	return out
}

const (
	// Where Gmail names no time: quota counts by the minute; sending limits last hours.
	limitFor        = time.Minute
	sendingLimitFor = time.Hour
	// longestLimit bounds the times that are believed.
	longestLimit = 25 * time.Hour
)

// limitOf reads a rate limit. text is what Gmail wrote, in lower case.
func limitOf(a *googleapi.Error, reason, text string, now time.Time) *RateLimit {
	if reason == "" {
		reason = "rateLimitExceeded"
	}
	l := &RateLimit{
		Reason: reason, Sending: strings.Contains(text, "mail sending"), Daily: strings.HasPrefix(reason, "dailyLimitExceeded"),
	}
	at, named := retryText(text)
	if !named {
		at, named = retryHeader(a.Header, now)
	}
	l.named = named
	if strings.Contains(text, "concurrent") {
		l.Reason = reasonConcurrent
	}
	switch {
	case named:
		l.Until = at
		if limit := now.Add(longestLimit); at.After(limit) {
			l.Until = limit
		}
	case l.Daily:
		l.Until = nextDay(now)
	case l.Sending:
		l.Until = now.Add(sendingLimitFor)
	case l.Reason == reasonConcurrent:
		l.Until = now.Add(patience)
	default:
		l.Until = now.Add(limitFor)
	}
	return l
}

var retryPattern = regexp.MustCompile(`retry after (\d{4}-\d\d-\d\dt[0-9:.]+z)`)

// retryText finds the time to try again in a text such as "User-rate limit exceeded.  Retry after 2026-01-21T12:57:51.196Z (Mail sending)", given in
// lower case.
func retryText(text string) (time.Time, bool) {
	found := retryPattern.FindStringSubmatch(text)
	if found == nil {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(found[1]))
	return at, err == nil
}

// retryHeader reads Retry-After: seconds or a date (RFC 9110 section 10.2.3).
func retryHeader(h http.Header, now time.Time) (time.Time, bool) {
	v := h.Get("Retry-After")
	if v == "" {
		return time.Time{}, false
	}
	if s, err := strconv.Atoi(v); err == nil && s >= 0 {
		return now.Add(min(time.Duration(s), longestLimit/time.Second) * time.Second), true
	}
	at, err := http.ParseTime(v)
	return at, err == nil
}

// textOf is what Gmail wrote for people. It is read here and goes no further: it may quote the request.
func textOf(a *googleapi.Error) string {
	text := a.Message
	for _, item := range a.Errors {
		text += " " + item.Message
	}
	return text
}

// reasonOf is the machine's reason of an answer: of its ErrorInfo where that speaks of scopes, else of its first item; "" where there is none.
func reasonOf(a *googleapi.Error) string {
	reason := ""
	if len(a.Errors) > 0 {
		reason = a.Errors[0].Reason
	}
	for _, d := range a.Details {
		info, _ := d.(map[string]any)
		detail, _ := info["reason"].(string)
		if reason == "" || scopeReasons[detail] {
			reason = detail
		}
	}
	if len(reason) > 60 || strings.Trim(reason, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
		return "unknown"
	}
	return reason
}
