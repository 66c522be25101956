package gmail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkMessages is one batch request of 25 messages with 8 KiB of text each.
func BenchmarkMessages(b *testing.B) {
	text := base64.URLEncoding.EncodeToString(bytes.Repeat([]byte("Dear Rita, "), 745))
	var once []byte
	w := newWorld(b, func(rw http.ResponseWriter, r *http.Request) {
		if once == nil {
			rec := httptest.NewRecorder()
			answerBatch(b, rec, r, func(rw http.ResponseWriter, r *http.Request) {
				id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
				respond(rw, 200, fmt.Sprintf(`{"id":%q,"threadId":"t-%s","labelIds":["INBOX"],"historyId":"9","internalDate":"1700000000000","payload":{"mimeType":"text/plain",
					"headers":[{"name":"Subject","value":"Hello"},{"name":"From","value":"Cora <cora@mail.example>"}],"body":{"size":8195,"data":%q}}}`, id, id, text))
			}, nil)
			once = rec.Body.Bytes()
		}
		rw.Header().Set("Content-Type", "multipart/mixed; boundary=batch_x")
		rw.Write(once) //nolint:errcheck // the benchmark sees what is missing
	}, unlimited)
	todo := ids(maxBatch)
	b.ReportAllocs()
	for b.Loop() {
		got, err := w.mailbox.Messages(b.Context(), todo, FormatFull)
		if err != nil || len(outcomes(got)) != 0 {
			b.Fatal(outcomes(got), err)
		}
		w.requests = w.requests[:0]
	}
	b.SetBytes(int64(len(once)))
}

// BenchmarkHistory is one page of 500 records.
func BenchmarkHistory(b *testing.B) {
	var page strings.Builder
	page.WriteString(`{"history":[`)
	for i := range 500 {
		if i > 0 {
			page.WriteByte(',')
		}
		fmt.Fprintf(&page, `{"id":"%d","messagesAdded":[{"message":{"id":"%016x","threadId":"%016x","labelIds":["INBOX","UNREAD","IMPORTANT"]}}]}`, i+1, i, i)
	}
	page.WriteString(`],"historyId":"600"}`)
	w := newWorld(b, says(page.String()), unlimited)
	b.ReportAllocs()
	b.SetBytes(int64(page.Len()))
	for b.Loop() {
		got, err := w.mailbox.History(b.Context(), 1, "")
		if err != nil || len(got.Records) != 500 {
			b.Fatal(len(got.Records), err)
		}
		w.requests = w.requests[:0]
	}
}

// BenchmarkAttachment streams an attachment of 8 MiB; memory must not grow with it.
func BenchmarkAttachment(b *testing.B) {
	body := `{"data":"` + base64.URLEncoding.EncodeToString(make([]byte, 8<<20)) + `"}`
	w := newWorld(b, says(body), unlimited)
	b.ReportAllocs()
	b.SetBytes(8 << 20)
	for b.Loop() {
		r, err := w.mailbox.Attachment(b.Context(), "18c", "ANG")
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != 8<<20 {
			b.Fatal(n, err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
		w.requests = w.requests[:0]
	}
}

func unlimited(o *Options) {
	o.Quota = Quota{UserPerMinute: 1 << 40, ProjectPerMinute: 1 << 40, ProjectPerDay: 1 << 40}
}
