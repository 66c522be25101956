package functions_test

import (
	"net/url"
	"runtime"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

var hello = api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Can we talk?"}

// send sends a mail under a key.
func (p *person) send(key string, m api.SendMessage) answer {
	p.w.t.Helper()
	return p.call("POST", "/sendmessage/v1/messages", m, "Idempotency-Key", key)
}

// sendAgain sends a mail under a key, and again a while later, as long as the answer is that it is not known yet.
func (p *person) sendAgain(key string, m api.SendMessage) answer {
	p.w.t.Helper()
	for range 10 {
		a := p.send(key, m)
		if code := a.code(); code != hire.CodeGmailUnavailable && code != hire.CodeSendInProgress {
			return a
		}
		p.w.pass(20 * time.Second)
	}
	p.w.t.Fatalf("there is no end to it\n%s", p.w.logs)
	return answer{}
}

// hangs sends Hello under a key by a request that Gmail keeps waiting for a second while it makes the draft. When that has begun it returns where the answer will come.
func (p *person) hangs(key string) <-chan answer {
	p.w.t.Helper()
	p.w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Nth: 1, Delay: time.Second})
	out, begun := make(chan answer), p.w.counting("drafts.create")
	go func() { out <- p.send(key, hello) }()
	for begun() == 0 {
		runtime.Gosched()
	}
	return out
}

// outcome reads what became of a send.
func (p *person) outcome(key string) (out api.SendResult) {
	p.w.t.Helper()
	p.call("GET", "/sendmessage/v1/messages/"+key, nil).into(200, &out)
	return out
}

// in is Hello at a time from now.
func (w *world) in(d time.Duration) api.SendMessage {
	m := hello
	m.SendAt = w.clock.Now().Add(d)
	return m
}

// later queues a mail to leave after a while.
func (p *person) later(key string, m api.SendMessage) (out api.SendResult) {
	p.w.t.Helper()
	p.send(key, m).into(202, &out)
	if out.State != "queued" || out.LeavesAt.IsZero() {
		p.w.t.Fatalf("it is %+v, want it queued", out)
	}
	return out
}

// became checks what became of a send.
func (p *person) became(key, state string, code hire.Code) api.SendResult {
	p.w.t.Helper()
	got := p.outcome(key)
	if is := problemCode(got.Problem); got.State != state || is != code {
		p.w.t.Errorf("the mail %s is %s %q, want %s %q\n%s", key, got.State, is, state, code, p.w.logs)
	}
	return got
}

func problemCode(n *api.Notice) hire.Code {
	if n == nil {
		return ""
	}
	return hire.Code(n.Code)
}

func (p *person) cancel(key string) answer {
	p.w.t.Helper()
	return p.call("DELETE", "/sendmessage/v1/messages/"+key, nil)
}

// upload uploads a file for a mail.
func (p *person) upload(name, content string) (id string) {
	p.w.t.Helper()
	var u api.Upload
	p.call("POST", "/sendmessage/v1/uploads?filename="+url.QueryEscape(name), content, "Content-Type", "application/octet-stream").into(201, &u)
	return u.UploadID
}

func (p *person) bulk(key string, b api.SendBatch) (out api.Batch) {
	p.w.t.Helper()
	p.sendBatch(key, b).into(202, &out)
	return out
}

func (p *person) sendBatch(key string, b api.SendBatch) answer {
	p.w.t.Helper()
	return p.call("POST", "/sendmessage/v1/batches", b, "Idempotency-Key", key)
}

// batch reads a batch with all its messages.
func (p *person) batch(id string) (out api.Batch) {
	p.w.t.Helper()
	p.call("GET", "/sendmessage/v1/batches/"+id+"?limit=500", nil).into(200, &out)
	c := out.Counts
	if sum := c.Queued + c.Sending + c.Sent + c.Failed + c.Unknown; sum != out.Total || len(out.Messages) != out.Total || out.NextPageToken != "" {
		p.w.t.Errorf("counts %+v and %d messages of %d", c, len(out.Messages), out.Total)
	}
	return out
}

// asks writes to Cora, who has the mail.
func (p *person) asks() *correspondent {
	p.w.t.Helper()
	p.send("k1", hello).into(200, nil)
	p.w.pass(5 * time.Second)
	c := p.w.cora()
	if c.asked.MessageID == "" {
		p.w.t.Fatal("Cora has no mail")
	}
	return c
}
