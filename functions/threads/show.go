package threads

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	mailmime "github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/safehtml"
	"github.com/trakstar/hire-gmail/shared/store"
)

// people resolves addresses to users and to the candidate.
type people struct {
	users     map[string]hire.User
	candidate hire.Candidate
}

func (h handler) people(ctx context.Context, c hire.Candidate, addresses []string) (people, error) {
	users, err := h.Store.UsersByLogin(ctx, c.AccountID, addresses)
	return people{users: users, candidate: c}, err
}

func (p people) resolve(a hire.Address) api.Person {
	n := hire.NormalizeAddress(a.Addr)
	if u, ok := p.users[n]; ok {
		return api.Person{Kind: "user", ID: u.ID, Name: u.Name, Email: a.Addr}
	}
	for _, own := range p.candidate.Addresses() {
		if own == n {
			return api.Person{Kind: "candidate", ID: p.candidate.ID, Name: p.candidate.Name, Email: a.Addr}
		}
	}
	return api.Person{Kind: "other", Name: a.Name, Email: a.Addr}
}

// writer is who has written a message. Whoever comes from outside is no user, even under a user's address.
func (p people) writer(a hire.Address, way hire.Direction) api.Person {
	out := p.resolve(a)
	if out.Kind == "user" && way == hire.Inbound {
		return api.Person{Kind: "other", Name: a.Name, Email: a.Addr}
	}
	return out
}

// claimed is the first of the addresses that is the candidate's or a user's; nil if none is.
func (p people) claimed(as []hire.Address) *api.Person {
	for _, a := range as {
		if who := p.resolve(a); who.Kind != "other" {
			return &who
		}
	}
	return nil
}

func (p people) all(as []hire.Address) []api.Person {
	out := []api.Person{}
	for _, a := range as {
		out = append(out, p.resolve(a))
	}
	return out
}

// receiptOf is the receipt of a thread. Where several mailboxes hold it, it is that of the one with most of it; all must be complete.
func receiptOf(t hire.Thread, sources []store.Tracked) api.Receipt {
	out := api.Receipt{State: "local", Stored: t.Messages, InGmail: t.Messages, Excluded: map[string]int{}}
	for i, src := range sources {
		if i == 0 || src.InGmail > out.InGmail {
			out.Stored, out.InGmail, out.CheckedAt, out.Excluded = src.Stored, src.InGmail, src.CheckedAt, src.Excluded
		}
	}
	if out.Excluded == nil {
		out.Excluded = map[string]int{}
	}
	if len(sources) == 0 {
		return out
	}
	out.State = "verified"
	for _, src := range sources {
		switch {
		case src.Stored < src.InGmail:
			out.State = "repairing"
			return out
		case src.CheckedAt.IsZero():
			out.State = "unchecked"
		}
	}
	return out
}

// total adds receipts up.
func total(threads []api.ThreadSummary) api.Receipt {
	rank := map[string]int{"local": 0, "verified": 1, "unchecked": 2, "repairing": 3}
	out := api.Receipt{State: "local", Excluded: map[string]int{}}
	for _, t := range threads {
		out.Stored += t.Receipt.Stored
		out.InGmail += t.Receipt.InGmail
		for reason, n := range t.Receipt.Excluded {
			out.Excluded[reason] += n
		}
		if rank[t.Receipt.State] > rank[out.State] {
			out.State = t.Receipt.State
		}
		if !t.Receipt.CheckedAt.IsZero() && (out.CheckedAt.IsZero() || t.Receipt.CheckedAt.Before(out.CheckedAt)) {
			out.CheckedAt = t.Receipt.CheckedAt
		}
	}
	return out
}

// message is a stored message as the frontend shows it, with the images that lie on other servers if remote.
func (h handler) message(ctx context.Context, p people, m hire.Message, remote bool) (api.Message, error) {
	if err := blobs.LoadBody(ctx, h.Blobs, &m); err != nil {
		return api.Message{}, err
	}
	fresh, quoted := mailmime.QuotedSplit(m.Text)
	html, held := safehtml.Shown(m.HTML, remote)
	out := api.Message{
		ID: m.ID, ThreadID: m.ThreadID, MessageID: m.MessageID, Direction: string(m.Direction), To: p.all(m.To), Cc: p.all(m.Cc), Subject: m.Subject,
		Date: m.Date, ReceivedAt: m.ReceivedAt, Text: fresh, QuotedText: quoted, HTML: html, HasRemote: held, Attachments: api.Attachments(m.Attachments),
		HasOriginal: m.Original != "", AutoReply: m.AutoReply, Bounce: m.Bounce, Via: m.Via, Defects: m.Defects,
		Authentication: api.Authenticated(m.Authentication),
	}
	if m.Authentication.Forged() {
		out.Authentication.Claims = p.claimed(m.From)
	}
	if d := m.Delivery; d != nil {
		out.Delivery = &api.Delivery{State: string(d.State), Recipients: []api.Address{}, Status: d.Status, Reason: d.Reason, At: d.At, ReportID: d.ReportID, ThreadID: d.ReportThreadID}
		for _, a := range d.Recipients {
			out.Delivery.Recipients = append(out.Delivery.Recipients, api.Address{Email: a})
		}
	}
	if out.Date.IsZero() {
		out.Date = m.ReceivedAt
	}
	if len(m.From) > 0 {
		out.From = p.writer(m.From[0], m.Direction)
		if m.UserID != "" && out.From.Kind == "other" { // another address of theirs
			out.From.Kind, out.From.ID = "user", m.UserID
		}
	}
	return out, nil
}

// shownInBrowser are the types that a browser may open in place; everything else is only saved. HTML and SVG can carry scripts.
var shownInBrowser = map[string]bool{
	"application/pdf": true, "image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "text/plain": true,
}

// attachment streams a file, with ranges.
func (h handler) attachment(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	t, err := h.opened(r.Context(), user, r.PathValue("thread_id"))
	if err != nil {
		return err
	}
	m, err := h.Store.Message(r.Context(), user.AccountID, t.ID, r.PathValue("message_id"))
	if err != nil {
		return err
	}
	for _, a := range m.Attachments {
		if a.PartID != r.PathValue("part_id") {
			continue
		}
		c, _, err := h.Blobs.Open(r.Context(), user.AccountID, a.Blob)
		if errors.Is(err, blobs.ErrNotFound) {
			return hire.Wrap(hire.CodeNotFound, err)
		}
		if err != nil {
			return fmt.Errorf("open attachment: %w", err)
		}
		defer c.Close()
		return serve(w, r, a, c)
	}
	return hire.Err(hire.CodeNotFound)
}

// original streams the mail that a message was made of to whoever wrote it: it holds more than they have sent to the others.
func (h handler) original(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	t, err := h.opened(r.Context(), user, r.PathValue("thread_id"))
	if err != nil {
		return err
	}
	m, err := h.Store.Message(r.Context(), user.AccountID, t.ID, r.PathValue("message_id"))
	if err != nil {
		return err
	}
	if m.Original == "" || m.UserID != user.ID {
		return hire.Err(hire.CodeNotFound)
	}
	c, _, err := h.Blobs.Open(r.Context(), user.AccountID, m.Original)
	if errors.Is(err, blobs.ErrNotFound) {
		return hire.Wrap(hire.CodeNotFound, err)
	}
	if err != nil {
		return fmt.Errorf("open original: %w", err)
	}
	defer c.Close()
	return serve(w, r, hire.Attachment{Filename: "original.eml", ContentType: "message/rfc822", Blob: m.Original}, c)
}

func serve(w http.ResponseWriter, r *http.Request, a hire.Attachment, c blobs.Content) error {
	kind, _, err := mime.ParseMediaType(a.ContentType)
	disposition := "attachment"
	if err != nil {
		kind = "application/octet-stream"
	}
	if shownInBrowser[kind] {
		disposition = "inline"
	} else {
		kind = "application/octet-stream"
	}
	if kind == "text/plain" {
		kind += "; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("%s; filename=%q; filename*=UTF-8''%s", disposition, ascii(a.Filename), extended(a.Filename)))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("ETag", `"`+a.Blob+`"`)
	out := &content{ResponseWriter: w}
	// What an answer depends on is in If-None-Match and If-Range; nobody writes here, so that nothing could be lost that these guard.
	r = r.Clone(r.Context())
	r.Header.Del("If-Match")
	r.Header.Del("If-Unmodified-Since")
	http.ServeContent(out, r, "", time.Time{}, c)
	if out.beyond {
		return hire.Err(hire.CodeRange)
	}
	return nil
}

// extended writes a name as an extended parameter's value (RFC 8187 section 3.2.1), which takes fewer characters as they are than a path does.
func extended(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// content is the writer of an answer in which net/http's own text about a range that can't be had gives way to a problem.
type content struct {
	http.ResponseWriter
	beyond bool
}

func (c *content) WriteHeader(status int) {
	if c.beyond = status == http.StatusRequestedRangeNotSatisfiable; !c.beyond {
		c.ResponseWriter.WriteHeader(status)
	}
}

func (c *content) Write(p []byte) (int, error) {
	if c.beyond {
		return len(p), nil
	}
	return c.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (c *content) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, s)
}
