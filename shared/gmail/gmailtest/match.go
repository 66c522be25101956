package gmailtest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bind finds the labels that a search names in a mailbox; the caller holds m.mu.
func (s *search) bind(m *Mailbox) {
	s.root.walk(func(t *term) {
		if t.op == opLabel {
			t.label = m.labelForSearch(t.value)
		}
	})
}

// labelForSearch is the label of a name in which blanks and slashes may be written as "-"; nil if there is none.
func (m *Mailbox) labelForSearch(name string) *label {
	if l := m.labelName[name]; l != nil {
		return l
	}
	for have, l := range m.labelName {
		if strings.NewReplacer(" ", "-", "/", "-", "&", "-").Replace(have) == name {
			return l
		}
	}
	return nil
}

func (t *term) walk(visit func(*term)) {
	visit(t)
	for _, k := range t.kids {
		k.walk(visit)
	}
}

// usesAddresses tells whether the search wants byAddr.
func (s *search) usesAddresses() bool {
	found := false
	s.root.walk(func(t *term) { found = found || t.exact })
	return found
}

// anywhere tells whether the search asks for spam or bin by itself.
func (s *search) anywhere() bool {
	found := false
	s.root.walk(func(t *term) {
		found = found || t.op == opAnywhere || t.op == opLabel && (t.value == "spam" || t.value == "trash")
	})
	return found
}

// dates are the times that all that fits lies between; newest 0 is no bound.
func (s *search) dates() (oldest, newest int64) {
	for _, t := range s.root.kids {
		switch {
		case t.op == opAfter:
			oldest = max(oldest, t.at)
		case t.op == opBefore && (newest == 0 || t.at < newest):
			newest = max(t.at, 1)
		}
	}
	return oldest, newest
}

// index is the narrowest index that has all that fits; ok is false if only a walk through the mailbox finds it. The caller holds m.mu.
func (s *search) index(m *Mailbox) (x index, ok bool) { return s.root.index(m) }

func (t *term) index(m *Mailbox) (x index, ok bool) {
	switch t.op {
	case opLabel:
		if t.label == nil {
			return nil, true
		}
		return t.label.messages, true
	case opNever:
		return nil, true
	case opFrom, opTo, opCc, opBcc:
		if t.exact {
			return m.byAddr[t.key], true
		}
	case opMessageID:
		for msg := m.byMID[t.key]; msg != nil; msg = msg.sameMID {
			x.insert(msg)
		}
		return x, true
	case opAll:
		for _, k := range t.kids {
			if y, has := k.index(m); has && (!ok || len(y) < len(x)) {
				x, ok = y, true
			}
		}
		return x, ok
	case opAny:
		for _, k := range t.kids {
			y, has := k.index(m)
			if !has {
				return nil, false
			}
			x = append(slices.Clip(x), y...)
		}
		slices.SortFunc(x, func(a, b *message) int {
			switch {
			case a == b:
				return 0
			case a.before(b):
				return -1
			}
			return 1
		})
		return slices.Compact(x), true
	}
	return nil, false
}

// fits tells whether a message is found; the caller holds m.mu.
func (s *search) fits(m *Mailbox, msg *message) bool {
	return len(s.root.kids) == 0 || s.root.fits(m, &content{msg: msg})
}

func (t *term) fits(m *Mailbox, c *content) bool {
	mail := c.msg.mail
	switch t.op {
	case opAll:
		return !slices.ContainsFunc(t.kids, func(k *term) bool { return !k.fits(m, c) })
	case opAny:
		return slices.ContainsFunc(t.kids, func(k *term) bool { return k.fits(m, c) })
	case opNot:
		return !t.kids[0].fits(m, c)
	case opFrom:
		return t.fitsAddress(m, mail.header("From"))
	case opTo:
		return t.fitsAddress(m, mail.header("To")) || t.fitsAddress(m, mail.header("Cc")) || t.fitsAddress(m, mail.header("Bcc"))
	case opCc:
		return t.fitsAddress(m, mail.header("Cc"))
	case opBcc:
		return t.fitsAddress(m, mail.header("Bcc"))
	case opSubject:
		return hasWords(strings.ToLower(decodeHeader(mail.header("Subject"))), t.value)
	case opLabel:
		return t.label != nil && c.msg.labels.has(t.label)
	case opAnywhere:
		return true
	case opRead:
		return !c.msg.labels.hasID("UNREAD")
	case opAttachment:
		return len(mail.attachments()) > 0
	case opFilename:
		return slices.ContainsFunc(mail.attachments(), func(p *part) bool { return strings.Contains(strings.ToLower(p.filename), t.value) })
	case opMessageID:
		return c.msg.mid == t.key
	case opAfter:
		return c.msg.date >= t.at
	case opBefore:
		return c.msg.date < t.at
	case opText:
		return hasWords(c.words(), t.value)
	}
	return false
}

// fitsAddress looks for a whole address, the owner as "me", or any piece of a name or an address.
func (t *term) fitsAddress(m *Mailbox, header string) bool {
	if header == "" {
		return false
	}
	return slices.ContainsFunc(parseAddresses(header), func(a address) bool {
		addr := normalAddress(a.addr)
		switch {
		case t.exact:
			return addr == t.value
		case t.value == "me":
			return addr == m.email
		}
		return strings.Contains(addr, t.value) || hasWords(strings.ToLower(a.name), t.value)
	})
}

// content is a message while a search looks at it; its text is made once, if at all.
type content struct {
	msg  *message
	text string
	made bool
}

// words is all the text of a message in lower case, in one line.
func (c *content) words() string {
	if c.made {
		return c.text
	}
	mail := c.msg.mail
	var b strings.Builder
	for _, name := range []string{"Subject", "From", "To", "Cc"} {
		b.WriteString(decodeHeader(mail.header(name)))
		b.WriteByte(' ')
	}
	text, markup := mail.readable()
	b.WriteString(text)
	if markup != "" {
		b.WriteByte(' ')
		b.WriteString(stripTags(markup))
	}
	for _, p := range mail.attachments() {
		b.WriteByte(' ')
		b.WriteString(p.filename)
	}
	c.text, c.made = strings.ToLower(strings.Join(strings.Fields(b.String()), " ")), true
	return c.text
}

// hasWords tells whether a text has these words side by side, not as pieces of longer ones.
func hasWords(text, words string) bool {
	words = strings.Join(strings.Fields(words), " ")
	for at := 0; ; {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(words)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !isWordRune(before) && !isWordRune(after) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		at = start + max(size, 1)
	}
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// ensureAddresses makes byAddr, once a search needs it.
func (m *Mailbox) ensureAddresses() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byAddr != nil {
		return
	}
	m.byAddr = map[uint64]index{}
	for _, msg := range m.order {
		m.indexAddresses(msg)
	}
}

func (m *Mailbox) indexAddresses(msg *message) {
	for _, key := range factsOf(msg.mail).addressKeys() {
		x := m.byAddr[key]
		x.insert(msg)
		m.byAddr[key] = x
	}
}

func (m *Mailbox) forgetAddresses(msg *message) {
	for _, key := range factsOf(msg.mail).addressKeys() {
		x := m.byAddr[key]
		if x.remove(msg); len(x) == 0 {
			delete(m.byAddr, key)
			continue
		}
		m.byAddr[key] = x
	}
}
