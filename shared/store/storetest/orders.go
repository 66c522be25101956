package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store"
)

// anyOrder: whatever the order in which two mailboxes, the ledger and a send come to commit the same mails, how they are put together in commits, and
// how often they are repeated, in the end each mail is in the profile once, and every receipt is complete.
func anyOrder(t *testing.T, w *world) {
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		account := fmt.Sprint("round", round)
		w.seed(account)
		r := &race{world: w, rt: rt, account: account, gmail: map[string]map[string]bool{}}
		r.prepare()
		for r.step() {
		}
		r.check()
	})
}

// race is one account in which everything happens in an order that is drawn.
type race struct {
	*world
	rt      *rapid.T
	account string
	mails   []hire.Message
	boxes   []store.MailboxKey
	send    store.Send
	queues  [][]act                    // of each Gmail message: what happens to it, one after the other
	gmail   map[string]map[string]bool // Gmail ids by mailbox and conversation
	want    map[string]bool            // what makes a mail one, of each that is in a mailbox
	filed   int
}

// act is one thing that happens to one Gmail message.
type act struct {
	box     store.MailboxKey
	thread  string
	in      store.Incoming
	waiting bool // it can't be read yet
	sent    bool // the send is recorded
}

func (r *race) sub(k store.MailboxKey) string { return "sub-" + k.UserID + "-" + k.AccountID }

// prepare draws mails, and who has which of them in what conversation.
func (r *race) prepare() {
	r.want = map[string]bool{}
	r.boxes = []store.MailboxKey{{AccountID: r.account, UserID: rita}, {AccountID: r.account, UserID: sam}}
	for _, k := range r.boxes {
		r.connect(k, r.sub(k), 100)
	}
	for i := range rapid.IntRange(1, 7).Draw(r.rt, "mails") {
		r.mails = append(r.mails, r.draw(i))
	}
	for b, k := range r.boxes {
		for i, m := range r.mails {
			if !rapid.Bool().Draw(r.rt, "has it") {
				continue
			}
			thread := fmt.Sprint("t", rapid.IntRange(0, 2).Draw(r.rt, "conversation"))
			r.put(k, thread, store.Incoming{GmailID: fmt.Sprint("g", b, "-", i), Message: m})
		}
	}
	if rapid.Bool().Draw(r.rt, "a send") {
		r.begin()
	}
}

func (r *race) draw(i int) hire.Message {
	at := time.Date(2026, 11, 1, 0, i, 0, 0, time.UTC)
	m := hire.Message{
		MessageID: fmt.Sprint("m", i), Date: at, ReceivedAt: at, Subject: "Job", Text: fmt.Sprint("mail ", i),
		From: []hire.Address{{Addr: rapid.SampledFrom([]string{"cora@mail.example", "rita@" + r.account + ".example"}).Draw(r.rt, "from")}},
		To:   []hire.Address{{Addr: "sam@" + r.account + ".example"}},
	}
	switch rapid.IntRange(0, 5).Draw(r.rt, "message id") {
	case 0:
		m.MessageID = ""
	case 1:
		m.MessageID = "same" // several mails, one id
	}
	if i > 0 && rapid.Bool().Draw(r.rt, "a reply") {
		if parent := r.mails[rapid.IntRange(0, i-1).Draw(r.rt, "parent")]; parent.MessageID != "" {
			m.InReplyTo, m.References = []string{parent.MessageID}, []string{parent.MessageID}
		}
	}
	return m
}

// put lets a mail be in a mailbox, and draws what will happen to it there.
func (r *race) put(k store.MailboxKey, thread string, in store.Incoming) {
	identity := fmt.Sprint(in.Message.MessageID, " ", in.Message.Date.Unix(), " ", in.Message.From[0].Addr)
	if in.Message.MessageID == "" {
		identity = fmt.Sprint("gmail ", k.UserID, " ", in.GmailID)
	}
	r.want[identity] = true
	conversation := k.UserID + "/" + thread
	if r.gmail[conversation] == nil {
		r.gmail[conversation] = map[string]bool{}
	}
	r.gmail[conversation][in.GmailID] = true
	a := act{box: k, thread: thread, in: in}
	var queue []act
	for range rapid.IntRange(0, 2).Draw(r.rt, "times unreadable") {
		waits := a
		waits.waiting = true
		queue = append(queue, waits)
	}
	for range rapid.IntRange(1, 2).Draw(r.rt, "times filed") {
		queue = append(queue, a)
	}
	r.queues = append(r.queues, queue)
}

// begin lets Rita send a mail: its draft stands, what follows is drawn.
func (r *race) begin() {
	k, thread := r.boxes[0], rapid.SampledFrom([]string{"new", "t0"}).Draw(r.rt, "sent in")
	x, _, err := r.BeginSend(r.ctx, store.Send{AccountID: r.account, UserID: rita, Key: "k", CandidateID: cora, Sub: r.sub(k), Subject: "Job"}, "holder", time.Minute)
	r.ok(err)
	if r.send, _, err = r.SetDraft(r.ctx, r.account, x.ID, "holder", store.Draft{ID: "d", MessageID: "dm", GmailThreadID: thread}, r.sub(k)); err != nil {
		r.rt.Fatal(err)
	}
	m := r.draw(len(r.mails))
	m.MessageID, m.From = "sent", []hire.Address{{Addr: "rita@" + r.account + ".example"}}
	in := store.Incoming{GmailID: "sent", Message: m}
	if rapid.Bool().Draw(r.rt, "header kept") {
		in.SendID = x.ID
	}
	r.put(k, thread, in)
	r.queues = append(r.queues, []act{{box: k, thread: thread, in: in, sent: true}})
	if rapid.Bool().Draw(r.rt, "colleague has it") {
		in.GmailID = "copy"
		r.put(r.boxes[1], "t0", in)
	}
}

// step lets one of the mailboxes go on; false where nothing is left to do.
func (r *race) step() bool {
	r.queues = slices.DeleteFunc(r.queues, func(q []act) bool { return len(q) == 0 })
	if len(r.queues) == 0 {
		return false
	}
	i := rapid.IntRange(0, len(r.queues)-1).Draw(r.rt, "next")
	first := r.queues[i][0]
	r.queues[i] = r.queues[i][1:]
	if first.sent {
		_, due, err := r.CommitSent(r.ctx, r.account, r.send.ID, store.SentMail{GmailID: first.in.GmailID, GmailThreadID: first.thread, Message: first.in.Message})
		r.ok(err)
		r.filed += countNew(due)
		return true
	}
	acts := []act{first}
	for j := range r.queues { // what else of the conversation goes into the same commit
		if q := r.queues[j]; j != i && len(q) > 0 && !q[0].sent && q[0].box == first.box && q[0].thread == first.thread && rapid.Bool().Draw(r.rt, "together") {
			acts = append(acts, q[0])
			r.queues[j] = q[1:]
		}
	}
	r.commitAll(acts)
	return true
}

func (r *race) commitAll(acts []act) {
	k := acts[0].box
	m, _, err := r.Mailbox(r.ctx, k)
	r.ok(err)
	h := r.lease(m)
	c := store.ImportCommit{Held: h, GmailThreadID: acts[0].thread, Labelled: true, Addresses: []string{"cora@mail.example"}}
	for _, a := range acts {
		if a.waiting {
			c.Waiting = append(c.Waiting, store.LedgerRow{GmailID: a.in.GmailID, GmailThreadID: a.thread, NextTryAt: r.clock.Now().Add(time.Minute)})
			continue
		}
		c.Messages = append(c.Messages, a.in)
		c.Settled = append(c.Settled, a.in.GmailID)
	}
	done, err := r.CommitImport(r.ctx, c)
	r.ok(err)
	r.filed += countNew(done.Due)
	r.ok(r.Release(r.ctx, h))
}

func countNew(due []store.OutboxRow) (n int) {
	for _, row := range due {
		if row.Type == store.EventMessageImported || row.Type == store.EventMessageSent {
			n++
		}
	}
	return n
}

func (r *race) check() {
	got := map[string]int{}
	for _, thread := range r.threads(r.account, cora) {
		list, err := r.Messages(r.ctx, r.account, thread.ID, nil, 100)
		r.ok(err)
		if len(list) != thread.Messages {
			r.rt.Errorf("the thread counts %d messages and has %d", thread.Messages, len(list))
		}
		for _, m := range list {
			identity := fmt.Sprint(m.MessageID, " ", m.Date.Unix(), " ", m.From[0].Addr)
			if m.MessageID == "" {
				identity = "gmail"
			}
			got[identity]++
		}
	}
	nameless := 0
	for identity := range r.want {
		if strings.HasPrefix(identity, "gmail ") {
			nameless++
		} else if got[identity] != 1 {
			r.rt.Errorf("%q is in the profile %d times", identity, got[identity])
		}
	}
	if got["gmail"] != nameless {
		r.rt.Errorf("of %d mails without a Message-ID %d are in the profile", nameless, got["gmail"])
	}
	r.checkReceipts()
	if r.send.ID != "" {
		x, err := r.GetSend(r.ctx, r.account, r.send.ID)
		r.ok(err)
		if m, err := r.Message(r.ctx, r.account, x.ThreadID, x.MessageID); err != nil || m.MessageID != "sent" || x.State != store.SendSent {
			r.rt.Errorf("the send is %s and names %+v (%v)", x.State, m, err)
		}
	}
	// Each mail was announced once; the one that was sent may have been announced as imported, by a colleague's copy, before.
	if over := r.filed - len(r.want); over < 0 || over > 1 || (over == 1 && r.send.ID == "") {
		r.rt.Errorf("%d events for %d mails", r.filed, len(r.want))
	}
}

func (r *race) checkReceipts() {
	for _, k := range r.boxes {
		m := r.mailbox(k)
		if m.LedgerSize != 0 || !m.LedgerNext.IsZero() || !m.LedgerFrom.IsZero() {
			r.rt.Errorf("%s: %d rows in the ledger", k.UserID, m.LedgerSize)
		}
		for conversation, ids := range r.gmail {
			thread, ok := strings.CutPrefix(conversation, k.UserID+"/")
			if !ok {
				continue
			}
			tracked, err := r.Tracked(r.ctx, r.account, r.sub(k), []string{thread})
			r.ok(err)
			if got := tracked[thread]; got.Stored != len(ids) || got.InGmail != len(ids) {
				r.rt.Errorf("%s: %d of %d, want all %d", conversation, got.Stored, got.InGmail, len(ids))
			}
		}
	}
}
