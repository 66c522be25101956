package functions_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// Replies to notification emails. Hire sends the notification with the address that the event about the message has; its mail gateway hands the answers over.

func TestScenario19_EmailReplyLeavesThroughGmailExactlyOnce(t *testing.T) {
	t.Parallel()
	w, r, candidate, address := notified(t)
	yes, _ := candidate.Last()
	sentByCora := candidate.Sent()[0]
	part := func(kind, content string) string {
		return "--b\r\nContent-Type: " + kind + "\r\n\r\n" + content + "\r\n"
	}
	m := written(address, "--m\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"+
		part("text/plain; charset=utf-8", "Tomorrow at 10, *please*.\r\n\r\n-- \r\nRita\r\nAcme\r\n\r\nOn Mon, Nov 2, 2026 at 9:01 AM Hire <"+address+"> wrote:\r\n\r\n> Cora has answered:\r\n> Yes. When?")+
		part("text/html; charset=utf-8", `<div>Tomorrow at 10, <b>please</b>.</div><div class="gmail_signature">-- <br>Rita<br>Acme</div><div class="gmail_quote"><div class="gmail_attr">On Mon Hire &lt;`+address+`&gt; wrote:</div><blockquote>Cora has answered</blockquote></div>`)+
		"--b--\r\n--m\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
		base64.StdEncoding.EncodeToString([]byte("%PDF plan"))+"\r\n--m--\r\n", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=m")
	first := w.replySent(m)
	if first.MessageID == "" || !first.SentAt.Equal(w.clock.Now()) {
		t.Fatalf("answer %+v, want it sent now", first)
	}
	// The gateway repeats it, with the address in other letters; the mail has come another way, too.
	m.raw, m.to = "Received: from elsewhere\r\n"+m.raw, strings.ToUpper(m.to)
	var second api.ReplyResult
	w.gateway(m).into(200, &second)
	if second.State != "duplicate" || second.MessageID != first.MessageID || second.RFCMessageID != first.RFCMessageID {
		t.Errorf("answer to the same mail %+v, want that it is a duplicate of %+v", second, first)
	}
	w.pass(time.Minute)
	w.coraGot("in the end", 2)
	mail, _ := candidate.Last()
	if mail.From.Address != ritaMail || mail.Number <= yes.Number || mail.InReplyTo != sentByCora.MessageID || !strings.HasPrefix(mail.Subject, "Re: Your application") {
		t.Errorf("Cora's mail is from %s, answers %s, and is about %q", mail.From.Address, mail.InReplyTo, mail.Subject)
	}
	if strings.TrimSpace(mail.Text) != "Tomorrow at 10, *please*." || !strings.Contains(mail.HTML, "<b>please</b>") {
		t.Errorf("Cora reads %q and %q", mail.Text, mail.HTML)
	}
	if bytes.Contains(bytes.ToLower(mail.Raw), []byte("reply+")) || strings.Contains(mail.HTML, "has answered") || strings.Contains(mail.HTML, "Acme") {
		t.Errorf("Cora's mail holds what was to be taken off:\n%s", mail.Raw)
	}
	if len(mail.Attachments) != 1 || mail.Attachments[0].Name != "plan.pdf" || string(mail.Attachments[0].Data) != "%PDF plan" {
		t.Errorf("attachments %+v", mail.Attachments)
	}
	r.shows("after the reply", "> Can we talk?", "Yes. When?", "> Tomorrow at 10, *please*.")
	if n := w.published(store.EventMessageSent); n != 2 {
		t.Errorf("%d events about sent mail, want 2", n)
	}
	// What she wrote is kept as it was, for her alone.
	path := "/threads/v1/threads/" + first.ThreadID + "/messages/" + first.MessageID + "/original"
	kept := r.call("GET", path, nil)
	if kept.Status != 200 || !strings.Contains(m.raw, string(kept.Body)) || !bytes.Contains(kept.Body, []byte("> Cora has answered")) {
		t.Errorf("the original: %d %s", kept.Status, kept.Body)
	}
	w.sam().call("GET", path, nil).problem(404, hire.CodeNotFound)
	messages := r.thread(first.ThreadID).MessageList
	if last := messages[len(messages)-1]; !last.HasOriginal || messages[0].HasOriginal {
		t.Errorf("originals: %v, then %v", messages[0].HasOriginal, last.HasOriginal)
	}
}

func TestScenario19_TwoDeliveriesAtOnceAreOneMail(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{"with a Message-ID": "Message-ID: <a@acme.example>", "without one": "X-No-Message-ID: x"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _, _, address := notified(t)
			m := written(address, "Tomorrow.", header)
			if name == "without one" {
				m.raw = strings.Replace(m.raw, "Message-ID: <reply-1@acme.example>\r\n", "", 1)
			}
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if a := w.gateway(m); a.Status != 200 && a.code() != hire.CodeSendInProgress {
						t.Errorf("answer %d %s", a.Status, a.Body)
					}
				})
			}
			all.Wait()
			var last api.ReplyResult
			w.gateway(m).into(200, &last)
			if last.State != "duplicate" {
				t.Errorf("at last %s", last.State)
			}
			w.coraGot("at last", 2)
			w.gateway(written(address, "No, on Friday.", header, "X-Other: mail")).into(map[bool]int{true: 409, false: 200}[name == "with a Message-ID"], nil)
		})
	}
}

func TestScenario06_WithoutAConnectionEverythingWorksAsBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	w.sam().connect()
	w.sam().send("k1", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Can we talk?", Cc: []api.Address{{Email: ritaMail}}}).into(200, nil)
	w.pass(5 * time.Second)
	// An acknowledgement is due from Rita, who is not connected.
	var policy api.SendingPolicy
	w.rita().call("GET", "/settings/v1/sending-policy?kind=automatic", nil).into(200, &policy)
	if policy.Route != "hire_domain" || policy.Reason != string(hire.CodeConnectRequired) {
		t.Errorf("policy of automatic mail %+v, want Hire's domain", policy)
	}
	// Cora answers both. Rita sees it, hears of it, and can answer only once she has connected.
	w.cora().answers("Yes. When?")
	w.pass(time.Minute)
	w.rita().shows("without a connection", "> Can we talk?", "Yes. When?")
	address := w.replyAddress(rita)
	if address == "" || address == w.replyAddress(sam) {
		t.Fatalf("Rita's reply address is %q, Sam's %q", address, w.replyAddress(sam))
	}
	m := written(address, "Tomorrow.")
	if back := w.gateway(m).mailBack(409, hire.CodeConnectRequired); !strings.Contains(back.Text, "Connect your Gmail account") || !strings.Contains(back.Text, w.hire.URL) {
		t.Errorf("Rita is told %q, want what to do and where", back.Text)
	}
	w.coraGot("in the end", 1)
	w.rita().connect()
	w.replySent(m)
	w.coraGot("after connecting", 2)
}

// A Hiring Team Member who is on a private conversation answers it by email as in the app.
func TestEmailReplyOnAPrivateConversation(t *testing.T) {
	t.Parallel()
	w, r, _, address := notified(t)
	thread := r.profile(cora).Threads[0].ID
	r.call("PUT", "/threads/v1/threads/"+thread+"/privacy", api.SetPrivacy{Private: true}).into(200, nil)
	w.ritaBecomes(func(u *api.DirectoryUser) { u.Role = "hiring_team_member" })
	if sent := w.replySent(written(address, "Tomorrow.")); sent.ThreadID != thread {
		t.Errorf("it is in %s, want %s", sent.ThreadID, thread)
	}
	w.coraGot("in the end", 2)
	w.colleague("otto", "admin").call("GET", "/threads/v1/threads/"+thread, nil).problem(404, hire.CodeUnknownThread)
}

// An answer between the lines stays whole, but the address in it does not come to the candidate.
func TestEmailReplyDoesNotHandTheAddressOn(t *testing.T) {
	t.Parallel()
	w, _, candidate, address := notified(t)
	part := func(kind, content string) string {
		return "--b\r\nContent-Type: " + kind + "\r\n\r\n" + content + "\r\n"
	}
	w.gateway(written(address, part("text/plain", "From "+address+":\r\n> When?\r\nTomorrow.\r\n> Where?\r\nHere.")+
		part("text/html", `<p>From `+address+`:</p><blockquote type="cite">When?</blockquote><p>Tomorrow.</p><blockquote type="cite">Where?</blockquote><p><a href="mailto:`+url.QueryEscape(address)+`">Here</a>.</p>`)+"--b--\r\n",
		"MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=b")).into(200, nil)
	mail, _ := candidate.Last()
	if !strings.Contains(mail.Text, "> When?") || !strings.Contains(mail.Text, "Tomorrow.") || !strings.Contains(mail.HTML, "When?") {
		t.Errorf("Cora reads %q and %q", mail.Text, mail.HTML)
	}
	token := strings.Split(address, "@")[0][len("reply+"):]
	if strings.Contains(mail.Text+mail.HTML, token) || bytes.Contains(mail.Raw, []byte(token)) {
		t.Errorf("Cora gets the address:\n%s", mail.Raw)
	}
}

func TestLargeEmailReply(t *testing.T) {
	t.Parallel()
	w, _, candidate, address := notified(t)
	attached := func(id string, size int) (mailReply, []byte) {
		content := bytes.Repeat([]byte("0123456789abcdef"), size/16)
		var lines strings.Builder
		for text := base64.StdEncoding.EncodeToString(content); text != ""; {
			n := min(76, len(text))
			lines.WriteString(text[:n] + "\r\n")
			text = text[n:]
		}
		return written(address, "--m\r\nContent-Type: text/plain\r\n\r\nHere.\r\n--m\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=all.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
			lines.String()+"--m--\r\n", "Message-ID: "+id, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=m"), content
	}
	check := func(a answer, content []byte) {
		t.Helper()
		var sent api.ReplyResult
		a.into(200, &sent)
		mail, _ := candidate.Last()
		if sent.State != "sent" || len(mail.Attachments) != 1 || !bytes.Equal(mail.Attachments[0].Data, content) || strings.TrimSpace(mail.Text) != "Here." {
			t.Errorf("%+v, and Cora has %d files with %q", sent, len(mail.Attachments), mail.Text)
		}
	}
	m, content := attached("<large@acme.example>", 20<<20)
	check(w.gateway(m), content)

	m, content = attached("<larger@acme.example>", 25<<20)
	w.gateway(m).silent(413, hire.CodeBodyTooLarge)
	var ids []string
	for _, part := range []string{m.raw[:30<<20], m.raw[30<<20:]} {
		var u api.Upload
		w.fromGateway("/inboundreply/v1/uploads", part, "Content-Type", "application/octet-stream", "X-Envelope-To", address).into(201, &u)
		ids = append(ids, u.UploadID)
	}
	body, err := json.Marshal(api.ReplyByReference{UploadIDs: ids})
	w.ok(err)
	check(w.gateway(mailReply{to: m.to, from: m.from, auth: m.auth, raw: string(body)}, "Content-Type", "application/json"), content)

	m, _ = attached("<too-large@acme.example>", 25<<20+16)
	for i, part := range []string{m.raw[:30<<20], m.raw[30<<20:]} {
		var u api.Upload
		w.fromGateway("/inboundreply/v1/uploads", part, "Content-Type", "application/octet-stream", "X-Envelope-To", address).into(201, &u)
		ids[i] = u.UploadID
	}
	body, err = json.Marshal(api.ReplyByReference{UploadIDs: ids})
	w.ok(err)
	w.gateway(mailReply{to: m.to, from: m.from, auth: m.auth, raw: string(body)}, "Content-Type", "application/json").mailBack(413, hire.CodeMessageTooLarge)
	w.coraGot("in the end", 3)
}
