package api

import "time"

// DirectoryBatch is the body of POST directory /v1/batch, sent by Hire's backend: what has changed in its directory. A record whose
// version is not above the stored one is ignored. At most 500 records a request.
type DirectoryBatch struct {
	Accounts   []DirectoryAccount   `json:"accounts,omitempty"`
	Users      []DirectoryUser      `json:"users,omitempty"`
	Candidates []DirectoryCandidate `json:"candidates,omitempty"`
}

// DirectoryAccount is a customer.
type DirectoryAccount struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Plan string `json:"plan"` // starter, plus, pro, pro_plus
	// Retention says what becomes of the mail of a candidate or of the account once it is deleted: keep (default), delete. What is deleted while it is "delete" can't be brought back.
	Retention string `json:"retention,omitempty"`
	// Deleted: the customer has left. Every connection ends, nobody can do anything in the account any more, and what is kept of it goes if the retention is "delete". A
	// later version without it brings the account back, with what is still there.
	Deleted bool  `json:"deleted,omitempty"`
	Version int64 `json:"version"`
}

// DirectoryUser is a user of an account.
type DirectoryUser struct {
	AccountID string `json:"account_id"`
	ID        string `json:"id"`
	Name      string `json:"name"`
	Email     string `json:"email"` // login address
	Role      string `json:"role"`  // super_admin, admin, hiring_manager, hiring_team_member, external_agency
	Active    bool   `json:"active"`
	Deleted   bool   `json:"deleted,omitempty"` // the connection ends, and nothing is kept of the user; what they have sent stays
	Version   int64  `json:"version"`
}

// DirectoryCandidate is a candidate of an account.
type DirectoryCandidate struct {
	AccountID  string    `json:"account_id"`
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Emails     []string  `json:"emails"` // primary first
	UpdatedAt  time.Time `json:"updated_at"`
	Deleted    bool      `json:"deleted,omitempty"`
	MergedInto string    `json:"merged_into,omitempty"`
	Version    int64     `json:"version"`
}

// DirectoryResult answers POST directory /v1/batch.
type DirectoryResult struct {
	Applied int `json:"applied"`
	Stale   int `json:"stale"` // ignored, since a newer version is stored
}
