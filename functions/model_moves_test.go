package functions_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// What may happen in the model test: each is drawn by chance, with all that belongs to it.

func (m *model) token() string {
	m.mails++
	return fmt.Sprintf("m%d", m.mails)
}

// mail is a mail from outside.
func (m *model) mail() {
	from := pick(m, "from", coraMail, coraMail, danMail, coraHome, strangerMail)
	out := m.s.sim.Outside(from, "")
	mail := gmailtest.OutgoingMail{Text: m.token(), Subject: pick(m, "subject", "Question", "Interview")}
	mail.To = pick(m, "to", []string{ritaMail}, []string{ritaMail}, []string{samMail}, []string{ritaMail, samMail})
	if m.one("copy", 4) {
		mail.Cc = []string{pick(m, "cc", danMail, coraMail, strangerMail, samMail)}
	}
	inbox, sent := out.Inbox(), out.Sent()
	var err error
	switch kind := pick(m, "kind", "reply", "reply", "reply", "more", "more", "new", "twin"); {
	case kind == "reply" && len(inbox) > 0:
		to := inbox[len(inbox)-1-m.number("reply to", len(inbox))]
		m.note("%s answers %s with %s to %q cc %q", from, mailName(to.Text, to.MessageID), mail.Text, mail.To, mail.Cc)
		_, err = out.Reply(to, mail.Text, func(o *gmailtest.OutgoingMail) { o.To, o.Cc = mail.To, mail.Cc })
	case kind == "more" && len(sent) > 0: // in a conversation that they have begun, or answered in
		to := sent[len(sent)-1-m.number("more of", len(sent))]
		mail.Subject, mail.InReplyTo, mail.References = to.Subject, to.MessageID, []string{to.MessageID}
		m.note("%s writes %s after %s to %q cc %q", from, mail.Text, mailName(to.Text, to.MessageID), mail.To, mail.Cc)
		_, err = out.Send(mail)
	case kind == "twin": // another mail under a Message-ID that is used already: the sender chooses it. The same second would make it the same mail.
		m.s.clock.Advance(time.Second)
		if sent := m.s.sim.Outside(strangerMail, "").Sent(); len(sent) > 0 && from != strangerMail {
			mail.MessageID = sent[0].MessageID
		}
		fallthrough
	default:
		m.note("%s writes %s to %q cc %q", from, mail.Text, mail.To, mail.Cc)
		_, err = out.Send(mail)
	}
	m.must(err)
	m.o.observe()
}

func (m *model) must(err error) {
	if err != nil && !errors.Is(err, gmailtest.ErrNotFound) {
		m.Fatalf("%v", err)
	}
}

// box picks a mailbox.
func (m *model) box() *gmailtest.Mailbox {
	box, _ := m.s.sim.Mailbox(pick(m, "mailbox", ritaMail, ritaMail, samMail))
	return box
}

// message picks a message of a mailbox; ok is false where there is none but drafts.
func (m *model) message(box *gmailtest.Mailbox) (ref gmailtest.Ref, ok bool) {
	refs := slices.DeleteFunc(box.Refs(), func(r gmailtest.Ref) bool { return slices.Contains(r.LabelIDs, "DRAFT") })
	if len(refs) == 0 {
		return gmailtest.Ref{}, false
	}
	return refs[len(refs)-1-m.number("message", len(refs))], true
}

// inGmail is what the owner of a mailbox does there, but for labels.
func (m *model) inGmail() {
	box := m.box()
	ref, ok := m.message(box)
	what := pick(m, "what", "reply", "write", "archive", "inbox", "trash", "spam", "trash message", "delete message", "delete")
	if !ok {
		what = "write"
	}
	m.note("%s in Gmail: %s %s", box.Email(), what, m.named(box, ref.ID))
	var err error
	switch what {
	case "reply":
		_, err = box.Reply(ref.ID, m.token())
	case "write":
		_, err = box.Send(gmailtest.OutgoingMail{To: []string{pick(m, "to", coraMail, danMail, strangerMail)}, Subject: "Hello", Text: m.token()})
	case "archive":
		err = box.Archive(ref.ThreadID)
	case "inbox":
		err = box.MoveToInbox(ref.ThreadID)
	case "trash":
		err = box.Trash(ref.ThreadID)
	case "spam":
		err = box.Spam(ref.ThreadID)
	case "trash message":
		err = box.TrashMessage(ref.ID)
	case "delete message":
		err = box.DeleteMessageForever(ref.ID)
	case "delete":
		err = box.DeleteForever(ref.ThreadID)
	}
	m.must(err)
	m.o.observe()
}

func (m *model) named(box *gmailtest.Mailbox, id string) string {
	if l := m.o.boxes[box.Email()].letters[id]; l != nil {
		return l.mail
	}
	return ""
}

// label puts an import label on, or takes it off.
func (m *model) label() {
	box := m.box()
	ref, ok := m.message(box)
	if !ok {
		return
	}
	name := pick(m, "label", namesOfImport...)
	what := pick(m, "what", "label", "label", "label message", "unlabel", "unlabel message")
	m.note("%s in Gmail: %s %s %s", box.Email(), what, m.named(box, ref.ID), name)
	var err error
	switch what {
	case "label":
		err = box.LabelThread(ref.ThreadID, name)
	case "label message":
		err = box.LabelMessage(ref.ID, name)
	case "unlabel":
		err = box.UnlabelThread(ref.ThreadID, name)
	case "unlabel message":
		err = box.UnlabelMessage(ref.ID, name)
	}
	m.must(err)
	m.o.labelled(box.Email(), ref.ThreadID)
	m.o.observe()
}

// settings are what seldom changes in a mailbox: filters, and the labels themselves.
func (m *model) settings() {
	box := m.box()
	what := pick(m, "what", "no filters", "skip inbox", "label", "spam", "delete label", "rename label")
	note := func(format string, args ...any) {
		m.note("%s in Gmail: "+format, append([]any{box.Email()}, args...)...)
	}
	var err error
	switch from := pick(m, "from", coraMail, danMail, samMail); what {
	case "no filters":
		note("no filters")
		box.ClearFilters()
	case "skip inbox":
		note("a filter has mail from %s skip the inbox", from)
		err = box.AddFilter(gmailtest.Filter{From: from, SkipInbox: true})
	case "label":
		label, skip := pick(m, "label", "Hire", "recruiterbox"), m.one("skip", 2)
		note("a filter puts %s on mail from %s; it skips the inbox: %t", label, from, skip)
		err = box.AddFilter(gmailtest.Filter{From: from, AddLabels: []string{label}, SkipInbox: skip})
	case "spam":
		note("a filter puts mail from %s into spam", from)
		err = box.AddFilter(gmailtest.Filter{From: from, Spam: true})
	case "delete label":
		label := pick(m, "label", hire.ImportLabels...)
		note("deletes the label %s", label)
		err = box.DeleteLabel(label)
	case "rename label":
		name, to := "Recruiterbox", fmt.Sprintf("Former %d", m.version)
		if m.one("back", 2) {
			name, to = "Work", name
		}
		note("renames the label %s, if there, to %s", name, to)
		if l, ok := box.Label(name); ok {
			m.o.boxes[box.Email()].renamed[l.ID] = true
			if err = box.RenameLabel(name, to); err != nil {
				err = nil // the name is taken
			}
		}
	}
	m.must(err)
	m.o.observe()
}

// send sends a mail in Hire, or asks again for one that was sent.
func (m *model) send() {
	user, address := rita, ritaMail
	if m.one("sam", 3) {
		user, address = sam, samMail
	}
	var again []string
	for _, token := range slices.Sorted(maps.Keys(m.o.sends)) {
		if m.o.sends[token].user == user {
			again = append(again, token)
		}
	}
	if len(again) > 0 && m.one("again", 3) {
		token := pick(m, "which", again...)
		m.atWork([]string{address}, func(on int) { m.ask(on, m.o.sends[token]) })
		return
	}
	x := &sendPlan{user: user, box: address, candidate: pick(m, "candidate", cora, cora, dan), left: map[string]bool{}}
	token := m.token()
	x.key, x.body = "key-"+token, api.SendMessage{CandidateID: x.candidate, Subject: "Interview", Text: token}
	if m.one("reply", 2) {
		if threads := m.threads(x.candidate); len(threads) > 0 {
			x.body.ThreadID, x.body.Subject = threads[m.number("thread", len(threads))].ID, ""
		}
	} else if m.one("copy", 3) {
		x.body.Cc = []api.Address{{Email: pick(m, "cc", samMail, ritaMail, strangerMail)}}
	}
	m.o.sends[token] = x
	m.atWork([]string{address}, func(on int) { m.ask(on, x) })
}

func (m *model) ask(on int, x *sendPlan) {
	m.note("%s in Hire, on %d: sends %s to %s, thread %.6s", x.user, on, x.body.Text, x.candidate, x.body.ThreadID)
	status, answer := m.s.user(on, x.user, x.box, "POST", "/sendmessage/v1/messages", x.body, "Idempotency-Key", x.key)
	m.note("    %d %s", status, codeOf(answer))
}

func codeOf(answer []byte) string {
	var p struct{ Code, State string }
	if json.Unmarshal(answer, &p) != nil {
		return ""
	}
	return p.Code + p.State
}

// push delivers a notification: any one, perhaps twice, or loses it.
func (m *model) push() {
	if len(m.s.pushes) == 0 {
		m.task()
		return
	}
	n := len(m.s.pushes) - 1 - m.number("push", len(m.s.pushes)) // the newest first: those before it may be late
	switch pick(m, "fate", "delivered", "delivered", "delivered", "doubled", "lost") {
	case "lost":
		m.note("a push is lost: %s", m.takePush(n))
		return
	case "doubled":
		m.s.pushes = append(m.s.pushes, m.s.pushes[n])
	}
	data := m.takePush(n)
	m.atWork([]string{addressIn(data)}, func(on int) { m.deliver(on, data) })
}

func (m *model) takePush(n int) []byte {
	data := m.s.pushes[n]
	m.s.pushes = slices.Delete(m.s.pushes, n, n+1)
	return data
}

// addressIn is whose notification it is.
func addressIn(data []byte) string {
	var n struct{ EmailAddress string }
	if err := json.Unmarshal(data, &n); err != nil {
		panic(err) // the simulator has made it
	}
	return n.EmailAddress
}

func (m *model) deliver(on int, data []byte) {
	m.note("push on %d: %s", on, data)
	if !m.s.deliver(on, data) {
		m.note("    not acknowledged")
		m.s.pushes = append(m.s.pushes, data)
	}
}

// task runs a task that is due, any one, perhaps while it is running already; or one that was run before once more.
func (m *model) task() {
	due := m.s.due()
	if len(due) == 0 && len(m.s.queue) > 0 {
		next := slices.MinFunc(m.s.queue, func(a, b *queuedTask) int { return a.At.Compare(b.At) })
		if d := next.At.Sub(m.s.clock.Now()); d < 2*time.Minute {
			m.s.clock.Advance(d)
			due = m.s.due()
		}
	}
	if len(due) == 0 {
		return
	}
	t := due[m.number("task", len(due))]
	twice := m.one("twice", 6)
	boxes := []string{ritaMail, samMail}
	var body struct {
		User string `json:"user_id"`
	}
	if err := json.Unmarshal(t.Body, &body); err != nil {
		m.Fatalf("%v", err)
	}
	if body.User != "" {
		boxes = slices.DeleteFunc(boxes, func(address string) bool { return userOf[address] != body.User })
	}
	m.atWork(boxes, func(on int) {
		m.runTask(on, t)
		if twice {
			m.runTask(on, t)
		}
	})
}

func (m *model) runTask(on int, t *queuedTask) {
	m.note("task on %d: %s %s", on, t.Queue, t.Body)
	m.s.run(on, t)
}

func (m *model) sweep() {
	m.atWork(nil, func(on int) {
		m.note("sweep on %d", on)
		m.s.sweep(on)
	})
}

func (m *model) passTime() {
	d := pick(m, "time", time.Second, 10*time.Second, time.Minute, 3*time.Minute, 6*time.Minute, 11*time.Minute, time.Hour, 25*time.Hour)
	m.s.clock.Advance(d)
	m.note("... %s later", d)
}

// methods of Gmail's that the model breaks by name; whole round trips break as steps.
var methods = []string{"history.list", "messages.get", "threads.get", "threads.list", "messages.list", "labels.list", "drafts.create", "drafts.send", "drafts.get", "messages.modify", "getProfile", "*"}

// trouble makes Google misbehave, for a while.
func (m *model) trouble() {
	b := m.s.sim.Behaviour()
	what := pick(m, "what", "limit", "limit", "error", "reset", "none", "lag", "unreadable", "empty pages", "short pages", "expired history", "sign-in")
	rule := gmailtest.FaultRule{Method: pick(m, "method", methods...), Times: rapid.IntRange(1, 4).Draw(m.T, "times"), After: m.one("after", 2)}
	m.note("Gmail: %s (%s, %d times, after its effect: %t)", what, rule.Method, rule.Times, rule.After)
	switch what {
	case "limit":
		rule.Status, rule.Reason = 403, "rateLimitExceeded"
		if m.one("429", 2) {
			rule.Status, rule.Reason = 429, "rateLimitExceeded"
			rule.RetryAfter = m.s.clock.Now().Add(pick(m, "wait", 2*time.Second, time.Minute, 20*time.Minute))
		}
	case "error":
		rule.Status = pick(m, "status", 500, 502, 503, 401)
	case "reset":
		rule.Reset = true
	case "sign-in":
		rule.Method, rule.After = "oauth.token", false
		rule.Status = 503
	case "none":
		m.s.sim.ClearFaults()
		b = m.gmail
	case "lag":
		b.PushAheadFor = pick(m, "lag", 3*time.Second, 40*time.Second)
	case "unreadable":
		b.UnreadableFor = pick(m, "unreadable", 3*time.Second, 20*time.Second)
	case "empty pages":
		b.EmptyPagesWithToken = true
	case "short pages":
		b.HistoryPageSize, b.ListPageSize = 2, 2
	case "expired history":
		box := m.box()
		box.ExpireHistory()
		m.o.expired(box.Email())
	}
	if rule.Reset || rule.Status != 0 {
		m.s.sim.AddFault(rule)
	}
	m.s.sim.SetBehaviour(b)
	if m.o.lag = b.PushAheadFor > 0; m.o.lag {
		m.o.lags()
	}
}

// directory changes a candidate's profile, by Hire's backend, which tries until it has succeeded.
func (m *model) directory() {
	m.version++
	c := api.DirectoryCandidate{AccountID: acme, ID: dan, Name: "Dan Developer", Emails: []string{danMail}, UpdatedAt: m.s.clock.Now(), Version: m.version}
	if m.one("cora", 2) {
		c.ID, c.Name, c.Emails = cora, "Cora Candidate", []string{coraMail}
		if m.home = !m.home; m.home {
			c.Emails = append(c.Emails, strings.ToUpper(coraHome))
		}
		m.telling++
		m.o.profiles[cora] = []string{coraMail, coraHome}
		m.o.observe()
	}
	m.atWork(nil, func(on int) { m.tell(on, c) })
}

func (m *model) tell(on int, c api.DirectoryCandidate) {
	m.note("directory on %d: %s has %q", on, c.ID, c.Emails)
	for range 10 {
		if !m.s.tell(on, api.DirectoryBatch{Candidates: []api.DirectoryCandidate{c}}) {
			continue
		}
		if c.ID != cora {
			return
		}
		if m.telling--; m.telling == 0 && !m.home {
			m.o.profiles[cora] = []string{coraMail}
		}
		return
	}
	m.Fatalf("the directory does not take the news\n%s", m.s.log)
}
