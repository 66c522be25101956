package directory

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/records"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// maxRecords bounds one request.
const maxRecords = 500

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	h := handler{s, records.Desk{Store: s.Store, Reports: s.Reports, Now: s.Now}}
	r := s.Router("directory")
	r.Handle("POST /v1/batch", h.batch)
	r.Handle("GET /v1/accounts/{account_id}/audit/export", h.exportAudit)
	r.Handle("GET /v1/accounts/{account_id}/deletions", h.deletions)
	r.Handle("GET /v1/accounts/{account_id}/deletions/{deletion_id}", h.deletion)
	r.Handle("GET /v1/report-keys", h.reportKeys)
	return r, nil
}

type handler struct {
	*wiring.Services
	records records.Desk
}

// batch applies the records in the order accounts, users, candidates. It may be sent again as it is: what was applied is then stale.
func (h handler) batch(w http.ResponseWriter, r *http.Request) error {
	if err := h.Backend.Verify(r); err != nil {
		return err
	}
	b, err := api.DecodeJSON[api.DirectoryBatch](w, r, 8<<20)
	if err != nil {
		return err
	}
	if err := check(b); err != nil {
		return err
	}
	var out api.DirectoryResult
	count := func(applied bool, due []store.OutboxRow, err error) error {
		if applied {
			out.Applied++
		} else if err == nil {
			out.Stale++
		}
		h.Outbox.HandOver(r.Context(), due)
		return err
	}
	for _, a := range b.Accounts {
		if err := count(h.Store.PutAccount(r.Context(), hire.Account{ID: a.ID, Name: a.Name, Plan: hire.Plan(a.Plan), Retention: hire.Retention(a.Retention), Deleted: a.Deleted, Version: a.Version})); err != nil {
			return err
		}
	}
	for _, u := range b.Users {
		if err := count(h.Store.PutUser(r.Context(), hire.User{AccountID: u.AccountID, ID: u.ID, Name: u.Name, Email: u.Email, Role: hire.Role(u.Role), Active: u.Active, Deleted: u.Deleted, Version: u.Version})); err != nil {
			return err
		}
	}
	for _, c := range b.Candidates {
		if err := count(h.Store.PutCandidate(r.Context(), hire.Candidate{
			AccountID: c.AccountID, ID: c.ID, Name: c.Name, Emails: c.Emails, UpdatedAt: c.UpdatedAt, Deleted: c.Deleted, MergedInto: c.MergedInto, Version: c.Version,
		})); err != nil {
			return err
		}
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

// exportAudit streams an account's audit trail. It outlasts the account.
func (h handler) exportAudit(w http.ResponseWriter, r *http.Request) error {
	account, err := h.accountOf(r)
	if err != nil {
		return err
	}
	return h.records.ExportAudit(w, r, account.ID, "")
}

func (h handler) deletions(w http.ResponseWriter, r *http.Request) error {
	account, err := h.accountOf(r)
	if err != nil {
		return err
	}
	return h.records.ListDeletions(w, r, account.ID)
}

func (h handler) deletion(w http.ResponseWriter, r *http.Request) error {
	account, err := h.accountOf(r)
	if err != nil {
		return err
	}
	return h.records.ReportDeletion(w, r, account.ID)
}

// reportKeys tells what is public.
func (h handler) reportKeys(w http.ResponseWriter, r *http.Request) error {
	if err := h.Backend.Verify(r); err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, h.Reports.Keys())
	return nil
}

// accountOf reads the account that Hire's backend asks about, a deleted one too.
func (h handler) accountOf(r *http.Request) (hire.Account, error) {
	if err := h.Backend.Verify(r); err != nil {
		return hire.Account{}, err
	}
	return h.Store.Account(r.Context(), r.PathValue("account_id"))
}

// check names everything that is wrong with a batch before any of it is applied.
func check(b api.DirectoryBatch) error {
	wrong := map[string]string{}
	need := func(field string, ok bool, text string) {
		if !ok {
			wrong[field] = text
		}
	}
	need("batch", len(b.Accounts)+len(b.Users)+len(b.Candidates) <= maxRecords, fmt.Sprintf("at most %d records in one request", maxRecords))
	for i, a := range b.Accounts {
		at := func(f string) string { return fmt.Sprintf("accounts[%d].%s", i, f) }
		need(at("id"), validID(a.ID), idText)
		need(at("name"), validName(a.Name), nameText)
		need(at("plan"), hire.Plan(a.Plan).Valid(), "starter, plus, pro or pro_plus")
		need(at("retention"), slices.Contains([]string{"", "keep", "delete"}, a.Retention), "keep or delete")
		need(at("version"), a.Version > 0, "a positive number that rises with each change")
	}
	for i, u := range b.Users {
		at := func(f string) string { return fmt.Sprintf("users[%d].%s", i, f) }
		need(at("account_id"), validID(u.AccountID), idText)
		need(at("id"), validID(u.ID), idText)
		need(at("name"), validName(u.Name), nameText)
		need(at("email"), validEmail(u.Email), "an email address, at most 320 characters")
		need(at("role"), hire.Role(u.Role).Valid(), "super_admin, admin, hiring_manager, hiring_team_member or external_agency")
		need(at("version"), u.Version > 0, "a positive number that rises with each change")
	}
	for i, c := range b.Candidates {
		at := func(f string) string { return fmt.Sprintf("candidates[%d].%s", i, f) }
		need(at("account_id"), validID(c.AccountID), idText)
		need(at("id"), validID(c.ID), idText)
		need(at("name"), validName(c.Name), nameText)
		need(at("emails"), len(c.Emails) <= 50 && !slices.ContainsFunc(c.Emails, func(e string) bool { return !validEmail(e) }), "at most 50 email addresses, of at most 320 characters")
		need(at("merged_into"), c.MergedInto == "" || validID(c.MergedInto), idText)
		need(at("version"), c.Version > 0, "a positive number that rises with each change")
	}
	if len(wrong) == 0 {
		return nil
	}
	e := hire.Err(hire.CodeInvalidRequest, "Some records are not valid; none was applied.")
	e.Fields = wrong
	return e
}

const idText = "1 to 128 characters"

// What a record holds is bounded by what the database takes, and an address by what mail takes (RFC 5321 section 4.5.3.1).
const (
	nameText = "at most 1,000 characters"
	maxName  = 1000
	maxEmail = 320 // bytes
)

func validName(name string) bool { return utf8.RuneCountInString(name) <= maxName }

func validEmail(s string) bool { return len(s) <= maxEmail && hire.ValidAddress(strings.TrimSpace(s)) }

func validID(id string) bool { return len(id) >= 1 && len(id) <= 128 }
