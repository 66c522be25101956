package gmail

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// Attachment opens an attachment's content, decoded as it is read. attachmentID is good only for a short time after the answer that it stood in.
// The caller closes it; a content that breaks off ends with an error other than io.EOF.
func (m *Mailbox) Attachment(ctx context.Context, messageID, attachmentID string) (io.ReadCloser, error) {
	if messageID == "" || attachmentID == "" {
		return nil, misuse(attachmentsGet, reasonNoID)
	}
	path := "/gmail/v1/users/me/messages/" + url.PathEscape(messageID) + "/attachments/" + url.PathEscape(attachmentID) + "?" +
		url.Values{"fields": {"data"}, "alt": {"json"}, "prettyPrint": {"false"}}.Encode()
	var out *attachment
	err := m.do(ctx, one(attachmentsGet), func(ctx context.Context) error {
		resp, err := m.client.send(ctx, http.MethodGet, path, "", nil)
		if err != nil {
			return err
		}
		out = &attachment{content: base64.NewDecoder(base64.RawURLEncoding, newDataReader(resp.Body)), resp: resp}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// attachment is the content of an attachment on its way.
type attachment struct {
	content io.Reader
	resp    *http.Response
	err     error
}

func (a *attachment) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.content.Read(p)
	switch {
	case err == nil || errors.Is(err, io.EOF):
	case undecodable(err):
		err = &Error{Method: attachmentsGet.name, Status: http.StatusOK, Reason: reasonUnreadable, kind: ErrInvalid}
	default:
		err = noAnswer(attachmentsGet, err)
	}
	a.err = err
	return n, err
}

func (a *attachment) Close() error {
	closeBody(a.resp)
	return nil
}

// dataReader reads the string "data" of a JSON object of strings and numbers, without the padding of its base64; nothing where there is none.
type dataReader struct {
	r      *bufio.Reader
	inside bool
	err    error
}

func newDataReader(r io.Reader) *dataReader { return &dataReader{r: bufio.NewReaderSize(r, 32<<10)} }

func (d *dataReader) Read(p []byte) (n int, err error) {
	if d.err == nil && !d.inside {
		d.inside, d.err = d.open()
	}
	for n < len(p) && d.err == nil {
		if k := d.plain(p[n:]); k > 0 {
			n += k
			continue
		}
		var c byte
		if c, d.err = d.char(); d.err == nil && c != '=' {
			p[n] = c
			n++
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, d.err
}

// plain copies what is buffered, up to a character that needs a look.
func (d *dataReader) plain(p []byte) int {
	buffered, _ := d.r.Peek(min(d.r.Buffered(), len(p))) // no more than there is: no error
	if i := bytes.IndexAny(buffered, `"\=`); i >= 0 {
		buffered = buffered[:i]
	}
	n := copy(p, buffered)
	d.r.Discard(n) //nolint:errcheck // as much as was peeked at
	return n
}

// open reads up to the content of "data".
func (d *dataReader) open() (bool, error) {
	c, err := d.token()
	if err == nil && c != '{' {
		err = errUnreadable
	}
	for err == nil {
		if c, err = d.token(); err != nil || c == '}' {
			return false, cmp.Or(err, io.EOF)
		}
		if c == ',' {
			continue
		}
		if c != '"' {
			return false, errUnreadable
		}
		var key []byte
		if key, err = d.text(); err != nil {
			return false, err
		}
		if c, err = d.token(); err == nil && c == ':' {
			c, err = d.token()
		}
		switch {
		case err != nil:
		case c == '"' && string(key) == "data":
			return true, nil
		case c == '"':
			_, err = d.text()
		case c == '{' || c == '[':
			err = errUnreadable
		default:
			err = d.skip()
		}
	}
	return false, err
}

// token is the next byte that is not white space.
func (d *dataReader) token() (byte, error) {
	for {
		c, err := d.r.ReadByte()
		if err != nil {
			return 0, unexpected(err)
		}
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c, nil
		}
	}
}

// text reads a string whose first quote has been read.
func (d *dataReader) text() (out []byte, err error) {
	for {
		c, err := d.char()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case len(out) < 16: // only its name matters, if it is one
			out = append(out, c)
		}
	}
}

// skip reads a number, true, false or null, up to what follows it.
func (d *dataReader) skip() error {
	for {
		c, err := d.r.ReadByte()
		if err != nil {
			return unexpected(err)
		}
		if c == ',' || c == '}' {
			return d.r.UnreadByte()
		}
	}
}

// char is the next character of a string, io.EOF at its end. Google writes some of ASCII as \u00XX, "=" among them.
func (d *dataReader) char() (byte, error) {
	c, err := d.r.ReadByte()
	switch {
	case err != nil:
		return 0, unexpected(err)
	case c == '"':
		return 0, io.EOF
	case c != '\\':
		return c, nil
	}
	if c, err = d.r.ReadByte(); err != nil {
		return 0, unexpected(err)
	}
	if c != 'u' {
		return c, nil
	}
	var hex [4]byte
	if _, err := io.ReadFull(d.r, hex[:]); err != nil {
		return 0, unexpected(err)
	}
	code, err := strconv.ParseUint(string(hex[:]), 16, 16)
	if err != nil || code > 0x7f {
		return 0, fmt.Errorf("%w: not base64", errUnreadable)
	}
	return byte(code), nil
}
