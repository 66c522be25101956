package hire

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Direction tells who wrote a message.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"  // from the candidate or anyone outside
	Outbound Direction = "outbound" // from a user of the account
)

// Thread is a conversation in a candidate's profile. Gmail threads of several mailboxes may be joined in one.
type Thread struct {
	AccountID   string
	ID          string
	CandidateID string
	Subject     string
	Snippet     string
	Private     bool
	OwnerID     string   // the user through whose mailbox it came in first
	UserIDs     []string // users whose mailboxes hold it or who are on it
	Messages    int      // how many
	FirstAt     time.Time
	LastAt      time.Time
	LastFrom    Address
	InboundAt   time.Time // when the last mail that is not a user's was filed; zero: there is none, or none since this is noted
	Ambiguous   bool      // another profile has the address too
	BeforeGmail bool      // begun before the integration, kept by Hire
	LastWay     Direction
	Sources     []ThreadSource
}

// ThreadSource names a Gmail conversation whose messages are in the thread.
type ThreadSource struct {
	UserID        string
	Sub           string // Google's id of the mailbox's owner
	GmailThreadID string
}

// HasUser tells whether the user is on the thread.
func (t Thread) HasUser(userID string) bool {
	return slices.Contains(t.UserIDs, userID)
}

// Message is one mail in a thread.
type Message struct {
	AccountID   string
	ThreadID    string
	CandidateID string
	ID          string // MessageKey
	MessageID   string // RFC 5322 Message-ID without angle brackets; "" if it has none
	InReplyTo   []string
	References  []string
	Direction   Direction
	UserID      string // the user who wrote it; "" for others
	From        []Address
	To          []Address
	Cc          []Address
	Bcc         []Address
	Subject     string
	Date        time.Time // of the Date header; zero where that is missing, so that every mailbox's copy has the same
	ReceivedAt  time.Time // Gmail's internalDate
	Text        string
	HTML        string
	BodyBlob    string // id of the blob with Text and HTML where they are too large for a document
	Attachments []Attachment
	Original    string // id of the blob with the mail as its user wrote it, where Hire has sent only a part; "" for none
	Snippet     string
	AutoReply   bool
	Bounce      bool
	Delivery    *Delivery // of one that has not arrived; nil where nothing is known
	ImportedAt  time.Time
	Via         string // "gmail" or "hire"
	Defects     []string

	Authentication *Authentication // what Gmail has found out about its sender; nil for mail that a mailbox has sent, and where Gmail has said nothing
}

// Proof is what one method has to say of whether a mail comes from the domain that it names as its sender's.
type Proof string

// The proofs.
const (
	ProofPass Proof = "pass"
	ProofFail Proof = "fail"
	ProofNone Proof = "none" // it can't say
)

// Authentication is what the mail server that took a mail in has found out about its sender: whether it comes from the domain in From. The person in that domain is
// proved by nothing.
type Authentication struct {
	DMARC  Proof  // fail: the domain's owner has said what its mail proves, and this does not
	DKIM   Proof  // by a signature of that domain
	SPF    Proof  // by the server that has sent it, where that domain is the envelope's too
	Domain string // that is proved: the one in From, or one that it lies in or that lies in it; "" for none
}

// Forged tells whether the mail's sender is likely not whom it names. Only DMARC can say so: without it, mail that was forwarded or sent by a service fails the other two
// just as well. Mail that went through a list which changes it may be called forged, and is not.
func (a *Authentication) Forged() bool { return a != nil && a.DMARC == ProofFail }

// Proof says it in one word.
func (a *Authentication) Proof() Proof {
	switch {
	case a.Forged():
		return ProofFail
	case a != nil && (a.DMARC == ProofPass || a.DKIM == ProofPass || a.SPF == ProofPass):
		return ProofPass
	}
	return ProofNone
}

// SameContent tells whether two messages say the same: subject, text, HTML, and the content of their files.
func (m Message) SameContent(o Message) bool {
	return m.Subject == o.Subject && m.Text == o.Text && m.HTML == o.HTML && m.BodyBlob == o.BodyBlob &&
		slices.EqualFunc(m.Attachments, o.Attachments, func(a, b Attachment) bool { return a.Blob == b.Blob })
}

// DeliveryState says how far a mail has not come.
type DeliveryState string

// The states.
const (
	DeliveryFailed  DeliveryState = "failed"
	DeliveryDelayed DeliveryState = "delayed" // a mail server goes on trying
)

// Delivery is what mail servers have reported of a mail that was sent.
type Delivery struct {
	State          DeliveryState
	Recipients     []string // addresses that it has not reached, as the server names them; none where it does not say
	Status         string   // 5.1.1 (RFC 3463); "" where the server does not say
	Reason         string   // in the server's words
	At             time.Time
	ReportThreadID string // the last report in the profile
	ReportID       string
}

// DeliveryReport is what one report says, before it is known of which mail.
type DeliveryReport struct {
	Originals  []string // Message-IDs that the mail may have, the likeliest first
	Recipients []string
	Delayed    bool
	Status     string
	Reason     string
}

// Body is what a message's BodyBlob holds, as JSON.
type Body struct {
	Text string `json:"text"`
	HTML string `json:"html"`
}

// SendHeader is the header by which a mail of ours is found again in Gmail; its value is the id of the send.
const SendHeader = "X-Hire-Send"

// Attachment is a file of a message.
type Attachment struct {
	PartID      string // Gmail's number of the MIME part: "1", "0.1"
	Filename    string
	ContentType string
	ContentID   string
	Inline      bool
	Size        int64  // bytes, decoded
	Blob        string // id of its content
}

// MessageKey is what makes two copies of a mail the same one in a candidate's profile: Message-ID, From and Date together (the
// sender chooses the Message-ID, so it alone is no key). Without a Message-ID it is the mailbox and its Gmail id.
func MessageKey(candidateID, messageID string, from []Address, date time.Time, googleSub, gmailID string) string {
	parts := []string{candidateID}
	if messageID != "" {
		parts = append(parts, "rfc", messageID, strconv.FormatInt(date.Unix(), 10))
		for _, f := range from {
			parts = append(parts, NormalizeAddress(f.Addr))
		}
	} else {
		parts = append(parts, "gmail", googleSub, gmailID)
	}
	return Digest(parts...)
}

// Digest turns strings into a short id that is the same for the same strings in the same order. No string can run into its neighbour.
func Digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p))))
		h.Write([]byte{':'})
		h.Write([]byte(p))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

// Snippet is the beginning of a text on one line: at most n characters of it, and an ellipsis where it goes on.
func Snippet(text string, n int) string {
	var b strings.Builder
	begun := false
	for word := range strings.FieldsSeq(text) { // no further than the snippet goes
		if begun {
			if n < 2 { // no room for a space and something after it
				return b.String() + "…"
			}
			b.WriteByte(' ')
			n--
		}
		begun = true
		for _, r := range word {
			if n < 1 {
				return b.String() + "…"
			}
			b.WriteRune(r)
			n--
		}
	}
	return b.String()
}

// Add brings the thread's summary up to date with a message that is new in it.
func (t *Thread) Add(m Message) {
	t.Messages++
	if t.Subject == "" {
		t.Subject = m.Subject
	}
	if m.Direction == Inbound && m.ImportedAt.After(t.InboundAt) {
		t.InboundAt = m.ImportedAt
	}
	if t.FirstAt.IsZero() || m.ReceivedAt.Before(t.FirstAt) {
		t.FirstAt = m.ReceivedAt
		t.Subject = m.Subject
	}
	if !m.ReceivedAt.Before(t.LastAt) {
		t.LastAt, t.Snippet, t.LastWay = m.ReceivedAt, m.Snippet, m.Direction
		if len(m.From) > 0 {
			t.LastFrom = m.From[0]
		}
	}
}

// Wrote puts the summary right of a thread in which the message is, and whose writer it had wrong.
func (t *Thread) Wrote(m Message) {
	if t.LastAt.Equal(m.ReceivedAt) && t.Snippet == m.Snippet {
		t.LastWay = m.Direction
	}
	if slices.Contains(t.UserIDs, m.UserID) {
		return
	}
	t.UserIDs = append(t.UserIDs, m.UserID)
}
