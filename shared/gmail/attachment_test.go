package gmail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestAttachment(t *testing.T) {
	t.Parallel()
	content := make([]byte, 200_003)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(content) //nolint:errcheck // never fails
	encoded := base64.URLEncoding.EncodeToString(content)
	for _, tc := range []struct {
		name, body string
		want       []byte
		err        error
	}{
		{"padded", `{"data":"` + encoded + `"}`, content, nil},
		{"not padded", `{"data":"` + strings.TrimRight(encoded, "=") + `"}`, content, nil},
		{"padding escaped", `{"data":"aGk\u003d"}`, []byte("hi"), nil},
		{"letters escaped", `{"data":"\u0061Gk"}`, []byte("hi"), nil},
		{"other fields around it", "{\n \"size\": 2,\n \"attachmentId\": \"A\\\"NG\",\r\n \"odd\": null,\n \"data\" : \"aGk=\",\n \"more\": 1 }", []byte("hi"), nil},
		{"empty", `{"data":""}`, []byte{}, nil},
		{"no data", `{"size":0}`, []byte{}, nil},
		{"nothing", `{}`, []byte{}, nil},
		{"cut in the content", `{"data":"` + encoded[:1000], nil, ErrUnavailable},
		{"cut at a boundary of four", `{"data":"aGVs`, nil, ErrUnavailable},
		{"cut with three characters left over", `{"data":"aGVsaGV`, nil, ErrUnavailable},
		{"cut before the content", `{"size":12`, nil, ErrUnavailable},
		{"not base64", `{"data":"a*b*"}`, nil, ErrInvalid},
		{"escape beyond ASCII", `{"data":"\u20ac"}`, nil, ErrInvalid},
		{"no object", `["data"]`, nil, ErrInvalid},
		{"an object inside", `{"data":{"data":"aGk="}}`, nil, ErrInvalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, says(tc.body))
			r, err := w.mailbox.Attachment(t.Context(), "18c", "AN/G?")
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if tc.err == nil && !bytes.Equal(got, tc.want) {
				t.Errorf("content differs: %d bytes, want %d", len(got), len(tc.want))
			}
			if tc.err != nil {
				if n, again := r.Read(make([]byte, 1)); n != 0 || !errors.Is(again, tc.err) {
					t.Errorf("read on after the error: %d, %v", n, again)
				}
			}
			want := recorded{method: http.MethodGet, path: "/gmail/v1/users/me/messages/18c/attachments/AN%2FG%3F", query: "alt=json&fields=data&prettyPrint=false"}
			if diff := cmp.Diff(want, recorded{method: w.requests[0].method, path: w.requests[0].path, query: w.requests[0].query}, cmp.AllowUnexported(recorded{})); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAttachmentConnectionBreaks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Length", "1000")
		respond(rw, 200, `{"data":"aGVsbG8g`)
	})
	r, err := w.mailbox.Attachment(t.Context(), "18c", "ANG")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.ReadAll(r); !errors.Is(err, ErrUnavailable) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

func TestDataReaderInSmallPieces(t *testing.T) {
	t.Parallel()
	body := `{"size":11,"data":"aGVsbG8gd29ybGQ\u003d"}`
	r := newDataReader(iotest.OneByteReader(strings.NewReader(body)))
	got, err := io.ReadAll(iotest.OneByteReader(r))
	if err != nil || string(got) != "aGVsbG8gd29ybGQ" {
		t.Errorf("got %q, %v", got, err)
	}
}
