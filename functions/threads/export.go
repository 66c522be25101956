package threads

import (
	"net/http"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/records"
)

// export streams a page of all mail of the account to a Super Admin.
func (h handler) export(w http.ResponseWriter, r *http.Request) error {
	user, err := h.reader(w, r)
	if err != nil {
		return err
	}
	if user.Role != hire.RoleSuperAdmin {
		return hire.Err(hire.CodeSuperAdmin, "Only a Super Admin can take the account's mail out of Hire.")
	}
	x := records.MailExport{Store: h.Store, Blobs: h.Blobs, Account: user.AccountID, User: user.ID}
	write, kind, format := x.Mbox, "application/mbox", r.URL.Query().Get("format")
	switch format {
	case "mbox":
	case "jsonl":
		write, kind = x.JSONLines, "application/x-ndjson"
	default:
		return hire.Invalid("format", "mbox or jsonl", "format must be mbox or jsonl.")
	}
	page, err := x.Page(r.Context(), r.URL.Query().Get("page_token"), format)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="mail.`+format+`"`)
	if page.Next != "" {
		w.Header().Set("Next-Page-Token", page.Next)
	}
	return write(r.Context(), w, page)
}
