//go:build emulators

package functions_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// What takes things away consists of many commits. The function is killed after each of them, as the others are, and Cloud Tasks calls again; in the end nothing is left that was to go,
// nothing has gone that was to stay, and the report says so, once, and is signed.

// documentTexts is what the database holds: each document's path and fields as text, by its path.
type documentTexts map[string]string

func (w *world) documentTexts() documentTexts {
	w.t.Helper()
	out := documentTexts{}
	w.ok(w.platform.kept(w.t.Context(), func(path string, fields map[string]any) {
		out[path] = strings.ToLower(fmt.Sprint(path, fields))
	}))
	return out
}

// holding are the paths of the documents that have one of these texts, but for those in collections that are left out.
func (d documentTexts) holding(texts []string, but ...string) (out []string) {
	for path, all := range d {
		parts := strings.Split(path, "/")
		if !slices.Contains(but, parts[len(parts)-2]) && slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(all, strings.ToLower(s)) }) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// ended waits for the newest deletion of a kind and a subject to be completed, and reads its report. There is one for each time it was asked for.
func (w *world) ended(account, kind, subject string, times int) api.DeletionReport {
	w.t.Helper()
	list := func() (out []api.Deletion) {
		for token := ""; ; {
			var page api.DeletionList
			w.insist(func() answer {
				return w.backend("/directory/v1/accounts/" + account + "/deletions?page_token=" + url.QueryEscape(token))
			}).into(200, &page)
			for _, d := range page.Deletions {
				if d.Kind == kind && d.Subject == subject {
					out = append(out, d)
				}
			}
			if token = page.NextPageToken; token == "" {
				return out
			}
		}
	}
	w.until("the deletion of "+subject+" is completed", func() bool {
		w.sweep()
		d := list()
		return len(d) > 0 && d[0].State == "completed"
	})
	d := list()
	if len(d) != times {
		w.t.Fatalf("%d deletions of %s, want %d: %+v", len(d), subject, times, d)
	}
	ask := func(path string) answer { return w.insist(func() answer { return w.backend("/directory/v1/" + path) }) }
	return ask("accounts/" + account + "/deletions/" + d[0].ID).report(ask("report-keys"))
}

// completed is how many deletions of a subject the audit trail calls completed.
func (w *world) completed(account, subject string) (n int) {
	w.t.Helper()
	trail := w.insist(func() answer {
		return w.backend("/directory/v1/accounts/" + account + "/audit/export?action=deletion.completed")
	}).auditLines()
	for _, e := range trail {
		if strings.HasSuffix(e.Detail, " "+subject) {
			n++
		}
	}
	return n
}

var endOfConnection = []string{"watch done", "grant done", "token done", "access_token done", "record done"}

// stepsDone checks the steps of a report. A step whose note was lost with the process may be told as not needed any more: Google had revoked the grant before.
func (w *world) stepsDone(r api.DeletionReport, want []string) {
	w.t.Helper()
	got := stepsOf(r)
	for i, s := range got {
		if s == "grant not_needed" || s == "watch not_possible" {
			got[i] = strings.Fields(s)[0] + " done"
		}
	}
	if d := cmp.Diff(want, got); d != "" || r.State != "completed" || r.CompletedAt.IsZero() {
		w.t.Fatalf("report %+v, steps (-want +got):\n%s", r, d)
	}
}

// mailStays sends Cora a mail, and checks whenever it is called that her conversation is in the profile.
func (p *person) mailStays() (check func(by *person)) {
	p.w.t.Helper()
	p.send("stays", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "This stays."}).into(200, nil)
	p.w.pass(10 * time.Second)
	return func(by *person) {
		p.w.t.Helper()
		if got := by.texts(cora); !slices.Equal(got, []string{"> This stays."}) {
			p.w.t.Fatalf("the profile shows %q", got)
		}
	}
}

func TestKilled_offboardOfTheIntegration(t *testing.T) {
	w, r := killable(t)
	s := w.sam() // has switched it on
	stays := r.mailStays()
	times := 0
	w.walk("offboard", func(int) {
		w.pass(time.Second) // an account's deletions are told apart by their time
		w.insist(func() answer {
			return s.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: false})
		}).into(200, nil)
		times++
		w.until("the connection has ended", func() bool {
			w.sweep() // hands over what the process that died has not
			return r.settings().Connection.State == "not_connected"
		})
		w.stepsDone(w.ended(acme, "mailbox", rita, times), endOfConnection)
		w.stepsDone(w.ended(acme, "integration", acme, times), []string{"connections done"})
		if n := w.completed(acme, acme); n != times {
			t.Fatalf("the end of the connections was audited %d times, want %d", n, times)
		}
		w.letGoOfAll(ritaMail)
		stays(s)
		w.enable()
		r.connectInsisting()
	})
}

// letGoOfAll checks that Google has nothing of these people's granted, that their mailboxes are not watched, and that the vault has no living token.
func (w *world) letGoOfAll(addresses ...string) {
	w.t.Helper()
	for _, a := range addresses {
		if access, refresh := w.sim.OAuth().TokensOf(a); access+refresh != 0 || w.sim.OAuth().Granted(a) != nil {
			w.t.Fatalf("Google has %d access and %d refresh tokens of %s", access, refresh, a)
		}
		if _, _, watched := w.mailbox(a).Watch(); watched {
			w.t.Fatalf("%s is still watched", a)
		}
	}
	if n := w.livingTokens(); n != 0 {
		w.t.Fatalf("%d tokens are left in the vault", n)
	}
}

func TestKilled_offboardOfAUser(t *testing.T) {
	w, r := killable(t)
	stays := r.mailStays()
	w.walk("offboard", func(round int) {
		user := api.DirectoryUser{AccountID: acme, ID: rita, Name: "Rita Recruiter", Email: ritaMail, Role: "admin", Active: true, Deleted: true, Version: int64(2*round + 10)}
		w.tell(api.DirectoryBatch{Users: []api.DirectoryUser{user}})
		w.stepsDone(w.ended(acme, "mailbox", rita, round+1), endOfConnection)
		w.letGoOfAll(ritaMail)
		if got := w.documentTexts().holding([]string{ritaMail, "Rita Recruiter"}, "messages", "threads", "sends", "mailboxes"); len(got) != 0 {
			t.Fatalf("of the deleted user there is still %q", got)
		}
		stays(w.sam())
		user.Deleted, user.Version = false, user.Version+1
		w.tell(api.DirectoryBatch{Users: []api.DirectoryUser{user}})
		r.connectInsisting()
	})
}

// applicant is somebody of whom there is a conversation with an answer and its file, a mail that is queued and a labelled conversation, in an account.
func (p *person) applicant(id string) (texts []string) {
	p.w.t.Helper()
	w, mail := p.w, id+"@gone.example"
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: p.account, ID: id, Name: "Name of " + id, Emails: []string{mail}, UpdatedAt: w.clock.Now(), Version: 1}}})
	p.send("first-"+id, api.SendMessage{CandidateID: id, Subject: "First of " + id, Text: "Hello, " + id}).into(200, nil)
	w.pass(5 * time.Second)
	out := w.sim.Outside(mail, "Name of "+id)
	asked, ok := out.Last()
	if !ok {
		w.t.Fatalf("%s has no mail\n%s", id, w.logs)
	}
	_, err := out.Send(gmailtest.OutgoingMail{
		To: []string{p.email}, InReplyTo: asked.MessageID, References: []string{asked.MessageID}, Subject: "Re: " + asked.Subject, Text: "Answer of " + id,
		Attachments: []gmailtest.Attachment{{Name: id + ".pdf", Type: "application/pdf", Data: []byte("CV of " + id)}},
	})
	w.ok(err)
	w.pass(10 * time.Second)
	if got := p.profileOf(id); got != 2 {
		w.t.Fatalf("%d messages of %s are in the profile, want 2\n%s", got, id, w.logs)
	}
	return []string{id + "@", "of " + id, id + ".pdf", "Hello, " + id}
}

func (p *person) profileOf(candidate string) (n int) {
	p.w.t.Helper()
	for _, t := range p.profile(candidate).Threads {
		n += t.Messages
	}
	return n
}

func (w *world) retention(account, name string, version int64) {
	w.t.Helper()
	w.tell(api.DirectoryBatch{Accounts: []api.DirectoryAccount{{ID: account, Name: name, Plan: "pro", Retention: "delete", Version: version}}})
}

// removed is what a deletion of one applicant's mail counts, however often it was broken off.
var removed = map[string]int{"messages": 2, "conversations": 1, "sends": 1}

func checkRemoved(t *testing.T, r api.DeletionReport) {
	t.Helper()
	for what, n := range removed {
		if r.Removed[what] != n {
			t.Fatalf("removed %v, want %d %s", r.Removed, n, what)
		}
	}
	if r.Retention != "delete" {
		t.Fatalf("retention %q", r.Retention)
	}
}

func TestKilled_offboardOfACandidate(t *testing.T) {
	w, r := killable(t)
	w.retention(acme, "Acme", 5)
	stays := r.mailStays()
	w.walk("offboard", func(round int) {
		id := fmt.Sprintf("applicant-%d", round)
		texts := r.applicant(id)
		w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: id, Name: "Name of " + id, Emails: []string{id + "@gone.example"}, Deleted: true, Version: 2}}})
		report := w.ended(acme, "candidate", id, 1)
		w.stepsDone(report, []string{"mail done"})
		checkRemoved(t, report)
		if n := w.completed(acme, id); n != 1 {
			t.Fatalf("the deletion was audited %d times", n)
		}
		if got := w.documentTexts().holding(texts); len(got) != 0 {
			t.Fatalf("of the candidate there is still %q", got)
		}
		stays(r)
	})
}

func TestKilled_offboardOfAnAccount(t *testing.T) {
	w, r := killable(t)
	stays := r.mailStays()
	w.walk("offboard", func(round int) {
		account, boss := fmt.Sprintf("leaving-%d", round), fmt.Sprintf("boss-%d@leaving.example", round)
		w.sim.AddMailbox(boss, "Boss Leaving")
		w.retention(account, "Leaving Co", 1)
		w.tell(api.DirectoryBatch{Users: []api.DirectoryUser{{AccountID: account, ID: "boss", Name: "Boss Leaving", Email: boss, Role: "super_admin", Active: true, Version: 1}}})
		b := w.person(account, "boss", boss)
		b.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
		b.connect()
		texts := append(b.applicant(fmt.Sprintf("one-%d", round)), boss, "Boss Leaving", "Leaving Co")
		b.upload("later.txt", "Of "+account)
		w.tell(api.DirectoryBatch{Accounts: []api.DirectoryAccount{{ID: account, Name: "Leaving Co", Plan: "pro", Retention: "delete", Deleted: true, Version: 2}}})
		report := w.ended(account, "account", account, 1)
		w.stepsDone(report, []string{"connections done", "mail done"})
		checkRemoved(t, report)
		w.stepsDone(w.ended(account, "mailbox", "boss", 1), endOfConnection)
		if n := w.completed(account, account); n != 1 {
			t.Fatalf("the deletion was audited %d times", n)
		}
		kept := w.documentTexts()
		if got := kept.holding(append(texts, "accounts/"+account+"/"), "accounts", "audit", "deletions", "steps"); len(got) != 0 {
			t.Fatalf("of the account there is still %q", got)
		}
		if got := kept.holding(texts); len(got) != 0 {
			t.Fatalf("what stays of the account names people: %q", got)
		}
		if access, refresh := w.sim.OAuth().TokensOf(boss); access+refresh != 0 {
			t.Fatalf("Google has %d access and %d refresh tokens of the account's", access, refresh)
		}
		if n := w.livingTokens(); n != 1 { // Rita's
			t.Fatalf("%d tokens are in the vault, want one", n)
		}
		stays(r)
	})
}

// The news of a deletion is lost with the process that heard of it; Hire's backend tells it again.
func TestKilled_directoryOfADeletion(t *testing.T) {
	w, r := killable(t)
	w.retention(acme, "Acme", 5)
	stays := r.mailStays()
	c := w.config.Callers
	w.walk("directory", func(round int) {
		id := fmt.Sprintf("applicant-%d", round)
		batch := func(deleted bool, version int64) api.DirectoryBatch {
			return api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: id, Name: "Name of " + id, Emails: []string{id + "@gone.example"}, Deleted: deleted, UpdatedAt: w.clock.Now(), Version: version}}}
		}
		for i, deleted := range []bool{false, true} {
			w.insist(func() answer {
				return w.service(c.BackendAudience, c.BackendServiceAccounts[0], "/directory/v1/batch", batch(deleted, int64(i+1)))
			}).into(200, nil)
		}
		w.stepsDone(w.ended(acme, "candidate", id, 1), []string{"mail done"})
		if got := w.documentTexts().holding([]string{id + "@", "of " + id}); len(got) != 0 {
			t.Fatalf("of the candidate there is still %q", got)
		}
		stays(r)
	})
}
