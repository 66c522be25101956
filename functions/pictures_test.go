package functions_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

const png = "\x89PNG\r\n\x1a\n of a sort"

// uploadAs uploads a file of a type.
func (p *person) uploadAs(name, kind, content string) (id string) {
	p.w.t.Helper()
	var u api.Upload
	p.call("POST", "/sendmessage/v1/uploads?filename="+name, content, "Content-Type", kind).into(201, &u)
	return u.UploadID
}

// Pictures that the text shows, uploaded or from an earlier message, go out within it, and other files beside it.
func TestPicturesWithinTheText(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("This is me.", func(m *gmailtest.OutgoingMail) {
		m.Attachments = []gmailtest.Attachment{{Name: "me.jpg", Type: "image/jpeg", Data: []byte("JPEG")}}
	})
	w.pass(time.Minute)
	thread := r.thread(r.profile(cora).Threads[0].ID)
	earlier := thread.MessageList[1]
	m := api.SendMessage{
		CandidateID: cora, Subject: "The office", HTML: `<p>You: <img src="cid:you@hire"> Us: <img src='cid:logo.png'></p>`,
		Attachments: []api.AttachmentRef{
			{UploadID: r.upload("plan.pdf", "%PDF")},
			{UploadID: r.uploadAs("logo.png", "image/png", png), ContentID: "logo.png"},
			{ThreadID: thread.ID, MessageID: earlier.ID, PartID: earlier.Attachments[0].PartID, ContentID: "you@hire"},
		},
	}
	w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 4, After: true, Reset: true}) // so that it has to be recognised, too
	r.send("k2", m).problem(503, hire.CodeGmailUnavailable)
	var result api.SendResult
	r.sendAgain("k2", m).into(200, &result)
	got, _ := candidate.Last()
	for _, want := range []string{"Content-ID: <logo.png>\r\n", "Content-ID: <you@hire>\r\n", `Content-Type: multipart/related; type="multipart/alternative";`, "Content-Disposition: inline; filename=\"logo.png\"\r\n", "Content-Disposition: attachment; filename=\"plan.pdf\"\r\n"} {
		if !bytes.Contains(got.Raw, []byte(want)) {
			t.Errorf("%q is not in\n%s", want, got.Raw)
		}
	}
	if len(got.Attachments) != 3 || !strings.Contains(got.HTML, "cid:you@hire") {
		t.Errorf("Cora got %d files with %q", len(got.Attachments), got.HTML)
	}
	shown := r.thread(result.ThreadID).MessageList[0]
	inline := map[string]string{}
	for _, a := range shown.Attachments {
		if a.Inline {
			inline[a.ContentID] = a.ContentType
		}
	}
	if len(shown.Attachments) != 3 || len(inline) != 2 || inline["logo.png"] != "image/png" || inline["you@hire"] != "image/jpeg" {
		t.Errorf("the profile has the files %+v", shown.Attachments)
	}
	for _, a := range shown.Attachments {
		if a.ContentID == "logo.png" {
			r.downloads("of the picture", mailed{thread: result.ThreadID, message: shown.ID, part: a.PartID, content: png})
		}
	}
	w.fiveMinutesLater()
	w.coraGot("in the end", 2)
}

func TestPicturesThatCantBeShown(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	logo := r.uploadAs("logo.png", "image/png", png)
	page := r.uploadAs("page.html", "text/html", "<p>x</p>")
	nothingAsked := w.nothingAskedOfGoogle()
	for name, m := range map[string]api.SendMessage{
		"not shown":             {HTML: "<p>Hi</p>", Attachments: []api.AttachmentRef{{UploadID: logo, ContentID: "a"}}},
		"in a text":             {Text: "cid:a", Attachments: []api.AttachmentRef{{UploadID: logo, ContentID: "a"}}},
		"no picture":            {HTML: `<img src="cid:a">`, Attachments: []api.AttachmentRef{{UploadID: page, ContentID: "a"}}},
		"two of one id":         {HTML: `<img src="cid:a">`, Attachments: []api.AttachmentRef{{UploadID: logo, ContentID: "a"}, {UploadID: logo, ContentID: "a"}}},
		"an id that is none":    {HTML: `<img src="cid:a b">`, Attachments: []api.AttachmentRef{{UploadID: logo, ContentID: "a b"}}},
		"an id with a field":    {HTML: `<img src="cid:a">`, Attachments: []api.AttachmentRef{{UploadID: logo, ContentID: "a>\r\nBcc: <eve@evil.example"}}},
		"an id of letters only": {HTML: `<img src="cid:ä">`, Attachments: []api.AttachmentRef{{UploadID: logo, ContentID: "ä"}}},
	} {
		m.CandidateID, m.Subject = cora, "Hello"
		if a := r.send("k1", m); a.Status != 400 && a.Status != 422 || a.code() != hire.CodeInvalidRequest && a.code() != hire.CodeInvalidHeader {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	nothingAsked()
	w.coraGot("in the end", 0)
}
