package functions_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

const (
	dan          = "dan" // another candidate
	danMail      = "dan@mail.example"
	coraHome     = "cora@home.example" // an address that comes into Cora's profile and goes
	strangerMail = "shop@shop.example"
)

// TestModel lets random things happen to two mailboxes, in Hire and to the machines, in random order. Whatever that was, once the dust has settled and one sweep has run
// Hire holds what the rules of import say. The oracle says what that is; README.md says how to read a failure.
//
// What happens, and where it is made:
//
//   - mail comes from candidates and strangers, to one mailbox or both, new or as an answer, and under a Message-ID that is taken: mail; the owner answers and writes in
//     Gmail: inGmail; Hire sends, and is asked again: send;
//   - labels of import are put on and taken off, of a conversation or one message: label; by a filter, deleted, renamed: settings;
//   - mail is archived, put into the inbox, the bin or spam, and deleted for good: inGmail; skips the inbox: settings;
//   - notifications are doubled, reordered and lost: push; Gmail drops those within a second of another; they come ahead of their history, or of mail that can be read,
//     and history comes in short and in empty pages: trouble;
//   - Gmail forgets its history; answers 403, 429, 5xx; loses an answer, after the effect or before; refuses the sign-in: trouble;
//   - the process crashes at any call of the store, of Gmail or of Cloud Tasks: before it, after it, in the middle of a transaction; the call fails, or only its answer is
//     lost: goOn;
//   - two instances work on one mailbox, one stands still while the other works, and either goes on at any time: goOn, atWork; tasks run twice and out of order: task;
//   - the clock jumps, also while a function is at work, further than a lease lasts: passTime;
//   - a candidate's addresses come and go: directory.
//
// Where public reports differ about Gmail (what it does with Message-IDs, X- headers, and when a label is deleted), each run draws one or the other: runModel.
//
// All of it may happen between two calls of a function that is at work; on purpose so that an answer comes, and its notification is acted upon by the other instance,
// while a conversation is being read whole: answered.
func TestModel(t *testing.T) {
	// The same runs each time, so that the check of a change does not fail by chance; scripts/soak.sh looks for others.
	if seed := flag.Lookup("rapid.seed").Value; seed.String() == "0" {
		if err := seed.Set("20261102"); err != nil {
			t.Fatal(err)
		}
	}
	from, err := connectedImage()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) { runModel(t, from) })
}

func runModel(t *rapid.T, from image) {
	s, err := openSite(from)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	m := &model{T: t, s: s, o: newOracle(s.sim), version: 10, cursors: map[string]int64{}}
	defer m.abandon()
	s.onWrite, s.onStep = m.o.observe, m.onStep
	m.o.cursor = func(address string) int64 { return m.record(userOf[address]).Cursor }
	m.o.observe()
	m.gmail = gmailtest.Behaviour{
		KeepMessageID: m.one("keeps Message-IDs", 3), ThreadSentByHeaders: m.one("joins sent mail by its headers", 3),
		StripXHeaders: m.one("strips X- headers", 4), QuietLabelDelete: m.one("deletes labels without a record", 3),
	}
	s.sim.SetBehaviour(m.gmail)
	m.open()
	t.Repeat(map[string]func(*rapid.T){
		"":             func(*rapid.T) { m.check() },
		"1 mail":       func(*rapid.T) { m.mail() },
		"2 push":       func(*rapid.T) { m.push() },
		"3 task":       func(*rapid.T) { m.task() },
		"4 label":      func(*rapid.T) { m.label() },
		"5 go on":      func(*rapid.T) { m.next() },
		"6 in Gmail":   func(*rapid.T) { m.inGmail() },
		"7 send":       func(*rapid.T) { m.send() },
		"8 push again": func(*rapid.T) { m.push() },
		"9 task again": func(*rapid.T) { m.task() },
		"A sweep":      func(*rapid.T) { m.sweep() },
		"B clock":      func(*rapid.T) { m.passTime() },
		"C trouble":    func(*rapid.T) { m.trouble() },
		"D mail again": func(*rapid.T) { m.mail() },
		"E seldom": func(*rapid.T) {
			switch pick(m, "seldom", "directory", "settings", "settings", "judgement") {
			case "directory":
				m.directory()
			case "settings":
				m.settings()
			case "judgement":
				m.judge()
			}
		},
	})
	m.judge()
}

// model is one run.
type model struct {
	*rapid.T
	s       *site
	o       *oracle
	mails   int
	version int64
	home    bool // Cora's profile has her address at home
	cursors map[string]int64

	gmail   gmailtest.Behaviour // what is reported of Gmail and not certain
	telling int                 // news of Cora that is on its way
	shifts  [2]*shift           // what each replica is at work on; nil while it is idle
}

// open lets conversations begin that are Hire's, so that what happens next concerns some.
func (m *model) open() {
	if m.one("begun in Hire", 2) {
		x := &sendPlan{user: rita, box: ritaMail, candidate: cora, left: map[string]bool{}}
		token := m.token()
		x.key, x.body = "key-"+token, api.SendMessage{CandidateID: cora, Subject: "Interview", Text: token}
		m.o.sends[token] = x
		m.ask(0, x)
	}
	if m.one("labelled", 2) {
		_, err := m.s.sim.Outside(coraMail, "").Send(gmailtest.OutgoingMail{To: []string{ritaMail, samMail}[:1+m.number("boxes", 2)], Subject: "Question", Text: m.token()})
		m.must(err)
		m.o.observe()
		box, _ := m.s.sim.Mailbox(ritaMail)
		refs := box.Refs()
		thread := refs[len(refs)-1].ThreadID
		m.note("%s labels %s", ritaMail, m.named(box, refs[len(refs)-1].ID))
		m.must(box.LabelThread(thread, "Hire"))
		m.o.labelled(ritaMail, thread)
		m.o.observe()
	}
	if !m.one("still unseen", 3) {
		m.rest()
		m.o.observe()
	}
}

// userOf says whose an address is.
var userOf = map[string]string{ritaMail: rita, samMail: sam}

// shift is a call of a function that is under way. It has a goroutine of its own, which takes turns with the test: at each step it stands until the test lets it go on.
// While it stands anything may happen, in the other replica, too.
type shift struct {
	boxes    []string // whose mail it may be reading
	steps    chan step
	onward   chan error // what becomes of the step
	at       *step      // where it stands
	panicked any
}

// step is a call of the store, of Gmail or of Cloud Tasks, before or after its effect.
type step struct {
	op string
	at moment
}

// interruption breaks into the work of a function.
type interruption struct {
	kind  string
	steps int    // it comes after so many,
	where string // or after so many of these, whichever is first
	times int
}

// The kinds. The process crashes; a step fails, or its answer is lost; or the process stands still, and something else happens before it goes on.
const (
	crashes = "the process crashes"
	fails   = "the step fails"
	stands  = "the process stands still"
)

// Where.
const (
	atGmail  = "Gmail has answered"
	atWhole  = "a conversation has been read whole"
	atMove   = "the mailbox's record is written"
	atCommit = "mail is filed, or a send is recorded"
)

func (p *interruption) meets(s step) bool {
	if p.kind == "" || p.kind == stands && s.at == withinStep { // there it would keep everybody else out of the store
		return false
	}
	here := false
	switch p.where {
	case atGmail:
		here = s.at == afterStep && strings.Contains(s.op, "/gmail/v1/")
	case atWhole:
		here = s.at == afterStep && s.thread() != ""
	case atMove:
		here = strings.HasPrefix(s.op, "mailbox.")
	case atCommit:
		here = s.op == "import.commit" || strings.HasPrefix(s.op, "send.")
	}
	if here {
		p.times--
	}
	p.steps--
	return p.steps < 0 || p.times < 0
}

// thread is the conversation that the step reads; "" for any other step.
func (s step) thread() string {
	_, id, found := strings.Cut(s.op, "GET /gmail/v1/users/me/threads/")
	if !found {
		return ""
	}
	return id
}

func (m *model) note(format string, args ...any) {
	m.Logf("%s  "+format, append([]any{m.s.clock.Now().Format("02 15:04:05")}, args...)...)
}

func pick[T any](m *model, what string, of ...T) T { return rapid.SampledFrom(of).Draw(m.T, what) }

func (m *model) one(what string, in int) bool { return rapid.IntRange(0, in-1).Draw(m.T, what) == in-1 }

func (m *model) number(what string, below int) int {
	return rapid.IntRange(0, below-1).Draw(m.T, what)
}

// atWork has a function do something about some mailboxes, perhaps with an interruption.
func (m *model) atWork(boxes []string, do func(replica int)) {
	on := m.number("replica", 2)
	m.begin(on, boxes, do)
	m.goOn(on, m.interruption())
}

// interruption draws one, or none.
func (m *model) interruption() (p interruption) {
	if !m.one("interrupted", 2) {
		return p
	}
	p.kind, p.where = pick(m, "kind", stands, stands, crashes, fails), pick(m, "where", atWhole, atGmail, atMove, atCommit)
	p.steps, p.times = m.number("steps", 60), m.number("times", map[string]int{atGmail: 6, atWhole: 2, atMove: 6, atCommit: 6}[p.where])
	return p
}

// begin puts a replica to work. It does one thing at a time.
func (m *model) begin(on int, boxes []string, do func(replica int)) {
	m.finish(on)
	s := &shift{boxes: boxes, steps: make(chan step), onward: make(chan error)}
	m.shifts[on] = s
	for _, b := range boxes {
		m.o.boxes[b].atWork++
	}
	go func() {
		defer close(s.steps)
		defer func() { s.panicked = recover() }()
		do(on)
	}()
}

// goOn lets a replica work on, until it is done or interrupted.
func (m *model) goOn(on int, p interruption) {
	s := m.shifts[on]
	if s.at != nil && p.kind == stands {
		s.proceed(nil) // or it would not come away
	}
	for s.reach() {
		if !p.meets(*s.at) {
			s.proceed(nil)
			continue
		}
		kind := p.kind
		p = interruption{}
		m.note("    on %d, %s %s: %s", on, s.at.at, s.at.op, kind)
		switch kind {
		case stands:
			m.o.observe()
			m.answered(on)
			return
		case crashes:
			m.s.replicas[on].dead = true
			s.proceed(errCrashed)
		case fails:
			s.proceed(errReset)
		}
	}
	m.shifts[on] = nil
	m.o.observe()
	for _, b := range s.boxes {
		m.o.boxes[b].atWork--
	}
	if s.panicked != nil {
		panic(s.panicked)
	}
}

// reach waits for the next step; false if there is none any more.
func (s *shift) reach() bool {
	if s.at == nil {
		next, ok := <-s.steps
		if !ok {
			return false
		}
		s.at = &next
	}
	return true
}

// proceed says what becomes of the step.
func (s *shift) proceed(err error) {
	s.at = nil
	s.onward <- err
}

// finish lets a replica end what it is at work on.
func (m *model) finish(on int) {
	if m.shifts[on] != nil {
		m.note("%d goes on", on)
		m.goOn(on, interruption{})
	}
}

// next lets a replica go on that stands still, perhaps to another interruption.
func (m *model) next() {
	on := m.number("who", 2)
	if m.shifts[on] == nil {
		on = 1 - on
	}
	if m.shifts[on] != nil {
		m.note("%d goes on", on)
		m.goOn(on, m.interruption())
	}
}

// abandon ends the goroutines that are left when a run fails.
func (m *model) abandon() {
	for on, s := range m.shifts {
		if s == nil {
			continue
		}
		m.s.replicas[on].dead = true
		for s.reach() {
			s.proceed(errCrashed)
		}
	}
}

// onStep is called at each step of a function, in its goroutine.
func (m *model) onStep(r *replica, op string, at moment) error {
	if r.number == onlooker || m.shifts[r.number] == nil {
		return nil
	}
	s := m.shifts[r.number]
	s.steps <- step{op, at}
	return <-s.onward
}

// answered lets an answer come to a conversation that has just been read whole and is not filed yet, and the other replica act upon its notification.
func (m *model) answered(on int) {
	s := m.shifts[on]
	thread := s.at.thread()
	if thread == "" || s.at.at != afterStep || !m.one("answered", 2) {
		return
	}
	for _, address := range s.boxes {
		box, _ := m.s.sim.Mailbox(address)
		th, err := box.Thread(thread)
		if err != nil || len(th.Messages) == 0 {
			continue
		}
		last := th.Messages[len(th.Messages)-1]
		m.s.clock.Advance(time.Second) // or Gmail might drop the notification
		token, from := m.token(), pick(m, "from", coraMail, coraMail, danMail)
		m.note("%s answers %s with %s", from, mailName(last.Text, last.MessageID), token)
		_, err = m.s.sim.Outside(from, "").Send(gmailtest.OutgoingMail{To: []string{address}, Subject: last.Subject, Text: token, InReplyTo: last.MessageID, References: []string{last.MessageID}})
		m.must(err)
		m.o.observe()
		if n := len(m.s.pushes); n > 0 && m.one("noticed", 2) {
			data := m.takePush(n - 1)
			m.begin(1-on, []string{addressIn(data)}, func(on int) { m.deliver(on, data) })
			m.goOn(1-on, interruption{})
		}
		return
	}
}

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

// check is what holds after every step.
func (m *model) check() {
	m.o.observe()
	for _, user := range []string{rita, sam} {
		box := m.record(user)
		if box.Cursor < m.cursors[user] {
			m.Fatalf("%s's cursor went back from %d to %d", user, m.cursors[user], box.Cursor)
		}
		m.cursors[user] = box.Cursor
	}
	for token, x := range m.o.sends {
		if len(x.left) > 1 {
			m.Fatalf("%s was sent %d times", token, len(x.left))
		}
	}
}

// record is the store's of a mailbox.
func (m *model) record(user string) store.Mailbox {
	box, _, err := m.s.store.Mailbox(context.Background(), store.MailboxKey{AccountID: acme, UserID: user})
	if err != nil {
		m.Fatalf("%v", err)
	}
	return box
}

// threads are those of a candidate's profile.
func (m *model) threads(candidate string) []api.ThreadSummary {
	status, answer := m.s.user(onlooker, sam, samMail, "GET", "/threads/v1/candidates/"+candidate+"/threads", nil)
	var out api.CandidateThreads
	if err := json.Unmarshal(answer, &out); err != nil || status != 200 || out.NextPageToken != "" {
		m.Fatalf("the profile of %s: %d %s", candidate, status, answer)
	}
	return out.Threads
}

// judge lets the dust settle and compares Hire with the rules.
func (m *model) judge() {
	for on := range m.shifts {
		m.finish(on)
	}
	m.note("the dust settles")
	m.s.sim.ClearFaults()
	m.s.sim.SetBehaviour(m.gmail)
	m.o.lag = false
	m.rest()
	m.s.clock.Advance(65 * time.Minute) // whatever was put off is due
	m.s.sweep(0)
	m.rest()
	m.o.observe()
	m.check()
	shown := map[string]profile{}
	for _, c := range []string{cora, dan} {
		shown[c] = m.profile(c)
	}
	wrong := m.o.judge(shown)
	wrong = append(wrong, m.judgeSends(shown)...)
	for _, user := range []string{rita, sam} {
		if box := m.record(user); box.State != store.Connected || box.LedgerSize != 0 || box.Recovery != nil || box.Import != nil {
			wrong = append(wrong, fmt.Sprintf("%s's mailbox is %s, with %d rows in its ledger, recovery %v, import %v", user, box.State, box.LedgerSize, box.Recovery, box.Import))
		}
	}
	if len(wrong) > 0 {
		m.Logf("as the oracle sees it:\n%s", m.o)
		m.Logf("the service's log:\n%s", m.s.log)
		m.Fatalf("%s", strings.Join(wrong, "\n"))
	}
}

// rest lets time go by until nothing is left to do.
func (m *model) rest() {
	for range 300 {
		if !m.s.drain() {
			break
		}
		if len(m.s.queue) == 0 {
			return
		}
		next := slices.MinFunc(m.s.queue, func(a, b *queuedTask) int { return a.At.Compare(b.At) }).At
		if d := next.Sub(m.s.clock.Now()); d > 0 {
			m.s.clock.Advance(d)
		}
	}
	m.Fatalf("it does not come to rest\n%s", m.s.log)
}

// profile reads what is shown of a candidate.
func (m *model) profile(candidate string) profile {
	out := profile{}
	for _, summary := range m.threads(candidate) {
		if summary.Receipt.State == "repairing" {
			m.Fatalf("the receipt of %s is %+v", summary.ID, summary.Receipt)
		}
		status, answer := m.s.user(onlooker, sam, samMail, "GET", "/threads/v1/threads/"+summary.ID, nil)
		var thread api.Thread
		if err := json.Unmarshal(answer, &thread); err != nil || status != 200 || thread.NextPageToken != "" {
			m.Fatalf("thread %s: %d %s", summary.ID, status, answer)
		}
		for _, msg := range thread.MessageList {
			out[mailName(msg.Text, msg.MessageID)]++
			if !m.s.announced(msg.ID) {
				m.Fatalf("nobody was told of %s", mailName(msg.Text, msg.MessageID))
			}
		}
	}
	return out
}

// judgeSends compares the answers about sends with what has left.
func (m *model) judgeSends(shown map[string]profile) (wrong []string) {
	for _, token := range slices.Sorted(maps.Keys(m.o.sends)) {
		x := m.o.sends[token]
		status, answer := m.s.user(onlooker, x.user, x.box, "GET", "/sendmessage/v1/messages/"+x.key, nil)
		var got api.SendResult
		if err := json.Unmarshal(answer, &got); err != nil {
			m.Fatalf("%v: %s", err, answer)
		}
		left := len(x.left)
		ok := false
		switch {
		case status == 404, got.State == "failed":
			ok = left == 0
		case got.State == "sent":
			ok = left == 1 && (shown[cora][token] > 0 || shown[dan][token] > 0)
		case got.State == "unknown":
			ok = true
		}
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s left %d times, and the answer is %d %s", token, left, status, answer))
		}
	}
	return wrong
}
