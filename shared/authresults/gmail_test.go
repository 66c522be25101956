package authresults

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/shared/hire"
)

const (
	pass = hire.ProofPass
	fail = hire.ProofFail
	none = hire.ProofNone
)

func verdict(dmarc, dkim, spf hire.Proof, domain string) *hire.Authentication {
	return &hire.Authentication{DMARC: dmarc, DKIM: dkim, SPF: spf, Domain: domain}
}

func from(list ...string) (out []hire.Address) {
	for _, a := range list {
		out = append(out, hire.Address{Addr: a})
	}
	return out
}

// genuine is a field as Gmail writes it, folded.
const genuine = "mx.google.com;\r\n       dkim=pass header.i=@acme.example header.s=x1 header.b=Ab12Cd34;\r\n" +
	"       spf=pass (google.com: domain of tom@acme.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=tom@acme.example;\r\n" +
	"       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=acme.example"

// forged is a field about a mail that names Tom and comes from elsewhere.
const forged = "mx.google.com;       spf=pass (google.com: domain of x@evil.example designates 203.0.113.9 as permitted sender) smtp.mailfrom=x@evil.example;" +
	"       dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=acme.example"

// forgedBy is such a field whose sender has chosen this local part of their envelope's address, as Gmail may write it: in the comment and as a value.
func forgedBy(local string) string { return strings.ReplaceAll(forged, "x@evil", local+"@evil") }

func TestOfGmail(t *testing.T) {
	t.Parallel()
	tom := from("tom@acme.example")
	for name, tt := range map[string]struct {
		fields []string
		from   []hire.Address
		want   *hire.Authentication
	}{
		"genuine, folded":               {[]string{genuine}, tom, verdict(pass, pass, pass, "acme.example")},
		"in capitals":                   {[]string{strings.ToUpper(genuine)}, from("Tom@ACME.example"), verdict(pass, pass, pass, "acme.example")},
		"nothing":                       {nil, tom, nil},
		"forged":                        {[]string{forged}, tom, verdict(fail, none, none, "")},
		"rejected, and let in by ARC":   {[]string{"mx.google.com; dkim=fail header.i=@acme.example; arc=pass (i=1 spf=pass spfdomain=acme.example dmarc=pass fromdomain=acme.example); dmarc=fail (p=REJECT sp=REJECT dis=NONE arc=pass) header.from=acme.example"}, tom, verdict(fail, fail, none, "")},
		"no DMARC, no alignment":        {[]string{"mx.google.com; spf=pass smtp.mailfrom=x@evil.example; dkim=pass header.d=evil.example"}, tom, verdict(none, none, none, "")},
		"no DMARC, the domain's server": {[]string{"mx.google.com; spf=pass smtp.mailfrom=bounces.acme.example"}, tom, verdict(none, none, pass, "bounces.acme.example")},
		"no DMARC, softfail":            {[]string{"mx.google.com; spf=softfail smtp.mailfrom=tom@acme.example; dkim=neutral header.i=@acme.example"}, tom, verdict(none, none, fail, "")},
		"one signature of two holds":    {[]string{"mx.google.com; dkim=pass header.i=@acme.example; dkim=fail header.i=@acme.example"}, tom, verdict(none, pass, none, "acme.example")},
		"the other of two":              {[]string{"mx.google.com; dkim=fail header.i=@acme.example; dkim=pass header.i=@acme.example"}, tom, verdict(none, pass, none, "acme.example")},
		"DMARC could not be looked up":  {[]string{"mx.google.com; dmarc=temperror header.from=acme.example"}, tom, verdict(none, none, none, "")},
		"no results":                    {[]string{"mx.google.com; none"}, tom, verdict(none, none, none, "")},
		"a server's name alone":         {[]string{"mx.google.com"}, tom, verdict(none, none, none, "")},
		"international":                 {[]string{"mx.google.com; dmarc=pass header.from=xn--bcher-kva.example"}, from("tom@bücher.example"), verdict(pass, none, none, "xn--bcher-kva.example")},
		"no sender":                     {[]string{genuine}, nil, verdict(none, none, none, "")},
		"a version":                     {[]string{"mx.google.com 1; dmarc/1=fail header.from=acme.example"}, tom, verdict(fail, none, none, "")},
		"an odd clause of no concern":   {[]string{"mx.google.com; arc=pass header.oldest-pass=0; iprev; dmarc=pass header.from=acme.example"}, tom, verdict(pass, none, none, "acme.example")},

		// Whose field it is.
		"another server's":              {[]string{strings.Replace(genuine, "mx.google.com", "mx.evil.example", 1)}, tom, nil},
		"a server with a longer name":   {[]string{strings.Replace(genuine, "mx.google.com", "mx.google.com.evil.example", 1)}, tom, nil},
		"Gmail's above a forged one":    {[]string{forged, genuine}, tom, verdict(fail, none, none, "")},
		"a forged one below a stranger": {[]string{"mx.evil.example; none", genuine}, tom, nil},
		"no server":                     {[]string{"dmarc=pass header.from=acme.example"}, tom, nil},
		"empty":                         {[]string{""}, tom, nil},
		"the server in a comment":       {[]string{"(mx.google.com) mx.evil.example; dmarc=pass header.from=acme.example"}, tom, nil},

		// What a sender can bring into Gmail's own field.
		"a clause in a comment":                   {[]string{forgedBy(`"x; dmarc=pass header.from=acme.example"`)}, tom, verdict(fail, none, none, "")},
		"a clause after a comment that they end":  {[]string{forgedBy(`"x); dmarc=pass header.from=acme.example; dkim=pass header.d=acme.example (y"`)}, tom, verdict(fail, none, none, "")},
		"the same, where Gmail leaves out quotes": {[]string{forgedBy(`x); dmarc=pass header.from=acme.example (y`)}, tom, verdict(fail, none, none, "")},
		"a comment that they begin":               {[]string{forgedBy(`"x("`)}, tom, verdict(fail, none, none, "")},
		"the same without quotes":                 {[]string{forgedBy(`x(`)}, tom, verdict(fail, none, none, "")},
		"a quote that they begin":                 {[]string{forgedBy(`x"`)}, tom, verdict(fail, none, none, "")},
		"a quoted pair":                           {[]string{forgedBy(`"x\"\)"`)}, tom, verdict(fail, none, none, "")},
		"a harmless quoted address":               {[]string{strings.ReplaceAll(genuine, "tom@acme", `"t..m"@acme`)}, from(`"t..m"@acme.example`), verdict(pass, pass, pass, "acme.example")},
		"a blank of another script":               {[]string{"mx.google.com; dkim=pass header.i=x\u00a0header.d=acme.example\u00a0@evil.example"}, tom, verdict(none, none, none, "")},
		"an identity with a domain in quotes":     {[]string{`mx.google.com; dkim=pass header.i="x header.d=acme.example"@evil.example`}, tom, verdict(none, none, none, "")},
		"a failure, and a clause after it":        {[]string{"mx.google.com; dmarc=fail header.from=acme.example; dmarc=pass header.from=acme.example"}, tom, verdict(fail, none, none, "")},
		"a signature in a comment that they end":  {[]string{"mx.google.com; spf=pass (domain of \"x); dkim=pass header.d=acme.example (y\"@evil.example) smtp.mailfrom=evil.example"}, tom, verdict(fail, none, none, "")},
		"a value in a comment":                    {[]string{"mx.google.com; spf=pass (smtp.mailfrom=tom@acme.example)"}, tom, verdict(none, none, none, "")},
		"a domain that can be none":               {[]string{"mx.google.com; dkim=pass header.d=\xff.acme.example; spf=pass smtp.mailfrom=" + strings.Repeat("a", 300) + ".acme.example"}, tom, verdict(none, none, none, "")},
		"absurdly long":                           {[]string{"mx.google.com;" + strings.Repeat(" dkim=pass header.i=@evil.example;", 3000) + " dmarc=pass header.from=acme.example"}, tom, verdict(fail, none, none, "")},
		"absurdly long, a stranger's":             {[]string{"mx.evil.example;" + strings.Repeat(" dkim=pass header.i=@acme.example;", 3000)}, tom, nil},
		"long":                                    {[]string{"mx.google.com;" + strings.Repeat(" dkim=pass header.i=@evil.example;", 1000) + " dmarc=pass header.from=acme.example"}, tom, verdict(pass, none, none, "acme.example")},
		"comments within comments, never ended":   {[]string{"mx.google.com; spf=pass " + strings.Repeat("(", 10_000)}, tom, verdict(fail, none, none, "")},

		// What Gmail has looked at is not what is shown.
		"another From":              {[]string{strings.ReplaceAll(genuine, "acme.example", "evil.example")}, tom, verdict(fail, none, none, "")},
		"two senders":               {[]string{strings.ReplaceAll(genuine, "acme.example", "evil.example")}, from("x@evil.example", "tom@acme.example"), verdict(fail, none, none, "")},
		"two senders of one domain": {[]string{genuine}, from("tom@acme.example", "rita@acme.example"), verdict(pass, pass, pass, "acme.example")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, OfGmail(tt.fields, tt.from)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzOfGmail: whatever a sender makes stand in Gmail's field before its last clause, their mail is not proved to be Tom's; and nothing makes the reading panic or fail to end.
func FuzzOfGmail(f *testing.F) {
	for _, seed := range []string{
		"x@evil.example", `"x); dmarc=pass header.from=acme.example (y"@evil.example`, `x(`, `x"`, `\`, `"\"("`, "(", ";", "x\u00a0header.d=acme.example\u00a0@evil.example", "dmarc=pass", `");dmarc=pass header.from=acme.example;("`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sender string) {
		field := "mx.google.com; spf=pass (google.com: domain of " + sender + " designates 203.0.113.9 as permitted sender) smtp.mailfrom=" + sender +
			"; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=acme.example"
		if a := OfGmail([]string{field}, from("tom@acme.example")); !a.Forged() {
			t.Errorf("%q: %+v", field, a)
		}
		if _, _, err := Parse(sender); err == nil && len(sender) > maxField {
			t.Error("no bound")
		}
	})
}
