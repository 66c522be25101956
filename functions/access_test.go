package functions_test

import (
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/store"
)

// An access token may be dead while the grant lives. The one that was kept is then given up, and whoever has met it goes on with another: nobody notices.
func TestDeadAccessTokenIsReplaced(t *testing.T) {
	t.Parallel()
	w, r := connected(t)
	expire := func() { w.sim.OAuth().ExpireAccess(ritaMail) }

	expire()
	r.send("k1", api.SendMessage{CandidateID: cora, Subject: "Your application", Text: "Hello"}).into(200, nil)
	w.pass(time.Minute)
	candidate := w.sim.Outside(coraMail, "Cora Candidate")
	mail, _ := candidate.Last()
	expire()
	_, err := candidate.Reply(mail, "Gladly")
	w.ok(err)
	w.settle()
	r.shows("after a reply", "> Hello", "Gladly")
	expire()
	if got := r.importable(""); got.Conversations == nil {
		t.Error("no list of what can be imported")
	}
	expire()
	r.call("GET", "/settings/v1/connection/addresses", nil).into(200, nil)
	if m := w.record(rita); m.State != store.Connected || m.Problem != nil {
		t.Errorf("the mailbox is %s, problem %+v", m.State, m.Problem)
	}
}
