package web

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
)

const (
	rita = "rita@acme.example"
	cora = "cora@mail.example"
)

// desk is a simulated Gmail with Rita's mailbox, and Cora outside, used through the endpoints alone.
type desk struct {
	t   *testing.T
	sim *gmailtest.Server
	api http.Handler
}

func newDesk(t *testing.T) desk {
	t.Helper()
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	sim := gmailtest.New(gmailtest.Options{Now: func() time.Time { return now }})
	sim.AddMailbox(rita, "Rita Moreno")
	sim.Outside(cora, "Cora Lindqvist")
	return desk{t: t, sim: sim, api: Gmail(sim)}
}

// call makes a request below /gmail/api/. want is its status, into what the answer is read into where that is not nil.
func (d desk) call(method, path string, body io.Reader, header http.Header, want int, into any) http.Header {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), method, "/gmail/api/"+path, body)
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, r)
	if w.Code != want {
		d.t.Fatalf("%s %s: status %d, want %d: %s", method, path, w.Code, want, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			d.t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
		}
	}
	return w.Header()
}

func (d desk) do(method, path, body string, want int) {
	d.t.Helper()
	d.call(method, path, strings.NewReader(body), nil, want, nil)
}

// write sends a letter; files are names and contents by turns.
func (d desk) write(path string, l letter, want int, files ...string) {
	d.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	message, err := json.Marshal(l)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := form.WriteField("message", string(message)); err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, err := form.CreateFormFile("file", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.call(http.MethodPost, path, &body, http.Header{"Content-Type": {form.FormDataContentType()}}, want, nil)
}

func (d desk) list(label string) mailboxView {
	d.t.Helper()
	var out mailboxView
	d.call(http.MethodGet, "mailboxes/"+rita+"?label="+url.QueryEscape(label), nil, nil, http.StatusOK, &out)
	return out
}

// only is the one conversation that a label has.
func (d desk) only(label string) (threadRow, threadView) {
	d.t.Helper()
	rows := d.list(label).Threads
	if len(rows) != 1 {
		d.t.Fatalf("%q has %d conversations, want 1: %+v", label, len(rows), rows)
	}
	var out threadView
	d.call(http.MethodGet, "mailboxes/"+rita+"/threads/"+rows[0].ID, nil, nil, http.StatusOK, &out)
	return rows[0], out
}

func (d desk) outside() []conversationView {
	d.t.Helper()
	var out struct {
		Conversations []conversationView `json:"conversations"`
	}
	d.call(http.MethodGet, "outside/"+cora, nil, nil, http.StatusOK, &out)
	return out.Conversations
}

func to(email string) []person { return []person{{Email: email}} }

// A mail goes out with a file, is answered with a file, and the answer is in the same conversation.
func TestMailGoesOutAndIsAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.write("mailboxes/"+rita+"/messages", letter{To: []person{{Name: "Cora Lindqvist", Email: cora}}, Subject: "Interview für Sie", Text: "Thursday?"}, http.StatusNoContent, "role.pdf", "%PDF")
	got := d.outside()
	if len(got) != 1 || len(got[0].Messages) != 1 {
		t.Fatalf("Cora has %+v", got)
	}
	m := got[0].Messages[0]
	if diff := cmp.Diff(person{Name: "Rita Moreno", Email: rita}, m.From); diff != "" || m.Subject != "Interview für Sie" || m.Sent {
		t.Errorf("Cora got %+v\n%s", m, diff)
	}
	if diff := cmp.Diff([]attachmentView{{PartID: "0", Filename: "role.pdf", ContentType: "application/octet-stream", Size: 4}}, m.Attachments); diff != "" {
		t.Error(diff)
	}
	r := get(t, d.api, "/gmail/api/outside/"+cora+"/messages/"+m.ID+"/attachments/0")
	if r.Body.String() != "%PDF" || r.Header().Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(r.Header().Get("Content-Disposition"), "attachment; filename=role.pdf") {
		t.Errorf("attachment: %v %q", r.Header(), r.Body)
	}

	d.write("outside/"+cora+"/messages", letter{To: to(rita), Subject: "Re: Interview für Sie", Text: "Gladly.", ReplyTo: m.ID}, http.StatusNoContent, "cv.txt", "I am Cora")
	row, thread := d.only("INBOX")
	if row.Messages != 2 || !row.Unread || !row.Attachments || len(row.People) != 2 || row.People[1].Name != "Cora Lindqvist" {
		t.Errorf("Rita's inbox shows %+v", row)
	}
	answer := thread.Messages[1]
	if strings.TrimSpace(answer.Text) != "Gladly." || len(answer.Attachments) != 1 {
		t.Errorf("Rita reads %+v", answer)
	}
	if body := get(t, d.api, "/gmail/api/mailboxes/"+rita+"/messages/"+answer.ID+"/attachments/0").Body.String(); body != "I am Cora" {
		t.Errorf("Rita downloads %q", body)
	}

	d.write("mailboxes/"+rita+"/messages", letter{To: to(cora), Subject: "Re: Interview für Sie", Text: "At ten.", ReplyTo: answer.ID}, http.StatusNoContent)
	if _, thread := d.only("SENT"); len(thread.Messages) != 3 {
		t.Errorf("Rita's conversation has %d messages, want 3", len(thread.Messages))
	}
	if got := d.outside(); len(got) != 1 || len(got[0].Messages) != 3 || !got[0].Messages[1].Sent {
		t.Errorf("Cora has %+v", got)
	}
}

func TestOwnerSortsMail(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.write("outside/"+cora+"/messages", letter{To: to(rita), Subject: "Hello", Text: "Hi"}, http.StatusNoContent)
	row, _ := d.only("INBOX")
	at := "mailboxes/" + rita + "/threads/" + row.ID + "/"
	for _, step := range []struct {
		action    string
		has, lost []string
	}{
		{"read", []string{"INBOX"}, []string{"UNREAD"}},
		{"unread", []string{"INBOX", "UNREAD"}, nil},
		{"archive", nil, []string{"INBOX"}},
		{"inbox", []string{"INBOX"}, nil},
		{"spam", []string{"SPAM"}, []string{"INBOX"}},
		{"not-spam", []string{"INBOX"}, []string{"SPAM"}},
		{"trash", []string{"TRASH"}, []string{"INBOX"}},
		{"untrash", []string{"INBOX"}, []string{"TRASH"}},
	} {
		d.do(http.MethodPost, at+step.action, "", http.StatusNoContent)
		var got threadView
		d.call(http.MethodGet, strings.TrimSuffix(at, "/"), nil, nil, http.StatusOK, &got)
		for _, id := range step.has {
			if !slices.Contains(got.Labels, id) {
				t.Errorf("after %s: %v, without %s", step.action, got.Labels, id)
			}
		}
		for _, id := range step.lost {
			if slices.Contains(got.Labels, id) {
				t.Errorf("after %s: %v, with %s", step.action, got.Labels, id)
			}
		}
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.write("outside/"+cora+"/messages", letter{To: to(rita), Subject: "Hello", Text: "Hi"}, http.StatusNoContent)
	row, _ := d.only("INBOX")
	box := "mailboxes/" + rita

	var made labelView
	d.call(http.MethodPost, box+"/labels", strings.NewReader(`{"name":"Hire & Co"}`), nil, http.StatusCreated, &made)
	d.do(http.MethodPost, box+"/labels", `{"name":"hire & co"}`, http.StatusBadRequest)
	d.do(http.MethodPost, box+"/labels", `{"name":"a \"b\""}`, http.StatusBadRequest)
	d.do(http.MethodPut, box+"/threads/"+row.ID+"/labels/"+made.ID, "", http.StatusNoContent)
	if row, _ := d.only(made.ID); !slices.Contains(row.Labels, made.ID) {
		t.Errorf("labelled: %v", row.Labels)
	}
	d.do(http.MethodPut, box+"/labels/"+made.ID, `{"name":"Hire"}`, http.StatusNoContent)
	i := slices.IndexFunc(d.list("").Labels, func(l labelView) bool { return l.ID == made.ID && l.Name == "Hire" && l.Messages == 1 && !l.System })
	if i < 0 {
		t.Errorf("renamed: %+v", d.list("").Labels)
	}
	d.do(http.MethodDelete, box+"/threads/"+row.ID+"/labels/"+made.ID, "", http.StatusNoContent)
	if rows := d.list(made.ID).Threads; len(rows) != 0 {
		t.Errorf("unlabelled: %+v", rows)
	}
	d.do(http.MethodPut, box+"/threads/"+row.ID+"/labels/INBOX", "", http.StatusNotFound) // Gmail's own are no labels to put on
	d.do(http.MethodDelete, box+"/labels/"+made.ID, "", http.StatusNoContent)
	d.call(http.MethodGet, box+"?label="+made.ID, nil, nil, http.StatusNotFound, nil)
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := "mailboxes/" + rita
	d.write(box+"/drafts", letter{To: to(cora), Subject: "Hello", Text: "Half a"}, http.StatusNoContent, "a.txt", "A")
	_, thread := d.only("DRAFT")
	draft := thread.Messages[0].DraftID
	d.write(box+"/drafts", letter{To: to(cora), Subject: "Hello", Text: "Half a sentence", Draft: draft}, http.StatusNoContent)
	_, thread = d.only("DRAFT")
	if m := thread.Messages[0]; strings.TrimSpace(m.Text) != "Half a sentence" || len(m.Attachments) != 1 {
		t.Errorf("edited: %+v", m)
	}
	d.write(box+"/messages", letter{To: to(cora), Subject: "Hello", Text: "Whole.", Draft: thread.Messages[0].DraftID}, http.StatusNoContent, "b.txt", "B")
	if got := d.outside(); len(got) != 1 || strings.TrimSpace(got[0].Messages[0].Text) != "Whole." || len(got[0].Messages[0].Attachments) != 2 {
		t.Errorf("Cora has %+v", got)
	}

	d.write(box+"/drafts", letter{To: to(cora), Subject: "Second", Text: "As it is"}, http.StatusNoContent)
	_, thread = d.only("DRAFT")
	d.write(box+"/messages", letter{Draft: thread.Messages[0].DraftID}, http.StatusNoContent)
	d.write(box+"/drafts", letter{To: to(cora), Subject: "Third", Text: "Never"}, http.StatusNoContent)
	_, thread = d.only("DRAFT")
	d.do(http.MethodDelete, box+"/drafts/"+thread.Messages[0].DraftID, "", http.StatusNoContent)
	if rows := d.list("DRAFT").Threads; len(rows) != 0 || len(d.outside()) != 2 {
		t.Errorf("drafts left: %+v; Cora has %d conversations, want 2", rows, len(d.outside()))
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	box := "mailboxes/" + rita
	d.do(http.MethodPost, box+"/filters", `{"from":" `+cora+` ","label":"Later","skip_inbox":true}`, http.StatusNoContent)
	d.write("outside/"+cora+"/messages", letter{To: to(rita), Subject: "Filtered", Text: "x"}, http.StatusNoContent)
	if row, _ := d.only(""); slices.Contains(row.Labels, "INBOX") || len(d.list("INBOX").Threads) != 0 || len(row.Labels) < 2 {
		t.Errorf("filtered: %v", row.Labels)
	}
	d.do(http.MethodDelete, box+"/filters", "", http.StatusNoContent)
	d.write("outside/"+cora+"/messages", letter{To: to(rita), Subject: "Free", Text: "x"}, http.StatusNoContent)
	if row, _ := d.only("INBOX"); row.Subject != "Free" {
		t.Errorf("in the inbox: %+v", row)
	}
	d.do(http.MethodPost, box+"/filters", `{"from":"","skip_inbox":true}`, http.StatusBadRequest)
	d.do(http.MethodPost, box+"/filters", `{"from":"a@b.example"}`, http.StatusBadRequest)
}

// A page that asks again while nothing happens gets no body; whatever it shows has another tag after a change.
func TestPollingIsCheap(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.write("outside/"+cora+"/messages", letter{To: to(rita), Subject: "Hello", Text: "Hi"}, http.StatusNoContent)
	row, _ := d.only("INBOX")
	mailbox, thread, outside := "mailboxes/"+rita+"?label=INBOX", "mailboxes/"+rita+"/threads/"+row.ID, "outside/"+cora
	tags := map[string]string{}
	look := func(path string, want int) {
		t.Helper()
		header := http.Header{}
		if tags[path] != "" {
			header.Set("If-None-Match", tags[path])
		}
		tags[path] = d.call(http.MethodGet, path, nil, header, want, nil).Get("Etag")
	}
	for _, path := range []string{mailbox, thread, outside} {
		look(path, http.StatusOK)
		look(path, http.StatusNotModified)
	}
	d.do(http.MethodPost, "mailboxes/"+rita+"/labels", `{"name":"Hire"}`, http.StatusCreated) // no history tells of it
	look(mailbox, http.StatusOK)
	look(outside, http.StatusNotModified)
	d.do(http.MethodPost, thread+"/archive", "", http.StatusNoContent)
	look(thread, http.StatusOK)
	d.write("mailboxes/"+rita+"/messages", letter{To: to(cora), Subject: "New", Text: "x"}, http.StatusNoContent)
	look(mailbox, http.StatusOK)
	look(outside, http.StatusOK)
}

func TestGmailRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{http.MethodGet, "mailboxes/nobody@acme.example?label=", http.StatusNotFound},
		{http.MethodGet, "mailboxes/" + rita + "/threads/1", http.StatusNotFound},
		{http.MethodPost, "mailboxes/" + rita + "/threads/1/archive", http.StatusNotFound},
		{http.MethodPost, "mailboxes/" + rita + "/threads/1/explode", http.StatusNotFound},
		{http.MethodPost, "mailboxes/" + rita + "/labels", http.StatusBadRequest},
		{http.MethodPost, "mailboxes/" + rita + "/messages", http.StatusBadRequest},
		{http.MethodGet, "mailboxes/" + rita + "/messages/1/attachments/0", http.StatusNotFound},
		{http.MethodGet, "outside/" + rita, http.StatusNotFound},
		{http.MethodGet, "outside/" + cora + "/messages/0/attachments/0", http.StatusNotFound},
		{http.MethodGet, "nothing", http.StatusNotFound},
	} {
		d.call(test.method, test.path, strings.NewReader(""), nil, test.want, nil)
	}
	d.write("mailboxes/"+rita+"/messages", letter{Subject: "To nobody"}, http.StatusBadRequest)
	d.write("mailboxes/"+rita+"/messages", letter{To: to(cora), ReplyTo: "1"}, http.StatusNotFound)
	d.write("outside/"+cora+"/messages", letter{To: to(rita), ReplyTo: "7"}, http.StatusNotFound)
	d.write("outside/"+rita+"/messages", letter{To: to(cora)}, http.StatusNotFound)
	d.call(http.MethodPost, "mailboxes/"+rita+"/labels", strings.NewReader(`{"name":"x"}`), http.Header{"Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden, nil)
	if got := d.outside(); len(got) != 0 {
		t.Errorf("Cora has %+v", got)
	}
}

func TestWorld(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var got struct{ Mailboxes, Outside []place }
	d.call(http.MethodGet, "world", nil, nil, http.StatusOK, &got)
	want := struct{ Mailboxes, Outside []place }{[]place{{rita, "Rita Moreno"}}, []place{{cora, "Cora Lindqvist"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
