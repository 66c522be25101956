package mimetest

import (
	"archive/zip"
	"bytes"
	"testing"
)

// The bomb is one: a program that opened its files would get a thousand times what came.
func TestZipBomb(t *testing.T) {
	t.Parallel()
	const n = 1 << 18
	raw := zipBomb(n)
	r, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var all uint64
	for _, f := range r.File {
		all += f.UncompressedSize64
	}
	if len(raw) < n/2 || len(raw) > 2*n || all < uint64(len(raw))*unfolded*9/10 {
		t.Errorf("%d bytes unfold to %d, want %d times as many", len(raw), all, unfolded)
	}
	f, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if n, err := f.Read(make([]byte, 1000)); n == 0 || err != nil {
		t.Errorf("%d bytes of it can be read, %v", n, err)
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	const n = 1 << 18
	if got := len(Ordinary(n)); got < n*9/10 || got > n*12/10 {
		t.Errorf("the ordinary mail has %d bytes", got)
	}
	for name, raw := range Hostile(n) {
		if len(raw) > 10*n || len(raw) < n/4 && name != "one byte" {
			t.Errorf("%s has %d bytes", name, len(raw))
		}
	}
}
