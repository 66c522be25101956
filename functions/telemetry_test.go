package functions_test

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// What a service tells of itself: that each figure moves when it should, and that one trace shows what belongs together.

func TestFiguresMove(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		happens func(w *world, r *person, candidate *correspondent)
		want    map[string]float64 // what is added; of these names alone
	}{
		"a reply whose push is three seconds on its way": {func(w *world, _ *person, candidate *correspondent) {
			candidate.answers("Yes, tomorrow.")
			w.clock.Advance(3 * time.Second)
			w.settle()
		}, map[string]float64{
			"hire.push.lag": 3, "hire.sync.lag trigger=push": 3, "hire.reply.lag found_by=push": 3, "hire.arrival.lag found_by=push": 3,
		}},
		"a reply whose history lags behind its push": {func(w *world, _ *person, candidate *correspondent) {
			w.behave(func(b *gmailtest.Behaviour) { b.PushAheadFor = 2 * time.Second })
			candidate.answers("Yes, tomorrow.")
			w.pass(5 * time.Second) // the first look after an early push comes after three
		}, map[string]float64{"hire.reply.lag found_by=push": 5, "hire.arrival.lag found_by=push": 5}},
		"a reply whose push is lost": {func(w *world, _ *person, candidate *correspondent) {
			w.losePushes()
			candidate.answers("Yes, tomorrow.")
			w.clock.Advance(9 * time.Minute)
			w.sweep()
		}, map[string]float64{"hire.reply.lag found_by=sweep": 540, "hire.arrival.lag found_by=sweep": 540}},
		"a reply while its mailbox is not connected": {func(w *world, r *person, candidate *correspondent) {
			w.sim.OAuth().Revoke(ritaMail)
			candidate.answers("Yes, tomorrow.")
			w.settle()
			w.clock.Advance(5 * time.Hour)
			r.connect()
			w.settle()
		}, map[string]float64{
			"hire.token.refusals reason=revoked_or_expired": 1, "hire.arrival.lag found_by=sweep": 5 * 3600, // the service is not late with it
		}},
		"a mail that Gmail can't show for a while": {func(w *world, _ *person, candidate *correspondent) {
			w.behave(func(b *gmailtest.Behaviour) { b.UnreadableFor = 20 * time.Second })
			candidate.answers("Yes, tomorrow.")
			w.pass(time.Minute)
		}, map[string]float64{"hire.reply.lag found_by=sweep": 40, "hire.arrival.lag found_by=sweep": 40}},
		"a mail that its user writes in Gmail": {func(w *world, _ *person, _ *correspondent) {
			sent := w.inGmail("in:sent")
			_, err := w.mailbox(ritaMail).Reply(sent[0].ID, "By the way.")
			w.ok(err)
			w.clock.Advance(2 * time.Second)
			w.settle()
		}, map[string]float64{"hire.arrival.lag found_by=push": 2}}, // it is no reply
		"a mail that lay in spam for days": {func(w *world, _ *person, candidate *correspondent) {
			w.ok(w.mailbox(ritaMail).AddFilter(gmailtest.Filter{From: coraMail, Spam: true}))
			w.losePushes()
			candidate.answers("Yes, tomorrow.")
			w.clock.Advance(3 * 24 * time.Hour)
			w.sweep()
			w.clock.Advance(time.Minute)
			w.ok(w.mailbox(ritaMail).NotSpam(w.newest().ThreadID))
			w.clock.Advance(9 * time.Minute)
			w.sweep()
		}, map[string]float64{"hire.reply.lag found_by=sweep": 600}}, // since the listing before
		"an import that must wait for Gmail": {func(w *world, _ *person, _ *correspondent) {
			w.losePushes()
			w.sim.AddFault(gmailtest.FaultRule{Method: "threads.list", Times: 1, Status: 429, Reason: "rateLimitExceeded", Message: "User-rate limit exceeded.", RetryAfter: w.clock.Now().Add(25*time.Hour + 20*time.Minute)})
			w.clock.Advance(25 * time.Hour)
			w.sweep()
			w.clock.Advance(20 * time.Minute)
			w.settle()
		}, map[string]float64{"hire.sync.lag trigger=sweep count": 2}}, // its listing was not late, nor is the second one
		"a label": {func(w *world, _ *person, _ *correspondent) {
			thread := w.unrelated()
			w.pass(time.Hour)
			w.ok(w.mailbox(ritaMail).LabelThread(thread, "Hire"))
			w.settle()
		}, map[string]float64{"hire.arrival.lag found_by=label count": 2}}, // its mails have lain there for an hour: they took no time from the look that saw the label
		"a recovery": {func(w *world, _ *person, candidate *correspondent) {
			w.losePushes()
			candidate.answers("Yes, tomorrow.")
			w.mailbox(ritaMail).ExpireHistory()
			w.clock.Advance(time.Hour)
			w.sweep()
		}, map[string]float64{"hire.arrival.lag found_by=recovery": 3600}},
		"a mail that was passed over": {func(w *world, _ *person, candidate *correspondent) {
			w.losePushes()
			candidate.answers("Yes, tomorrow.")
			w.passesOver()
			w.swept()
			w.clock.Advance(25 * time.Hour)
			w.sweep()
		}, map[string]float64{"hire.sync.repaired": 1, "hire.arrival.lag found_by=recovery": 25*3600 + 660}},
		"a send": {func(w *world, r *person, _ *correspondent) {
			r.send("k2", hello).into(200, nil)
			r.send("k2", hello).into(200, nil)
		}, map[string]float64{"hire.send.outcomes outcome=sent": 1}},
		"a send that a sync meets first": {func(w *world, r *person, _ *correspondent) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 4, After: true, Reset: true})
			r.send("k2", hello)
			w.pass(5 * time.Minute)
		}, map[string]float64{"hire.send.outcomes outcome=sent": 1}},
		"a send that Gmail refuses": {func(w *world, r *person, _ *correspondent) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.create", Times: 1, Status: 400, Reason: "invalidArgument", Message: "Invalid To header"})
			r.send("k2", hello)
		}, map[string]float64{"hire.send.outcomes outcome=refused": 1}},
		"a send beyond Gmail's limit": {func(w *world, r *person, _ *correspondent) {
			w.sendingLimit(w.clock.Now().Add(6 * time.Hour))
			r.send("k2", hello)
		}, map[string]float64{"hire.send.outcomes outcome=limited": 1}},
		"a send whose draft its user takes away": {func(w *world, r *person, _ *correspondent) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "drafts.send", Times: 4, Status: 503})
			r.send("k2", hello)
			for _, d := range w.mailbox(ritaMail).Drafts() {
				_, err := w.mailbox(ritaMail).EditDraft(d.DraftID, func(m *gmailtest.OutgoingMail) { m.Text = "Can we t" })
				w.ok(err)
			}
			w.pass(5 * time.Minute)
		}, map[string]float64{"hire.send.outcomes outcome=unknown": 1}},
		"a queued send that is cancelled": {func(w *world, r *person, _ *correspondent) {
			r.later("k2", w.in(time.Hour))
			r.cancel("k2").into(200, nil)
			r.cancel("k2").into(200, nil)
			w.skip(2 * time.Hour)
		}, map[string]float64{"hire.send.outcomes outcome=cancelled": 1}},
		"a queued send whose user may send no more": {func(w *world, r *person, _ *correspondent) {
			r.later("k2", w.in(time.Hour))
			r.disconnect()
			w.skip(2 * time.Hour)
		}, map[string]float64{"hire.send.outcomes outcome=failed": 1}},
		"a watch near its end": {func(w *world, _ *person, _ *correspondent) {
			w.clock.Advance(6 * 24 * time.Hour)
			w.sweep()
		}, map[string]float64{"hire.watch.renewals outcome=renewed": 1}},
		"a watch that can't be renewed": {func(w *world, _ *person, _ *correspondent) {
			w.sim.AddFault(gmailtest.FaultRule{Method: "watch", Status: 403, Reason: "forbidden"})
			w.clock.Advance(6 * 24 * time.Hour)
			w.sweep()
		}, map[string]float64{"hire.watch.renewals outcome=failed": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, r, candidate := conversation(t)
			w.pass(2 * time.Minute)
			looked := map[string]bool{"hire.reply.lag": true, "hire.token.refusals": true, "hire.send.outcomes": true, "hire.watch.renewals": true, "hire.sync.repaired": true}
			for figure := range test.want {
				name, _, _ := strings.Cut(figure, " ")
				looked[name] = true
			}
			added := w.told.since()
			test.happens(w, r, candidate)
			got := added()
			maps.DeleteFunc(got, func(figure string, _ float64) bool {
				name, _, _ := strings.Cut(figure, " ")
				return !looked[name] || strings.HasSuffix(figure, " count") && test.want[figure] == 0
			})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("added (-want +got):\n%s", diff)
			}
		})
	}
}

// What could not be handed over is told to have waited, when the sweep takes it up.
func TestRowLeftForTheSweepIsTold(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	h.set(func(op string, at embedded.Phase) error {
		if op == "event.publish" && at == embedded.BeforeRun {
			return errors.New("Pub/Sub is away")
		}
		return nil
	})
	added := w.told.since()
	r.send("k1", hello).into(200, nil)
	h.set(nil)
	w.clock.Advance(10 * time.Minute)
	w.sweep()
	if got := added()["hire.outbox.waiting.age"]; got < 599 || got > 601 {
		t.Errorf("the event is told to have waited %v seconds, want 600", got)
	}
}

// A sync meets the mail between Gmail's answer and the commit of it: one of the two tells that it is sent.
func TestSendThatASyncSettlesIsToldOnce(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	met := h.on("send.sent", embedded.BeforeRun, 1, func() error {
		w.look()
		return nil
	})
	added := w.told.since()
	r.send("k1", hello).into(200, nil)
	h.set(nil)
	if got := added(); met() == 0 || got["hire.send.outcomes outcome=sent"] != 1 || got["hire.arrival.lag found_by=push count"]+got["hire.arrival.lag found_by=sweep count"] != 1 {
		t.Errorf("met %d times, added %v", met(), got)
	}
}

const (
	callersTrace = "0af7651916cd43dd8448eb211c80319c"
	traceparent  = "00-" + callersTrace + "-b7ad6b7169203331-00"
)

// events that were published in a trace, by type.
func (w *world) eventsOf(trace string) map[string]int {
	w.t.Helper()
	published, err := w.platform.published(w.t.Context())
	w.ok(err)
	out := map[string]int{}
	for _, e := range published {
		var event struct{ Type, Traceparent string }
		w.ok(json.Unmarshal(e, &event))
		if strings.HasPrefix(event.Traceparent, "00-"+trace+"-") {
			out[event.Type]++
		}
	}
	return out
}

// One trace shows a push, the sync, its calls of Gmail and of the store, the look that it queues, and the event.
func TestOneTraceFromPushToEvent(t *testing.T) {
	t.Parallel()
	w, _, candidate := conversation(t)
	w.pass(2 * time.Minute)
	w.losePushes()
	candidate.answers("Yes, tomorrow.")
	w.ok(w.mailbox(ritaMail).LabelThread(w.unrelated(), "Hire")) // somebody is at work, so another look is queued
	c := w.config.Callers
	w.call("POST", "/gmailnotify/", map[string][]string{"Authorization": {"Bearer " + w.issuer.ServiceToken(c.PushAudience, c.PushServiceAccount)}, "Traceparent": {traceparent}}, w.pushOf(notification(ritaMail, 1))).into(204, nil)
	w.pass(15 * time.Second)

	spans := w.told.ofCaller()
	for _, name := range []string{
		"gmailnotify POST /{$}", "sync mailbox", "gmail history.list", "gmail messages.get", "store import.commit", "store mailbox.finish", "hand over event", "syncmailbox POST /{$}",
	} {
		if len(spans[name]) == 0 {
			t.Errorf("there is no span %q", name)
		}
	}
	if t.Failed() {
		t.Fatalf("the trace has %v", namesOf(spans))
	}
	request, sync := spans["gmailnotify POST /{$}"][0], spans["sync mailbox"][0]
	if request.Parent().SpanID().String() != "b7ad6b7169203331" || !request.Parent().IsRemote() {
		t.Errorf("the request's parent is %s", request.Parent().SpanID())
	}
	if sync.Parent().SpanID() != request.SpanContext().SpanID() || spans["gmail history.list"][0].Parent().SpanID() != sync.SpanContext().SpanID() {
		t.Error("the sync is not within the request, or Gmail's call not within the sync")
	}
	for _, name := range []string{"syncmailbox POST /{$}", "hand over event"} {
		if !spans[name][0].Parent().IsRemote() {
			t.Errorf("%s has a parent in its own process", name)
		}
	}
	if got := w.eventsOf(callersTrace); got["com.trakstar.hire.mail.message.imported.v1"] == 0 {
		t.Errorf("events in the trace: %v", got)
	}
	if log := w.logs.String(); !regexp.MustCompile(`mailbox=` + obs.MailboxHash(acme, rita)).MatchString(log) {
		t.Errorf("no line of the log names the mailbox by its hash")
	}
}

// One trace shows a mail that is queued, its delivery an hour later, and the event.
func TestOneTraceFromSendToDelivery(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	w.pass(time.Minute)
	var result api.SendResult
	r.call("POST", "/sendmessage/v1/messages", w.in(time.Hour), "Idempotency-Key", "k1", "Traceparent", traceparent).into(202, &result)
	w.skip(2 * time.Hour)
	if got := r.outcome("k1"); got.State != "sent" {
		t.Fatalf("the mail is %s", got.State)
	}
	spans := w.told.ofCaller()
	for _, name := range []string{"sendmessage POST /v1/messages", "store send.queue", "hand over task", "deliver POST /{$}", "send", "gmail drafts.create", "gmail drafts.send", "store send.sent"} {
		if len(spans[name]) == 0 {
			t.Errorf("there is no span %q; the trace has %v", name, namesOf(spans))
		}
	}
	if got := w.eventsOf(callersTrace); got["com.trakstar.hire.mail.message.sent.v1"] != 1 {
		t.Errorf("events in the trace: %v", got)
	}
}

func namesOf[V any](spans map[string]V) (names []string) {
	for name := range spans {
		names = append(names, name)
	}
	return names
}

// Each of the syncs that a sweep queues is a trace of its own.
func TestSweepIsNoTraceOfAll(t *testing.T) {
	t.Parallel()
	w, _ := connected(t)
	w.pass(time.Minute)
	w.clock.Advance(10 * time.Minute)
	c := w.config.Callers
	w.call("POST", "/labelsweep/", map[string][]string{"Authorization": {"Bearer " + w.issuer.ServiceToken(c.SchedulerAudience, c.SchedulerServiceAccount)}, "Traceparent": {traceparent}}, nil).into(204, nil)
	w.pass(2 * time.Minute)
	spans := w.told.ofCaller()
	if len(spans["labelsweep POST /{$}"]) != 1 || len(spans["syncmailbox POST /{$}"]) != 0 {
		t.Errorf("the sweep's trace has %v", namesOf(spans))
	}
	if len(spans["store due.set"]) != 0 {
		t.Error("each mailbox that the sweep has looked at is in its trace")
	}
	synced := 0
	for _, s := range w.told.recorder.Ended() {
		if s.Name() == "syncmailbox POST /{$}" && s.SpanContext().TraceID().String() != callersTrace {
			synced++
		}
	}
	if synced == 0 {
		t.Error("no mailbox was synced, so this shows nothing")
	}
}

// A failed request is a failed span, with the code of its problem and nothing of its cause.
func TestFailedRequestIsAFailedSpan(t *testing.T) {
	t.Parallel()
	w, r, h := hooked(t)
	h.set(func(string, embedded.Phase) error { return errors.New("the disk is full") })
	r.call("GET", "/settings/v1/settings", nil, "Traceparent", traceparent)
	h.set(nil)
	got := w.told.ofCaller()["settings GET /v1/settings"]
	if len(got) != 1 || got[0].Status().Code.String() != "Error" || got[0].Status().Description != "internal" {
		t.Errorf("spans %v", got)
	}
}

func TestRequestOfAnUnknownAddressIsTold(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	r.call("GET", "/settings/v1/"+ritaMail, nil, "Traceparent", traceparent).into(404, nil)
	if got := w.told.ofCaller(); len(got["settings"]) != 1 {
		t.Errorf("the trace has %v, want one span of the function alone", namesOf(got))
	}
}
