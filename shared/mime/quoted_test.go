package mime

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestQuotedSplit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, fresh, quoted string }{
		{"empty", "", ""},
		{"no quote", "Hello.\n\nBye", ""},
		{"english", "Yes.", "\n\nOn Mon, May 13, 2024 at 4:05 PM Ruth <r@x.com> wrote:\n\n> Hi\n> there\n"},
		{"english over two lines", "Yes.", "\n\nOn Mon, May 13, 2024 at 4:05 PM Ruth Okafor the Second <\nr@x.com> wrote:\n> Hi"},
		{"english over three lines", "Yes.", "\nOn Mon, May 13, 2024\nat 4:05 PM Ruth <r@x.com>\nwrote:\n> Hi"},
		{"no blank line above", "Thanks!\nBye", "\nOn 13 May 2024, at 16:05, Ruth <r@x.com> wrote:\n\n> Hi"},
		{"german", "Ja.", "\n\nAm Mo., 13. Mai 2024 um 16:05 Uhr schrieb Ruth <\nr@x.com>:\n\n> Hallo"},
		{"german, quote not marked", "Ja.", "\n\nAm 13.05.24 um 16:05 schrieb Ruth Okafor:\nHallo,\nwie geht es?"},
		{"french", "Oui.", "\n\nLe lun. 13 mai 2024 à 16:05, Ruth <r@x.com> a écrit :\n\n> Bonjour"},
		{"spanish over two lines", "Sí.", "\n\nEl lun, 13 may 2024 a las 16:05, Ruth (<r@x.com>)\nescribió:\n\n> Hola"},
		{"portuguese", "Sim.", "\n\nEm seg., 13 de mai. de 2024 às 16:05, Ruth <r@x.com> escreveu:\n\n> Olá"},
		{"italian", "Sì.", "\n\nIl giorno lun 13 mag 2024 alle ore 16:05 Ruth <r@x.com> ha scritto:\n\n> Ciao"},
		{"dutch", "Ja.", "\n\nOp ma 13 mei 2024 om 16:05 schreef Ruth <r@x.com>:\n\n> Hallo"},
		{"polish over two lines", "Tak.", "\n\npon., 13 maj 2024 o 16:05 Ruth Okafor\n<r@x.com> napisał(a):\n\n> Hej"},
		{"swedish", "Ja.", "\n\nDen mån 13 maj 2024 kl 16:05 skrev Ruth <r@x.com>:\n\n> Hej"},
		{"russian", "Да.", "\n\nпн, 13 мая 2024 г. в 16:05, Ruth <r@x.com>:\n\n> Привет"},
		{"turkish", "Evet.", "\n\nRuth <r@x.com>, 13 May 2024 Pzt, 16:05 tarihinde şunu yazdı:\n\n> Selam"},
		{"chinese", "好。", "\n\nRuth <r@x.com> 于2024年5月13日周一 16:05写道：\n\n> 你好"},
		{"japanese", "はい。", "\n\n2024年5月13日(月) 16:05 Ruth <r@x.com>:\n\n> こんにちは"},
		{"korean", "네.", "\n\n2024년 5월 13일 (월) 오후 4:05, Ruth <r@x.com>님이 작성:\n\n> 안녕"},
		{"marked lines alone", "Yes.", "\n\n> Hi\n> there"},
		{"unknown language above marked lines", "Ναι.", "\n\nΣτις 13 Μαΐου ο χρήστης Ruth έγραψε:\n> Γεια"},
		{"signature above", "Yes.\n\n-- \nAnna\nSent from my iPhone", "\n\n> Hi"},
		{"original message", "Yes.", "\n\n-----Original Message-----\nFrom: Ruth\nSent: Monday\n\nHi"},
		{"original message in german", "Ja.", "\n\n-----Ursprüngliche Nachricht-----\nVon: Ruth\nHallo"},
		{"outlook", "Yes.", "\n\n________________________________\nFrom: Ruth <r@x.com>\nSent: Monday, May 13, 2024 4:05 PM\nTo: Anna\nSubject: Hi\n\nHi"},
		{"outlook without a rule", "Yes.", "\n\nFrom: Ruth <r@x.com>\nDate: Monday, May 13, 2024 4:05 PM\nTo: Anna\nCc: Per\nSubject: Hi\n\nHi"},
		{"outlook in bold", "Yes.", "\n\n*From:* Ruth <r@x.com>\n*Sent:* Monday\n*To:* Anna\n*Subject:* Hi\n\nHi"},
		{"outlook in german", "Ja.", "\n\nVon: Ruth <r@x.com>\nGesendet: Montag\nAn: Anna\nBetreff: Hi\n\nHi"},
		{"outlook in french", "Oui.", "\n\nDe : Ruth <r@x.com>\nEnvoyé : lundi\nÀ : Anna\nObjet : Hi\n\nHi"},
		{"outlook in japanese", "はい。", "\n\n差出人: Ruth\n送信日時: 2024年5月13日\n宛先: Anna\n件名: Hi\n\nHi"},
		{"two attributions", "Yes.", "\n\nOn May 13, 2024, at 16:05, A <a@x.com> wrote:\n\n> Hi\n>\n> On May 12, 2024, at 10:00, B <b@x.com> wrote:\n>\n>> Ho"},
		// Doubt.
		{"answers between the lines", "On May 13, 2024, at 16:05, A <a@x.com> wrote:\n> When?\nTomorrow.\n> Where?\nHere.", ""},
		{"answer below the quote", "On May 13, 2024, at 16:05, A <a@x.com> wrote:\n> When?\n\nTomorrow.", ""},
		{"answers between, then a whole quote", "> When?\nTomorrow.", "\n\nOn May 12, 2024, at 10:00, B <b@x.com> wrote:\n> Ho"},
		{"a sentence that ends like one", "On Friday the board wrote:\n\nDear all, we are pleased.", ""},
		{"nothing but a quote", "> all\n> of it", ""},
		{"nothing above an attribution", "On May 13, 2024, at 16:05, A <a@x.com> wrote:\n> Hi", ""},
		{"forwarded by gmail", "FYI\n\n---------- Forwarded message ---------\nFrom: A <a@x.com>\nDate: Mon, May 13, 2024 at 4:05 PM\nSubject: Hi\nTo: <r@x.com>\n\nHi", ""},
		{"forwarded by apple", "FYI\n\nBegin forwarded message:\n\nFrom: A <a@x.com>\nDate: 13 May 2024\nSubject: Hi\nTo: r@x.com\n\n> Hi", ""},
		{"a timetable", "From: 9 am\nTo: 5 pm\nSubject: the fair", ""},
		{"a greater sign in the text", "if a\n> b then\nc", ""},
		{"a colon at the end", "My answers:", ""},
		{"attribution with nothing after", "Hm.\nOn May 13, 2024, at 16:05, A <a@x.com> wrote:\n\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fresh, quoted := QuotedSplit(tt.fresh + tt.quoted)
			if fresh != tt.fresh || quoted != tt.quoted {
				t.Errorf("fresh %q, quoted %q", fresh, quoted)
			}
		})
	}
}

func TestQuotedSplitLosesNothing(t *testing.T) {
	t.Parallel()
	line := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", " ", "> quoted", ">", "On May 13, 2024, at 16:05, A <a@x.com> wrote:", "wrote:", "-----Original Message-----", "From: a", "Sent: b", "To: c", "________________", "-- ", "text", "\r", "a:",
	}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(line).Draw(t, "lines"), "\n")
		fresh, quoted := QuotedSplit(text)
		if fresh+quoted != text {
			t.Fatalf("%q became %q and %q", text, fresh, quoted)
		}
		if strings.TrimSpace(text) != "" && strings.TrimSpace(fresh) == "" {
			t.Fatalf("nothing of %q is fresh", text)
		}
	})
}

func TestTextOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, html, want string }{
		{"nothing", "", ""},
		{"blank", " \n ", ""},
		{"words", "a  b\n c", "a b c"},
		{"entities", "&lt;a&gt; &amp; &nbsp; &euro;", "<a> & €"},
		{"inline", "<b>a</b><i>b</i> c", "ab c"},
		{"br", "a<br>b<br/><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd"},
		{"gmail's lines", "<div>a</div><div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"},
		{"paragraphs", "<p>a</p>\n<p>b</p>", "a\n\nb"},
		{"headings", "<h1>a</h1>b", "a\n\nb"},
		{"link", `<a href="https://x.com/a">here</a>.`, "here <https://x.com/a>."},
		{"link that says itself", `<a href="https://x.com/">x.com</a> <a href="https://x.com">https://x.com</a>`, "x.com https://x.com"},
		{"link that is none", `<a href="javascript:x">a</a> <a name=b>b</a> <a href="mailto:c@x.com">c</a> <a href="https://x.com"><img src=y></a>`, "a b c"},
		{"link around a block", `<a href="https://x.com/a"><div>here</div></a>there`, "here <https://x.com/a>\nthere"},
		{"list", "<ul><li>a</li><li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd"},
		{"numbers", "<ol><li>a<li>b</ol>", "1. a\n2. b"},
		{"quote", "a<blockquote>b<blockquote>c</blockquote>d</blockquote>e", "a\n\n> b\n>\n>> c\n>\n> d\n\ne"},
		{"gmail's quote", `yes<br><div class="gmail_quote"><div>On x wrote:<br></div><blockquote>hi<br>ho</blockquote></div>`, "yes\nOn x wrote:\n\n> hi\n> ho"},
		{"pre", "<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"},
		{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\nc"},
		{"hidden", "<title>t</title><style>s{}</style><script>x<y</script><!-- c -->a<noscript>n</noscript>", "a"},
		{"image", `<img alt=" the  logo "><img alt=""><img>`, "[the logo]"},
		{"fillers", "a\u200b\u00adb\ufeff", "ab"},
		{"broken", "</p></blockquote></ul></a>a<b", "a"},
		{"unclosed", "<p>a<blockquote>b<ul><li>c<a href='https://x.com'>d", "a\n\n> b\n>\n> - cd"},
		{"rule", "a<hr>b", "a\n----\nb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := TextOf(tt.html); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestUnflow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		delSp bool
		want  string
	}{
		{"", false, ""},
		{"a \nb", false, "a b"},
		{"a \nb", true, "ab"},
		{"a\nb", false, "a\nb"},
		{"a \n\nb", false, "a \n\nb"},
		{"\n\na", false, "\n\na"},
		{"> a \n> b\nc", false, "> a b\nc"},
		{"> a \n>> b", false, "> a \n>> b"},
		{">> a \n>> b", false, ">> a b"},
		{">\n> a", false, ">\n> a"},
		{" >not quoted", false, ">not quoted"},
		{" From", false, "From"},
		{"a \n-- \nb", false, "a \n-- \nb"},
		{"> -- \n> b", false, "> -- \n> b"},
	} {
		if got := unflow(tt.in, tt.delSp); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

// The name of a header line is within its first 40 bytes, and a wide colon counts as one.
func TestHeadWord(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"From: Cora": "from", "*Von:* Cora": "von", "发件人：张三": "发件人", "": "", "From Cora": "",
		"发件人： 10:30": "发件人", "10:30：x": "10",
		strings.Repeat("x", 40) + ":": strings.Repeat("x", 40), strings.Repeat("x", 40) + "：": strings.Repeat("x", 40),
		strings.Repeat("x", 41) + ":": "", strings.Repeat("x", 41) + "：": "", strings.Repeat("x", 39) + "é: ": "",
	} {
		if got := headWord(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// BenchmarkQuotedSplit is a mail of 5 KB without a quote, whose lines are all looked at.
func BenchmarkQuotedSplit(b *testing.B) {
	text := strings.Repeat("What there is to say is said in lines that are about as long as this one.\n", 70)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, quoted := QuotedSplit(text); quoted != "" {
			b.Fatal(quoted)
		}
	}
}
