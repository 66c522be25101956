package functions_test

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api/issuertest"
)

// An upload goes to the store as it comes, whatever its size. No other test runs beside this one, since it counts what is allocated.
func TestUploadIsStreamed(t *testing.T) {
	w := newWorldOn(t, newMachine)
	w.enable()
	w.rita().connect()
	upload := func(size int64) (allocated uint64) {
		body := io.LimitReader(rand.NewChaCha8([32]byte{byte(size >> 10)}), size)
		req := httptest.NewRequest("POST", "/sendmessage/v1/uploads?filename=a.bin", body)
		req.Header = http.Header{
			"Authorization": {"Bearer " + w.issuer.UserToken(issuertest.UserClaims{AccountID: acme, UserID: rita, Email: ritaMail})},
			"Content-Type":  {"application/octet-stream"},
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		out := httptest.NewRecorder()
		w.platform.handler("sendmessage").ServeHTTP(out, req)
		runtime.ReadMemStats(&after)
		if out.Code != 201 {
			t.Fatalf("status %d: %s\n%s", out.Code, out.Body, w.logs)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	upload(1 << 10)
	small, large := upload(1<<20), upload(25<<20)
	if large > small+2<<20 {
		t.Errorf("25 MB took %d bytes of memory, 1 MB took %d", large, small)
	}
}
