package functions_test

import (
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
	s.onWrite, s.onStep = m.o.observe, m.onStep
	m.o.observe()
	t.Repeat(map[string]func(*rapid.T){
		"":             func(*rapid.T) { m.check() },
		"1 mail":       func(*rapid.T) { m.mail() },
		"2 in Gmail":   func(*rapid.T) { m.inGmail() },
		"3 label":      func(*rapid.T) { m.label() },
		"4 send":       func(*rapid.T) { m.send() },
		"5 push":       func(*rapid.T) { m.push() },
		"6 task":       func(*rapid.T) { m.task() },
		"7 sweep":      func(*rapid.T) { m.sweep() },
		"8 clock":      func(*rapid.T) { m.passTime() },
		"9 trouble":    func(*rapid.T) { m.trouble() },
		"A directory":  func(*rapid.T) { m.directory() },
		"B settings":   func(*rapid.T) { m.settings() },
		"C judgement":  func(*rapid.T) { m.judge() },
		"1 mail again": func(*rapid.T) { m.mail() },
		"5 push again": func(*rapid.T) { m.push() },
		"6 task again": func(*rapid.T) { m.task() },
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

	plan     *interruption
	panicked any // what ended the run while a function was at work
}

// interruption breaks into the work of a function.
type interruption struct {
	steps int // how many go well before
	kind  string
}

// The kinds. The process crashes; a step fails, or its answer is lost; or somebody else does something, before the work goes on.
const (
	crashes   = "the process crashes"
	fails     = "the step fails"
	meanwhile = "meanwhile"
)

func (m *model) note(format string, args ...any) {
	m.Logf("%s  "+format, append([]any{m.s.clock.Now().Format("02 15:04:05")}, args...)...)
}

func pick[T any](m *model, what string, of ...T) T { return rapid.SampledFrom(of).Draw(m.T, what) }

func (m *model) one(what string, in int) bool { return rapid.IntRange(0, in-1).Draw(m.T, what) == in-1 }

// atWork has a function do something, perhaps with an interruption.
func (m *model) atWork(do func(replica int)) {
	on := rapid.IntRange(0, 1).Draw(m.T, "replica")
	if m.one("interrupted", 2) {
		m.plan = &interruption{steps: rapid.IntRange(0, 80).Draw(m.T, "steps"), kind: pick(m, "kind", crashes, fails, meanwhile, meanwhile)}
	}
	m.o.atWork = true
	do(on)
	m.o.atWork, m.plan = false, nil
	m.o.observe()
	if p := m.panicked; p != nil {
		m.panicked = nil
		panic(p)
	}
}

// onStep is called at each step of a function.
func (m *model) onStep(r *replica, op string, at moment) error {
	p := m.plan
	if p == nil {
		return nil
	}
	if p.steps > 0 || (p.kind == meanwhile && at == withinStep) {
		p.steps--
		return nil
	}
	m.plan = nil
	switch p.kind {
	case crashes:
		m.note("    crash %s %s", at, op)
		r.dead = true
		return errCrashed
	case fails:
		m.note("    failure %s %s", at, op)
		return errReset
	}
	m.note("    meanwhile, %s %s:", at, op)
	m.somebodyElse(r)
	return nil
}

// somebodyElse does something while a function is at work. The functions' routers would take a panic for their own; it waits until they have returned.
func (m *model) somebodyElse(r *replica) {
	defer func() {
		if p := recover(); p != nil {
			m.panicked = p
			r.dead = true
		}
	}()
	other := 0
	if m.s.replicas[0] == r {
		other = 1
	}
	switch pick(m, "who", "writer", "owner", "labeller", "push", "task", "sweep", "clock", "directory") {
	case "writer":
		m.mail()
	case "owner":
		m.inGmail()
	case "labeller":
		m.label()
	case "push":
		if len(m.s.pushes) > 0 {
			m.deliver(other, rapid.IntRange(0, len(m.s.pushes)-1).Draw(m.T, "push"))
		}
	case "task":
		if due := m.s.due(); len(due) > 0 {
			m.runTask(other, due[rapid.IntRange(0, len(due)-1).Draw(m.T, "task")])
		}
	case "sweep":
		m.note("sweep on %d", other)
		m.s.sweep(other)
	case "clock":
		m.passTime()
	case "directory":
		m.tell(other)
	}
	m.o.observe()
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
	inbox := out.Inbox()
	var err error
	switch kind := pick(m, "kind", "new", "new", "reply", "reply", "reply", "reply", "twin"); {
	case kind == "reply" && len(inbox) > 0:
		to := inbox[rapid.IntRange(0, len(inbox)-1).Draw(m.T, "reply to")]
		m.note("%s answers %s to %q cc %q", from, mailName(to.Text, to.MessageID), mail.To, mail.Cc)
		_, err = out.Reply(to, mail.Text, func(o *gmailtest.OutgoingMail) { o.To, o.Cc = mail.To, mail.Cc })
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
	return refs[len(refs)-1-rapid.IntRange(0, len(refs)-1).Draw(m.T, "message")], true
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
	name := pick(m, "label", "Hire", "hire", "Recruiterbox")
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
	m.note("%s in Gmail: %s", box.Email(), what)
	var err error
	switch from := pick(m, "from", coraMail, danMail, samMail); what {
	case "no filters":
		box.ClearFilters()
	case "skip inbox":
		err = box.AddFilter(gmailtest.Filter{From: from, SkipInbox: true})
	case "label":
		err = box.AddFilter(gmailtest.Filter{From: from, AddLabels: []string{pick(m, "label", "Hire", "recruiterbox")}, SkipInbox: m.one("skip", 2)})
	case "spam":
		err = box.AddFilter(gmailtest.Filter{From: from, Spam: true})
	case "delete label":
		err = box.DeleteLabel(pick(m, "label", "Hire", "Recruiterbox"))
	case "rename label":
		name, to := "Recruiterbox", fmt.Sprintf("Former %d", m.version)
		if m.one("back", 2) {
			name, to = "Work", name
		}
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
		m.atWork(func(on int) { m.ask(on, m.o.sends[token]) })
		return
	}
	x := &sendPlan{user: user, box: address, candidate: pick(m, "candidate", cora, cora, dan), left: map[string]bool{}}
	token := m.token()
	x.key, x.body = "key-"+token, api.SendMessage{CandidateID: x.candidate, Subject: "Interview", Text: token}
	if m.one("reply", 2) {
		if threads := m.threads(x.candidate); len(threads) > 0 {
			x.body.ThreadID, x.body.Subject = threads[rapid.IntRange(0, len(threads)-1).Draw(m.T, "thread")].ID, ""
		}
	} else if m.one("copy", 3) {
		x.body.Cc = []api.Address{{Email: pick(m, "cc", samMail, ritaMail, strangerMail)}}
	}
	m.o.sends[token] = x
	m.atWork(func(on int) { m.ask(on, x) })
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
		return
	}
	n := rapid.IntRange(0, len(m.s.pushes)-1).Draw(m.T, "push")
	switch pick(m, "fate", "delivered", "delivered", "delivered", "doubled", "lost") {
	case "lost":
		m.note("push %d is lost", n)
		m.s.pushes = slices.Delete(m.s.pushes, n, n+1)
	case "doubled":
		m.s.pushes = append(m.s.pushes, m.s.pushes[n])
		fallthrough
	default:
		m.atWork(func(on int) { m.deliver(on, n) })
	}
}

func (m *model) deliver(on, n int) {
	data := m.s.pushes[n]
	m.note("push %d on %d: %s", n, on, data)
	m.s.pushes = slices.Delete(m.s.pushes, n, n+1)
	if !m.s.deliver(on, data) {
		m.note("    not acknowledged")
		m.s.pushes = append(m.s.pushes, data)
	}
}

// task runs a task that is due, any one; or one that was run before once more.
func (m *model) task() {
	due := m.s.due()
	if len(due) == 0 {
		return
	}
	t := due[rapid.IntRange(0, len(due)-1).Draw(m.T, "task")]
	twice := m.one("twice", 6)
	m.atWork(func(on int) {
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
	m.atWork(func(on int) {
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
		b = gmailtest.Behaviour{}
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
	m.o.lag = b.PushAheadFor > 0
}

// directory changes a candidate's profile, by Hire's backend, which tries until it has succeeded.
func (m *model) directory() {
	m.atWork(func(on int) { m.tell(on) })
}

func (m *model) tell(on int) {
	m.version++
	c := api.DirectoryCandidate{AccountID: acme, ID: dan, Name: "Dan Developer", Emails: []string{danMail}, UpdatedAt: m.s.clock.Now(), Version: m.version}
	if m.one("cora", 2) {
		c.ID, c.Name, c.Emails = cora, "Cora Candidate", []string{coraMail}
		if m.home = !m.home; m.home {
			c.Emails = append(c.Emails, strings.ToUpper(coraHome))
		}
		m.o.profiles[cora] = []string{coraMail, coraHome}
	}
	m.note("directory on %d: %s has %q", on, c.ID, c.Emails)
	m.o.observe()
	for range 10 {
		if m.s.tell(on, api.DirectoryBatch{Candidates: []api.DirectoryCandidate{c}}) {
			if c.ID == cora && !m.home {
				m.o.profiles[cora] = []string{coraMail}
			}
			return
		}
	}
	m.Fatalf("the directory does not take the news\n%s", m.s.log)
}

// check is what holds after every step.
func (m *model) check() {
	m.o.observe()
	for _, user := range []string{rita, sam} {
		box, _, err := m.s.store.Mailbox(m.Context(), store.MailboxKey{AccountID: acme, UserID: user})
		if err != nil {
			m.Fatalf("%v", err)
		}
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

// threads are those of a candidate's profile.
func (m *model) threads(candidate string) []api.ThreadSummary {
	status, answer := m.s.user(0, sam, samMail, "GET", "/threads/v1/candidates/"+candidate+"/threads", nil)
	var out api.CandidateThreads
	if err := json.Unmarshal(answer, &out); err != nil || status != 200 || out.NextPageToken != "" {
		m.Fatalf("the profile of %s: %d %s", candidate, status, answer)
	}
	return out.Threads
}

// judge lets the dust settle and compares Hire with the rules.
func (m *model) judge() {
	m.note("the dust settles")
	m.s.sim.ClearFaults()
	m.s.sim.SetBehaviour(gmailtest.Behaviour{})
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
		box, _, err := m.s.store.Mailbox(m.Context(), store.MailboxKey{AccountID: acme, UserID: user})
		if err != nil || box.State != store.Connected || box.LedgerSize != 0 || box.Recovery != nil || box.Import != nil {
			wrong = append(wrong, fmt.Sprintf("%s's mailbox is %s, with %d rows in its ledger, recovery %v, import %v (%v)", user, box.State, box.LedgerSize, box.Recovery, box.Import, err))
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
		status, answer := m.s.user(0, sam, samMail, "GET", "/threads/v1/threads/"+summary.ID, nil)
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
		status, answer := m.s.user(0, x.user, x.box, "GET", "/sendmessage/v1/messages/"+x.key, nil)
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
