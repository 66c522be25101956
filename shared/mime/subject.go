package mime

import (
	"slices"
	"strings"
)

// replyMark and forwardMark are what mail programs put before a subject, in their users' languages, some with a number: "Re[2]:", "AW:", "回复：".
// The Italian "R:" and "I:" are left alone: they begin too many subjects that mean it.
var (
	replyMark   = pattern(`(?i)^\s*(?:re|aw|antw|antwort|sv|vs|odp|ynt|ref|rif|res|回复|回覆|答复|返信|회신)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]`)
	forwardMark = pattern(`(?i)^\s*(?:fwd?|wg|tr|rv|enc|vb|vl|doorst|pd|i̇lt|ilt|转发|轉寄|転送|전달)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]`)
)

// BaseSubject is a subject without the marks of replies and forwards before it, and with single blanks: what mails of one conversation have
// in common (after RFC 5256 section 2.1).
func BaseSubject(s string) string {
	s = oneLine(s)
	for {
		i := replyMark().FindStringIndex(s)
		if i == nil {
			i = forwardMark().FindStringIndex(s)
		}
		if i == nil {
			return strings.Join(strings.Fields(s), " ")
		}
		s = s[i[1]:]
	}
}

// ReplySubject is the subject of a reply: one "Re: ", and the rest as it was, so that Gmail keeps the reply in its conversation.
func ReplySubject(s string) string {
	s = oneLine(s)
	for {
		i := replyMark().FindStringIndex(s)
		if i == nil {
			return strings.TrimSpace("Re: " + strings.TrimSpace(s))
		}
		s = s[i[1]:]
	}
}

// maxReferences is how many ids a References field of ours names.
const maxReferences = 30

// References is the References field of a reply to the mail id, whose own is refs (RFC 5322 section 3.6.4). A long chain keeps its first id, which
// holds the conversation together, and the last ones. What can't stand in a header is left out.
func References(refs []string, id string) []string {
	var out []string
	for _, ref := range append(slices.Clone(refs), id) {
		if !sendableID(ref) || (ref == id && len(out) > 0 && out[len(out)-1] == id) {
			continue
		}
		if i := slices.Index(out, ref); i >= 0 {
			out = slices.Delete(out, i, i+1)
		}
		out = append(out, ref)
	}
	if len(out) > maxReferences {
		out = slices.Delete(out, 1, len(out)-maxReferences+1)
	}
	return out
}

// sendableID tells whether an id can stand in a header that we write.
func sendableID(id string) bool {
	for i := 0; i < len(id); i++ {
		if id[i] <= ' ' || id[i] > '~' || id[i] == '<' || id[i] == '>' {
			return false
		}
	}
	return id != "" && len(id) <= 900
}
