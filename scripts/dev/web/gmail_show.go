package web

import (
	"fmt"
	"mime"
	"net/http"
	"net/mail"
	"slices"
	"strconv"
	"time"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// person is an address as the pages read it.
type person struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
}

// threadRow is a conversation in a list.
type threadRow struct {
	ID          string    `json:"id"`
	Subject     string    `json:"subject"`
	Snippet     string    `json:"snippet"`
	Date        time.Time `json:"date"`
	People      []person  `json:"people"` // who wrote in it, each once
	To          []person  `json:"to"`     // of its newest message
	Messages    int       `json:"messages"`
	Unread      bool      `json:"unread"`
	Attachments bool      `json:"attachments"`
	Draft       bool      `json:"draft"`
	Labels      []string  `json:"labels"` // ids, of all its messages together
}

func rowOf(m *gmailtest.Mailbox, s gmailtest.ThreadSummary) (threadRow, error) {
	t, err := m.Thread(s.ID)
	if err != nil {
		return threadRow{}, err
	}
	row := threadRow{
		ID: s.ID, Subject: s.Subject, Snippet: s.Snippet, Date: s.At, Messages: len(t.Messages), Unread: s.Unread, Labels: s.LabelIDs,
		People: []person{}, To: people(t.Messages[len(t.Messages)-1].To),
	}
	for _, msg := range t.Messages {
		row.Draft = row.Draft || msg.DraftID != ""
		row.Attachments = row.Attachments || len(msg.Attachments) > 0
		if from := personOf(msg.From); !slices.Contains(row.People, from) {
			row.People = append(row.People, from)
		}
	}
	return row, nil
}

// threadView is a conversation.
type threadView struct {
	ID       string        `json:"id"`
	Subject  string        `json:"subject"`
	Labels   []string      `json:"labels"` // ids, of all its messages together
	Messages []messageView `json:"messages"`
}

// messageView is a mail in a mailbox, or at an address outside.
type messageView struct {
	ID          string           `json:"id"`
	DraftID     string           `json:"draft_id,omitempty"`
	Sent        bool             `json:"sent"` // by the address outside whose mail this is
	From        person           `json:"from"`
	ReplyTo     []person         `json:"reply_to"`
	To          []person         `json:"to"`
	Cc          []person         `json:"cc"`
	Bcc         []person         `json:"bcc"`
	Subject     string           `json:"subject"`
	Date        time.Time        `json:"date"`
	Text        string           `json:"text"`
	HTML        string           `json:"html"` // as it came: to be shown only in a frame without scripts
	Labels      []string         `json:"labels"`
	Attachments []attachmentView `json:"attachments"`
}

type attachmentView struct {
	PartID      string `json:"part_id"`
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	Size        int    `json:"size"` // bytes
}

func threadOf(t gmailtest.Thread) threadView {
	out := threadView{ID: t.ID, Labels: []string{}, Messages: []messageView{}}
	for i, msg := range t.Messages {
		if i == 0 {
			out.Subject = msg.Subject
		}
		for _, id := range msg.LabelIDs {
			if !slices.Contains(out.Labels, id) {
				out.Labels = append(out.Labels, id)
			}
		}
		v := messageOf(msg.ID, msg.At, msg.Mail)
		v.DraftID, v.Labels = msg.DraftID, msg.LabelIDs
		out.Messages = append(out.Messages, v)
	}
	return out
}

func messageOf(id string, at time.Time, m gmailtest.Mail) messageView {
	out := messageView{
		ID: id, From: personOf(m.From), ReplyTo: []person{}, To: people(m.To), Cc: people(m.Cc), Bcc: people(m.Bcc), Subject: m.Subject, Date: at,
		Text: m.Text, HTML: m.HTML, Labels: []string{}, Attachments: []attachmentView{},
	}
	if list, err := mail.ParseAddressList(m.Header("Reply-To")); err == nil { // else answers go to the sender
		for _, a := range list {
			out.ReplyTo = append(out.ReplyTo, personOf(*a))
		}
	}
	for i, a := range m.Attachments {
		out.Attachments = append(out.Attachments, attachmentView{PartID: strconv.Itoa(i), Filename: a.Name, ContentType: a.Type, Size: len(a.Data)})
	}
	return out
}

func personOf(a mail.Address) person { return person{Name: a.Name, Email: a.Address} }

func people(as []mail.Address) []person {
	out := []person{}
	for _, a := range as {
		out = append(out, personOf(a))
	}
	return out
}

func (g gmail) attachment(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	msg, err := m.Message(r.PathValue("message"))
	if err != nil {
		return err
	}
	return writeAttachment(w, r, msg.Attachments)
}

// writeAttachment answers with the file that the path names. It is only to be saved: a stranger's file is never opened as a page of this origin.
func writeAttachment(w http.ResponseWriter, r *http.Request, files []gmailtest.Attachment) error {
	i, err := strconv.Atoi(r.PathValue("part"))
	if err != nil || i < 0 || i >= len(files) {
		return missing("There is no such attachment.")
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fmt.Sprintf("%.200s", files[i].Name)}))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(files[i].Data) // the caller has gone; there is no one to tell
	return nil
}
