package mime

import (
	"strings"
)

// QuotedSplit parts what somebody wrote from the mail they answered, which their program put below it. fresh and quoted together are text, to the
// letter. When in doubt all is fresh: where words stand below the quote or between its lines, where nothing stands above it, and in what was
// forwarded, which is what the mail is about. Signatures above the quote are fresh. The work is linear in the length of text.
func QuotedSplit(text string) (fresh, quoted string) {
	s := newSplitter(text)
	at := s.find()
	if at < 0 || strings.TrimSpace(text[:at]) == "" {
		return text, ""
	}
	at = len(strings.TrimRight(text[:at], " \t\r\n"))
	return text[:at], text[at:]
}

// maxHint is the longest line that is looked at as the head of a quote; maxHead how many lines such a head can have.
const (
	maxHint = 400
	maxHead = 3
)

type splitter struct {
	text      string
	lines     []string // trimmed
	starts    []int    // of each line in text
	lastQuote int      // index of the last line that begins with ">"
	lastPlain int      // index of the last line that does not and is not blank
}

func newSplitter(text string) *splitter {
	s := &splitter{text: text, lastQuote: -1, lastPlain: -1}
	at := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, ">"):
			s.lastQuote = len(s.lines)
		case trimmed != "":
			s.lastPlain = len(s.lines)
		}
		s.lines = append(s.lines, trimmed)
		s.starts = append(s.starts, at)
		at += len(line)
	}
	return s
}

// find is where the quote begins in the text; -1 if there is none.
func (s *splitter) find() int {
	for i, line := range s.lines {
		if line == "" || strings.HasPrefix(line, ">") || len(line) > maxHint {
			continue
		}
		dashed := strings.HasPrefix(line, "--")
		if (dashed || strings.HasSuffix(line, ":")) && forwarded().MatchString(line) {
			return -1
		}
		if (dashed && originalMessage().MatchString(line)) || s.headerBlock(i) {
			return s.starts[s.ruleAbove(i)]
		}
		if begin, ok := s.attribution(i); ok {
			return s.starts[begin]
		}
	}
	return s.block()
}

// block is where the "> " lines begin with which the text ends.
func (s *splitter) block() int {
	if s.lastQuote < 0 || s.lastPlain > s.lastQuote || s.lastPlain < 0 {
		return -1
	}
	for i := s.lastPlain + 1; i < len(s.lines); i++ {
		if s.lines[i] != "" {
			if i > 0 && s.lines[i-1] != "" && strings.HasSuffix(s.lines[i-1], ":") {
				return s.starts[i-1] // whatever language it is in
			}
			return s.starts[i]
		}
	}
	return -1
}

var (
	// originalMessage is Outlook's line above what is quoted.
	originalMessage = pattern(`(?i)^-{2,}\s*(?:original message|original appointment|urspr(?:ü|ue)ngliche nachricht|originalnachricht|message d['’]origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|opprinnelig melding|ursprungligt meddelande|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение|original[- ]nachricht|元のメッセージ|原始邮件|原始郵件)\s*-{2,}$`)
	// forwarded is the line above what is passed on.
	forwarded = pattern(`(?i)^(?:-{3,}\s*(?:forwarded (?:message|by .*)|weitergeleitete nachricht|message transféré|message transmis|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande|videresendt (?:meddelelse|melding)|edelleenlähetetty viesti|przekazana wiadomość|пересылаемое сообщение|転送メッセージ|转发的邮件)\s*-*|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message réexpédié ?:|inicio del mensaje reenviado:|inizio messaggio inoltrato:)$`)
)

// headWords are the names that Outlook's header block begins with, and those that follow, in the languages of its users.
var (
	headFrom = words("from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "от", "kimden", "差出人", "发件人", "寄件者", "보낸 사람")
	headDate = words("sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "enviado", "enviado el", "enviada", "enviada em", "enviado em", "fecha", "data", "inviato", "verzonden", "skickat", "sendt", "dato",
		"lähetetty", "wysłano", "odesláno", "отправлено", "дата", "gönderildi", "tarih", "送信日時", "日付", "发送时间", "日期", "寄件日期", "보낸 날짜")
	headRest = words("to", "cc", "subject", "an", "betreff", "à", "objet", "para", "asunto", "assunto", "a", "oggetto", "aan", "onderwerp", "till", "ämne", "til", "emne", "vastaanottaja", "aihe",
		"do", "dw", "temat", "komu", "předmět", "кому", "тема", "kime", "konu", "宛先", "件名", "收件人", "主题", "收件者", "主旨", "받는 사람", "제목")
)

func words(ws ...string) map[string]bool {
	out := map[string]bool{}
	for _, w := range ws {
		out[w] = true
	}
	return out
}

// headWord is the name of a header line, in lower case, without the stars of a text made from bold HTML.
func headWord(line string) string {
	const longest, wide = 40, "："
	// Every line of every mail is looked at: no more of it than matters.
	line = line[:min(len(line), longest+len(wide))]
	i := strings.IndexByte(line, ':')
	if j := strings.Index(line, wide); j >= 0 && (i < 0 || j < i) {
		i = j
	}
	if i < 0 || i > longest {
		return ""
	}
	return strings.ToLower(strings.Trim(line[:i], "*_ \u00a0"))
}

// headerBlock tells whether a header block begins at line i: From, and then a date and an addressee or subject within few lines.
func (s *splitter) headerBlock(i int) bool {
	if !headFrom[headWord(s.lines[i])] {
		return false
	}
	date, rest := false, false
	for _, line := range s.lines[i+1 : min(i+7, len(s.lines))] {
		w := headWord(line)
		date = date || headDate[w]
		rest = rest || headRest[w]
	}
	return date && rest
}

// ruleAbove is the line of underscores or dashes that Outlook draws above a header block, if one is there, else i.
func (s *splitter) ruleAbove(i int) int {
	for j := i - 1; j >= max(0, i-2); j-- {
		switch line := s.lines[j]; {
		case line == "":
		case len(line) >= 8 && (strings.Trim(line, "_") == "" || strings.Trim(line, "-") == ""):
			return j
		default:
			return i
		}
	}
	return i
}

var (
	// saysWrote is an attribution: "On … wrote:", by language. In some the verb ends the line, in some a name may follow it.
	saysWrote = pattern(`(?i)(?:^(?:am|op|den|dne|på)\s.*(?:schrieb|schreef|skrev|napsal).*` +
		`|(?:\bwrote|a écrit|escribió|escreveu|ha scritto|skrev|schreef|napsala?|napsal\(a\)|napisała?|napisał\(a\)|kirjoitti|пишет|написала?|написал\(а\)|yazdı|写道|寫道|님이 작성|님이 썼습니다|のメール|さんは書きました))\s*[:：]$`)
	// beginsHead is how an attribution begins where it goes over several lines.
	beginsHead = pattern(`(?i)^(?:(?:on|am|le|el|em|il|op|den|dne|w dniu|på)\s.*\d|\d)`)
	clock      = pattern(`\d{1,2}[:.h]\d{2}`)
	// gmailPlain is what Gmail writes in languages where it uses no verb: a date, a name, an address.
	gmailPlain = pattern(`^\d{4}(?:年|-|/|\.).*<[^<>\s]+@[^<>\s]+>\s*[:：]$`)
)

// attribution finds where the attribution begins that ends with line j, if one does and a quote follows to the end.
func (s *splitter) attribution(j int) (begin int, ok bool) {
	if !strings.HasSuffix(s.lines[j], ":") && !strings.HasSuffix(s.lines[j], "：") {
		return 0, false
	}
	begin = s.headBegin(j)
	head := strings.Join(s.lines[begin:j+1], " ")
	// A time and an address above a marked quote are one in any language.
	anyLanguage := s.lastQuote > j && strings.Contains(head, "@") && clock().MatchString(head)
	if !anyLanguage && !saysWrote().MatchString(head) && !gmailPlain().MatchString(head) {
		return 0, false
	}
	return begin, s.quoteFollows(j, head)
}

// headBegin is the line on which an attribution begins that ends with line j. Programs wrap it to at most three lines.
func (s *splitter) headBegin(j int) int {
	if beginsHead().MatchString(s.lines[j]) {
		return j
	}
	for i := j - 1; i >= max(0, j-maxHead+1); i-- {
		line := s.lines[i]
		if line == "" || strings.HasPrefix(line, ">") || len(line) > maxHint {
			break
		}
		if beginsHead().MatchString(line) || (i == j-1 && clock().MatchString(line) && strings.Contains(s.lines[j], "@")) {
			return i
		}
	}
	return j
}

// quoteFollows tells whether all that comes after line j is quoted. Where it is not marked so, line by line, the head must leave no doubt: with a
// time or an address in it.
func (s *splitter) quoteFollows(j int, head string) bool {
	if s.lastQuote > j {
		return s.lastPlain <= j
	}
	return s.lastPlain > j && strings.ContainsAny(head, "0123456789") && (strings.Contains(head, "@") || clock().MatchString(head))
}
