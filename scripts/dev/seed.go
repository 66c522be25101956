package main

import (
	"encoding/json"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
)

// The people of the development companies. Their addresses end in .example (RFC 2606), so that nothing sent by mistake reaches anybody.
const (
	acme       = "acme"
	starter    = "starter-co"
	northwind  = "northwind"
	recruiter  = "rita"
	cora       = "cora"
	ritaMail   = "rita@acme.example"
	coraMail   = "cora.lindqvist@mail.example"
	davidMail  = "david.okafor@mail.example"
	minaMail   = "mina.tanaka@mail.example"
	lenaMail   = "lena@friends.example"
	newsletter = "weekly@talent-news.example"
)

// seed is what Hire itself knows before anybody connects a mailbox: it is told to the function directory, and shown by the pages.
type seed struct {
	batch  api.DirectoryBatch
	titles map[string]string // what a candidate applies for, by id; the integration does not know it
}

// newSeed makes the seed. recruiterMail and candidateMail replace Rita's and Cora's addresses where a real mailbox is used; "" keeps them.
// version must rise from start to start: a data folder takes over what has changed, such as the address of another mailbox.
func newSeed(recruiterMail, candidateMail string, version int64) seed {
	if recruiterMail == "" {
		recruiterMail = ritaMail
	}
	if candidateMail == "" {
		candidateMail = coraMail
	}
	user := func(account, id, name, email, role string) api.DirectoryUser {
		return api.DirectoryUser{AccountID: account, ID: id, Name: name, Email: email, Role: role, Active: true, Version: version}
	}
	updated := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	candidate := func(account, id, name string, emails ...string) api.DirectoryCandidate {
		return api.DirectoryCandidate{AccountID: account, ID: id, Name: name, Emails: emails, UpdatedAt: updated, Version: version}
	}
	return seed{
		batch: api.DirectoryBatch{
			Accounts: []api.DirectoryAccount{
				{ID: acme, Name: "Acme Robotics", Plan: "pro", Version: version},
				{ID: starter, Name: "Small & Co", Plan: "starter", Version: version},
				{ID: northwind, Name: "Northwind Labs", Plan: "pro_plus", Version: version},
			},
			Users: []api.DirectoryUser{
				user(acme, "sam", "Sam Okoye", "sam@acme.example", "super_admin"),
				user(acme, recruiter, "Rita Moreno", recruiterMail, "admin"),
				user(acme, "harry", "Harry Berg", "harry@acme.example", "hiring_manager"),
				user(acme, "tess", "Tess Young", "tess@acme.example", "hiring_team_member"),
				user(acme, "alex", "Alex from the agency", "alex@agency.example", "external_agency"),
				user(starter, "sue", "Sue Small", "sue@small.example", "super_admin"),
				user(northwind, "nora", "Nora Falk", "nora@northwind.example", "super_admin"),
			},
			Candidates: []api.DirectoryCandidate{
				candidate(acme, cora, "Cora Lindqvist", candidateMail),
				candidate(acme, "david", "David Okafor", davidMail),
				candidate(acme, "mina", "Mina Tanaka", minaMail, "mina@tanaka.example"),
				candidate(starter, "pat", "Pat Novak", "pat.novak@mail.example"),
				candidate(northwind, "olga", "Olga Brandt", "olga.brandt@mail.example"),
			},
		},
		titles: map[string]string{cora: "Senior Robotics Engineer", "david": "Product Designer", "mina": "Field Technician", "pat": "Office Manager", "olga": "Data Scientist"},
	}
}

// json is the seed as the pages read it, at GET /dev/seed.
func (s seed) json() ([]byte, error) {
	type person struct {
		api.DirectoryCandidate
		Title string `json:"title"`
	}
	candidates := make([]person, len(s.batch.Candidates))
	for i, c := range s.batch.Candidates {
		candidates[i] = person{DirectoryCandidate: c, Title: s.titles[c.ID]}
	}
	return json.Marshal(map[string]any{"accounts": s.batch.Accounts, "users": s.batch.Users, "candidates": candidates})
}
