package functions_test

import (
	"flag"
	"testing"

	"pgregory.net/rapid"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
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

func (m *model) note(format string, args ...any) {
	m.Logf("%s  "+format, append([]any{m.s.clock.Now().Format("02 15:04:05")}, args...)...)
}

func pick[T any](m *model, what string, of ...T) T { return rapid.SampledFrom(of).Draw(m.T, what) }

func (m *model) one(what string, in int) bool { return rapid.IntRange(0, in-1).Draw(m.T, what) == in-1 }

func (m *model) number(what string, below int) int {
	return rapid.IntRange(0, below-1).Draw(m.T, what)
}
