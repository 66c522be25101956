package functions_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/blobs"
)

// large is the size of a file that Cloud Storage is given in a stream.
const large = 5 << 18

// content is a file of any bytes.
func content(seed uint64, n int) string {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// mailed is a file of a mail in the profile.
type mailed struct {
	thread, message, part string
	content               string
}

func (f mailed) ref() api.AttachmentRef {
	return api.AttachmentRef{ThreadID: f.thread, MessageID: f.message, PartID: f.part}
}

// answersWithFile lets them answer with a file, and finds it in the profile as somebody sees it.
func (c *correspondent) answersWithFile(p *person, content string) mailed {
	c.w.t.Helper()
	c.answers("My work.", withFile("portfolio.zip", "application/zip", []byte(content)))
	c.w.pass(time.Minute)
	for _, t := range p.profile(cora).Threads {
		for _, m := range p.thread(t.ID).MessageList {
			if len(m.Attachments) == 1 && m.Attachments[0].Filename == "portfolio.zip" {
				return mailed{thread: t.ID, message: m.ID, part: m.Attachments[0].PartID, content: content}
			}
		}
	}
	c.w.t.Fatalf("the answer is not in the profile\n%s", c.w.logs)
	return mailed{}
}

// downloads checks that a file comes as it was sent.
func (p *person) downloads(when string, f mailed) {
	p.w.t.Helper()
	a := p.call("GET", fmt.Sprintf("/threads/v1/threads/%s/messages/%s/attachments/%s", f.thread, f.message, f.part), nil)
	if a.Status != 200 || string(a.Body) != f.content {
		p.w.t.Fatalf("%s the download answers %d with %d bytes, want the %d bytes of the file\n%s", when, a.Status, len(a.Body), len(f.content), p.w.logs)
	}
}

// kept tells whether Acme has a file.
func (w *world) kept(content string) bool {
	w.t.Helper()
	sum := sha256.Sum256([]byte(content))
	c, _, err := w.platform.services().Blobs.Open(w.t.Context(), acme, hex.EncodeToString(sum[:]))
	if errors.Is(err, blobs.ErrNotFound) {
		return false
	}
	w.ok(err)
	w.ok(c.Close())
	return true
}
