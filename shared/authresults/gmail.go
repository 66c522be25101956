package authresults

import (
	"strings"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// gmailServer is how Gmail names itself in the field, in consumers' mailboxes as in those of Workspace.
const gmailServer = "mx.google.com"

// OfGmail is what Gmail has found out about the sender of a mail that it took in; nil where it has said nothing. Fields are the values of the mail's own Authentication-Results
// from the top, and only the first can be Gmail's: a server puts its own above what came (RFC 8601 section 5), so that one with Gmail's name further down is the sender's. ARC's
// fields tell what others have found out, and are not read. A mail that was sent from the mailbox has none of Gmail's: its caller must not ask.
//
// DMARC has failed if Gmail says so, in whichever of its clauses; if it has looked at another domain than that of an address in From, as a mail with several of them
// makes it do; and if Gmail's field can't be read, which only a sender can bring about who chose an address or a signature with brackets or quotes in it, or hundreds of
// signatures. It has not failed where Gmail names no result of it: the domain's owner has not said what mail of theirs is to prove, so that such mail is neither proved
// nor forged. SPF and DKIM are told only as far as they speak of the domain in From.
func OfGmail(fields []string, from []hire.Address) *hire.Authentication {
	if len(fields) == 0 {
		return nil
	}
	server, clauses, err := Parse(fields[0])
	if server != gmailServer {
		return nil
	}
	out := &hire.Authentication{DMARC: hire.ProofNone, DKIM: hire.ProofNone, SPF: hire.ProofNone}
	if err != nil {
		out.DMARC = hire.ProofFail
		return out
	}
	domains := domainsOf(from)
	out.DMARC = dmarc(clauses, domains)
	for _, c := range clauses {
		if len(domains) != 1 || !Aligned(c.Domain, domains[0]) {
			continue
		}
		into := &out.SPF
		switch c.Method {
		case DMARC:
			continue
		case DKIM:
			into = &out.DKIM
		}
		switch {
		case c.Result == "pass":
			*into = hire.ProofPass
			out.Domain = c.Domain
		case strings.HasSuffix(c.Result, "fail") && *into == hire.ProofNone: // one signature that holds is enough
			*into = hire.ProofFail
		}
	}
	if out.DMARC == hire.ProofPass {
		out.Domain = domains[0]
	}
	return out
}

func dmarc(clauses []Clause, from []string) hire.Proof {
	out := hire.ProofNone
	for _, c := range clauses {
		switch {
		case c.Method != DMARC:
		case c.Result == "fail":
			return hire.ProofFail
		case c.Result != "pass" || c.Domain == "" || len(from) == 0:
		case len(from) > 1 || from[0] != c.Domain:
			return hire.ProofFail
		default:
			out = hire.ProofPass
		}
	}
	return out
}

// domainsOf are the domains of addresses, each once.
func domainsOf(list []hire.Address) (out []string) {
	seen := map[string]bool{}
	for _, a := range list {
		if d := DomainOf(a.Addr); d != "" && strings.Contains(a.Addr, "@") && !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	return out
}
