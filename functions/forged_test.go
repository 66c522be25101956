package functions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// The candidate writes under the recruiter's own address. Gmail has not sent that from the mailbox, so it is nobody's of Hire's: not shown as theirs, not outbound, and
// no reply of theirs.
func TestForgedSender_TheMailboxsOwnAddress(t *testing.T) {
	t.Parallel()
	for _, from := range []string{ritaMail, "Rita Recruiter <" + ritaMail + ">", "RITA@Acme.example"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			_, err := candidate.SendRaw(candidate.inConversation(from, "", "I accept your offer of 200,000."), ritaMail)
			w.ok(err)
			w.pass(time.Minute)
			list := r.profile(cora).Threads
			if len(list) != 1 {
				t.Fatalf("%d conversations", len(list))
			}
			if s := list[0]; s.LastActivity != string(hire.Inbound) || s.LastFrom.Kind != "other" || s.LastFrom.ID != "" {
				t.Errorf("the profile says that %+v has written last, %s", s.LastFrom, s.LastActivity)
			}
			messages := r.thread(list[0].ID).MessageList
			m := messages[len(messages)-1]
			if !strings.Contains(m.Text, "I accept") {
				t.Fatalf("the last message is %q", m.Text)
			}
			if m.Direction != string(hire.Inbound) || m.From.Kind != "other" || m.From.ID != "" {
				t.Errorf("it is shown as %s, from %+v", m.Direction, m.From)
			}
			var found api.MailFound
			r.call("POST", "/threads/v1/candidates/"+cora+"/search", api.SearchMail{Q: "accept"}).into(200, &found)
			if len(found.Messages) != 1 || found.Messages[0].From.Kind != "other" || found.Messages[0].From.ID != "" {
				t.Errorf("it is found as %+v", found.Messages)
			}
			if !slices.ContainsFunc(m.Defects, func(d string) bool { return strings.Contains(d, "Gmail has not sent it") }) {
				t.Errorf("nobody is told: %q", m.Defects)
			}
		})
	}
}

// What Gmail finds out about a mail, as it writes it after its name.
const (
	provedAcme = "dkim=pass header.i=@acme.example header.s=x header.b=Ab12Cd34; spf=pass (google.com: domain of tom@acme.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=tom@acme.example; " +
		"dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=acme.example"
	forgedAcme = "spf=pass (google.com: domain of x@evil.example designates 203.0.113.9 as permitted sender) smtp.mailfrom=x@evil.example; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=acme.example"
)

// received is the last message of Cora's only conversation, as the person sees it.
func (p *person) received() api.Message {
	p.w.t.Helper()
	list := p.profile(cora).Threads
	if len(list) != 1 {
		p.w.t.Fatalf("%d conversations\n%s", len(list), p.w.logs)
	}
	messages := p.thread(list[0].ID).MessageList
	return messages[len(messages)-1]
}

// receivedFrom is the only message of the conversation that names an address as its sender.
func (p *person) receivedFrom(address string) api.Message {
	p.w.t.Helper()
	messages := p.thread(p.profile(cora).Threads[0].ID).MessageList
	messages = slices.DeleteFunc(messages, func(m api.Message) bool { return m.From.Email != address })
	if len(messages) != 1 {
		p.w.t.Fatalf("%d messages from %s\n%s", len(messages), address, p.w.logs)
	}
	return messages[0]
}

// inConversation is a mail to Rita in the conversation, with more fields on top.
func (c *correspondent) inConversation(from, fields, text string) []byte {
	return fmt.Appendf(nil, "%sFrom: %s\r\nTo: %s\r\nSubject: Re: %s\r\nMessage-ID: <forged@mail.example>\r\nIn-Reply-To: %s\r\nReferences: %[5]s\r\nDate: %s\r\n\r\n%s\r\n",
		fields, from, ritaMail, c.asked.Subject, c.asked.MessageID, c.w.clock.Now().Format(time.RFC1123Z), text)
}

// A mail names Tom, who works with Rita and has not connected his mailbox. It is his unless Gmail itself says that it does not come from his domain; what else the mail
// says of that, nobody hears.
func TestForgedSender_AColleaguesAddress(t *testing.T) {
	t.Parallel()
	const from = "Tom <tom@acme.example>"
	verdict := func(result, dmarc, dkim, spf, domain string) *api.Authentication {
		return &api.Authentication{Result: result, DMARC: dmarc, DKIM: dkim, SPF: spf, Domain: domain}
	}
	proved, forged := verdict("pass", "pass", "pass", "pass", "acme.example"), verdict("fail", "fail", "none", "none", "")
	for name, tt := range map[string]struct {
		examined, from, fields, text string
		want                         *api.Authentication
	}{
		"proved":                                {examined: provedAcme, want: proved},
		"forged":                                {examined: forgedAcme, want: forged},
		"Gmail says nothing":                    {},
		"his domain has no DMARC":               {examined: "spf=none smtp.mailfrom=x@evil.example", want: verdict("none", "none", "none", "none", "")},
		"his domain has no DMARC, and is right": {examined: "spf=pass smtp.mailfrom=tom@acme.example", want: verdict("pass", "none", "none", "pass", "acme.example")},
		"DMARC could not be looked up":          {examined: "dmarc=temperror header.from=acme.example", want: verdict("none", "none", "none", "none", "")},
		"forged, and a field that says else":    {examined: forgedAcme, fields: "Authentication-Results: mx.google.com; " + provedAcme + "\r\n", want: forged},
		"proved, and a field that says else":    {examined: provedAcme, fields: "Authentication-Results: mx.google.com; " + forgedAcme + "\r\n", want: proved},
		"another server's field alone":          {fields: "Authentication-Results: mx.evil.example; dmarc=fail header.from=acme.example\r\n"},
		"a field of another name":               {fields: "ARC-Authentication-Results: i=1; mx.google.com; dmarc=fail header.from=acme.example\r\nX-Authentication-Results: mx.google.com; dmarc=fail\r\n"},
		"a field in the text":                   {examined: forgedAcme, text: "Authentication-Results: mx.google.com; " + provedAcme, want: forged},
		"a field in the text alone":             {text: "Authentication-Results: mx.google.com; " + forgedAcme},
		"absurdly long":                         {examined: strings.Repeat("dkim=pass header.i=@evil.example; ", 3000) + "dmarc=fail header.from=acme.example", want: forged},
		"a comment that the sender has begun":   {examined: strings.ReplaceAll(forgedAcme, "x@evil", `"x("@evil`), want: forged},
		"a clause that the sender has written":  {examined: strings.ReplaceAll(forgedAcme, "x@evil", `"x) ; dmarc=pass header.from=acme.example (y"@evil`), want: forged},
		"a second sender of the forger's own":   {examined: "dmarc=pass header.from=evil.example", from: "x@evil.example, tom@acme.example", want: forged},
		"a second From":                         {examined: "dmarc=pass header.from=evil.example", fields: "From: " + from + "\r\n", from: "x@evil.example", want: forged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			w.colleague("tom", "hiring_manager")
			sender, text := from, "Offer them 200,000."
			if tt.from != "" {
				sender = tt.from
			}
			if tt.text != "" {
				text = tt.text
			}
			_, err := candidate.SendExamined(tt.examined, candidate.inConversation(sender, tt.fields, text), ritaMail)
			w.ok(err)
			w.pass(time.Minute)
			m := r.received()
			if !strings.Contains(m.Text, text) {
				t.Fatalf("the last message is %q", m.Text)
			}
			want, kind, way := tt.want, "user", hire.Outbound
			if want != nil && want.Result == "fail" {
				kind, way = "other", hire.Inbound
				claimed := *want
				claimed.Claims = &api.Person{Kind: "user", ID: "tom", Name: "tom", Email: "tom@acme.example"}
				want = &claimed
			}
			if diff := cmp.Diff(want, m.Authentication); diff != "" {
				t.Errorf("what Gmail has found out (-want +got):\n%s", diff)
			}
			if m.From.Kind != kind || m.Direction != string(way) {
				t.Errorf("it is shown as %s, from %+v", m.Direction, m.From)
			}
		})
	}
}

// Somebody writes in Cora's name. The mail is in her profile like any other, so that nothing is lost, and says that it may not be hers; her own says that it is.
func TestForgedSender_TheCandidatesAddress(t *testing.T) {
	t.Parallel()
	w, r, candidate := conversation(t)
	candidate.answers("Yes, tomorrow.", func(m *gmailtest.OutgoingMail) { m.Examined = "dmarc=pass (p=REJECT) header.from=mail.example" })
	w.pass(time.Minute)
	want := &api.Authentication{Result: "pass", DMARC: "pass", DKIM: "none", SPF: "none", Domain: "mail.example"}
	if diff := cmp.Diff(want, r.received().Authentication); diff != "" {
		t.Errorf("her own (-want +got):\n%s", diff)
	}
	w.pass(time.Minute)
	_, err := w.outside("x@evil.example", "").SendExamined("dmarc=fail (p=NONE) header.from=mail.example", candidate.inConversation("Cora <"+coraMail+">", "", "I withdraw."), ritaMail)
	w.ok(err)
	w.pass(time.Minute)
	r.shows("afterwards", "> Can we talk?", "Yes, tomorrow.", "I withdraw.")
	m := r.received()
	if m.From.Kind != "candidate" || m.Direction != string(hire.Inbound) {
		t.Errorf("it is shown as %s, from %+v", m.Direction, m.From)
	}
	want = &api.Authentication{Result: "fail", DMARC: "fail", DKIM: "none", SPF: "none", Claims: &api.Person{Kind: "candidate", ID: cora, Name: m.From.Name, Email: coraMail}}
	if diff := cmp.Diff(want, m.Authentication); diff != "" {
		t.Errorf("the forged one (-want +got):\n%s", diff)
	}
}

// Tom's mail reaches Rita by somebody who passes it on, so that it fails. Once his own mailbox is seen to have sent it, it is his, and no doubt is left if it says what he wrote.
func TestForgedSender_HisSentSetsItRight(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change  func(raw string) string
		doubted bool
	}{
		"as he wrote it":   {func(raw string) string { return raw }, false},
		"with other words": {func(raw string) string { return strings.Replace(raw, "On Monday?", "On Friday!", 1) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			tom := w.colleague("tom", "hiring_manager")
			tom.connect()
			candidate.answers("Do you work there?", to(tom.email))
			box := w.mailbox(tom.email)
			found, err := box.Messages("in:inbox", 1)
			w.ok(err)
			_, err = box.Reply(found[0].ID, "On Monday?")
			w.ok(err)
			his, _ := candidate.Last()
			_, err = candidate.SendExamined("dmarc=fail header.from=acme.example", []byte(tt.change(string(his.Raw))), ritaMail)
			w.ok(err)
			w.pass(time.Minute)
			if m := r.receivedFrom(tom.email); m.Direction != string(hire.Inbound) || m.Authentication == nil || m.Authentication.Result != "fail" {
				t.Fatalf("by Rita's mailbox it is %s, %+v", m.Direction, m.Authentication)
			}
			w.ok(box.LabelThread(found[0].ThreadID, "Hire"))
			w.pass(time.Minute)
			m := r.receivedFrom(tom.email)
			if m.Direction != string(hire.Outbound) || m.From.ID != "tom" {
				t.Errorf("it is shown as %s, from %+v", m.Direction, m.From)
			}
			if doubted := m.Authentication != nil && m.Authentication.Result == "fail"; doubted != tt.doubted {
				t.Errorf("doubted: %t, want %t: %+v", doubted, tt.doubted, m.Authentication)
			}
		})
	}
}
