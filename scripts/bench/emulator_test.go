//go:build emulators

package main

import (
	"bytes"
	"path/filepath"
	"testing"
)

// The same on Google's emulators, with each function a process of its own.
func TestQuickOnEmulators(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"-quick", "-stores", "firestore", "-only", "/firestore/3/0ms", "-out", folder}, &out, &errs); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	got, err := read(filepath.Join(folder, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Rows) != 2 || got.Rows[0].GmailUnits <= 0 || got.Rows[1].RoundTrips <= 0 || len(got.Missing) > 0 {
		t.Errorf("measured: %+v", got)
	}
}
