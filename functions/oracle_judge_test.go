package functions_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What the oracle makes of what it has seen: what a profile must show, may show and must not show.

// weigh says what the service would make of a conversation if it looked now.
func (o *oracle) weigh(b *observed, t *talk) {
	o.weighLabel(b, t)
	if t.label == no && t.ours == no {
		return
	}
	if t.owner == "" && t.label != no {
		o.meet(t)
	}
	for _, l := range t.letters {
		// What Hire has sent is filed by the send, wherever a filter puts it.
		if sent := o.sends[l.mail] != nil && l.has("SENT"); !sent && (l.out() || !o.mayTake(t, l)) {
			continue
		}
		for c := range t.owners {
			o.allow(l.mail, c)
		}
	}
}

// meet takes note of who is on a labelled conversation, and whose it may be by that.
func (o *oracle) meet(t *talk) {
	for _, l := range t.letters {
		if l.out() {
			continue
		}
		for _, a := range l.people {
			t.met[a] = true
		}
	}
	for c, addresses := range o.profiles {
		if slices.ContainsFunc(addresses, func(a string) bool { return t.met[a] }) {
			t.owners[c] = true
		}
	}
}

// weighLabel follows whether a conversation is labelled. A label that is deleted or renamed, or whose message is deleted, was not taken off.
func (o *oracle) weighLabel(b *observed, t *talk) {
	carried, binned := no, false
	for _, l := range t.letters {
		for _, id := range l.labels {
			switch {
			case l.gone:
			case b.renamed[id]:
				carried = max(carried, perhaps)
			case !b.ids[id]:
			case t.ours != no && l.has("SENT"):
				// Hire's own label, or the user's beside it: see above.
			case l.out() && b.expired > 0:
				binned = true
			default:
				carried = yes
			}
		}
	}
	t.quiet = t.quiet || binned && carried != yes && !t.known
	switch {
	case carried != yes && binned && t.known:
		return
	case t.quiet:
		t.label, t.known = perhaps, false
	case carried == yes:
		t.label = yes
	case carried == perhaps:
		t.label, t.known = perhaps, false
	case t.label == yes && t.unlabel && !t.blurred && b.expired == 0:
		t.label, t.known = no, false
		if o.lag {
			t.label, t.late = perhaps, true
		}
	case t.label == yes && (!t.known || t.unlabel):
		t.label, t.known = perhaps, false
	}
}

// matching are the candidates one of whose addresses is on the conversation.
func (o *oracle) matching(t *talk) map[string]bool {
	out := map[string]bool{}
	for _, l := range t.letters {
		if l.out() {
			continue
		}
		for c, addresses := range o.profiles {
			if slices.ContainsFunc(addresses, func(a string) bool { return slices.Contains(l.people, a) }) {
				out[c] = true
			}
		}
	}
	return out
}

// mayTake tells whether the rules let a message in if the service looks now. It is in neither spam, the bin nor the drafts.
func (o *oracle) mayTake(t *talk, l *letterSeen) bool {
	if t.label != no || t.selfmade || l.seen || l.untold {
		return true
	}
	return !l.skipped || l.before // what was there before is read whole, with no records to tell
}

// mustTake tells whether the rules ask for a message now that the dust has settled.
func (o *oracle) mustTake(t *talk, l *letterSeen) bool {
	if l.out() {
		return false
	}
	return t.label == yes || t.ours == yes && (l.seen && !l.seenOpen || l.before)
}

func (o *oracle) allow(mail, candidate string) {
	if o.may[mail] == nil {
		o.may[mail] = map[string]bool{}
	}
	o.may[mail][candidate] = true
}

// profile is what is shown of a candidate: how often each mail.
type profile map[string]int

// judge compares the profiles with the rules, now that the dust has settled. It returns what is wrong.
func (o *oracle) judge(shown map[string]profile) (wrong []string) {
	fault := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, c := range slices.Sorted(maps.Keys(shown)) {
		for _, mail := range slices.Sorted(maps.Keys(shown[c])) {
			if n := shown[c][mail]; n > 1 {
				fault("%s is %d times in %s's profile", mail, n, c)
			}
			if !o.may[mail][c] {
				fault("%s is in %s's profile and is none of Hire's there", mail, c)
			}
			if o.shown[mail] == nil {
				o.shown[mail] = map[string]bool{}
			}
			o.shown[mail][c] = true
		}
	}
	for _, mail := range slices.Sorted(maps.Keys(o.shown)) {
		for c := range o.shown[mail] {
			if shown[c][mail] == 0 {
				fault("%s was in %s's profile and is not any more", mail, c)
			}
		}
	}
	for _, address := range []string{ritaMail, samMail} {
		b := o.boxes[address]
		for _, id := range b.order {
			if missing := o.judgeTalk(b.threads[id], shown); missing != "" {
				fault("in %s: %s", address, missing)
			}
		}
		for _, l := range b.letters {
			l.fresh, l.freshSeen = false, false
		}
	}
	return wrong
}

// judgeTalk looks for what a conversation lacks in the profiles, and learns whose it is.
func (o *oracle) judgeTalk(t *talk, shown map[string]profile) (missing string) {
	if t.late && t.label == perhaps && !t.quiet {
		t.label = no // it has been read by now
	}
	defer func() { t.unlabel, t.blurred, t.late = false, false, false }()
	t.known = t.label == yes
	var must []string
	for _, l := range t.letters {
		if o.mustTake(t, l) {
			must = append(must, l.mail)
		}
	}
	if len(must) == 0 {
		return ""
	}
	if t.owner == "" && t.ours != yes && len(o.matching(t)) == 0 {
		return "" // nobody's; if somebody's for a moment, either is right
	}
	var all []string
	best := must
	for c := range t.owners {
		lack := slices.DeleteFunc(slices.Clone(must), func(mail string) bool { return shown[c][mail] > 0 })
		if len(lack) == 0 {
			all = append(all, c)
		}
		if len(lack) < len(best) {
			best = lack
		}
	}
	if len(all) == 0 {
		return fmt.Sprintf("%q of the conversation %s (of %q, labelled %d, ours %d, owners %v) are not in the profile", best, t.id, must, t.label, t.ours, t.owners)
	}
	if len(all) == 1 {
		t.owner = all[0]
		t.owners = map[string]bool{t.owner: true}
	}
	return ""
}

// String is the oracle's view of both mailboxes, for a failing run.
func (o *oracle) String() string {
	var b strings.Builder
	for _, address := range []string{ritaMail, samMail} {
		fmt.Fprintf(&b, "%s\n", address)
		for _, id := range o.boxes[address].order {
			t := o.boxes[address].threads[id]
			fmt.Fprintf(&b, "  conversation %s: ours %s, labelled %s, of %q, perhaps of %q\n", id, t.ours, t.label, t.owner, slices.Sorted(maps.Keys(t.owners)))
			for _, l := range t.letters {
				fmt.Fprintf(&b, "    %s %s %q, gone: %t, skipped the inbox: %t, before ours: %t, untold: %t, seen: %t; may be with %q\n",
					l.id, l.mail, l.labels, l.gone, l.skipped, l.before, l.untold, l.seen, slices.Sorted(maps.Keys(o.may[l.mail])))
			}
		}
	}
	return b.String()
}

func (c certainty) String() string { return [...]string{"no", "perhaps", "yes"}[c] }
