package functions_test

import (
	"slices"
	"strings"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/gmail/gmailtest"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// The oracle says what the profiles must show, may show and must not show, from what has happened in Gmail and in the directory and from the rules of import, as the
// product's help page states them. It knows nothing of cursors, leases, ledgers and tasks, and must use no code of the engine's.
//
// It looks at both mailboxes after everything that happens ("observe"). When the dust has settled it is shown the profiles ("judge"). In between it cannot know when
// the service has looked, so there are two bounds:
//
//   - may: in whose profile a mail would be if the service had looked at some moment so far. Nothing is taken out of a profile again, so this only grows.
//   - must: what the rules admit when the dust has settled.
//
// Where the two differ, either is right. That is so, and no wider, for:
//
//   - a mail that was admitted at some moment and is not now: moved to spam or the bin, deleted, its conversation unlabelled;
//   - a conversation that was labelled, or matched, between two looks and is not any more when the dust settles;
//   - a labelled conversation whose only mail with a candidate's address was moved to spam or the bin before the address came to the profile: the mail was one of its
//     messages when it was read;
//   - a mail that skipped the inbox in a conversation of our own, where the record of its arrival was not readable yet, or forgotten, when the conversation was
//     read whole: "where there are no records to tell, a message without an exclusion row is imported";
//   - a mail that skipped the inbox in a conversation that an answer in Hire makes our own, where the record of its arrival was not read before: once the conversation
//     is tracked the record tells that it was never in the inbox, but if it was read before, none tells anything of it when the conversation is read whole;
//   - a mail that skipped the inbox, was put there and archived again, and the history that told so was forgotten;
//   - a conversation in which Hire made a draft that never left: it is tracked from the draft's commit on, which is not to be seen in Gmail;
//   - a label of import that was renamed, or got its name by being renamed: Gmail tells nobody, so it counts until labels are listed again, a day later;
//   - an unlabelling whose record is not readable yet, where the conversation finds its candidate meanwhile: by the records it is still labelled;
//   - an unlabelling that only a forgotten history told of: nothing tells it from a labelled message that was deleted, after which the conversation stays tracked;
//   - an unlabelling, where the label itself is deleted before the next look: deleting it is no unlabelling, and takes it off every message as well;
//   - a label that lies on nothing but what is in spam or the bin, where no record tells of it: Gmail's list of labelled conversations leaves it out;
//   - the label on a sent mail of a conversation of our own: Hire puts it there itself, and cannot tell the user's from it.
type oracle struct {
	boxes    map[string]*observed
	profiles map[string][]string        // addresses of each candidate, as the directory has them; while news is on its way, both the old and the new
	sends    map[string]*sendPlan       // by token
	may      map[string]map[string]bool // by mail: in whose profile it may be
	shown    map[string]map[string]bool // by mail: in whose profile it was, at some judgement
	lag      bool                       // new history is hidden
	cursor   func(address string) int64 // from which id on the service asks for history
}

// sendPlan is a mail that somebody asked Hire to send.
type sendPlan struct {
	key, user, box, candidate string
	body                      api.SendMessage
	left                      map[string]bool // Gmail ids under which it was seen in Sent
}

// observed is a mailbox as the oracle has seen it.
type observed struct {
	address string
	box     *gmailtest.Mailbox
	letters map[string]*letterSeen // by Gmail id
	threads map[string]*talk
	order   []string        // ids of threads, as they were first seen
	expired int64           // Gmail has forgotten what came before this id, and no look has noticed it; else 0
	atWork  int             // functions that may be reading it
	renamed map[string]bool // label ids that were renamed from or to a name of import
	ids     map[string]bool // labels that ask for an import, by id
}

// letterSeen is a message of a mailbox.
type letterSeen struct {
	id, mail  string // mail names it in every mailbox
	people    []string
	labels    []string
	gone      bool
	skipped   bool // when it came it was in neither INBOX nor SENT
	before    bool // it was there before its conversation became one of our own
	untold    bool // whether the service has a record of its arrival is open
	seen      bool // was in INBOX or SENT
	seenOpen  bool // only a moment that a forgotten history told of
	fresh     bool // came since the last judgement
	freshSeen bool // seen first since the last judgement
}

func (l *letterSeen) has(label string) bool { return slices.Contains(l.labels, label) }

// out: never imported, whatever else holds.
func (l *letterSeen) out() bool {
	return l.gone || l.has("SPAM") || l.has("TRASH") || l.has("DRAFT")
}

// certainty of a statement.
type certainty int

const (
	no certainty = iota
	perhaps
	yes
)

// talk is a conversation of a mailbox.
type talk struct {
	id       string
	letters  []*letterSeen
	ours     certainty // begun or answered in Hire
	label    certainty // labelled, and not unlabelled since
	known    bool      // it was labelled at a judgement, and has been since
	unlabel  bool      // since the last judgement a label was taken off a message of it
	blurred  bool      // since the last judgement a label on it went otherwise: by its own deletion, or that of a message
	late     bool      // since the last judgement a label was taken off, and the record of it was not readable at once
	quiet    bool      // its label was put on what lay in spam or the bin, and no record told so
	selfmade bool      // a user's label lies on a sent mail of a conversation of our own
	owner    string    // whose it is, once that is certain
	owners   map[string]bool
	met      map[string]bool // addresses that were on it, on a mail that was admitted then, while it was labelled
}

func newOracle(sim *gmailtest.Server) *oracle {
	o := &oracle{boxes: map[string]*observed{}, sends: map[string]*sendPlan{}, may: map[string]map[string]bool{}, shown: map[string]map[string]bool{}}
	for _, address := range []string{ritaMail, samMail} {
		box, _ := sim.Mailbox(address)
		o.boxes[address] = &observed{address: address, box: box, letters: map[string]*letterSeen{}, threads: map[string]*talk{}, renamed: map[string]bool{}, ids: map[string]bool{}}
	}
	o.profiles = map[string][]string{cora: {coraMail}, dan: {danMail}}
	return o
}

// observe looks at both mailboxes.
func (o *oracle) observe() {
	for _, address := range []string{ritaMail, samMail} {
		o.look(o.boxes[address])
	}
}

func (o *oracle) look(b *observed) {
	ids, exists := map[string]bool{}, map[string]bool{} // of the labels of import; of all labels
	for _, l := range b.box.Labels() {
		exists[l.ID] = true
		if hire.AsksForImport(l.Name) {
			ids[l.ID] = true
		}
	}
	there := map[string]bool{}
	for _, ref := range b.box.Refs() {
		there[ref.ID] = true
		o.lookAt(b, ref, ids, exists)
	}
	b.missing(there)
	for id := range b.ids {
		if !exists[id] {
			b.blurUnlabelled()
		}
	}
	b.ids = ids
	for _, id := range b.order {
		o.weigh(b, b.threads[id])
	}
	if b.expired > 0 && o.cursor(b.address) >= b.expired {
		b.forget()
	}
}

// lookAt takes note of what has become of a message, or that it has come.
func (o *oracle) lookAt(b *observed, ref gmailtest.Ref, ids, exists map[string]bool) {
	l, known := b.letters[ref.ID], true
	if l == nil {
		l, known = o.arrived(b, ref), false
	}
	t := b.threads[ref.ThreadID]
	if !(t.ours != no && slices.Contains(ref.LabelIDs, "SENT")) && slices.ContainsFunc(ref.LabelIDs, func(id string) bool { return ids[id] && (!known || !l.has(id)) }) {
		t.quiet = false // there is a record of it, unless that is forgotten
	}
	for _, was := range l.labels {
		if b.ids[was] && !slices.Contains(ref.LabelIDs, was) {
			t.unlabel = t.unlabel || ids[was]
			t.blurred = t.blurred || !exists[was]
		}
	}
	l.labels = ref.LabelIDs
	if l.has("INBOX") || l.has("SENT") {
		l.freshSeen = l.freshSeen || !l.seen
		l.seen, l.seenOpen = true, false
	}
}

// missing takes note of the messages that are not there any more.
func (b *observed) missing(there map[string]bool) {
	for _, id := range b.order {
		t := b.threads[id]
		for _, l := range t.letters {
			if !there[l.id] && !l.gone {
				l.gone = true
				t.blurred = t.blurred || slices.ContainsFunc(l.labels, func(id string) bool { return b.ids[id] })
			}
		}
	}
}

// blurUnlabelled takes note that an unlabelling since the last judgement may not have been seen as one.
func (b *observed) blurUnlabelled() {
	for _, t := range b.threads {
		if t.unlabel && t.label == no {
			t.label = perhaps
		}
	}
}

// arrived takes note of a message that is new in a mailbox.
func (o *oracle) arrived(b *observed, ref gmailtest.Ref) *letterSeen {
	m, err := b.box.Message(ref.ID)
	if err != nil {
		panic(err) // it has just been listed
	}
	l := &letterSeen{id: ref.ID, mail: mailName(m.Text, m.MessageID), labels: ref.LabelIDs, fresh: true}
	for _, a := range append(append(m.To, m.Cc...), m.From) {
		if address := strings.ToLower(a.Address); address != b.address {
			l.people = append(l.people, address)
		}
	}
	t := b.threads[ref.ThreadID]
	if t == nil {
		t = &talk{id: ref.ThreadID, owners: map[string]bool{}, met: map[string]bool{}}
		b.threads[ref.ThreadID] = t
		b.order = append(b.order, ref.ThreadID)
	}
	l.skipped, l.before = !l.has("INBOX") && !l.has("SENT"), t.ours == no && b.atWork == 0
	l.untold = o.lag || b.atWork > 0 || t.ours == perhaps
	b.letters[ref.ID] = l
	t.letters = append(t.letters, l)
	if x := o.sends[l.mail]; x != nil && x.box == b.address {
		if t.ours == no {
			// A record of what came shortly before may be read only now, when it counts.
			for _, other := range t.letters {
				if other.skipped && other.fresh {
					other.before, other.untold = false, true
				}
			}
		}
		if l.has("SENT") {
			x.left[l.id] = true
			t.ours = yes
		}
		t.ours = max(t.ours, perhaps)
		if t.owner == "" {
			t.owners[x.candidate] = true
		}
	}
	return l
}

// mailName names a mail in every mailbox: its text, which the model makes unique, or its Message-ID.
func mailName(text, messageID string) string {
	if f := strings.Fields(text); len(f) == 1 && isToken(f[0]) {
		return f[0]
	}
	return strings.Trim(messageID, "<>")
}

func isToken(s string) bool {
	return len(s) > 1 && s[0] == 'm' && strings.Trim(s[1:], "0123456789") == ""
}

// labelled takes note that the owner has labelled a conversation, or taken a label off.
func (o *oracle) labelled(address, thread string) {
	t := o.boxes[address].threads[thread]
	if t == nil {
		return
	}
	t.selfmade = t.selfmade || t.ours != no
}

// lags takes note that new history is hidden from now on, as is what has just happened.
func (o *oracle) lags() {
	o.lag = true
	for _, b := range o.boxes {
		for _, l := range b.letters {
			l.untold = l.untold || l.fresh
		}
		for _, t := range b.threads {
			if t.unlabel && t.label == no {
				t.label, t.late = perhaps, true
			}
		}
	}
}

// expired takes note that Gmail has forgotten the history of a mailbox.
func (o *oracle) expired(address string) {
	b := o.boxes[address]
	b.expired = int64(b.box.HistoryID())
}

// forget takes note that the service has looked for a history that is forgotten, and asks from now on for what comes after. No record told it of anything that came
// before and that it had not seen yet.
func (b *observed) forget() {
	b.expired = 0
	b.blurUnlabelled()
	for _, l := range b.letters {
		if l.fresh {
			l.untold = true
		}
		if l.skipped && l.freshSeen && !l.has("INBOX") {
			l.seenOpen = true
		}
	}
}
