package settings

import (
	"context"
	"net/http"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/connection"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mailsync"
	"github.com/trakstar/hire-gmail/shared/records"
	"github.com/trakstar/hire-gmail/shared/sending"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/wiring"
	"github.com/trakstar/hire-gmail/shared/wiring/mailboxes"
	"github.com/trakstar/hire-gmail/shared/wiring/outgoing"
)

// New makes the function's handler.
func New(s *wiring.Services) (http.Handler, error) {
	boxes, err := mailboxes.Of(s)
	if err != nil {
		return nil, err
	}
	sender, err := outgoing.Of(s)
	if err != nil {
		return nil, err
	}
	h := handler{s, boxes.Connections, sender, boxes.Quota, records.Desk{Store: s.Store, Reports: s.Reports, Now: s.Now}}
	r := s.Router("settings")
	r.Handle("GET /v1/settings", h.get)
	r.Handle("PUT /v1/integration", h.switchIntegration)
	r.Handle("PUT /v1/aliases", h.allowAliases)
	r.Handle("DELETE /v1/connection", h.disconnect)
	r.Handle("GET /v1/connection/addresses", h.addresses)
	r.Handle("GET /v1/connections", h.allConnections)
	r.Handle("GET /v1/sending-policy", h.policy)
	r.Handle("GET /v1/audit", h.audit)
	r.Handle("GET /v1/audit/export", h.exportAudit)
	r.Handle("GET /v1/deletions", h.deletions)
	r.Handle("GET /v1/deletions/{deletion_id}", h.deletion)
	r.Handle("GET /v1/report-keys", h.reportKeys)
	return r, nil
}

type handler struct {
	*wiring.Services
	connections *connection.Service
	sending     *sending.Service
	quota       gmail.Quota
	records     records.Desk
}

func (h handler) get(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	return h.show(w, r.Context(), caller)
}

func (h handler) show(w http.ResponseWriter, ctx context.Context, caller api.Caller) error {
	account, user, err := h.Store.Member(ctx, caller.AccountID, caller.UserID)
	if err != nil {
		return err
	}
	box, found, err := h.Store.Mailbox(ctx, store.MailboxKey{AccountID: account.ID, UserID: user.ID})
	if err != nil {
		return err
	}
	out := api.Settings{
		Account: api.AccountSettings{
			AccountID: account.ID, Plan: string(account.Plan), Available: account.Plan.AllowsGmail(), Enabled: account.GmailActive(),
			ChangedBy: account.Integration.ChangedBy, ChangedAt: account.Integration.ChangedAt,
			AliasesAllowed: account.Aliases.Allowed, MayAllowAliases: hire.MayAllowAliases(account, user, !account.Aliases.Allowed) == nil,
			MayChange: hire.MaySwitchIntegration(account, user, !account.Integration.Enabled) == nil,
		},
		Connection: h.connectionOf(account, user, box, found),
		Notices:    []api.Notice{},
	}
	if q := out.Connection.Quota; q != nil {
		spent, err := h.Store.UnitsOf(ctx, gmail.DayOf(h.Now()))
		if err != nil {
			return err
		}
		q.ProjectLeft = max(q.ProjectPerDay-spent, 0)
	}
	if by := account.Integration.ChangedBy; by != "" {
		if u, err := h.Store.User(ctx, account.ID, by); err == nil {
			out.Account.ChangedByName = u.Name
		}
	}
	if !out.Account.Available {
		out.Notices = append(out.Notices, notice(hire.CodePlanUpgrade, "", "upgrade"))
	}
	if out.Connection.Problem != nil {
		out.Notices = append(out.Notices, *out.Connection.Problem)
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func notice(code hire.Code, detail, action string) api.Notice {
	e := hire.Err(code, detail)
	return api.Notice{Code: string(code), Title: e.Title(), Detail: e.Detail, Action: action}
}

// connectionOf is the state of a mailbox as its user sees it.
func (h handler) connectionOf(a hire.Account, u hire.User, m store.Mailbox, found bool) api.Connection {
	c := api.Connection{State: "not_connected", LoginEmail: u.Email, MayConnect: hire.MayConnect(a, u) == nil}
	if !found || m.State == store.Disconnected {
		return c
	}
	c.State, c.Address, c.ConnectedAt = string(m.State), m.Address, m.ConnectedAt
	c.LastSyncAt, c.VerifiedAt, c.WatchEndsAt, c.LastPushAt = m.LastSyncAt, m.VerifiedAt, m.WatchExpiresAt, m.LastPushAt
	c.Waiting, c.OldestWait = m.LedgerSize, m.LedgerFrom
	now := h.Now()
	switch {
	case m.Recovery != nil:
		c.Import = progress("recovery", m.Recovery.Listed, m.Recovery.Total, m.Recovery.StartedAt, now)
	case m.Import != nil:
		c.Import = progress("import", m.Import.Done, m.Import.Total, m.Import.StartedAt, now)
	}
	if s := m.Resync; s != nil {
		c.Resync = &api.Resync{AskedAt: s.AskedAt, Done: s.Done, Total: max(s.Done, s.Total), Repaired: s.Repaired, EndedAt: s.EndedAt}
	}
	health := mailsync.HealthOf(m, h.quota.UserPerMinute, now)
	c.TokenState, c.TokenSince = health.Token, health.TokenAt
	if m.State == store.Connected {
		c.Quota = &api.Quota{MailboxLeft: health.UnitsLeft, MailboxPerMinute: h.quota.UserPerMinute, ProjectPerDay: h.quota.ProjectPerDay}
		if m.ReadBlockedUntil.After(now) {
			c.Quota.ReadingUntil = m.ReadBlockedUntil
		}
		if m.SendBlockedUntil.After(now) {
			c.Quota.SendingUntil = m.SendBlockedUntil
		}
	}
	if m.State == store.NeedsReconnect && m.Problem != nil {
		n := notice(m.Problem.Code, m.Problem.Detail, "reconnect")
		c.Problem = &n
	}
	return c
}

// progress estimates when work will end by how fast it has gone so far.
func progress(kind string, done, total int, started, now time.Time) *api.Progress {
	p := &api.Progress{Kind: kind, Done: done, Total: total, StartedAt: started}
	if gone := now.Sub(started); done > 0 && total >= done && gone > 0 {
		p.EndsAt = now.Add(time.Duration(float64(gone) / float64(done) * float64(total-done))).Truncate(time.Second)
	}
	return p
}

func (h handler) switchIntegration(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.SwitchIntegration](w, r, 4<<10)
	if err != nil {
		return err
	}
	due, err := h.Store.SetIntegration(r.Context(), caller.AccountID, caller.UserID, body.Enabled)
	if err != nil {
		return err
	}
	h.Outbox.HandOver(r.Context(), due)
	return h.show(w, r.Context(), caller)
}

func (h handler) allowAliases(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	body, err := api.DecodeJSON[api.AllowAliases](w, r, 4<<10)
	if err != nil {
		return err
	}
	if err := h.Store.AllowAliases(r.Context(), caller.AccountID, caller.UserID, body.Allowed); err != nil {
		return err
	}
	return h.show(w, r.Context(), caller)
}

func (h handler) addresses(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	list, err := h.sending.Addresses(r.Context(), store.MailboxKey{AccountID: caller.AccountID, UserID: caller.UserID})
	if err != nil {
		return err
	}
	out := api.SendingAddresses{Addresses: []api.SendingAddress{}}
	for _, a := range list {
		one := api.SendingAddress{
			Email: a.Address.Addr, Name: a.Address.Name, Own: a.Own, GmailDefault: a.Default, MayUse: a.Problem == nil, SignatureHTML: a.SignatureHTML, SignatureText: a.SignatureText,
		}
		if a.Problem != nil {
			n := notice(hire.CodeOf(a.Problem), "", "")
			one.Problem = &n
		}
		out.Addresses = append(out.Addresses, one)
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (h handler) disconnect(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	if err := h.connections.Disconnect(r.Context(), store.MailboxKey{AccountID: caller.AccountID, UserID: caller.UserID}, caller.UserID, "disconnected"); err != nil {
		return err
	}
	return h.show(w, r.Context(), caller)
}

// superAdmin reads the caller and refuses all but Super Admins.
func (h handler) superAdmin(w http.ResponseWriter, r *http.Request) (hire.Account, hire.User, error) {
	caller, err := h.Caller(w, r)
	if err != nil {
		return hire.Account{}, hire.User{}, err
	}
	account, user, err := h.Store.Member(r.Context(), caller.AccountID, caller.UserID)
	if err == nil && (user.Role != hire.RoleSuperAdmin || !user.Active) {
		err = hire.Err(hire.CodeSuperAdmin, "Only a Super Admin can see this.")
	}
	return account, user, err
}

func (h handler) allConnections(w http.ResponseWriter, r *http.Request) error {
	account, _, err := h.superAdmin(w, r)
	if err != nil {
		return err
	}
	const size = 100
	users, err := h.Store.Users(r.Context(), account.ID, r.URL.Query().Get("page_token"), size)
	if err != nil {
		return err
	}
	boxes, err := h.Store.MailboxesOfUsers(r.Context(), account.ID, users)
	if err != nil {
		return err
	}
	n, err := h.Store.CountConnections(r.Context(), account.ID)
	if err != nil {
		return err
	}
	out := api.UserConnections{Users: []api.UserConnection{}, Counts: api.ConnectionCounts{
		Users: n.Users, Connected: n.Connected, NeedsReconnect: n.NeedsReconnect, Disconnecting: n.Disconnecting,
		NotConnected: max(n.Users-n.Connected-n.NeedsReconnect-n.Disconnecting, 0),
	}}
	for _, u := range users {
		m, found := boxes[u.ID]
		c := h.connectionOf(account, u, m, found)
		out.Users = append(out.Users, api.UserConnection{UserID: u.ID, Name: u.Name, Email: u.Email, State: c.State, Since: c.ConnectedAt, Problem: c.Problem})
		if c.State == string(store.Connected) {
			out.Connected++
		}
	}
	if len(users) == size {
		out.NextPageToken = users[size-1].ID
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (h handler) policy(w http.ResponseWriter, r *http.Request) error {
	caller, err := h.Caller(w, r)
	if err != nil {
		return err
	}
	kind := sending.Kind(r.URL.Query().Get("kind"))
	d, err := h.sending.Policy(r.Context(), store.MailboxKey{AccountID: caller.AccountID, UserID: caller.UserID}, kind)
	if err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, api.SendingPolicy{Kind: string(kind), Route: string(d.Route), Reason: string(d.Reason), RetryAt: d.Until})
	return nil
}

func (h handler) audit(w http.ResponseWriter, r *http.Request) error {
	account, _, err := h.superAdmin(w, r)
	if err != nil {
		return err
	}
	const size = 50
	q, err := records.AuditQueryOf(r.URL.Query())
	if err != nil {
		return err
	}
	entries, err := h.Store.Audit(r.Context(), account.ID, q, size)
	if err != nil {
		return err
	}
	out := api.Audit{Entries: []api.AuditEntry{}}
	for _, e := range entries {
		out.Entries = append(out.Entries, records.AuditEntry(e))
	}
	if len(entries) == size {
		last := entries[size-1]
		out.NextPageToken = api.PageToken(last.At, last.ID)
	}
	api.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (h handler) exportAudit(w http.ResponseWriter, r *http.Request) error {
	account, user, err := h.superAdmin(w, r)
	if err != nil {
		return err
	}
	return h.records.ExportAudit(w, r, account.ID, user.ID)
}

func (h handler) deletions(w http.ResponseWriter, r *http.Request) error {
	account, _, err := h.superAdmin(w, r)
	if err != nil {
		return err
	}
	return h.records.ListDeletions(w, r, account.ID)
}

func (h handler) deletion(w http.ResponseWriter, r *http.Request) error {
	account, _, err := h.superAdmin(w, r)
	if err != nil {
		return err
	}
	return h.records.ReportDeletion(w, r, account.ID)
}

// reportKeys tells the public keys, to any user.
func (h handler) reportKeys(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.Caller(w, r); err != nil {
		return err
	}
	api.WriteJSON(w, http.StatusOK, h.Reports.Keys())
	return nil
}
