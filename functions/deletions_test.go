package functions_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/records"
)

// deletions lists the account's, newest first.
func (p *person) deletions() []api.Deletion {
	p.w.t.Helper()
	var out api.DeletionList
	p.call("GET", "/settings/v1/deletions", nil).into(200, &out)
	return out.Deletions
}

// report reads a report, checks its signature, and compares what was signed with what is shown.
func (a answer) report(keys answer) api.DeletionReport {
	a.w.t.Helper()
	var out api.SignedDeletionReport
	a.into(200, &out)
	keys.into(200, nil)
	payload, err := records.Verify(out.Signed, keys.Body)
	a.w.ok(err)
	var signed api.DeletionReport
	a.w.ok(json.Unmarshal(payload, &signed))
	if d := cmp.Diff(out.Report, signed); d != "" {
		a.w.t.Errorf("shown (-) is not what was signed (+):\n%s", d)
	}
	return signed
}

func (p *person) report(id string) api.DeletionReport {
	p.w.t.Helper()
	return p.call("GET", "/settings/v1/deletions/"+id, nil).report(p.call("GET", "/settings/v1/report-keys", nil))
}

func (w *world) backendsReport(account, id string) api.DeletionReport {
	w.t.Helper()
	return w.backend("/directory/v1/accounts/" + account + "/deletions/" + id).report(w.backend("/directory/v1/report-keys"))
}

func stepsOf(r api.DeletionReport) (out []string) {
	for _, p := range r.Steps {
		out = append(out, p.What+" "+p.Outcome)
	}
	return out
}

// What ended with a connection, by whom, step by step; what failed on the way; and what is kept.
func TestDeletionReport(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		end    func(w *world)
		reason string
		by     string
		steps  []string
	}{
		"disconnected": {func(w *world) { w.rita().disconnect() }, "disconnected", rita, []string{"watch done", "grant done", "token done", "access_token done", "record done"}},
		"deactivated": {func(w *world) {
			w.ritaBecomes(func(u *api.DirectoryUser) { u.Active = false })
		}, "user_deactivated", "", []string{"watch done", "grant done", "token done", "access_token done", "record done"}},
		"deleted": {func(w *world) {
			w.ritaBecomes(func(u *api.DirectoryUser) { u.Deleted = true })
			w.rita().call("GET", "/settings/v1/settings", nil).problem(404, hire.CodeNotFound)
			var all api.UserConnections
			w.sam().call("GET", "/settings/v1/connections", nil).into(200, &all)
			if slices.ContainsFunc(all.Users, func(u api.UserConnection) bool { return u.UserID == rita }) {
				w.t.Errorf("she is still among the users: %+v", all)
			}
		}, "user_deleted", "", []string{"watch done", "grant done", "token done", "access_token done", "record done"}},
		"the token is dead": {func(w *world) {
			w.clock.Advance(2 * time.Hour)
			w.sim.OAuth().Revoke(ritaMail)
			w.rita().disconnect()
		}, "disconnected", rita, []string{"watch not_possible", "grant not_needed", "token done", "access_token done", "record done"}},
		"another account has the mailbox too": {func(w *world) {
			w.bolt().connect()
			w.rita().disconnect()
		}, "disconnected", rita, []string{"watch not_needed", "grant not_needed", "token done", "access_token done", "record done"}},
		"Gmail is down for a while": {func(w *world) {
			mend := w.sim.AddFault(gmailtest.FaultRule{Method: "stop", Status: 503})
			w.rita().disconnect()
			w.pass(10 * time.Second)
			mend()
			w.pass(10 * time.Minute)
		}, "disconnected", rita, []string{"watch failed", "watch done", "grant done", "token done", "access_token done", "record done"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := connected(t)
			version := w.record(rita).TokenVersion
			asked := w.clock.Now()
			tt.end(w)
			w.settle()
			s := w.sam()
			all := s.deletions()
			if len(all) != 1 {
				t.Fatalf("%d deletions: %+v\n%s", len(all), all, w.logs)
			}
			r := s.report(all[0].ID)
			if d := cmp.Diff(tt.steps, stepsOf(r)); d != "" {
				t.Errorf("steps (-want +got):\n%s", d)
			}
			if r.State != "completed" || r.Kind != "mailbox" || r.Subject != rita || r.Reason != tt.reason || r.RequestedBy != tt.by || r.AccountID != acme || r.RequestedAt.Before(asked) || len(r.Kept) == 0 {
				t.Errorf("report %+v", r)
			}
			if i := slices.IndexFunc(r.Steps, func(p api.DeletionStep) bool { return p.What == "token" }); !slices.Equal(r.Steps[i].Items, []string{version}) {
				t.Errorf("destroyed are %q, want version %s", r.Steps[i].Items, version)
			}
			if got := w.backendsReport(acme, r.ID); got.ID != r.ID {
				t.Errorf("Hire's backend has %+v", got)
			}
			w.person(starter, sam, "sam@starter.example").call("GET", "/settings/v1/deletions/"+r.ID, nil).problem(404, hire.CodeNotFound)
			if tt.reason == "disconnected" {
				w.rita().call("GET", "/settings/v1/deletions/"+r.ID, nil).problem(403, hire.CodeSuperAdmin)
			}
		})
	}
}

// An account whose integration is switched off has one report, of which its connections' are parts; it is under way as long as one of them is.
func TestDeletionReportOfTheIntegration(t *testing.T) {
	t.Parallel()
	w, _ := connected(t)
	s := w.sam()
	s.connect()
	mend := w.sim.AddFault(gmailtest.FaultRule{Method: "stop", Status: 503, Mailbox: ritaMail})
	s.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: false}).into(200, nil)
	w.pass(10 * time.Second)
	all := s.deletions()
	i := slices.IndexFunc(all, func(d api.Deletion) bool { return d.Kind == "integration" })
	if len(all) != 3 || i < 0 {
		t.Fatalf("deletions %+v", all)
	}
	if r := s.report(all[i].ID); r.State != "under_way" || len(r.Parts) != 2 || !r.CompletedAt.IsZero() || !cmp.Equal(all[i], r.Deletion) {
		t.Errorf("while one goes on: %+v, and in the list %+v", r, all[i])
	}
	mend()
	w.pass(10 * time.Minute)
	r := s.report(all[i].ID)
	if r.State != "completed" || r.RequestedBy != sam || len(r.Parts) != 2 || r.Parts[0].State != "completed" || r.Parts[1].State != "completed" || r.CompletedAt.IsZero() {
		t.Errorf("in the end: %+v", r)
	}
}

// A candidate's mail goes or stays as the account's retention says, and the report says which.
func TestDeletionOfACandidate(t *testing.T) {
	t.Parallel()
	for _, retention := range []string{"keep", "delete"} {
		t.Run(retention, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			candidate.answers("Yes, tomorrow.")
			w.pass(time.Minute)
			thread := r.profile(cora).Threads[0].ID
			w.tell(api.DirectoryBatch{
				Accounts:   []api.DirectoryAccount{{ID: acme, Name: "Acme", Plan: "pro", Retention: retention, Version: 5}},
				Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: cora, Name: "Cora", Emails: []string{coraMail}, Deleted: true, Version: 5}},
			})
			w.pass(10 * time.Second)
			rep := w.sam().report(w.sam().deletions()[0].ID)
			_, err := w.platform.services().Store.Thread(t.Context(), acme, thread)
			gone := hire.CodeOf(err) == hire.CodeUnknownThread
			if rep.Kind != "candidate" || rep.State != "completed" || rep.Retention != retention || gone != (retention == "delete") {
				t.Errorf("conversation gone: %t; report %+v\n%s", gone, rep, w.logs)
			}
			if want := map[string]int{"messages": 2, "conversations": 1, "sends": 1}; gone && (rep.Removed["messages"] != want["messages"] || rep.Removed["conversations"] != 1 || rep.Removed["sends"] != 1) {
				t.Errorf("removed %v, want at least %v", rep.Removed, want)
			}
		})
	}
}

// A customer who leaves: connections end first, then all that is kept goes, and what tells of it stays for Hire's backend. Nobody comes in any more.
func TestDeletionOfAnAccount(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("Yes, tomorrow.")
	w.pass(time.Minute)
	b := w.bolt()
	version := w.record(rita).TokenVersion
	w.tell(api.DirectoryBatch{Accounts: []api.DirectoryAccount{{ID: acme, Name: "Acme", Plan: "pro", Retention: "delete", Deleted: true, Version: 5}}})
	r.call("GET", "/settings/v1/settings", nil).problem(404, hire.CodeNotFound)
	w.pass(5 * time.Minute)
	w.letGo(rita, ritaMail, version)

	var all api.DeletionList
	w.backend("/directory/v1/accounts/"+acme+"/deletions").into(200, &all)
	i := slices.IndexFunc(all.Deletions, func(d api.Deletion) bool { return d.Kind == "account" })
	if i < 0 {
		t.Fatalf("deletions %+v", all.Deletions)
	}
	rep := w.backendsReport(acme, all.Deletions[i].ID)
	if rep.State != "completed" || rep.Removed["messages"] != 2 || rep.Removed["users"] != 2 || len(rep.Parts) != 1 || rep.Parts[0].State != "completed" || !slices.Equal(stepsOf(rep), []string{"connections done", "mail done"}) {
		t.Errorf("report %+v\n%s", rep, w.logs)
	}
	text, err := json.Marshal(rep)
	w.ok(err)
	for _, personal := range []string{ritaMail, coraMail, "Cora", "Can we talk"} {
		if strings.Contains(string(text), personal) {
			t.Errorf("the report says %q", personal)
		}
	}
	trail := w.backend("/directory/v1/accounts/" + acme + "/audit/export").auditLines()
	if !slices.ContainsFunc(trail, func(e api.AuditEntry) bool { return e.Action == "account.deleted" }) {
		t.Errorf("audit trail %+v", trail)
	}
	b.connect() // the same person, in another account
}
