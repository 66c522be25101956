package replies

import (
	"bytes"
	"strings"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
)

// notificationHeader is a field that Hire's notification emails have; one that comes back here has gone round in a loop.
const notificationHeader = "X-Hire-Notification"

// automatic says why a mail is taken for a program's, by its envelope and header; "" for a person's.
func automatic(e Envelope, head []byte) string {
	if e.From == "" {
		return "bounce" // RFC 5321 section 4.5.5: delivery reports, and what must not be answered
	}
	if i := headerEnd(head); i >= 0 {
		head = head[:i]
	}
	m, err := mime.Parse(head)
	if err != nil {
		return "" // what is wrong with it is found out later
	}
	kind := strings.ToLower(m.HeaderValue("Content-Type"))
	precedence := strings.ToLower(strings.TrimSpace(m.HeaderValue("Precedence")))
	switch {
	case m.HeaderValue(hire.SendHeader) != "", m.HeaderValue(notificationHeader) != "":
		return "own_mail"
	case strings.HasPrefix(kind, "multipart/report"), m.DeliveryReport():
		return "report" // that it did not arrive, or was read
	case m.HeaderValue("List-Id") != "", precedence == "list":
		return "mailing_list"
	case m.AutoReply():
		return "auto_reply"
	case (precedence == "bulk" || precedence == "junk") && m.HeaderValue("List-Unsubscribe") != "":
		return "bulk"
	}
	return ""
}

// headerEnd is where the header of a mail ends, with its blank line; -1 if that is not in it.
func headerEnd(head []byte) int {
	for _, blank := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(head, []byte(blank)); i >= 0 {
			return i + len(blank)
		}
	}
	return -1
}
