package records

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// AuditStore is what the audit trail's export needs of the store.
type AuditStore interface {
	Audit(ctx context.Context, account string, q store.AuditQuery, limit int) ([]store.AuditEntry, error)
	AuditExport(ctx context.Context, account, user, action, detail string) error
}

const (
	auditAtOnce = 500    // entries read at a time
	auditExport = 20_000 // entries of one answer, some 4 MB
)

// AuditQueryOf reads the parameters user_id, action, from, to and page_token of a request for the audit trail.
func AuditQueryOf(v url.Values) (q store.AuditQuery, err error) {
	wrong := map[string]string{}
	q.UserID, q.Action = v.Get("user_id"), v.Get("action")
	if len(q.UserID) > 128 || !utf8.ValidString(q.UserID) {
		wrong["user_id"] = "at most 128 characters, in UTF-8"
	}
	if q.Action != "" && !slices.Contains(store.AuditActions(), q.Action) {
		wrong["action"] = "one of " + strings.Join(store.AuditActions(), ", ")
	}
	for name, into := range map[string]*time.Time{"from": &q.From, "to": &q.To} {
		if s := v.Get(name); s != "" {
			at, err := time.Parse(time.RFC3339, s)
			if err != nil {
				wrong[name] = "a time, such as 2026-11-28T10:00:00Z"
			}
			*into = at.UTC().Truncate(time.Microsecond)
		}
	}
	if len(wrong) > 0 {
		e := hire.Err(hire.CodeInvalidRequest, "The audit trail can't be looked through like this.")
		e.Fields = wrong
		return q, e
	}
	after, err := api.DecodePageToken(v.Get("page_token"))
	q.After = (*store.Position)(after)
	return q, err
}

// AuditEntry is an entry as callers see it.
func AuditEntry(e store.AuditEntry) api.AuditEntry {
	return api.AuditEntry{ID: e.ID, At: e.At, UserID: e.UserID, Action: e.Action, Target: e.Target, CandidateID: e.CandidateID, Detail: e.Detail}
}

// ExportAudit writes entries of an account's audit trail as JSON lines, newest first, and an api.AuditExportEnd after them. by is the user who takes it; "" is Hire's
// backend. That it is taken is audited first, so this entry is among them. It holds one page of the store's at a time.
func ExportAudit(ctx context.Context, s AuditStore, w io.Writer, account, by string, q store.AuditQuery) error {
	if q.After == nil { // its first page stands for the whole
		if err := s.AuditExport(ctx, account, by, store.AuditTrailExported, describe(q)); err != nil {
			return fmt.Errorf("audit the export: %w", err)
		}
	}
	out := json.NewEncoder(w)
	end := api.AuditExportEnd{End: true}
	for end.Entries < auditExport {
		page, err := s.Audit(ctx, account, q, auditAtOnce)
		if err != nil {
			return fmt.Errorf("list audit entries: %w", err)
		}
		for _, e := range page {
			if err := out.Encode(AuditEntry(e)); err != nil {
				return fmt.Errorf("write audit entry: %w", err)
			}
			q.After = &store.Position{At: e.At, ID: e.ID}
		}
		end.Entries += len(page)
		if len(page) < auditAtOnce {
			q.After = nil
			break
		}
	}
	if q.After != nil {
		end.NextPageToken = api.PageToken(q.After.At, q.After.ID)
	}
	if err := out.Encode(end); err != nil {
		return fmt.Errorf("write end of audit trail: %w", err)
	}
	return nil
}

// describe says what was asked for.
func describe(q store.AuditQuery) string {
	var parts []string
	for _, p := range [][2]string{{"user", q.UserID}, {"action", q.Action}} {
		if p[1] != "" {
			parts = append(parts, p[0]+" "+p[1])
		}
	}
	if !q.From.IsZero() {
		parts = append(parts, "from "+q.From.Format(time.RFC3339))
	}
	if !q.To.IsZero() {
		parts = append(parts, "to "+q.To.Format(time.RFC3339))
	}
	if len(parts) == 0 {
		return "all"
	}
	return strings.Join(parts, ", ")
}
