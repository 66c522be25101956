package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProgram(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer of-sam" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{"type":"end","messages":0}` + "\n")) // a client that has gone needs no answer
	}))
	t.Cleanup(service.Close)
	dir := t.TempDir()
	out, tokens := filepath.Join(dir, "mail.jsonl"), filepath.Join(dir, "token")
	token := func(text string) {
		if err := os.WriteFile(tokens, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	token("of-rita")
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-h"}, 0, "Broken off or stopped"},
		{[]string{"-out", out}, 2, "say -out"},
		{[]string{"-url", service.URL}, 2, "say -out"},
		{[]string{"-url", service.URL, "-out", out, "-format", "pst"}, 2, "mbox or jsonl"},
		{[]string{"-url", service.URL, "-out", out, "more"}, 2, "say -out"},
		{[]string{"-nonsense"}, 2, "not defined"},
		{[]string{"-check", "-out", out}, 1, "read the state"},
		{[]string{"-url", service.URL, "-out", out, "-token-file", filepath.Join(dir, "none")}, 1, "no token"},
		{[]string{"-url", service.URL, "-out", out, "-token-file", tokens}, 1, "With a new one it goes on"},
		{[]string{"new token"}, 0, ""},
		{[]string{"-url", service.URL, "-out", out, "-token-file", tokens}, 0, "The file is whole: 0 messages, 28 bytes, in 1 pages."},
		{[]string{"-check", "-out", out}, 0, "The file is whole."},
	} {
		if test.args[0] == "new token" {
			token("of-sam")
			continue
		}
		var said bytes.Buffer
		if code := run(t.Context(), test.args, &said, &said); code != test.code || !strings.Contains(said.String(), test.says) {
			t.Errorf("%q ended with %d, want %d: %s", test.args, code, test.code, &said)
		}
	}
}
