package functions_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// The Gmail signature, and mail from another address of the mailbox.

const talentMail = "talent@acme.example"

// fromTalent is Hello from there.
var fromTalent = api.SendMessage{CandidateID: cora, Subject: hello.Subject, Text: hello.Text, From: talentMail}

// aliased is a world in which Rita has signatures and other addresses in Gmail, of which one is good, and the account allows them.
func aliased(t *testing.T) (*world, *person) {
	t.Helper()
	w, r := connected(t)
	box := w.mailbox(ritaMail)
	box.SetSignature(`<div dir="ltr"><b>Rita Recruiter</b><br>Acme <img src="https://acme.example/logo.png" alt="logo"><script>alert(1)</script></div>`)
	box.AddSendAs(gmailtest.SendAs{Email: talentMail, Name: "Acme Talent", Signature: "<i>The talent team</i>"})
	box.AddSendAs(gmailtest.SendAs{Email: "new@acme.example", Pending: true})
	box.AddSendAs(gmailtest.SendAs{Email: "team@acme.example", NoAlias: true})
	box.AddSendAs(gmailtest.SendAs{Email: "rita@home.example", SMTP: "smtp.home.example"})
	w.allowAliases(true)
	return w, r
}

func (w *world) allowAliases(allowed bool) {
	w.t.Helper()
	var s api.Settings
	w.sam().call("PUT", "/settings/v1/aliases", api.AllowAliases{Allowed: allowed}).into(200, &s)
	if s.Account.AliasesAllowed != allowed {
		w.t.Fatalf("settings %+v, want other addresses allowed: %t", s.Account, allowed)
	}
}

// sendAsList is how Gmail is asked for a mailbox's addresses and signatures.
const sendAsList = "settings.sendAs.list"

func TestSignature(t *testing.T) {
	t.Parallel()
	w, r := aliased(t)
	const (
		plain = "-- \nRita Recruiter\nAcme [logo]"
		html  = `<div class="gmail_signature">-- <br><div dir="ltr"><b>Rita Recruiter</b><br>Acme <img src="https://acme.example/logo.png" alt="logo"></div></div>`
	)
	for _, test := range []struct {
		name       string
		mail       api.SendMessage
		text, html string
		lists      int64
	}{
		{"not asked for", api.SendMessage{Text: "Hi"}, "Hi", "", 0},
		{"of a text", api.SendMessage{Text: "Hi\n", Signature: true}, "Hi\n\n" + plain, "", 1},
		{"of HTML", api.SendMessage{HTML: "<p>Hi</p>", Signature: true}, "Hi\n\n" + plain, "<p>Hi</p><br><br>" + html, 1},
		{"of both", api.SendMessage{Text: "Hi", HTML: "<html><body><p>Hi</p></BODY></html>", Signature: true}, "Hi\n\n" + plain, "<html><body><p>Hi</p><br><br>" + html + "</BODY></html>", 1},
		{"of a file", api.SendMessage{Attachments: []api.AttachmentRef{{UploadID: r.upload("cv.pdf", "%PDF")}}, Signature: true}, plain, "", 1},
		{"of another address", api.SendMessage{Text: "Hi", From: talentMail, Signature: true}, "Hi\n\n-- \nThe talent team", "", 1},
		{"of one's own address, named", api.SendMessage{Text: "Hi", From: strings.ToUpper(ritaMail), Signature: true}, "Hi\n\n" + plain, "", 1},
	} {
		m := test.mail
		m.CandidateID, m.Subject = cora, test.name
		lists, trips := w.counting(sendAsList), w.sim.Stats().HTTP
		var result api.SendResult
		r.send(test.name, m).into(200, &result)
		if got := lists(); got != test.lists {
			t.Errorf("%s: Gmail was asked %d times for the signature, want %d", test.name, got, test.lists)
		}
		if got := w.sim.Stats().HTTP - trips; got != 3+test.lists {
			t.Errorf("%s: %d round trips, want %d", test.name, got, 3+test.lists)
		}
		got, _ := w.cora().Last()
		if diff := cmp.Diff([]string{test.text, test.html}, []string{lines(got.Text), lines(got.HTML)}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		th := r.thread(result.ThreadID)
		if shown := th.MessageList[0]; lines(shown.Text) != test.text || strings.Contains(shown.HTML, "<img") || shown.HasRemote != strings.Contains(test.html, "<img") {
			t.Errorf("%s: the profile shows %q and %q", test.name, shown.Text, shown.HTML)
		}
		again := m
		again.Signature = !m.Signature
		r.send(test.name, again).problem(422, hire.CodeKeyReused)
	}
	// Whoever has written nothing has nothing to sign; who has no signature in Gmail sends without one.
	nothingAsked := w.nothingAskedOfGoogle()
	r.send("empty", api.SendMessage{CandidateID: cora, Subject: "Hi", Signature: true}).problem(422, hire.CodeEmptyMessage)
	nothingAsked()
	w.mailbox(ritaMail).SetSignature("<div><br></div>")
	r.send("unsigned", api.SendMessage{CandidateID: cora, Subject: "Hi", Text: "Hi", Signature: true}).into(200, nil)
	if got, _ := w.cora().Last(); lines(got.Text) != "Hi" {
		t.Errorf("without a signature Cora got %q", got.Text)
	}
}

// A mail from an alias is the user's own like any other: in Sent, in the profile, and with what the candidate answers to it.
func TestAlias(t *testing.T) {
	t.Parallel()
	w, r := aliased(t)
	s := w.sam()
	s.connect()
	var result api.SendResult
	m := hello
	m.From, m.Cc = "Talent@Acme.example", []api.Address{{Email: samMail}}
	r.send("k1", m).into(200, &result)
	if result.From == nil || *result.From != (api.Address{Name: "Acme Talent", Email: talentMail}) {
		t.Errorf("the answer says that it left from %+v", result.From)
	}
	other := m
	other.From = ""
	r.send("k1", other).problem(422, hire.CodeKeyReused)
	w.pass(5 * time.Second)
	candidate := w.cora()
	if asked := candidate.asked; asked.From.Address != talentMail || asked.From.Name != "Acme Talent" {
		t.Errorf("Cora has a mail from %+v", asked.From)
	}
	sent := w.inGmail("in:sent")
	if len(sent) != 1 || !sent[0].Has("Hire") {
		t.Errorf("Gmail's Sent has %+v, want one mail with the label Hire", sent)
	}
	// The answer goes to the alias, and another mail is written from it on the phone.
	if answered := candidate.answers("Yes, tomorrow."); len(answered.To) != 1 || answered.To[0].Address != talentMail {
		t.Fatalf("Cora answers to %+v, so this shows nothing", answered.To)
	}
	w.pass(time.Minute)
	box := w.mailbox(ritaMail)
	got := w.inGmail("from:cora")
	_, err := box.Reply(got[0].ID, "At ten.", func(m *gmailtest.OutgoingMail) { m.From = "Acme Talent <" + talentMail + ">" })
	w.ok(err)
	w.pass(time.Minute)
	r.shows("in the end", "> Can we talk?", "Yes, tomorrow.", "> At ten.")
	thread := r.thread(result.ThreadID)
	for _, i := range []int{0, 2} {
		if from := thread.MessageList[i].From; from.Kind != "user" || from.ID != rita || from.Email != talentMail {
			t.Errorf("message %d is shown as from %+v, want Rita at %s", i, from, talentMail)
		}
	}
	r.receipt("in the end", "3 of 3, unchecked")
	// Nobody on the conversation is a stranger: not to Rita, and not to Sam, whose reply reaches her at her login address.
	if len(thread.LeftOut) != 0 || !slices.Equal(addressesOf(thread.ReplyCc), []string{samMail}) {
		t.Errorf("Rita's reply would go to %v and leave out %v", thread.ReplyCc, thread.LeftOut)
	}
	s.send("k1", api.SendMessage{CandidateID: cora, ThreadID: result.ThreadID, Text: "I'll be there, too."}).into(200, &result)
	if len(result.LeftOut) != 0 || !slices.Equal(addressesOf(result.Cc), []string{ritaMail}) || !slices.Equal(addressesOf(result.To), []string{coraMail}) {
		t.Errorf("Sam's reply went to %v and %v, and left out %v", result.To, result.Cc, result.LeftOut)
	}
	w.pass(time.Minute)
	if n := len(candidate.Conversations()); n != 1 {
		t.Errorf("Cora sees %d conversations, want one", n)
	}
}

func TestAlias_Refused(t *testing.T) {
	t.Parallel()
	w, r := aliased(t)
	for _, test := range []struct {
		name, from string
		allowed    bool
		status     int
		code       hire.Code
		lists      int64
	}{
		{"the account does not allow it", talentMail, false, 403, hire.CodeAliasNotAllowed, 0},
		{"one's own address, where no other is allowed", ritaMail, false, 200, "", 0},
		{"one that Gmail does not know", "boss@acme.example", true, 422, hire.CodeUnknownAlias, 1},
		{"of another domain, unknown", "rita@elsewhere.example", true, 422, hire.CodeUnknownAlias, 1},
		{"not confirmed yet", "new@acme.example", true, 422, hire.CodeAliasNotVerified, 1},
		{"somebody else's", "team@acme.example", true, 422, hire.CodeAliasElsewhere, 1},
		{"with another provider", "rita@home.example", true, 422, hire.CodeAliasElsewhere, 1},
		{"with a line break", talentMail + "\r\nBcc: eve@evil.example", true, 422, hire.CodeUnknownAlias, 1},
		{"no address", "talent", true, 422, hire.CodeUnknownAlias, 1},
	} {
		w.allowAliases(test.allowed)
		lists, creates := w.counting(sendAsList), w.counting("drafts.create")
		m := hello
		m.From = test.from
		a := r.send(test.name, m)
		if n := lists(); n != test.lists {
			t.Errorf("%s: Gmail was asked %d times for the addresses, want %d", test.name, n, test.lists)
		}
		if test.code == "" {
			a.into(test.status, nil)
			continue
		}
		a.problem(test.status, test.code)
		if n := creates(); n != 0 {
			t.Errorf("%s: a draft was made", test.name)
		}
		r.call("GET", "/sendmessage/v1/messages/"+url.PathEscape(test.name), nil).problem(404, hire.CodeNotFound)
	}
	w.coraGot("but for the one from Rita's own address,", 1)
	// Trouble of Gmail's, when it is asked for them, leaves nothing behind either.
	m := fromTalent
	mend := w.sim.AddFault(gmailtest.FaultRule{Method: "settings.sendAs.list", Status: 503})
	r.send("k9", m).problem(503, hire.CodeGmailUnavailable)
	r.call("GET", "/sendmessage/v1/messages/k9", nil).problem(404, hire.CodeNotFound)
	mend()
	r.send("k9", m).into(200, nil)
	w.sim.OAuth().Revoke(ritaMail)
	w.clock.Advance(2 * time.Hour)
	r.send("k10", m).problem(409, hire.CodeReconnectRequired)
	r.mustReconnect()
}

func TestAliasSetting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.enable()
	r := w.rita()
	allow := func(p *person, allowed bool) answer {
		return p.call("PUT", "/settings/v1/aliases", api.AllowAliases{Allowed: allowed})
	}
	addresses := func() (out api.SendingAddresses) {
		t.Helper()
		r.call("GET", "/settings/v1/connection/addresses", nil).into(200, &out)
		return out
	}
	if a := w.sam().settings().Account; a.AliasesAllowed || !a.MayAllowAliases || r.settings().Account.MayAllowAliases {
		t.Errorf("settings %+v, want it off, and Sam alone allowed to change it", a)
	}
	allow(r, true).problem(403, hire.CodeSuperAdmin)
	allow(w.person(starter, sam, "sam@starter.example"), true).problem(403, hire.CodePlanUpgrade)
	r.call("GET", "/settings/v1/connection/addresses", nil).problem(409, hire.CodeConnectRequired)
	w.colleague("agency", "external_agency").call("GET", "/settings/v1/connection/addresses", nil).problem(403, hire.CodeRoleMayNotSend)

	r.connect()
	box := w.mailbox(ritaMail)
	box.SetSignature(`<b onclick="x()">Rita</b>`)
	box.AddSendAs(gmailtest.SendAs{Email: talentMail, Default: true, Signature: "<i>Talent</i>"})
	box.AddSendAs(gmailtest.SendAs{Email: "new@acme.example", Name: "New", Pending: true})
	problems := func(list api.SendingAddresses) (out []string) {
		for _, a := range list.Addresses {
			if a.MayUse == (a.Problem != nil) {
				t.Errorf("%+v", a)
			}
			out = append(out, a.Email+" "+string(problemCode(a.Problem)))
		}
		return out
	}
	if got, want := problems(addresses()), []string{ritaMail + " ", talentMail + " alias_not_allowed", "new@acme.example alias_not_verified"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	w.allowAliases(true)
	list := addresses()
	if got, want := problems(list), []string{ritaMail + " ", talentMail + " ", "new@acme.example alias_not_verified"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if diff := cmp.Diff([]api.SendingAddress{
		{Email: ritaMail, Name: "Rita Recruiter", Own: true, MayUse: true, SignatureHTML: "<b>Rita</b>", SignatureText: "Rita"},
		{Email: talentMail, Name: "Rita Recruiter", GmailDefault: true, MayUse: true, SignatureHTML: "<i>Talent</i>", SignatureText: "Talent"},
	}, list.Addresses[:2]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	allow(w.sam(), true).into(200, nil) // as it is
	w.clock.Advance(time.Second)
	w.allowAliases(false)
	var audit api.Audit
	w.sam().call("GET", "/settings/v1/audit", nil).into(200, &audit)
	var actions []string
	for _, e := range audit.Entries {
		if strings.HasPrefix(e.Action, "aliases.") && e.UserID == sam {
			actions = append(actions, e.Action)
		}
	}
	if !slices.Equal(actions, []string{"aliases.forbidden", "aliases.allowed"}) {
		t.Errorf("the audit has %q", actions)
	}
	w.call("GET", "/settings/v1/connection/addresses", http.Header{}, nil).problem(401, hire.CodeUnauthenticated)
}
