package mime

import (
	"net/mail"
	"strings"
	"time"
)

// zones are the names of time zones that net/mail leaves to the machine's own zone, or to chance (RFC 5322 section 4.3, and common ones).
var zones = map[string]string{
	"UT": "+0000", "UTC": "+0000", "GMT": "+0000", "Z": "+0000", "WET": "+0000",
	"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
	"BST": "+0100", "WEST": "+0100", "CET": "+0100", "MET": "+0100", "MET DST": "+0200", "CEST": "+0200", "MEST": "+0200", "EET": "+0200", "EEST": "+0300",
	"MSK": "+0300", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100",
}

var (
	dateComment = pattern(`\([^()]*\)`)
	dateZone    = pattern(`(?i)(?:\b(?:GMT|UTC|UT)\s?)?([+-])(\d{1,2}):?(\d{2})?$`)
	dateName    = pattern(`\s([A-Za-z]+(?: DST)?)$`)
	dateDots    = pattern(`\b(\d{1,2})\.(\d{2})(?:\.(\d{2}))?\b`)
)

// dateLayouts are forms that net/mail does not read, without the day of the week.
var dateLayouts = []string{
	"2 January 2006 15:04:05 -0700", "2 Jan 2006 3:04:05 PM -0700", "2 January 2006 15:04 -0700", "Jan 2, 2006 15:04:05 -0700", "Jan 2, 2006 3:04:05 PM -0700",
	"January 2, 2006 15:04:05 -0700", "Jan 2 15:04:05 2006 -0700", "2-Jan-2006 15:04:05 -0700", "2-Jan-06 15:04:05 -0700", "2006-01-02 15:04:05 -0700",
	"2006-01-02T15:04:05 -0700", "2006/01/02 15:04:05 -0700", "2 Jan 2006 -0700", "2006-01-02 -0700",
}

// parseDate reads the Date field (RFC 5322 sections 3.3 and 4.3) and broken forms of it. A time without a zone is taken for UTC.
func parseDate(s string) (time.Time, bool) {
	s = strings.Join(strings.Fields(dateComment().ReplaceAllString(clip(s, 200), " ")), " ")
	if i := strings.IndexByte(s, ','); i >= 0 && i < 12 && !strings.ContainsAny(s[:i], "0123456789") {
		s = strings.TrimSpace(s[i+1:]) // the day of the week, in whatever language
	} else if first, rest, ok := strings.Cut(s, " "); ok && weekdays[strings.ToLower(clip(first, 3))] {
		s = rest
	}
	s = withZone(s)
	for _, text := range []string{s, dateDots().ReplaceAllString(s, "$1:$2:$3")} {
		text = strings.ReplaceAll(text, ": ", ":00 ")
		if t, err := mail.ParseDate(text); err == nil {
			return sane(t)
		}
		for _, layout := range dateLayouts {
			if t, err := time.Parse(layout, text); err == nil {
				return sane(t)
			}
		}
	}
	return time.Time{}, false
}

var weekdays = map[string]bool{"mon": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true, "sun": true}

// withZone writes the zone at the end as +hhmm. An unknown name counts as UTC, which is what RFC 5322 section 4.3 says of it.
func withZone(s string) string {
	if m := dateZone().FindStringSubmatchIndex(s); m != nil && m[0] > 0 && (s[m[0]-1] == ' ' || strings.Contains(s, ":")) && !endsInDate(s) {
		hours, minutes := s[m[4]:m[5]], "00"
		if m[6] >= 0 {
			minutes = s[m[6]:m[7]]
		}
		if len(hours) == 1 {
			hours = "0" + hours
		}
		return strings.TrimSpace(s[:m[0]]) + " " + s[m[2]:m[3]] + hours + minutes
	}
	if rest, ok := strings.CutSuffix(s, "Z"); ok && strings.HasSuffix(strings.TrimRight(rest, "0123456789."), ":") {
		s = rest + " Z"
	}
	if m := dateName().FindStringSubmatchIndex(s); m != nil {
		name := strings.ToUpper(s[m[2]:m[3]])
		if name == "AM" || name == "PM" {
			return s + " +0000"
		}
		if dateZone().MatchString(s[:m[0]]) {
			return withZone(s[:m[0]]) // +0200 CEST
		}
		zone, ok := zones[name]
		if !ok {
			zone = "+0000"
		}
		return s[:m[0]] + " " + zone
	}
	return s + " +0000"
}

// endsInDate tells whether what looks like a zone is the end of a date: 2024-05-13.
func endsInDate(s string) bool {
	_, err := time.Parse("2006-01-02", s[max(0, len(s)-10):])
	return err == nil
}

// sane refuses years that no mail can be of.
func sane(t time.Time) (time.Time, bool) {
	if t.Year() < 1970 || t.Year() > 2200 {
		return time.Time{}, false
	}
	return t.UTC(), true
}
