package exporting

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/trakstar/hire-gmail/shared/api"
)

// errHalf: a page that does not end as a page does.
var errHalf = errors.New("the page is not whole")

// read reads a page to its end and says how many messages are in it. next is the token of the page after it, as the answer's header names it.
func read(format string, from io.Reader, next string) (messages int, err error) {
	r := bufio.NewReaderSize(from, 1<<16)
	switch format {
	case "mbox":
		return readMbox(r)
	case "jsonl":
		return readLines(r, next)
	}
	return 0, fmt.Errorf("%w: format %q: mbox or jsonl", ErrRefused, format)
}

// readMbox counts the mails of an mbox. It has no mark at its end: that it is whole, the transport says, which ends an answer that was cut off with an error.
func readMbox(r *bufio.Reader) (messages int, err error) {
	begun, blank := false, true // at the beginning of a line; after an empty one, or at the page's beginning
	for {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull): // a line longer than the buffer goes on
			begun, blank = true, false
			continue
		case err == io.EOF && len(line) == 0:
			if !blank {
				return 0, fmt.Errorf("%w: it ends within a mail", errHalf)
			}
			return messages, nil
		case err != nil:
			return 0, fmt.Errorf("read the page: %w", orHalf(err))
		}
		starts := !begun && bytes.HasPrefix(line, []byte("From "))
		if messages == 0 && !starts || starts && !blank {
			return 0, fmt.Errorf("%w: it is no mbox", errHalf)
		}
		if starts {
			messages++
		}
		blank, begun = !begun && len(line) == 1, false
	}
}

// orHalf calls the end of a stream within a line what it is.
func orHalf(err error) error {
	if err == io.EOF {
		return errHalf
	}
	return err
}

// readLines reads JSON lines: messages, each with its files whole, and the end with their number and the next page's token, both as they were told before.
func readLines(r *bufio.Reader, next string) (messages int, err error) {
	l := lines{}
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			break
		}
		if err != nil {
			return 0, fmt.Errorf("read the page: %w", orHalf(err))
		}
		if err := l.line(line); err != nil {
			return 0, err
		}
	}
	switch {
	case l.end == nil:
		return 0, fmt.Errorf("%w: it has no end", errHalf)
	case l.end.Messages != l.messages:
		return 0, fmt.Errorf("%w: it has %d messages, and its end says %d", errHalf, l.messages, l.end.Messages)
	case l.end.NextPageToken != next:
		return 0, fmt.Errorf("%w: its header and its end name different pages after it", errHalf)
	}
	return l.messages, nil
}

// lines is how far a page of JSON lines has been read.
type lines struct {
	messages int
	id       string           // of the last message
	files    []api.Attachment // of it, that are yet to come
	got      int64            // bytes of the first of them
	end      *api.ExportEnd
}

func (l *lines) line(b []byte) error {
	var kind struct{ Type string }
	if err := json.Unmarshal(b, &kind); err != nil {
		return fmt.Errorf("%w: %w", errHalf, err)
	}
	if l.end != nil {
		return fmt.Errorf("%w: after its end comes more", errHalf)
	}
	switch kind.Type {
	case "message":
		var m api.ExportedMessage
		if err := json.Unmarshal(b, &m); err != nil {
			return fmt.Errorf("%w: %w", errHalf, err)
		}
		if err := l.allFiles(); err != nil {
			return err
		}
		l.messages++
		l.id, l.files, l.got = m.ID, m.Attachments, 0
		return nil
	case "chunk":
		var c api.ExportedChunk
		if err := json.Unmarshal(b, &c); err != nil {
			return fmt.Errorf("%w: %w", errHalf, err)
		}
		return l.chunk(c)
	case "end":
		l.end = &api.ExportEnd{}
		return errors.Join(json.Unmarshal(b, l.end), l.allFiles())
	}
	return nil // what a later version adds
}

func (l *lines) chunk(c api.ExportedChunk) error {
	if len(l.files) == 0 || c.MessageID != l.id || c.PartID != l.files[0].PartID {
		return fmt.Errorf("%w: a piece of a file comes out of turn", errHalf)
	}
	l.got += int64(len(c.Data))
	if !c.Last {
		return nil
	}
	if size := l.files[0].Size; !c.Missing && l.got != size {
		return fmt.Errorf("%w: a file has %d bytes of %d", errHalf, l.got, size)
	}
	l.files, l.got = l.files[1:], 0
	return nil
}

func (l *lines) allFiles() error {
	if len(l.files) > 0 {
		return fmt.Errorf("%w: of a message %d files are missing", errHalf, len(l.files))
	}
	return nil
}
