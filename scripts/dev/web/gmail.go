package web

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// Gmail answers the endpoints under /gmail/api/, by which the simulated Gmail page does what the owner of a mailbox, or somebody outside,
// does by hand:
//
//	GET  /gmail/api/world                                          who has a mailbox, and who is outside
//	GET  /gmail/api/mailboxes/{email}?label=ID                     labels, and the newest conversations with a label ("" is all mail)
//	GET  …/threads/{thread}                                        a conversation
//	POST …/threads/{thread}/{action}                               archive, inbox, spam, not-spam, trash, untrash, read, unread
//	PUT, DELETE …/threads/{thread}/labels/{label}                  puts a label on, takes it off
//	POST …/labels, PUT and DELETE …/labels/{label}                 {"name"}
//	POST, DELETE …/filters                                         {"from","label","skip_inbox"}; DELETE takes all of them away
//	POST …/messages, …/drafts, DELETE …/drafts/{draft}             sends or keeps a letter
//	GET  …/messages/{message}/attachments/{part}
//	PUT  …/trouble/{kind}                                          sending-limit, access-taken-away, password-changed
//	DELETE …/trouble/sending-limit                                 ends it
//	PUT, DELETE /gmail/api/outside/{email}/bounce                  mail to somebody outside comes back, or arrives again
//	GET  /gmail/api/outside/{email}, POST …/messages, GET …/messages/{message}/attachments/{part}
//
// What is looked at again and again has an ETag. Errors are problems (RFC 9457) with title and detail. Requests that a page of another origin makes are refused.
func Gmail(sim *gmailtest.Server) http.Handler {
	g := gmail{sim}
	mux := http.NewServeMux()
	handle := func(pattern string, f func(http.ResponseWriter, *http.Request) error) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /gmail/api/"+path, func(w http.ResponseWriter, r *http.Request) {
			if err := f(w, r); err != nil {
				writeProblem(w, err)
			}
		})
	}
	handle("GET world", g.world)
	handle("GET mailboxes/{email}", g.owned(g.list))
	handle("GET mailboxes/{email}/threads/{thread}", g.owned(g.thread))
	handle("POST mailboxes/{email}/threads/{thread}/{action}", g.owned(g.act))
	handle("PUT mailboxes/{email}/threads/{thread}/labels/{label}", g.owned(g.putLabel))
	handle("DELETE mailboxes/{email}/threads/{thread}/labels/{label}", g.owned(g.takeLabel))
	handle("POST mailboxes/{email}/labels", g.owned(g.createLabel))
	handle("PUT mailboxes/{email}/labels/{label}", g.owned(g.renameLabel))
	handle("DELETE mailboxes/{email}/labels/{label}", g.owned(g.deleteLabel))
	handle("POST mailboxes/{email}/filters", g.owned(g.createFilter))
	handle("DELETE mailboxes/{email}/filters", g.owned(g.clearFilters))
	handle("POST mailboxes/{email}/messages", g.owned(g.send))
	handle("POST mailboxes/{email}/drafts", g.owned(g.saveDraft))
	handle("DELETE mailboxes/{email}/drafts/{draft}", g.owned(g.deleteDraft))
	handle("GET mailboxes/{email}/messages/{message}/attachments/{part}", g.owned(g.attachment))
	handle("PUT mailboxes/{email}/trouble/{kind}", g.owned(g.beginTrouble))
	handle("DELETE mailboxes/{email}/trouble/{kind}", g.owned(g.endTrouble))
	handle("GET outside/{email}", g.outside)
	handle("PUT outside/{email}/bounce", g.bounce(true))
	handle("DELETE outside/{email}/bounce", g.bounce(false))
	handle("POST outside/{email}/messages", g.sendOutside)
	handle("GET outside/{email}/messages/{message}/attachments/{part}", g.outsideAttachment)
	return http.NewCrossOriginProtection().Handler(mux)
}

type gmail struct{ sim *gmailtest.Server }

// owned finds the mailbox that a path names.
func (g gmail) owned(f func(http.ResponseWriter, *http.Request, *gmailtest.Mailbox) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		m, ok := g.sim.Mailbox(r.PathValue("email"))
		if !ok {
			return missing("There is no such mailbox.")
		}
		return f(w, r, m)
	}
}

// refusal is an error that says its status and what to tell.
type refusal struct {
	status int
	detail string
}

func (e refusal) Error() string { return e.detail }

func missing(detail string) error { return refusal{http.StatusNotFound, detail} }
func wrong(detail string) error   { return refusal{http.StatusBadRequest, detail} }

// writeProblem answers with an error. What the simulator refuses is told in its own words, which are Gmail's.
func writeProblem(w http.ResponseWriter, err error) {
	status, title, code := http.StatusBadRequest, "Gmail refused this", "refused"
	var (
		known refusal
		large *http.MaxBytesError
	)
	detail := innermost(err).Error()
	switch {
	case errors.As(err, &known):
		status = known.status
	case errors.Is(err, gmailtest.ErrNotFound):
		status, detail = http.StatusNotFound, "It is not there any more."
	case errors.As(err, &large):
		status, detail = http.StatusRequestEntityTooLarge, "That is too large: Gmail takes 25 MB of attachments."
	}
	if status == http.StatusNotFound {
		title, code = "Not found", "not_found"
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	body, _ := json.Marshal(map[string]any{"title": title, "detail": detail, "code": code, "status": status}) // of strings and a number: cannot fail
	_, _ = w.Write(body)                                                                                      // the caller has gone; there is no one to tell
}

func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// unchanged answers 304 if the caller has what the tag stands for, and else announces the tag. The tag is taken before what it stands for is read: what changes
// in between is then sent once too often, never missed.
func unchanged(w http.ResponseWriter, r *http.Request, parts ...string) bool {
	sum := fnv.New64a()
	for _, p := range parts {
		_, _ = sum.Write([]byte(p + "\x00")) // a hash takes everything
	}
	tag := `"` + strconv.FormatUint(sum.Sum64(), 36) + `"`
	w.Header().Set("Etag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller has gone; there is no one to tell
	return nil
}

func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(into); err != nil {
		return wrong("The request is not the JSON that is expected here.")
	}
	return nil
}
