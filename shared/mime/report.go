package mime

import (
	"slices"
	"strings"
)

// Report is what a mail server says about a mail that has not arrived, or not yet.
type Report struct {
	Originals  []string // Message-IDs that the mail may have, the likeliest first
	Recipients []string // addresses that it has not reached; none where the server does not say
	Delayed    bool     // the server goes on trying
	Status     string   // 5.1.1 (RFC 3463); "" where the server does not say
	Reason     string   // in the server's words, on one line
}

// The most that is read of a report.
const (
	maxOriginals  = 5
	maxRecipients = 20
	maxReason     = 300 // bytes
	maxReportText = 64 << 10
)

var (
	// returnedID is the Message-ID in a header that a server has returned as text.
	returnedID = pattern(`(?im)^[> \t]*message-id:[ \t]*<([^<>\s]{1,990})>`)
	// failedParagraph is how qmail and Yahoo tell of a recipient (QSBMF).
	failedParagraph = pattern(`(?m)^<([^<>\s@]+@[^<>\s@]+)>:[ \t\r]*\n((?:[^\r\n]*\S[^\r\n]*\r?\n?)*)`)
	enhancedStatus  = pattern(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	refusal         = pattern(`(?m)^.*\b[45]\d\d[ -].*$`)
)

// Report reads a delivery report: the machine's part (RFC 3464), or the text of servers that write none. ok is false for any other mail.
func (m *Message) Report() (r Report, ok bool) {
	if !m.DeliveryReport() {
		return r, false
	}
	var returned, said []string
	for _, a := range m.Attachments {
		content := a.Content[:min(len(a.Content), maxHeader)]
		kind, _, _ := strings.Cut(a.ContentType, ";")
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			said = append(said, r.readStatus(string(content))...)
		case "message/rfc822", "message/global", "message/global-headers", "text/rfc822-headers":
			head, _ := splitHeader(mailStart(content), false)
			h, _ := readHeader(head)
			returned = append(returned, h.messageID())
		}
	}
	text := clip(m.Text, maxReportText)
	r.readText(text)
	if len(r.Recipients) == 0 {
		for _, to := range strings.Split(m.header.text("X-Failed-Recipients"), ",") {
			r.failed(strings.Trim(to, " <>"))
		}
	}
	var quoted []string
	for _, id := range returnedID().FindAllStringSubmatch(text, 2) {
		quoted = append(quoted, cleanID(id[1]))
	}
	for _, id := range slices.Concat(returned, said, quoted, m.InReplyTo, m.References[max(0, len(m.References)-1):]) {
		if id != "" && !slices.Contains(r.Originals, id) && len(r.Originals) < maxOriginals {
			r.Originals = append(r.Originals, id)
		}
	}
	r.Reason = clip(oneLine(r.Reason), maxReason)
	return r, true
}

// ReportElsewhere tells whether parts of a delivery report that say what it is about did not come along with Gmail's answer: the mail's source has them.
func (m *Message) ReportElsewhere() bool {
	return m.DeliveryReport() && slices.ContainsFunc(m.Attachments, func(a Attachment) bool {
		kind, _, _ := strings.Cut(a.ContentType, ";")
		return a.Content == nil && a.GmailAttachmentID != "" && (strings.HasPrefix(kind, "message/") || kind == "text/rfc822-headers")
	})
}

func (r *Report) failed(address string) {
	if address = oneLine(address); strings.Contains(address, "@") && len(address) <= 320 && len(r.Recipients) < maxRecipients && !slices.Contains(r.Recipients, address) {
		r.Recipients = append(r.Recipients, address)
	}
}

// readStatus reads the machine's part: a group of fields about the mail, and one about each recipient. It answers with the Message-IDs that Gmail and others
// put into the first group.
func (r *Report) readStatus(content string) (ids []string) {
	delayed, failed := 0, 0
	content = strings.ReplaceAll(content, "\r\n", "\n")
	content = strings.NewReplacer("\n ", " ", "\n\t", " ").Replace(content) // unfolded
	for group := range strings.SplitSeq(content, "\n\n") {
		fields := map[string]string{}
		for line := range strings.SplitSeq(group, "\n") {
			name, value, ok := strings.Cut(line, ":")
			if name = strings.ToLower(strings.TrimSpace(name)); ok && fields[name] == "" {
				fields[name] = strings.TrimSpace(value)
			}
		}
		ids = append(ids, cleanID(strings.Trim(fields["x-original-message-id"], "<> ")))
		switch firstWord(fields["action"]) {
		case "failed":
			failed++
		case "delayed":
			delayed++
		default:
			continue
		}
		r.failed(typed(fields["final-recipient"], fields["original-recipient"]))
		if r.Status == "" {
			r.Status, r.Reason = enhancedStatus().FindString(fields["status"]), typed(fields["diagnostic-code"])
		}
	}
	r.Delayed = delayed > 0 && failed == 0
	return ids
}

// typed is the value of the first field that has one, without its type: "rfc822; a@b.example" (RFC 3464 section 2.1.2).
func typed(values ...string) string {
	for _, v := range values {
		if _, after, ok := strings.Cut(v, ";"); ok {
			v = after
		}
		if v = strings.Trim(strings.TrimSpace(v), "<>"); v != "" {
			return v
		}
	}
	return ""
}

// readText fills in from the words for people what the machine's part does not say.
func (r *Report) readText(text string) {
	if len(r.Recipients) == 0 {
		for _, p := range failedParagraph().FindAllStringSubmatch(text, maxRecipients) {
			r.failed(p[1])
			if r.Reason == "" {
				r.Reason = p[2]
			}
		}
	}
	if r.Reason == "" {
		r.Reason = refusal().FindString(text)
	}
	if r.Status == "" {
		r.Status = enhancedStatus().FindString(r.Reason)
	}
}
