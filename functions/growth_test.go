package functions_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/golden"
	"github.com/trakstar/hire-gmail/shared/store"
)

// grown is a world in which there is much of something, and in which Rita and Cora write to each other.
type grown struct {
	*world
	rita      *person
	candidate *correspondent
	newest    gmailtest.OutgoingMail // an answer of Cora's to the newest mail of the conversation
	thread    string                 // the conversation, in Hire
}

// growths is what may grow, with a world that has n of each.
var growths = []struct {
	name string
	grow func(t *testing.T, n int) *grown
}{
	{"messages in a thread", func(t *testing.T, n int) *grown {
		g := talking(t, nil)
		for range n - 1 {
			g.answers()
		}
		g.look()
		g.pass(2 * time.Minute)
		if got := g.rita.profile(cora).Threads; len(got) != 1 || got[0].Messages != n {
			t.Fatalf("Cora's profile has %+v, want one thread of %d messages", got, n)
		}
		return g
	}},
	{"threads in a mailbox", func(t *testing.T, n int) *grown {
		return talking(t, func(w *world) {
			raw, messages := talks("Older", repeated(1, n-1), func(n int) time.Time { return w.clock.Now().Add(time.Duration(n-2000) * time.Minute) })
			box := w.mailbox(ritaMail)
			_, err := box.CreateLabel("Hire")
			w.ok(err)
			w.ok(w.sim.Fill([]*gmailtest.Mailbox{box}, gmailtest.Filling{Messages: messages, Labels: []string{"INBOX", "Hire"}, Raw: raw}))
		})
	}},
	{"mailboxes in an account", func(t *testing.T, n int) *grown {
		return talking(t, func(w *world) {
			w.others(n-1, func(i int) store.MailboxKey {
				return store.MailboxKey{AccountID: acme, UserID: fmt.Sprintf("user-%04d", i)}
			})
		})
	}},
	{"accounts", func(t *testing.T, n int) *grown {
		return talking(t, func(w *world) {
			w.others(n-1, func(i int) store.MailboxKey {
				return store.MailboxKey{AccountID: fmt.Sprintf("account-%04d", i), UserID: rita}
			})
		})
	}},
}

// growthSizes are how many there are of what grows: over three orders of magnitude.
var growthSizes = []int{1, 10, 100, 1000}

const replySent = "a reply sent"

// growthWorks are the pieces of work that are measured, each in a conversation between Rita and Cora. What happens before is none of it.
var growthWorks = []struct {
	name  string
	ready func(g *grown) (work func())
}{
	{"a notification with nothing for Hire", func(g *grown) func() { return g.notified(g.news(1)) }},
	{"a candidate's reply imported", func(g *grown) func() { return g.notified(g.answers) }},
	{replySent, func(g *grown) func() {
		return func() {
			g.rita.send("reply", api.SendMessage{CandidateID: cora, ThreadID: g.thread, Text: "Good."}).into(200, nil)
		}
	}},
	{"a conversation of 2 messages labelled", func(g *grown) func() {
		story := g.cora().tells("Story", 2)
		g.warm()
		g.pass(3 * time.Minute)
		return g.notified(func() { g.ok(g.mailbox(ritaMail).LabelThread(story, "Hire")) })
	}},
}

// effort is what a piece of work has taken.
type effort struct {
	cost
	bytes       int // of documents written
	allocations int // of the whole process, the simulator's among them
}

// counts are those of an effort that must not grow, by name, and by what part, beside what a count of one is, they may.
func (x effort) counts() []struct {
	name  string
	n     int
	slack float64
} {
	return []struct {
		name  string
		n     int
		slack float64
	}{
		{"units", x.units, 0}, {"round trips", x.trips, 0}, {"documents read", x.read, 0}, {"documents written", x.written, 0}, {"documents deleted", x.deleted, 0},
		{"bytes written", x.bytes, 0.02}, {"allocations", x.allocations, 0.15},
	}
}

// TestGrowth measures what work takes while what is there grows over three orders of magnitude, and holds that it takes the same: the same calls and documents exactly, the same
// bytes and allocations but for what chance adds. The README beside the functions has the table, and growth.svg the picture, which -update writes anew.
//
// Two things grow in a thread up to a bound, and are compared from there on: a mail names those before it in its References, of which a hundred are kept with it; and whom a reply sent in
// Hire goes to is read from the newest fifty messages.
func TestGrowth(t *testing.T) { // not parallel, since it counts the process's allocations
	var all []curve
	for _, growth := range growths {
		curves := make([]curve, len(growthWorks))
		for i, work := range growthWorks {
			curves[i] = curve{growth: growth.name, work: work.name}
		}
		for _, n := range growthSizes {
			g := growth.grow(t, n)
			for i, work := range growthWorks {
				// The count of the day's units is due now, and not within what is measured.
				g.pass(6 * time.Minute)
				g.warm()
				curves[i].at = append(curves[i].at, g.taken(work.ready(g)))
			}
		}
		all = append(all, curves...)
	}
	for _, c := range all {
		t.Logf("%s, %s:", c.growth, c.work)
		for i, at := range c.at {
			t.Logf("  %4d: %s, %d bytes written, %d allocations", growthSizes[i], at.cost, at.bytes, at.allocations)
		}
		last := c.at[len(c.at)-1].counts()
		for i, count := range last {
			from := c.at[1].counts()[i]
			if c.growth == growths[0].name && (count.slack > 0 || c.work == replySent) {
				from = c.at[2].counts()[i]
			}
			if grown := float64(count.n - from.n); grown > count.slack*float64(from.n) {
				t.Errorf("%s, %s: %d %s, and %d before: want no more", c.growth, c.work, count.n, count.name, from.n)
			}
		}
	}
	golden.Part(t, "README.md", "growth", table(all))
	golden.File(t, "growth.svg", plot(all))
}

// curve is what a piece of work takes at each of the sizes.
type curve struct {
	growth, work string
	at           []effort
}

// slope is by which power of the size a count grows, from the second size to the last: 0 is not at all, 1 is as fast as the size.
func (c curve) slope(count func(effort) int) float64 {
	from, to := float64(count(c.at[1])), float64(count(c.at[len(c.at)-1]))
	if from == 0 && to == 0 {
		return 0
	}
	return math.Log(max(to, 1)/max(from, 1)) / math.Log(float64(growthSizes[len(growthSizes)-1])/float64(growthSizes[1]))
}

func table(all []curve) string {
	var out strings.Builder
	out.WriteString("| what grows | work | Gmail's units | documents read | written | deleted | bytes written | slope |\n|---|---|---|---|---|---|---|---|\n")
	for _, c := range all {
		cell := func(count func(effort) int) string {
			var n []string
			for _, at := range c.at {
				n = append(n, fmt.Sprint(count(at)))
			}
			for _, x := range n[1:] {
				if x != n[0] {
					return strings.Join(n, " · ")
				}
			}
			return n[0]
		}
		most := 0.0
		counts := []func(effort) int{
			func(x effort) int { return x.units }, func(x effort) int { return x.read }, func(x effort) int { return x.written }, func(x effort) int { return x.deleted },
			func(x effort) int { return (x.bytes + 200) / 400 * 400 }, // that no chance of a few bytes shows
		}
		fmt.Fprintf(&out, "| %s | %s |", c.growth, c.work)
		for _, count := range counts {
			fmt.Fprintf(&out, " %s |", cell(count))
			if s := c.slope(count); math.Abs(s) > math.Abs(most) {
				most = s
			}
		}
		fmt.Fprintf(&out, " %.2f |\n", most)
	}
	return out.String()
}

// taken measures a piece of work.
func (g *grown) taken(work func()) effort {
	bytes := func() int { return int(g.platform.(machine).DB.Total().Bytes) }
	var before, after runtime.MemStats
	runtime.GC() // so that none of it falls into what is measured
	had := bytes()
	runtime.ReadMemStats(&before)
	out := effort{cost: g.costOf(work)}
	runtime.ReadMemStats(&after)
	out.bytes, out.allocations = bytes()-had, int(after.Mallocs-before.Mallocs)
	return out
}

// talking is a world in which something was made many before Rita connected, and then Rita has written to Cora.
func talking(t *testing.T, fill func(*world)) *grown {
	t.Helper()
	w := newWorldOn(t, newMachine)
	w.enable()
	if fill != nil {
		fill(w)
	}
	r := w.rita()
	r.connect()
	for i := 0; w.record(rita).Import != nil || w.record(rita).Imported.IsZero(); i++ {
		if i > 60 {
			t.Fatal("the first import does not end")
		}
		w.pass(time.Minute)
	}
	candidate := r.asks()
	g := &grown{world: w, rita: r, candidate: candidate}
	g.newest = gmailtest.OutgoingMail{To: []string{ritaMail}, Subject: "Re: " + candidate.asked.Subject, InReplyTo: candidate.asked.MessageID, References: []string{candidate.asked.MessageID}}
	for _, thread := range r.profile(cora).Threads {
		if thread.Subject == candidate.asked.Subject {
			g.thread = thread.ID
		}
	}
	if g.thread == "" {
		t.Fatal("Rita's mail to Cora is in no thread")
	}
	return g
}

// answers lets Cora answer in the conversation.
func (g *grown) answers() {
	g.t.Helper()
	g.newest.Text = "Another part."
	sent, err := g.candidate.Send(g.newest)
	g.ok(err)
	g.newest.InReplyTo, g.newest.References = sent.MessageID, append(g.newest.References, sent.MessageID)
	g.newest.References = g.newest.References[max(0, len(g.newest.References)-100):]
	g.clock.Advance(time.Second)
}

// others connects other mailboxes, of accounts and users that it makes where they are not there, and of Google users whom the simulator does not know.
func (w *world) others(n int, key func(i int) store.MailboxKey) {
	w.t.Helper()
	ctx, s := w.t.Context(), w.platform.services().Store
	made := map[string]bool{acme: true}
	for from := 0; from < n; from += 100 {
		var b api.DirectoryBatch
		var fresh []string
		for i := from; i < min(from+100, n); i++ {
			k := key(i)
			if !made[k.AccountID] {
				made[k.AccountID] = true
				fresh = append(fresh, k.AccountID)
				b.Accounts = append(b.Accounts, api.DirectoryAccount{ID: k.AccountID, Name: k.AccountID, Plan: "pro", Version: 1})
				b.Users = append(b.Users, api.DirectoryUser{AccountID: k.AccountID, ID: "super", Name: "Super", Email: "super@" + k.AccountID + ".example", Role: "super_admin", Active: true, Version: 1})
				b.Candidates = append(b.Candidates, api.DirectoryCandidate{AccountID: k.AccountID, ID: cora, Name: "Cora Candidate", Emails: []string{coraMail}, UpdatedAt: w.clock.Now(), Version: 1})
			}
			b.Users = append(b.Users, api.DirectoryUser{AccountID: k.AccountID, ID: k.UserID, Name: k.UserID, Email: otherMail(k), Role: "admin", Active: true, Version: 1})
		}
		w.tell(b)
		for _, account := range fresh {
			_, err := s.SetIntegration(ctx, account, "super", true)
			w.ok(err)
		}
		for i := from; i < min(from+100, n); i++ {
			k := key(i)
			sub := k.AccountID + "/" + k.UserID
			_, held, err := s.LockGoogleUser(ctx, sub, "me", time.Minute)
			w.ok(err)
			if !held {
				w.t.Fatalf("%s is locked", sub)
			}
			_, _, err = s.CommitConnection(ctx, store.NewConnection{
				Key: k, Sub: sub, Address: otherMail(k), TokenVersion: "1", Labels: []store.Label{{ID: "Label_1", Name: "Hire"}}, WatchHistoryID: 1000,
				WatchExpiresAt: w.clock.Now().Add(7 * 24 * time.Hour), Holder: "me",
			})
			w.ok(err)
		}
	}
}

func otherMail(k store.MailboxKey) string { return k.UserID + "@" + k.AccountID + ".example" }
