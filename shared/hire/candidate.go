package hire

import (
	"sort"
	"time"
)

// Candidate is a person who applies; the profile that mail is filed under.
type Candidate struct {
	AccountID  string
	ID         string
	Name       string
	Emails     []string // primary first, as entered
	UpdatedAt  time.Time
	Deleted    bool
	MergedInto string // id of the candidate that took this one's place
	Version    int64
}

// Addresses are the candidate's addresses in comparable form, without repetitions, in their order.
func (c Candidate) Addresses() []string {
	out := make([]string, 0, len(c.Emails))
	seen := map[string]bool{}
	for _, e := range c.Emails {
		if a := NormalizeAddress(e); a != "" && !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

// Primary is the address a new message goes to; "" if the profile has none.
func (c Candidate) Primary() string {
	if len(c.Emails) == 0 {
		return ""
	}
	return c.Emails[0]
}

// MissReason says why a conversation that is labelled, or was asked for, is in no profile.
type MissReason string

// The reasons.
const (
	MissNoCandidate      MissReason = "no_candidate_has_this_address"
	MissNoParticipants   MissReason = "no_other_participant"
	MissLoginAddress     MissReason = "mailbox_is_not_the_login_address"
	MissCandidateDeleted MissReason = "candidate_deleted"
	MissOtherCandidate   MissReason = "conversation_of_another_candidate" // of one that was asked for
	MissGone             MissReason = "not_in_gmail_any_more"             // likewise
	MissUnreadable       MissReason = "gmail_cannot_show_it"              // likewise
)

// Match chooses the candidate a conversation belongs to. candidates are those who have one of its addresses; owner is the
// candidate the conversation belongs to already ("" if none). With several, the owner stays, otherwise the most recently
// updated profile is taken; ambiguous tells that there was a choice.
func Match(candidates []Candidate, owner string) (id string, ambiguous, ok bool) {
	live := make([]Candidate, 0, len(candidates))
	for _, c := range candidates {
		if c.Deleted || c.MergedInto != "" {
			continue
		}
		if c.ID == owner {
			return owner, false, true
		}
		live = append(live, c)
	}
	if len(live) == 0 {
		return "", false, false
	}
	sort.Slice(live, func(i, j int) bool {
		if !live[i].UpdatedAt.Equal(live[j].UpdatedAt) {
			return live[i].UpdatedAt.After(live[j].UpdatedAt)
		}
		return live[i].ID < live[j].ID
	})
	return live[0].ID, len(live) > 1, true
}
