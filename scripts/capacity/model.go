package main

import (
	"fmt"
	"strconv"
	"strings"
)

// cost is what a piece of work takes, as TestCosts has measured it.
type cost struct {
	units, trips           float64 // of Gmail's quota; to Google
	read, written, deleted float64 // documents, as Firestore bills them
}

func (c cost) plus(d cost) cost {
	return cost{c.units + d.units, c.trips + d.trips, c.read + d.read, c.written + d.written, c.deleted + d.deleted}
}

func (c cost) times(n float64) cost {
	return cost{c.units * n, c.trips * n, c.read * n, c.written * n, c.deleted * n}
}

// measured reads the table of costs out of the README beside the functions: what is there was measured by a test, which keeps it true.
func measured(readme string) (map[string]cost, error) {
	_, rest, ok := strings.Cut(readme, "<!-- costs -->")
	table, _, closed := strings.Cut(rest, "<!-- /costs -->")
	if !ok || !closed {
		return nil, fmt.Errorf("there is no table of costs")
	}
	out := map[string]cost{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 6 {
			continue
		}
		var n [5]float64
		isRow := true
		for i, cell := range cells[1:] {
			var err error
			if n[i], err = strconv.ParseFloat(strings.TrimSpace(cell), 64); err != nil {
				isRow = false // the head
			}
		}
		if isRow {
			out[strings.TrimSpace(cells[0])] = cost{n[0], n[1], n[2], n[3], n[4]}
		}
	}
	return out, nil
}

// usage is how a mailbox is used, on the average of all mailboxes and of all days of a month. These are assumptions: put in your own.
type usage struct {
	Notifications float64 // a day, of mail that is not Hire's
	Replies       float64 // of candidates, a day
	Files         float64 // of these, how many bring one
	Labels        float64 // conversations labelled, a day
	Sends         float64 // a day
	Changed       float64 // labelled conversations that have changed when they are compared, a day
	Views         float64 // profiles opened, a day
	Sweep         float64 // minutes between two looks at an idle mailbox

	Seconds  float64 // that an instance is busy with a request, most of it waiting for Google
	Shared   float64 // requests that an instance works on at once, on average
	Peak     float64 // the busiest minute of the day, as a multiple of the day's average
	LogBytes float64 // that a request writes
	Sampled  float64 // share of requests that are traced

	Watch       float64 // days from one renewal of a watch to the next; a watch lasts seven
	Look        float64 // seconds that the sweep takes to look at a mailbox: it is read, its sync queued, and the time of the next look written, one after the other
	FigureBytes float64 // of figures that an instance tells Cloud Monitoring in a minute: 5 distributions and 4 counts
}

var typical = usage{
	Notifications: 100, Replies: 5, Files: 1, Labels: 0.2, Sends: 4, Changed: 2, Views: 20, Sweep: 10,
	Seconds: 0.4, Shared: 1, Peak: 4, LogBytes: 2000, Sampled: 0.05, Watch: 5, Look: 0.04, FigureBytes: 5*80 + 4*8,
}

// work is one kind of work, per mailbox and day.
type work struct {
	name   string
	times  float64 // a day
	each   cost
	asks   float64 // requests to functions, each time
	tasks  float64 // of Cloud Tasks, each time
	events float64 // messages that Pub/Sub takes in or hands out, each time
	even   bool    // at all hours alike; what people do has a peak
	looks  float64 // of the sweep, each time
	pool   pool    // whose instances need the mailbox's token for it
}

// pool is whose instances do a work, each with a cache of tokens of its own.
type pool int

const (
	noToken pool = iota
	notifying
	syncing
	sending
	pools
)

// watchUnits is what users.watch takes. Source: https://developers.google.com/workspace/gmail/api/reference/quota
const watchUnits = 100

// works are what a mailbox asks for in a day, and what a project does without any.
func works(costs map[string]cost, u usage) (mailbox []work, project work, err error) {
	get := func(name string) cost {
		c, ok := costs[name]
		if !ok && err == nil {
			err = fmt.Errorf("the table of costs has no line %q", name)
		}
		return c
	}
	nothing, another, idle := get("a notification with nothing for Hire, of 1 conversation"), get("what each further mailbox adds to it"), get("a sweep over an idle mailbox")
	unchanged := get("the sweep of the day over one with 3 labelled conversations, none of them changed").plus(idle.times(-1))
	changed := get("the same where 2 have changed").plus(get("the sweep of the day over one with 3 labelled conversations, none of them changed").times(-1)).times(0.5)
	mailbox = []work{
		{"notifications with nothing for Hire", u.Notifications, nothing, 1, 0, 2, false, 0, notifying},
		{"replies of candidates", u.Replies - u.Files, get("a candidate's reply imported"), 1, 0, 4, false, 0, notifying},
		{"replies with a file", u.Files, get("the same with a file"), 1, 0, 4, false, 0, notifying},
		{"conversations labelled", u.Labels, get("a labelled conversation of 2 messages imported"), 1, 0, 6, false, 0, notifying},
		{"mails sent", u.Sends, get("a mail sent").plus(nothing), 2, 1, 4, false, 0, sending}, // and the look at the mailbox after it
		{"looks of the sweep", 24 * 60 / u.Sweep, another, 1, 1, 0, true, 1, syncing},
		{"comparison of the day", 1, unchanged.plus(changed.times(u.Changed)), 0, 0, 0, true, 0, noToken},
		{"watch renewed", 1 / u.Watch, cost{units: watchUnits, trips: 1}, 0, 0, 0, true, 0, noToken},
		{"profiles opened", u.Views, get("a profile with a conversation of 2 messages opened"), 2, 0, 0, false, 0, noToken},
	}
	project = work{"sweeps", 24 * 60 / 5, idle.plus(another.times(-1)), 1, 0, 0, true, 0, noToken}
	return mailbox, project, err
}

// load is what a number of mailboxes asks of Google.
type load struct {
	mailboxes     float64
	day           asked
	busiestSecond asked
	accesses      float64 // of Secret Manager, a day
	busiestReads  float64 // of these, in the busiest minute
	secrets       float64 // versions that are kept
	instances     float64 // at the busiest time
}

// asked is asked of Google in some time.
type asked struct {
	cost
	requests, tasks float64
	messages        float64 // of Pub/Sub
	looks           float64 // of the sweep at mailboxes
}

func (a asked) plus(w work, n float64) asked {
	return asked{a.cost.plus(w.each.times(n)), a.requests + w.asks*n, a.tasks + w.tasks*n, a.messages + w.events*n, a.looks + w.looks*n}
}

func loadOf(mailboxes float64, works []work, project work, u usage) load {
	l := load{mailboxes: mailboxes, secrets: mailboxes}
	add := func(w work, n float64) {
		l.day = l.day.plus(w, w.times*n)
		peak := u.Peak
		if w.even {
			peak = 1
		}
		l.busiestSecond = l.busiestSecond.plus(w, w.times*n*peak/86400)
	}
	for _, w := range works {
		add(w, mailboxes)
	}
	add(project, 1)
	l.instances = max(1, l.busiestSecond.requests*u.Seconds/u.Shared)
	// An instance reads a mailbox's token once an hour, if it has to do with the mailbox at all.
	l.accesses = min(l.day.requests, mailboxes*24*l.instances)
	l.busiestReads = l.accesses / 86400 * u.Peak * 60
	return l
}
