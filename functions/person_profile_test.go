package functions_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
)

// profile is the Emails tab of a candidate.
func (p *person) profile(candidate string) api.CandidateThreads {
	p.w.t.Helper()
	var out api.CandidateThreads
	p.call("GET", "/threads/v1/candidates/"+candidate+"/threads", nil).into(200, &out)
	return out
}

func (p *person) thread(id string) api.Thread {
	p.w.t.Helper()
	var out api.Thread
	p.call("GET", "/threads/v1/threads/"+id, nil).into(200, &out)
	return out
}

// unmatched are the conversations of the person's mailbox that carry the label and are in no profile.
func (p *person) unmatched() []api.Unmatched {
	p.w.t.Helper()
	var out api.UnmatchedList
	p.call("GET", "/threads/v1/unmatched", nil).into(200, &out)
	return out.Conversations
}

// texts are the messages of a candidate's profile, thread by thread, oldest first: "> " for those to the candidate.
func (p *person) texts(candidate string) []string {
	p.w.t.Helper()
	var out []string
	for _, t := range p.profile(candidate).Threads {
		for _, m := range p.thread(t.ID).MessageList {
			line := strings.TrimSpace(m.Text)
			if m.Direction == "outbound" {
				line = "> " + line
			}
			out = append(out, line)
		}
	}
	return out
}

// shows checks what the candidate's profile shows.
func (p *person) shows(when string, want ...string) {
	p.w.t.Helper()
	if got := p.texts(cora); !slices.Equal(got, want) {
		p.w.t.Errorf("%s the profile shows %q, want %q\n%s", when, got, want, p.w.logs)
	}
}

func addressesOf(as []api.Address) (out []string) {
	for _, a := range as {
		out = append(out, a.Email)
	}
	return out
}

func lines(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// receipt checks what the profile of Cora says of its being whole, as "2 of 3, repairing".
func (p *person) receipt(when, want string) api.Receipt {
	p.w.t.Helper()
	r := p.profile(cora).Receipt
	if got := fmt.Sprintf("%d of %d, %s", r.Stored, r.InGmail, r.State); got != want || r.State == "verified" && r.CheckedAt.IsZero() {
		p.w.t.Errorf("%s the receipt is %+v, want %s\n%s", when, r, want, p.w.logs)
	}
	return r
}
