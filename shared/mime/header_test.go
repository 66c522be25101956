package mime

import (
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseAddresses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want []Address
	}{
		{"", nil},
		{"a@x.com", []Address{{"", "a@x.com"}}},
		{"<a@x.com>", []Address{{"", "a@x.com"}}},
		{"Ann Lee <a@x.com>, b@x.com", []Address{{"Ann Lee", "a@x.com"}, {"", "b@x.com"}}},
		{`"Lee, Ann" <a@x.com>`, []Address{{"Lee, Ann", "a@x.com"}}},
		{`"Ann \"The\" Lee\\" <a@x.com>`, []Address{{`Ann "The" Lee\`, "a@x.com"}}},
		{"Lee, Ann <a@x.com>", []Address{{"Lee, Ann", "a@x.com"}}},
		{"Lee, Ann <a@x.com>; Ray, Bo <b@x.com>", []Address{{"Lee, Ann", "a@x.com"}, {"Ray, Bo", "b@x.com"}}},
		{"a@x.com; b@x.com;", []Address{{"", "a@x.com"}, {"", "b@x.com"}}},
		{"a@x.com,,b@x.com,", []Address{{"", "a@x.com"}, {"", "b@x.com"}}},
		{"a@x.com (Ann Lee)", []Address{{"Ann Lee", "a@x.com"}}},
		{"Ann (of (the) team) Lee <a(comment)@x.com>", []Address{{"Ann Lee", "a(comment)@x.com"}}},
		{"undisclosed-recipients:;", nil},
		{"Team: a@x.com, Bo <b@x.com>; c@x.com", []Address{{"", "a@x.com"}, {"Bo", "b@x.com"}, {"", "c@x.com"}}},
		{"A: a@x.com; B: b@x.com;", []Address{{"", "a@x.com"}, {"", "b@x.com"}}},
		{"<>", nil},
		{"MAILER-DAEMON", []Address{{"MAILER-DAEMON", ""}}},
		{"MAILER-DAEMON (Mail System)", []Address{{"MAILER-DAEMON", ""}}},
		{"Ann Lee a@x.com", []Address{{"Ann Lee", "a@x.com"}}},
		{"'a@x.com' <a@x.com>", []Address{{"", "a@x.com"}}},
		{"\"'Ann'\" <a@x.com>", []Address{{"Ann", "a@x.com"}}},
		{"<mailto:a@x.com>", []Address{{"", "a@x.com"}}},
		{"mailto:a@x.com", []Address{{"", "a@x.com"}}},
		{"<@r.com,@s.com:a@x.com>", []Address{{"", "a@x.com"}}},
		{"< a @ x.com >", []Address{{"", "a@x.com"}}},
		{"a @ x.com", []Address{{"", "a@x.com"}}},
		{`"odd one"@x.com`, []Address{{"", `"odd one"@x.com`}}},
		{`Odd <"a,b"@x.com>`, []Address{{"Odd", `"a,b"@x.com`}}},
		{`"Ann <a@x.com>, b@x.com`, []Address{{"Ann", "a@x.com"}, {"", "b@x.com"}}},
		{"Ann <a@x.com, b@x.com", []Address{{"Ann", "a@x.com"}, {"", "b@x.com"}}},
		{"Ann (a@x.com", []Address{{"Ann", "(a@x.com"}}},
		{"a@x.com <b@x.com>", []Address{{"a@x.com", "b@x.com"}}},
		{"<a@x.com> <b@x.com>", []Address{{"", "a@x.com"}, {"", "b@x.com"}}},
		{"=?utf-8?Q?J=C3=BCrgen?= <a@x.com>", []Address{{"Jürgen", "a@x.com"}}},
		{`"=?utf-8?Q?Lee=2C_J=C3=BCrgen?=" <a@x.com>`, []Address{{"Lee, Jürgen", "a@x.com"}}},
		{"=?utf-8?Q?Lee=2C?= Ann <a@x.com>", []Address{{"Lee, Ann", "a@x.com"}}},
		{"=?utf-8?B?SsO8cmdlbiA8YUB4LmNvbT4=?=", []Address{{"Jürgen", "a@x.com"}}},
		{"用户 <用户@例え.jp>", []Address{{"用户", "用户@例え.jp"}}},
		{"Ann <a@[192.0.2.1]>", []Address{{"Ann", "a@[192.0.2.1]"}}},
		{"Ann O'Neill <a@x.com>", []Address{{"Ann O'Neill", "a@x.com"}}},
	} {
		got, _ := parseAddresses(tt.in)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
}

// Where net/mail reads a list, we read the same.
func TestParseAddressesAsNetMail(t *testing.T) {
	t.Parallel()
	atom := rapid.StringMatching(`[a-zA-Z0-9!#$%&*+/?^_{|}~-]{1,8}`)
	rapid.Check(t, func(t *rapid.T) {
		mailbox := rapid.Custom(func(t *rapid.T) string {
			addr := atom.Draw(t, "local") + rapid.SampledFrom([]string{"", ".x", ".y.z"}).Draw(t, "dots") + "@" + rapid.StringMatching(`[a-z]{1,6}\.[a-z]{2,3}`).Draw(t, "domain")
			switch rapid.IntRange(0, 4).Draw(t, "form") {
			case 0:
				return addr
			case 1:
				return "<" + addr + ">"
			case 2:
				return atom.Draw(t, "first") + " " + atom.Draw(t, "last") + " <" + addr + ">"
			case 3:
				quoted := rapid.StringMatching(`[a-z][a-zA-Z,.;:<>@()=? ]{0,12}[a-z]`).Draw(t, "quoted")
				return `"` + strings.Join(strings.Fields(quoted), " ") + `" <` + addr + ">"
			}
			return atom.Draw(t, "first") + " (c \\) (d)) <" + addr + ">"
		})
		list := strings.Join(rapid.SliceOfN(mailbox, 1, 4).Draw(t, "list"), rapid.SampledFrom([]string{",", ", ", " ,\t"}).Draw(t, "comma"))
		want, err := mail.ParseAddressList(list)
		if err != nil {
			t.Fatalf("net/mail does not read %q: %v", list, err)
		}
		got, sound := parseAddresses(list)
		if !sound || len(got) != len(want) {
			t.Fatalf("%q: %+v, sound %v", list, got, sound)
		}
		for i, a := range got {
			if a.Addr != want[i].Address || a.Name != want[i].Name {
				t.Errorf("%q: %+v, net/mail reads %+v", list, a, want[i])
			}
		}
	})
}

func TestDecodeWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"plain", "plain"},
		{"=?utf-8?Q?a_b=3D?=", "a b="},
		{"=?UTF-8?b?w7w=?= x =?utf-8?q?=C3=A4?=", "ü x ä"},
		{"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
		{"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"},
		{"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"},
		{"=?utf-8?Q?=C3?= =?UTF-8?Q?=BC?=", "ü"},          // a letter cut in two
		{"=?utf-8?Q?=C3?= =?utf-8?B?vA==?=", "ü"},         // in both ways
		{"=?utf-8?Q?=C3=BC?= =?iso-8859-1?Q?=FC?=", "üü"}, // neighbours of two charsets
		{"=?iso-2022-jp?B?GyRCTXpOcj1xGyhC?=", "履歴書"},
		{"=?ISO-2022-JP?B?GyRCTXpOcg==?= =?ISO-2022-JP?B?PXEbKEI=?=", "履歴書"}, // cut without going back to ASCII
		{"=?utf-8*de?Q?=C3=BC?=", "ü"},
		{"=?utf-8?Q?with blank?=", "with blank"},
		{"=?utf-8?B?w7w?=", "ü"},
		{"=?x-martian?Q?=C3=BC?=", "ü"},
		{"=?us-ascii?Q?=FC?=", "ü"},
		{"=?gb2312?B?vPLA+g==?=", "简历"},
		{"=?cp1251?Q?=CF=F0=E8?=", "При"},
		{"=?utf-8?Q?open", "=?utf-8?Q?open"},
		{"=?utf-8?X?a?=", "=?utf-8?X?a?="},
		{"a=?b", "a=?b"},
	} {
		if got := decodeWords(tt.in); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return d.UTC()
	}
	for _, tt := range []struct{ in, want string }{
		{"Tue, 14 May 2024 10:22:07 +0200", "2024-05-14T08:22:07Z"},
		{"14 May 2024 10:22:07 +0200 (CEST)", "2024-05-14T08:22:07Z"},
		{"Tue, 14 May 2024 10:22 -0000", "2024-05-14T10:22:00Z"},
		{"Tue, 4 May 24 10:22:07 GMT", "2024-05-04T10:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 EST", "2024-05-14T15:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 CEST", "2024-05-14T08:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 +0200 CEST", "2024-05-14T08:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 MET DST", "2024-05-14T08:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 XYZ", "2024-05-14T10:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 GMT+0200", "2024-05-14T08:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 +02:00", "2024-05-14T08:22:07Z"},
		{"Tue, 14 May 2024 10:22:07 +2", "2024-05-14T08:22:07Z"},
		{"Tue, 14 May 2024 10:22:07", "2024-05-14T10:22:07Z"},
		{"Tue  14  May  2024  10:22:07 +0200", "2024-05-14T08:22:07Z"},
		{"Wrong, 14 May 2024 10:22:07 +0200", "2024-05-14T08:22:07Z"},
		{"Di, 14 May 2024 10.22.07 +0200", "2024-05-14T08:22:07Z"},
		{"Tue May 14 10:22:07 2024", "2024-05-14T10:22:07Z"},
		{"Tue, 14 May 2024 03:22:07 PM +0000", "2024-05-14T15:22:07Z"},
		{"Tue, 14 May 2024 03:22:07 PM", "2024-05-14T15:22:07Z"},
		{"2024-05-14T10:22:07Z", "2024-05-14T10:22:07Z"},
		{"2024-05-14T10:22:07.123+02:00", "2024-05-14T08:22:07.123Z"},
		{"2024-05-14 10:22:07", "2024-05-14T10:22:07Z"},
		{"2024-05-14", "2024-05-14T00:00:00Z"},
		{"14 (of) May (this) 2024 10:22:07 +0200", "2024-05-14T08:22:07Z"},
	} {
		if got, ok := parseDate(tt.in); !ok || !got.Equal(at(tt.want)) || got.Location() != time.UTC {
			t.Errorf("%q: %v %v, want %s", tt.in, got, ok, tt.want)
		}
	}
	for _, in := range []string{"", "yesterday", "Tue, 14 May", "32 May 2024 10:00:00 +0000", "Mon, 1 Jan 0001 00:00:00 +0000", "1 Jan 9999 00:00:00 +0000", "25:99", strings.Repeat("(", 500), ",", " "} {
		if got, ok := parseDate(in); ok {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"<a@b>", []string{"a@b"}},
		{"<a@b> <c@d>\t<e@f>", []string{"a@b", "c@d", "e@f"}},
		{"<a@b><c@d>", []string{"a@b", "c@d"}},
		{"<a @b> (comment)", []string{"a@b"}},
		{"Message of Tuesday <a@b>", []string{"a@b"}},
		{"a@b c@d", []string{"a@b", "c@d"}},
		{"a@b, \"c@d\";", []string{"a@b", "c@d"}},
		{"no id here", nil},
		{"<open@b", []string{"open@b"}},
		{"<" + strings.Repeat("x", 2000) + "@b> <a@b>", []string{"a@b"}},
		{"<>", nil},
	} {
		h := header{"references": {tt.in}}
		if diff := cmp.Diff(tt.want, h.ids("References")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
	}
	for in, want := range map[string]string{"<a@b>": "a@b", "a@b": "a@b", "no-at-sign": "no-at-sign", " <x y@z> ": "xy@z", "": "", "<\"q p\"@z>": `"qp"@z`} {
		if got := (header{"message-id": {in}}).messageID(); got != want {
			t.Errorf("Message-ID %q: %q, want %q", in, got, want)
		}
	}
}

func TestParseParams(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in, value string
		params    map[string]string
	}{
		{"", "", map[string]string{}},
		{"Text/Plain", "text/plain", map[string]string{}},
		{"text/plain; charset=UTF-8; format=flowed", "text/plain", map[string]string{"charset": "UTF-8", "format": "flowed"}},
		{"text/plain charset=utf-8", "text/plain", map[string]string{"charset": "utf-8"}},
		{"text/plain (comment; x=y); charset=a", "text/plain", map[string]string{"charset": "a", "x": "y)"}},
		{"charset=utf-8", "", map[string]string{"charset": "utf-8"}},
		{`a/b; boundary="x y;=z"`, "a/b", map[string]string{"boundary": "x y;=z"}},
		{`a/b; boundary=----=_Part_1=2`, "a/b", map[string]string{"boundary": "----=_Part_1=2"}},
		{`a/b; name="never closed; charset=x`, "a/b", map[string]string{"name": "never closed", "charset": "x"}},
		{`a/b; name="a "b" c"; x=1`, "a/b", map[string]string{"name": `a "b" c`, "x": "1"}},
		{`a/b; name="a\"b\\c"`, "a/b", map[string]string{"name": `a"b\c`}},
		{`a/b; name="C:\dir\f.txt"`, "a/b", map[string]string{"name": `C:\dir\f.txt`}},
		{`a/b; name=two words.pdf; x=1`, "a/b", map[string]string{"name": "two words.pdf", "x": "1"}},
		{`a/b; name="x" charset=y`, "a/b", map[string]string{"name": "x", "charset": "y"}},
		{`a/b; name=x charset=y`, "a/b", map[string]string{"name": "x", "charset": "y"}},
		{`a/b; name=a; name=b`, "a/b", map[string]string{"name": "a"}},
		{`a/b; lonely; x = "1" ;; ;y=`, "a/b", map[string]string{"x": "1", "y": ""}},
		{`a/b; name*=utf-8'en'%e2%82%ac%20x; name=fallback`, "a/b", map[string]string{"name": "€ x"}},
		{`a/b; name*1=cd; name*0=ab; name*2*=%65`, "a/b", map[string]string{"name": "abcde"}},
		{`a/b; name*0*=iso-8859-1''%FC; name*1=" y"`, "a/b", map[string]string{"name": "ü y"}},
		{`a/b; name*=shift_jis''%97%9A`, "a/b", map[string]string{"name": "履"}},
		{`a/b; name*=%zz%4`, "a/b", map[string]string{"name": "%zz%4"}},
		{`a/b; name*99999999999999999999=x; *=y; *0=z`, "a/b", map[string]string{"name": "x"}},
		{"a/b; name=\"L\xf6w\"", "a/b", map[string]string{"name": "Löw"}},
		{";;;", "", map[string]string{}},
		{"  Text/Plain  ; a=b", "text/plain", map[string]string{"a": "b"}},
		{"\xa7", "\uFFFD", map[string]string{}}, // longer in lower case
	} {
		value, params := parseParams(tt.in)
		if diff := cmp.Diff(tt.params, params); value != tt.value || diff != "" {
			t.Errorf("%q: %q (-want +got):\n%s", tt.in, value, diff)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		header        string
		reply, report bool
	}{
		{"From: a@x.com", false, false},
		{"Auto-Submitted: auto-replied", true, false},
		{"Auto-Submitted: auto-generated; x=y", true, false},
		{"Auto-Submitted: no", false, false},
		{"Auto-Submitted: no\nX-Autoreply: yes", false, false},
		{"X-Autoreply: yes", true, false},
		{"X-Autoreply: no", false, false},
		{"X-Autorespond: vacation", true, false},
		{"Precedence: auto_reply", true, false},
		{"Precedence: bulk", false, false},
		{"Precedence: junk\nIn-Reply-To: <a@b>", true, false},
		{"Precedence: bulk\nIn-Reply-To: <a@b>\nList-Id: <l>", false, false},
		{"Precedence: list\nIn-Reply-To: <a@b>", false, false},
		{"From: MAILER-DAEMON", false, true},
		{"From: Mail Delivery System <Mailer-Daemon@mx.example>", false, true},
		{"From: \"mailer-daemon\" <person@x.com>", false, false},
		{"X-Failed-Recipients: a@x.com", false, true},
		{"Content-Type: multipart/report; boundary=b; report-type=delivery-status", false, true}, // though it can't be taken apart
		{"Content-Type: multipart/report; boundary=b", false, true},
		{"Content-Type: multipart/report; boundary=b; report-type=disposition-notification", false, false},
	} {
		m, err := Parse([]byte(tt.header + "\n\ntext"))
		if err != nil {
			t.Fatal(err)
		}
		if m.AutoReply() != tt.reply || m.DeliveryReport() != tt.report {
			t.Errorf("%q: reply %v, report %v", tt.header, m.AutoReply(), m.DeliveryReport())
		}
	}
}

func TestHeaderValue(t *testing.T) {
	t.Parallel()
	m, err := Parse([]byte("X-Hire-Send: abc\nX-Hire-Send: def\nX-Words: =?utf-8?Q?=C3=BC?=\n\nx"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"X-Hire-Send": "abc", "x-hire-send": "abc", "X-Words": "ü", "X-None": ""} {
		if got := m.HeaderValue(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
