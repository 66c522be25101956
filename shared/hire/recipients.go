package hire

// Recipients is who receives an in-app reply, and who does not.
type Recipients struct {
	To      []Address
	Cc      []Address
	LeftOut []Address // on the conversation in Gmail, yet neither the candidate nor an active user
}

// ReplyRecipients says who receives an in-app reply: the candidate, at the address last used in the thread, and the active users
// of the account who are on it; the sender is not written to. Everyone else is left out, so that a Cc added in Gmail does not see
// what a recruiter writes in Hire, and is named so that the recruiter knows.
// participants are the From, To and Cc of the thread's messages, newest first.
func ReplyRecipients(candidate Candidate, sender User, users []User, participants []Address) Recipients {
	own := map[string]bool{}
	for _, a := range candidate.Addresses() {
		own[a] = true
	}
	active := map[string]User{}
	for _, u := range users {
		if u.Active && u.Role != RoleExternalAgency {
			active[NormalizeAddress(u.Email)] = u
		}
	}
	self := NormalizeAddress(sender.Email)

	var r Recipients
	seen := map[string]bool{}
	for _, p := range participants {
		a := NormalizeAddress(p.Addr)
		if a == "" || a == self || seen[a] {
			continue
		}
		seen[a] = true
		switch {
		case own[a]:
			if len(r.To) == 0 {
				r.To = append(r.To, Address{Name: candidate.Name, Addr: p.Addr})
			}
		case active[a].ID != "":
			r.Cc = append(r.Cc, Address{Name: active[a].Name, Addr: active[a].Email})
		default:
			r.LeftOut = append(r.LeftOut, p)
		}
	}
	if len(r.To) == 0 && candidate.Primary() != "" {
		r.To = append(r.To, Address{Name: candidate.Name, Addr: candidate.Primary()})
	}
	return r
}

// MaySend says whether the user's role lets them write to candidates at all, or to this thread (nil: a new one).
func MaySend(u User, thread *Thread) error {
	switch {
	case !u.Active:
		return Err(CodeUserInactive)
	case u.Role == RoleExternalAgency:
		return Err(CodeRoleMayNotSend)
	case u.Role == RoleHiringTeamMember && thread != nil && !thread.HasUser(u.ID):
		return Err(CodeNotOnThread)
	}
	return nil
}

// MayRead says whether the user may see the thread. A private one is for the people on it and for Super Admins; for everyone else it does not exist, so that
// nothing tells them that it does.
func MayRead(u User, t Thread) error {
	switch {
	case !u.Active:
		return Err(CodeUserInactive)
	case u.Role == RoleExternalAgency:
		return Err(CodeForbidden, "External Agency users cannot see candidates' email.")
	case t.Private && !t.HasUser(u.ID) && u.Role != RoleSuperAdmin:
		return Err(CodeUnknownThread)
	}
	return nil
}
