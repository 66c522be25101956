package web

import (
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/mail"
	"slices"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// most is the largest letter: Gmail's 25 MB of attachments, and room for the rest.
const most = 27 << 20

// letter is the part "message" of a letter, which comes as multipart/form-data; its files are the parts "file".
type letter struct {
	Name    string   `json:"name"` // of somebody outside
	To      []person `json:"to"`
	Cc      []person `json:"cc"`
	Bcc     []person `json:"bcc"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	HTML    string   `json:"html"`     // beside the text, for tests: the pages write plain text
	ReplyTo string   `json:"reply_to"` // id of the message that it answers
	Forged  bool     `json:"forged"`   // of somebody outside: Gmail finds that it does not come from their domain
	Draft   string   `json:"draft"`    // id of the draft that it goes on with; without any other field the draft is sent as it is

	files []gmailtest.Attachment
}

func readLetter(w http.ResponseWriter, r *http.Request) (letter, error) {
	var l letter
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return l, fmt.Errorf("read letter: %w", err)
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }() // temporary files, which the system clears away too
	if err := json.Unmarshal([]byte(r.FormValue("message")), &l); err != nil {
		return l, wrong("The part “message” is not the JSON that is expected here.")
	}
	for _, h := range r.MultipartForm.File["file"] {
		data, err := readFile(h)
		if err != nil {
			return l, fmt.Errorf("read attachment: %w", err)
		}
		l.files = append(l.files, gmailtest.Attachment{Name: h.Filename, Type: h.Header.Get("Content-Type"), Data: data})
	}
	return l, nil
}

func readFile(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// mail is the letter as it is sent; answered is the mail that it answers, nil if none.
func (l letter) mail(answered *gmailtest.Mail) gmailtest.OutgoingMail {
	o := gmailtest.OutgoingMail{To: written(l.To), Cc: written(l.Cc), Bcc: written(l.Bcc), Subject: l.Subject, Text: l.Text, HTML: l.HTML, Attachments: l.files}
	if answered != nil && answered.MessageID != "" {
		o.InReplyTo = answered.MessageID
		o.References = append(slices.Clone(answered.References), answered.MessageID)
	}
	return o
}

func written(people []person) []string {
	var out []string
	for _, p := range people {
		a := mail.Address{Name: p.Name, Address: p.Email}
		out = append(out, a.String())
	}
	return out
}

// compose reads a letter of a mailbox's owner, and finds the conversation that it belongs to.
func compose(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) (letter, gmailtest.OutgoingMail, error) {
	l, err := readLetter(w, r)
	if err != nil || l.ReplyTo == "" {
		return l, l.mail(nil), err
	}
	answered, err := m.Message(l.ReplyTo)
	if err != nil {
		return l, gmailtest.OutgoingMail{}, err
	}
	o := l.mail(&answered.Mail)
	o.ThreadID = answered.ThreadID
	return l, o, nil
}

// edit makes a draft what the letter says. Its attachments stay, and new ones join them.
func edit(m *gmailtest.Mailbox, l letter) (gmailtest.Message, error) {
	return m.EditDraft(l.Draft, func(o *gmailtest.OutgoingMail) {
		o.To, o.Cc, o.Bcc, o.Subject, o.Text, o.HTML = written(l.To), written(l.Cc), written(l.Bcc), l.Subject, l.Text, ""
		o.Attachments = append(o.Attachments, l.files...)
	})
}

func (g gmail) send(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	l, o, err := compose(w, r, m)
	if err != nil {
		return err
	}
	if l.Draft == "" {
		_, err := m.Send(o)
		return done(w, err)
	}
	if len(l.To)+len(l.Cc)+len(l.Bcc) > 0 {
		draft, err := edit(m, l)
		if err != nil {
			return err
		}
		l.Draft = draft.DraftID
	}
	_, err = m.SendDraft(l.Draft)
	return done(w, err)
}

func (g gmail) saveDraft(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	l, o, err := compose(w, r, m)
	if err != nil {
		return err
	}
	if l.Draft == "" {
		_, err = m.SaveDraft(o)
	} else {
		_, err = edit(m, l)
	}
	return done(w, err)
}

func (g gmail) deleteDraft(w http.ResponseWriter, r *http.Request, m *gmailtest.Mailbox) error {
	return done(w, m.DeleteDraft(r.PathValue("draft")))
}
