package api

import "time"

// Address is a person's mailbox.
type Address struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
}

// Person is an address resolved against the account's directory.
type Person struct {
	Kind  string `json:"kind"`         // user, candidate, other
	ID    string `json:"id,omitempty"` // user or candidate id
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
}

// Receipt says what was compared with Gmail: "14 of 14, checked 09:42".
type Receipt struct {
	State     string         `json:"state"`    // verified, repairing, unchecked (not compared yet), local (no mailbox holds it)
	Stored    int            `json:"stored"`   // messages of Gmail's that are here
	InGmail   int            `json:"in_gmail"` // messages in Gmail that the rules admit
	Excluded  map[string]int `json:"excluded"` // by reason, how many the rules leave out
	CheckedAt time.Time      `json:"checked_at,omitzero"`
}

// ThreadSummary is one row of a candidate's Emails tab.
type ThreadSummary struct {
	ID           string    `json:"id"`
	CandidateID  string    `json:"candidate_id"`
	Subject      string    `json:"subject"`
	Snippet      string    `json:"snippet"`
	Messages     int       `json:"messages"`
	FirstAt      time.Time `json:"first_at"`
	LastAt       time.Time `json:"last_at"`
	LastFrom     Person    `json:"last_from"`
	Private      bool      `json:"private"`
	OwnerID      string    `json:"owner_id,omitempty"`
	UserIDs      []string  `json:"user_ids"`
	AlsoMatches  bool      `json:"also_matches"` // another profile has the candidate's address too
	MayReply     bool      `json:"may_reply"`
	Receipt      Receipt   `json:"receipt"`
	LastActivity string    `json:"last_direction"` // inbound or outbound
	// Unread: a mail that is not a user's has come since the caller has seen the conversation. InboundAt is when the last such mail came into Hire, for SetSeen; absent where
	// there is none.
	Unread    bool      `json:"unread"`
	InboundAt time.Time `json:"inbound_at,omitzero"`
}

// CandidateThreads answers GET threads /v1/candidates/{candidate_id}/threads, newest activity first.
type CandidateThreads struct {
	Threads       []ThreadSummary `json:"threads"`
	NextPageToken string          `json:"next_page_token,omitempty"`
	Receipt       Receipt         `json:"receipt"`  // of the threads on this page, added up
	Revision      int64           `json:"revision"` // for /changes
}

// CandidateReceipt answers GET threads /v1/candidates/{candidate_id}/receipt: of all the candidate's threads that the caller may see, added up. It was checked as long
// ago as the one that was checked first.
type CandidateReceipt struct {
	Threads int `json:"threads"`
	Receipt
}

// Changes answers GET threads /v1/candidates/{candidate_id}/changes?since=N&wait=S: it comes at once when the revision is
// above since, otherwise when it has risen or after wait seconds (at most 25).
type Changes struct {
	Revision int64 `json:"revision"`
}

// Thread answers GET threads /v1/threads/{thread_id}: the newest page of its messages, oldest first. With images=remote the HTML of its messages has the images that lie
// on other servers, to be asked for by a person who was told that the sender then learns that the mail was read.
type Thread struct {
	ThreadSummary
	MessageList   []Message `json:"message_list"`
	NextPageToken string    `json:"next_page_token,omitempty"` // for older messages
	ReplyTo       []Address `json:"reply_to"`                  // who an in-app reply goes to
	ReplyCc       []Address `json:"reply_cc"`
	LeftOut       []Address `json:"left_out"` // on the conversation, not written to by an in-app reply
}

// Message is one mail of a thread.
type Message struct {
	ID         string    `json:"id"`
	ThreadID   string    `json:"thread_id"`
	MessageID  string    `json:"rfc822_message_id,omitempty"`
	Direction  string    `json:"direction"` // inbound, outbound
	From       Person    `json:"from"`
	To         []Person  `json:"to"`
	Cc         []Person  `json:"cc"`
	Subject    string    `json:"subject"`
	Date       time.Time `json:"date"`
	ReceivedAt time.Time `json:"received_at"`
	Text       string    `json:"text"`        // the fresh part
	QuotedText string    `json:"quoted_text"` // what it quotes
	// HTML is sanitised: no styles, no ids, absolute links only. A picture that the mail brings along is <img data-content-id="X"> without a source, for the attachment whose
	// content_id is X. Images on other servers are left out, or with images=remote in it where they are to be had by https.
	HTML        string       `json:"html"`
	HasRemote   bool         `json:"has_remote_images"` // there are images that images=remote shows
	Attachments []Attachment `json:"attachments"`
	HasOriginal bool         `json:"has_original"` // sent by email reply: its writer gets the mail as they wrote it at …/messages/{message_id}/original
	AutoReply   bool         `json:"auto_reply"`
	Bounce      bool         `json:"bounce"`
	Delivery    *Delivery    `json:"delivery,omitempty"`
	Via         string       `json:"via"`               // gmail, hire
	Defects     []string     `json:"defects,omitempty"` // what was broken in the mail and how it was read

	Authentication *Authentication `json:"authentication,omitempty"` // absent: it was sent from Gmail or Hire, came before this was noted, or Gmail has said nothing of its sender
}

// Authentication is what Gmail found out about the sender of a mail when it took it in (RFC 8601), as far as it is about the domain in From. It proves that domain, never
// the person in it.
type Authentication struct {
	// Result is fail where the domain's owner has said by DMARC what their mail proves, and this does not: it may come from somebody else, or went through a mailing list that has
	// changed it. It is none where the owner has said nothing: neither proved nor forged.
	Result string `json:"result"`           // pass, fail, none
	DMARC  string `json:"dmarc"`            // pass, fail, none
	DKIM   string `json:"dkim"`             // pass, fail, none
	SPF    string `json:"spf"`              // pass, fail, none
	Domain string `json:"domain,omitempty"` // that is proved: the one in From, or one related to it
	// Claims is the candidate or the user whose address a mail with the result fail names as its sender. Whoever shows the mail must warn that it may not be from them. Of a
	// mail that does not count as the user's, from says kind other, and its direction is inbound.
	Claims *Person `json:"claims,omitempty"`
}

// Delivery says that a mail has not arrived.
type Delivery struct {
	State      string    `json:"state"`            // failed; delayed: a mail server goes on trying
	Recipients []Address `json:"recipients"`       // whom it has not reached; none where the server does not say
	Status     string    `json:"status,omitempty"` // 5.1.1 (RFC 3463)
	Reason     string    `json:"reason,omitempty"` // in the server's words
	At         time.Time `json:"at"`
	ReportID   string    `json:"report_id"` // the report: a message of the same profile
	ThreadID   string    `json:"report_thread_id"`
}

// Attachment is a file of a message; its content is at
// GET threads /v1/threads/{thread_id}/messages/{message_id}/attachments/{part_id}.
type Attachment struct {
	PartID      string `json:"part_id"`
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"` // bytes
	Inline      bool   `json:"inline"`
	ContentID   string `json:"content_id,omitempty"`
}

// SetPrivacy is the body of PUT threads /v1/threads/{thread_id}/privacy.
type SetPrivacy struct {
	Private bool `json:"private"`
}

// SetSeen is the body of PUT threads /v1/threads/{thread_id}/seen, which answers with Seen: the caller has seen what the conversation had. To open a conversation alone notes
// nothing.
type SetSeen struct {
	// UpTo is inbound_at as the conversation had it when it was shown, so that a mail that came since stays unread. An earlier time than one sent before changes nothing.
	UpTo time.Time `json:"up_to"`
}

// Seen says how a conversation stands for the caller.
type Seen struct {
	SeenUpTo time.Time `json:"seen_up_to,omitzero"` // absent: nothing was seen
	Unread   bool      `json:"unread"`
}

// SearchMail is the body of POST threads /v1/candidates/{candidate_id}/search, which answers with MailFound. What is looked for does not stand in the address, which others
// log.
type SearchMail struct {
	// Q is 1 to 10 words in 200 characters at most. A message is found if each of them is the beginning of a word in its subject, its text, the names and addresses in From, To
	// and Cc, or the names of its files; case and accents do not count.
	Q         string `json:"q"`
	PageToken string `json:"page_token,omitempty"` // next_page_token of the page before
}

// MailFound is a page of what was found: the newest conversation first, and in each the newest message. One page looks through 300 messages at most, so there may be nothing on
// it, and others behind it. Conversations that the caller may not see are not looked through.
type MailFound struct {
	Messages      []FoundMessage `json:"messages"`                  // 50 at most
	Searched      int            `json:"searched"`                  // messages looked through for this page
	NextPageToken string         `json:"next_page_token,omitempty"` // there is more to be looked through; "" at the end
}

// FoundMessage is a message that was found.
type FoundMessage struct {
	ThreadID   string    `json:"thread_id"`
	ID         string    `json:"id"`
	Subject    string    `json:"subject"`
	Snippet    string    `json:"snippet"` // the beginning of its text
	From       Person    `json:"from"`
	ReceivedAt time.Time `json:"received_at"`
	Direction  string    `json:"direction"` // inbound, outbound
}

// Unmatched is a conversation that carries the label, yet is in no profile.
type Unmatched struct {
	GmailThreadID string    `json:"gmail_thread_id"`
	Subject       string    `json:"subject"`
	Participants  []Address `json:"participants"`
	Reason        string    `json:"reason"` // no_candidate_has_this_address, ...
	Detail        string    `json:"detail"` // what to do about it
	Since         time.Time `json:"since"`
}

// UnmatchedList answers GET threads /v1/unmatched: the caller's own mailbox.
type UnmatchedList struct {
	Conversations []Unmatched `json:"conversations"`
	NextPageToken string      `json:"next_page_token,omitempty"`
}

// ExportedMessage is a line of GET threads /v1/export?format=jsonl&page_token=, for Super Admins. That operation walks all mail of the account, private conversations
// included, which is audited: format mbox (RFC 4155, in the variant mboxrd; application/mbox) or jsonl (application/x-ndjson). An answer is a page of some 16 MB; the
// header Next-Page-Token, absent at the end, asks for the next one. Lines of jsonl are ExportedMessage, each followed by its files as ExportedChunk, and ExportEnd at last.
type ExportedMessage struct {
	Type        string       `json:"type"` // message
	ID          string       `json:"id"`
	ThreadID    string       `json:"thread_id"`
	CandidateID string       `json:"candidate_id"`
	Private     bool         `json:"private"` // of the conversation
	MessageID   string       `json:"rfc822_message_id,omitempty"`
	InReplyTo   []string     `json:"in_reply_to,omitempty"`
	References  []string     `json:"references,omitempty"`
	Direction   string       `json:"direction"`         // inbound, outbound
	UserID      string       `json:"user_id,omitempty"` // the user who wrote it
	From        []Address    `json:"from"`
	To          []Address    `json:"to"`
	Cc          []Address    `json:"cc"`
	Bcc         []Address    `json:"bcc"`
	Subject     string       `json:"subject"`
	Date        time.Time    `json:"date,omitzero"` // of the Date header
	ReceivedAt  time.Time    `json:"received_at"`
	ImportedAt  time.Time    `json:"imported_at"`
	Via         string       `json:"via"` // gmail, hire
	Text        string       `json:"text"`
	HTML        string       `json:"html"` // as it was sent: not made harmless
	Attachments []Attachment `json:"attachments"`
	Defects     []string     `json:"defects,omitempty"`

	Authentication *Authentication `json:"authentication,omitempty"` // without claims
}

// ExportedChunk is a piece of a file of the message before it, in their order.
type ExportedChunk struct {
	Type      string `json:"type"` // chunk
	MessageID string `json:"message_id"`
	PartID    string `json:"part_id"`
	Data      []byte `json:"data"` // base64, of at most 384 KiB
	Last      bool   `json:"last"`
	Missing   bool   `json:"missing,omitempty"` // the file is not there any more
}

// ExportEnd is the last line of a page. Without it the answer was cut off.
type ExportEnd struct {
	Type          string `json:"type"` // end
	Messages      int    `json:"messages"`
	NextPageToken string `json:"next_page_token,omitempty"`
}
