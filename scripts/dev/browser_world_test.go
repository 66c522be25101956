//go:build browser

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// stage is a dev program of a test's own, and what is done there before somebody looks at a page: by the API as its callers do, or in the simulated Gmail.
type stage struct {
	*process
	t *testing.T
}

// newStage starts a dev program in which nobody has done anything.
func newStage(t *testing.T) *stage {
	t.Helper()
	t.Parallel()
	return &stage{process: launch(t, "dev", nil, "-addr", "127.0.0.1:0"), t: t}
}

// connectedStage is one in which the integration is on and these people are connected.
func connectedStage(t *testing.T, users ...string) *stage {
	t.Helper()
	s := newStage(t)
	s.person("sam").enable()
	for _, user := range users {
		s.person(user).connect(user + "@acme.example")
	}
	return s
}

// visitor is somebody of Acme's at a browser of their own, at a path of Hire.
func (s *stage) visitor(user, path string) *visitor {
	s.t.Helper()
	return s.visitorOf(acme, user, path)
}

func (s *stage) visitorOf(account, user, path string) *visitor {
	s.t.Helper()
	v := newVisitor(s.t, s.base)
	v.become(account, user, path)
	return v
}

// become signs somebody in at a path of Hire, in the same browser.
func (v *visitor) become(account, user, path string) {
	v.t.Helper()
	v.open(path + "?as=" + url.QueryEscape(account+"/"+user))
	v.poll("signed in as "+user, `(key) => document.querySelector('[data-testid="person-switcher"]')?.value === key`, account+"/"+user)
}

// secondLater waits until what is done next comes more than a second after what has been done: of what comes sooner Gmail drops the notification.
func (s *stage) secondLater() {
	s.t.Helper()
	begun := time.Now()
	until(s.t, "Gmail's second is over", func() bool { return time.Since(begun) > time.Second })
}

// gmail calls an endpoint of the simulated Gmail's pages.
func (s *stage) gmail(method, path string, want int, into any) {
	s.t.Helper()
	ask(s.t, http.DefaultClient, method, s.base+"/gmail/api/"+path, nil, nil, want, into)
}

// mail is a letter as the simulated Gmail's pages send it.
type mail struct {
	Name    string    `json:"name,omitempty"`
	To      []address `json:"to"`
	Cc      []address `json:"cc,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Text    string    `json:"text"`
	HTML    string    `json:"html,omitempty"`
	ReplyTo string    `json:"reply_to,omitempty"`
	Forged  bool      `json:"forged,omitempty"`
}

type address struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
}

func to(emails ...string) []address {
	out := make([]address, len(emails))
	for i, e := range emails {
		out[i] = address{Email: e}
	}
	return out
}

// post sends a letter: place is "mailboxes/…" for the owner of a mailbox, "outside/…" for somebody outside.
func (s *stage) post(place string, m mail) {
	s.t.Helper()
	message, err := json.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("message", string(message)); err != nil {
		s.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	ask(s.t, http.DefaultClient, "POST", s.base+"/gmail/api/"+place+"/messages", http.Header{"Content-Type": {w.FormDataContentType()}}, form.Bytes(), 204, nil)
}

// thread is a conversation of a mailbox, as its page has it.
type thread struct {
	ID, Subject string
	Messages    []struct {
		ID, Text string
		To, Cc   []address
	}
}

// threadIn is the conversation of a mailbox with a subject.
func (s *stage) threadIn(email, subject string) thread {
	s.t.Helper()
	var found struct {
		Threads []struct{ ID, Subject string }
	}
	var out thread
	until(s.t, email+" has "+subject, func() bool {
		s.gmail("GET", "mailboxes/"+email+"?label=", 200, &found)
		i := slices.IndexFunc(found.Threads, func(t struct{ ID, Subject string }) bool { return strings.Contains(t.Subject, subject) })
		if i < 0 {
			return false
		}
		s.gmail("GET", "mailboxes/"+email+"/threads/"+found.Threads[i].ID, 200, &out)
		return true
	})
	return out
}

// label puts a label on a conversation of a mailbox, as its owner does.
func (s *stage) label(email, subject, name string) {
	s.t.Helper()
	var box struct{ Labels []struct{ ID, Name string } }
	s.gmail("GET", "mailboxes/"+email+"?label=", 200, &box)
	s.secondLater()
	for _, l := range box.Labels {
		if l.Name == name {
			s.gmail("PUT", fmt.Sprintf("mailboxes/%s/threads/%s/labels/%s", email, s.threadIn(email, subject).ID, l.ID), 204, nil)
			return
		}
	}
	s.t.Fatalf("%s has no label %s", email, name)
}

// replyAll answers the last mail of a conversation in Rita's mailbox, as she does in Gmail itself, to these.
func (s *stage) replyAll(subject, text string, to, cc []address) {
	s.t.Helper()
	t := s.threadIn(ritaMail, subject)
	s.secondLater()
	s.post("mailboxes/"+ritaMail, mail{To: to, Cc: cc, Subject: "Re: " + t.Subject, Text: text, ReplyTo: t.Messages[len(t.Messages)-1].ID})
}

// sentBy counts what Gmail has sent and kept as drafts for a mailbox.
func (s *stage) sentBy(email string) (sent, drafts int) {
	s.t.Helper()
	var box struct {
		Labels []struct {
			ID       string
			Messages int
		}
	}
	s.gmail("GET", "mailboxes/"+email+"?label=", 200, &box)
	for _, l := range box.Labels {
		switch l.ID {
		case "SENT":
			sent = l.Messages
		case "DRAFT":
			drafts = l.Messages
		}
	}
	return sent, drafts
}

// answers is an answer of Cora's to the mail that asks when she could talk.
func (s *stage) answers(to, text string) {
	s.t.Helper()
	answers(s.t, s.base, to, "When could we talk?", text)
}
