package functions_test

import "github.com/trakstar/hire-gmail/shared/api"

// tell brings news of Hire's directory.
func (w *world) tell(b api.DirectoryBatch) {
	w.t.Helper()
	c := w.config.Callers
	w.service(c.BackendAudience, c.BackendServiceAccounts[0], "/directory/v1/batch", b).into(200, nil)
}

// enable switches the account's integration on.
func (w *world) enable() {
	w.t.Helper()
	w.sam().call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
}

// colleague is another user of Acme's, who has a Gmail mailbox that is not connected.
func (w *world) colleague(id, role string) *person {
	w.t.Helper()
	address := id + "@acme.example"
	w.sim.AddMailbox(address, id)
	w.tell(api.DirectoryBatch{Users: []api.DirectoryUser{{AccountID: acme, ID: id, Name: id, Email: address, Role: role, Active: true, Version: 1}}})
	return w.person(acme, id, address)
}

// bolt is Rita in a second account, which she runs by herself: with the integration on, the same login address, and the same candidate in it.
func (w *world) bolt() *person {
	w.t.Helper()
	w.tell(api.DirectoryBatch{
		Accounts:   []api.DirectoryAccount{{ID: "bolt", Name: "Bolt", Plan: "pro", Version: 1}},
		Users:      []api.DirectoryUser{{AccountID: "bolt", ID: rita, Name: "Rita Recruiter", Email: ritaMail, Role: "super_admin", Active: true, Version: 1}},
		Candidates: []api.DirectoryCandidate{{AccountID: "bolt", ID: cora, Name: "Cora Candidate", Emails: []string{coraMail}, UpdatedAt: w.clock.Now(), Version: 1}},
	})
	p := w.person("bolt", rita, ritaMail)
	p.call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: true}).into(200, nil)
	return p
}

// switchOff switches it off again.
func (w *world) switchOff() {
	w.t.Helper()
	w.sam().call("PUT", "/settings/v1/integration", api.SwitchIntegration{Enabled: false}).into(200, nil)
}

// version is that of what Hire's directory tells next of whom the seed has told of.
func (w *world) version() int64 { return 1 + w.versions.Add(1) }

// plan puts Acme on another plan.
func (w *world) plan(name string) {
	w.t.Helper()
	w.tell(api.DirectoryBatch{Accounts: []api.DirectoryAccount{{ID: acme, Name: "Acme", Plan: name, Version: w.version()}}})
}

// ritaBecomes changes what the directory says of Rita, from what the seed has said.
func (w *world) ritaBecomes(change func(*api.DirectoryUser)) {
	w.t.Helper()
	u := api.DirectoryUser{AccountID: acme, ID: rita, Name: "Rita Recruiter", Email: ritaMail, Role: "admin", Active: true, Version: w.version()}
	change(&u)
	w.tell(api.DirectoryBatch{Users: []api.DirectoryUser{u}})
}

// coraBecomes changes what it says of Cora.
func (w *world) coraBecomes(change func(*api.DirectoryCandidate)) {
	w.t.Helper()
	c := api.DirectoryCandidate{AccountID: acme, ID: cora, Name: "Cora Candidate", Emails: []string{coraMail}, UpdatedAt: w.clock.Now(), Version: w.version()}
	change(&c)
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{c}})
}

// coraHas gives her profile these addresses.
func (w *world) coraHas(addresses ...string) {
	w.t.Helper()
	w.coraBecomes(func(c *api.DirectoryCandidate) { c.Emails = addresses })
}

// candidate is another candidate of Acme's.
func (w *world) candidate(id, name, address string) {
	w.t.Helper()
	w.tell(api.DirectoryBatch{Candidates: []api.DirectoryCandidate{{AccountID: acme, ID: id, Name: name, Emails: []string{address}, UpdatedAt: w.clock.Now(), Version: 1}}})
}
