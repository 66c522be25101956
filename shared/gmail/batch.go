package gmail

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"google.golang.org/api/googleapi"
)

// maxBatch is how many calls go into one batch request. Gmail takes 100, and refuses so many with "Too many concurrent requests for user".
const maxBatch = 25

// part is a call within a batch.
type part struct {
	method method
	verb   string
	path   string // with its query
	body   []byte // JSON; nil for none
}

// errPartMissing: the batch's answer had no such part.
var errPartMissing = errors.New("no answer in the batch")

// batch makes calls in one round trip, whose methods may all be repeated. read is given the bodies of those that went well, valid until it returns. The
// errors returned are those of the parts, in their order; err is that of the batch as a whole, and then no part has an answer. A part that failed
// for a passing reason is not tried again here.
// Source: https://developers.google.com/workspace/gmail/api/guides/batch
func (m *Mailbox) batch(ctx context.Context, parts []part, read func(i int, body []byte) error) (errs []error, err error) {
	o := order{method: method{name: "batch", again: true}}
	for _, p := range parts {
		o.parts = append(o.parts, p.method)
	}
	request, contentType, err := encodeBatch(parts)
	if err != nil {
		return nil, err
	}
	errs = make([]error, len(parts))
	err = m.do(ctx, o, func(ctx context.Context) error {
		resp, err := m.client.send(ctx, http.MethodPost, "/batch/gmail/v1", contentType, request)
		if err != nil {
			return err
		}
		defer closeBody(resp)
		for i := range errs {
			errs[i] = errPartMissing
		}
		broken, err := decodeBatch(resp, len(parts), func(i int, answer *http.Response, body []byte) {
			if errs[i] = googleapi.CheckResponseWithBody(answer, body); errs[i] == nil {
				errs[i] = read(i, body)
			}
		})
		if err != nil {
			return err
		}
		for i, err := range errs {
			if errors.Is(err, errPartMissing) && broken != nil {
				errs[i] = broken
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, err := range errs {
		if err != nil {
			errs[i] = m.explain(parts[i].method, err)
		}
	}
	return errs, nil
}

// encodeBatch writes the body of a batch request.
func encodeBatch(parts []part) (body []byte, contentType string, err error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for i, p := range parts {
		pw, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {"application/http"}, "Content-Id": {fmt.Sprintf("<%s%d>", partName, i)}})
		if err != nil {
			return nil, "", fmt.Errorf("gmail: batch: %w", err)
		}
		fmt.Fprintf(pw, "%s %s HTTP/1.1\r\n", p.verb, p.path)
		if p.body != nil {
			fmt.Fprintf(pw, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(p.body))
		}
		fmt.Fprintf(pw, "\r\n%s", p.body)
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("gmail: batch: %w", err)
	}
	return out.Bytes(), "multipart/mixed; boundary=" + w.Boundary(), nil
}

const partName = "item"

// decodeBatch hands out the parts of a batch's answer as they come, one at a time in memory. Gmail may answer in any order. broken is what cut the
// answer short, err what made it unreadable from the start.
func decodeBatch(resp *http.Response, n int, each func(i int, answer *http.Response, body []byte)) (broken, err error) {
	kind, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") || params["boundary"] == "" {
		return nil, fmt.Errorf("%w: not that of a batch", errUnreadable)
	}
	parts := multipart.NewReader(resp.Body, params["boundary"])
	lines := bufio.NewReader(nil)
	var body bytes.Buffer
	for at := 0; ; at++ {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return err, nil
		}
		lines.Reset(p)
		answer, err := readAnswer(lines, &body)
		if err != nil {
			return err, nil
		}
		if i := partIndex(p.Header.Get("Content-Id"), at); i < n {
			each(i, answer, body.Bytes())
		}
	}
}

// partIndex tells which call a part answers: Gmail puts "response-" before the id that the call had. Without one the order decides.
func partIndex(contentID string, at int) int {
	id := strings.TrimPrefix(strings.Trim(contentID, "<> "), "response-")
	if i, err := strconv.Atoi(strings.TrimPrefix(id, partName)); err == nil && i >= 0 {
		return i
	}
	return at
}

// readAnswer reads one HTTP answer inside a part. Its length is that of the part, whatever its Content-Length says.
func readAnswer(r *bufio.Reader, body *bytes.Buffer) (*http.Response, error) {
	text := textproto.NewReader(r)
	line, err := text.ReadLine()
	if err != nil {
		return nil, unexpected(err)
	}
	fields := strings.Fields(line)
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/") {
		return nil, fmt.Errorf("%w: no status line in a part", errUnreadable)
	}
	status, err := strconv.Atoi(fields[1])
	if err != nil {
		return nil, fmt.Errorf("%w: no status in a part", errUnreadable)
	}
	header, err := text.ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	body.Reset()
	if _, err := body.ReadFrom(r); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header(header)}, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
