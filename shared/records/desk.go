package records

import (
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
)

// Desk answers the requests for an account's records, which a Super Admin sends to one function and Hire's backend to another. Whoever calls it has seen that they may.
type Desk struct {
	Store interface {
		AuditStore
		DeletionStore
	}
	Reports *Signer
	Now     func() time.Time
}

// ExportAudit streams the audit trail; by is as in the function of this name.
func (d Desk) ExportAudit(w http.ResponseWriter, r *http.Request, account, by string) error {
	q, err := AuditQueryOf(r.URL.Query())
	if err != nil {
		return err
	}
	api.ContentLines(w, "audit.jsonl")
	return ExportAudit(r.Context(), d.Store, w, account, by, q)
}

// ListDeletions answers with a page of api.DeletionList.
func (d Desk) ListDeletions(w http.ResponseWriter, r *http.Request, account string) error {
	out, err := deletions(r.Context(), d.Store, account, r.URL.Query().Get("page_token"))
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

// ReportDeletion answers with the signed report of the deletion that the path's deletion_id names.
func (d Desk) ReportDeletion(w http.ResponseWriter, r *http.Request, account string) error {
	report, err := report(r.Context(), d.Store, account, r.PathValue("deletion_id"), d.Now())
	if err != nil {
		return err
	}
	out, err := d.Reports.Sign(report)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}
