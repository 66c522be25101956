package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"
)

// check is one fact about Gmail or OAuth, and how it is tried.
type check struct {
	Name string // kebab-case
	Fact string // one sentence
	Used string // where the code relies on it
	// Try says what it saw, where several things would be right, and why the fact does not hold, if so: contrary and excuse make such errors, those of calls are
	// understood as they are.
	Try func(ctx context.Context, x *trial) (note string, err error)
	// Last runs after the clean-up: the mailbox can't be reached any more then.
	Last bool
}

// checks are all of them, in the order they are tried in: later ones use what earlier ones have made.
func checks() []check {
	var all []check
	for _, some := range [][]check{
		oauthChecks, mailboxChecks, draftChecks, editChecks, sendChecks, threadChecks, labelChecks, historyChecks, readingChecks, attachmentChecks, listChecks, batchChecks,
		recipientChecks, watchChecks, binChecks, revokeChecks,
	} {
		all = append(all, some...)
	}
	return all
}

func list(out io.Writer, all []check) {
	for _, c := range all {
		fmt.Fprintf(out, "%s\n    %s\n    relied on by %s\n", c.Name, c.Fact, c.Used)
	}
	fmt.Fprintf(out, "\n%d checks\n", len(all))
}

// verdict is what became of a check.
type verdict string

const (
	holds   verdict = "holds"
	doesNot verdict = "does not hold"
	untried verdict = "could not be tried"
)

// contradiction says that the server does otherwise than the fact.
type contradiction struct{ text string }

func (e *contradiction) Error() string { return e.text }

func contrary(format string, args ...any) error { return &contradiction{fmt.Sprintf(format, args...)} }

// obstacle says why a fact could not be tried.
type obstacle struct{ text string }

func (e *obstacle) Error() string { return e.text }

func excuse(format string, args ...any) error { return &obstacle{fmt.Sprintf(format, args...)} }

// judge says what an error means for the fact: a call that the server refuses although the code needs it is against the fact; one that failed for reasons of
// the moment leaves it open.
func judge(err error) (verdict, string) {
	var against *contradiction
	var open *obstacle
	switch {
	case err == nil:
		return holds, ""
	case errors.As(err, &open):
		return untried, err.Error()
	case errors.As(err, &against):
		return doesNot, err.Error()
	}
	code, _ := answerOf(err)
	var trip *url.Error
	var oauth *oauth2.RetrieveError
	text := textOf(err)
	switch {
	case errors.Is(err, context.Canceled):
		return untried, "stopped"
	case errors.Is(err, context.DeadlineExceeded):
		return untried, "no answer in time"
	case errors.As(err, &trip) && errors.As(err, &oauth):
		return untried, "the access token could not be renewed: " + text
	case code == 0:
		return untried, "no answer: " + text
	case code >= 500, code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusTooManyRequests:
		return untried, text
	}
	return doesNot, text
}

// answerOf is the status of a refusal, 0 where there was no answer, and what it says.
func answerOf(err error) (code int, text string) {
	var api *googleapi.Error
	var oauth *oauth2.RetrieveError
	switch {
	case errors.As(err, &api):
		return api.Code, fmt.Sprintf("%d %s: %s", api.Code, reasonOf(api), short(api.Message))
	case errors.As(err, &oauth):
		return oauth.Response.StatusCode, fmt.Sprintf("%d %s: %s", oauth.Response.StatusCode, oauth.ErrorCode, short(oauth.ErrorDescription))
	}
	return 0, ""
}

// textOf is what an error says, without an answer's body.
func textOf(err error) string {
	if _, text := answerOf(err); text != "" {
		return text
	}
	return short(err.Error())
}

// reasonOf is the reason that the code branches on.
func reasonOf(e *googleapi.Error) string {
	if len(e.Errors) > 0 && e.Errors[0].Reason != "" {
		return e.Errors[0].Reason
	}
	return "(no reason)"
}

// refused says whether a call was refused with a status; anything else is returned as what it means for the fact. what names the call.
func refused(err error, status int, what string) error {
	switch code, text := answerOf(err); {
	case err == nil:
		return contrary("%s was not refused", what)
	case code == status:
		return nil
	case code >= 400 && code < 500 && code != http.StatusTooManyRequests:
		return contrary("%s was refused with %s, not with %d", what, text, status)
	}
	return err
}

// short is a text on one line that does not run away.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 160 {
		s = s[:160] + "…"
	}
	return s
}
