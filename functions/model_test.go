package functions_test

import (
	"testing"
	"time"
)

const (
	dan     = "dan"
	danMail = "dan@mail.example"
)

func TestTmp(t *testing.T) {
	img, err := connectedImage()
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	const n = 50
	for range n {
		s, err := openSite(img)
		if err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(10*time.Minute)
		s.sweep(0)
		if !s.drain() { t.Fatal("x") }
		s.close()
	}
	t.Log(time.Since(begun)/n, len(img.database), len(img.mail))
}
