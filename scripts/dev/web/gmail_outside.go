package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

// conversationView is mail of an address outside that belongs together.
type conversationView struct {
	ID       string        `json:"id"` // of its first message
	Subject  string        `json:"subject"`
	Messages []messageView `json:"messages"`
}

// known is somebody outside whom mail has come from or gone to, nil for nobody.
func (g gmail) known(email string) *gmailtest.Outside {
	all := g.sim.Outsides()
	if i := slices.IndexFunc(all, func(o *gmailtest.Outside) bool { return strings.EqualFold(o.Email(), email) }); i >= 0 {
		return all[i]
	}
	return nil
}

// outside shows the mail of an address outside, the conversation with the newest first.
func (g gmail) outside(w http.ResponseWriter, r *http.Request) error {
	if _, inside := g.sim.Mailbox(r.PathValue("email")); inside {
		return missing("This address has a mailbox; it is not outside.")
	}
	out := struct {
		Conversations []conversationView `json:"conversations"`
	}{[]conversationView{}}
	if o := g.known(r.PathValue("email")); o != nil {
		for _, c := range o.Conversations() {
			v := conversationView{ID: strconv.Itoa(c.Messages[0].Number), Subject: c.Subject}
			for _, m := range c.Messages {
				shown := messageOf(strconv.Itoa(m.Number), m.At, m.Mail)
				shown.Sent = m.Sent
				v.Messages = append(v.Messages, shown)
			}
			out.Conversations = append(out.Conversations, v)
		}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	if unchanged(w, r, string(body)) {
		return nil
	}
	return writeJSON(w, http.StatusOK, json.RawMessage(body))
}

func (g gmail) sendOutside(w http.ResponseWriter, r *http.Request) error {
	email := r.PathValue("email")
	if _, inside := g.sim.Mailbox(email); inside {
		return missing("This address has a mailbox; it is not outside.")
	}
	l, err := readLetter(w, r)
	if err != nil {
		return err
	}
	o := g.sim.Outside(email, l.Name)
	var answered *gmailtest.Mail
	if l.ReplyTo != "" {
		got, err := received(o, l.ReplyTo)
		if err != nil {
			return err
		}
		answered = &got.Mail
	}
	mail := l.mail(answered)
	if _, domain, _ := strings.Cut(o.Email(), "@"); l.Forged {
		mail.Examined = "spf=pass (google.com: domain of someone@elsewhere.test designates 203.0.113.9 as permitted sender) smtp.mailfrom=someone@elsewhere.test; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=" + domain
	}
	_, err = o.Send(mail)
	return done(w, err)
}

func received(o *gmailtest.Outside, id string) (gmailtest.Received, error) {
	number, err := strconv.Atoi(id)
	if err != nil {
		return gmailtest.Received{}, missing("There is no such message.")
	}
	got, ok := o.Get(number)
	if !ok {
		return gmailtest.Received{}, missing("There is no such message.")
	}
	return got, nil
}

func (g gmail) outsideAttachment(w http.ResponseWriter, r *http.Request) error {
	o := g.known(r.PathValue("email"))
	if o == nil {
		return missing("There is no such message.")
	}
	got, err := received(o, r.PathValue("message"))
	if err != nil {
		return err
	}
	return writeAttachment(w, r, got.Attachments)
}
