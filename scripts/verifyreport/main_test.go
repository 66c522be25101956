package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/api"
	"github.com/trakstar/hire-gmail/shared/records"
)

func TestVerifyReport(t *testing.T) {
	t.Parallel()
	s, err := records.NewSigner(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32))))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Sign(api.DeletionReport{AccountID: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, v any) string {
		text, ok := v.(string)
		if !ok {
			j, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			text = string(j)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	keys := file("keys.json", s.Keys())
	for _, report := range []string{file("answer.json", answer), file("report.jws", answer.Signed+"\n")} {
		var out bytes.Buffer
		if err := run([]string{"-keys", keys, report}, &out); err != nil || !strings.Contains(out.String(), `"account_id": "acme"`) {
			t.Errorf("%s: %v\n%s", report, err, &out)
		}
	}
	parts := strings.Split(answer.Signed, ".")
	another, err := json.Marshal(api.DeletionReport{AccountID: "bolt"}) // a report as good as the other, but for its signature
	if err != nil {
		t.Fatal(err)
	}
	forged := file("forged.jws", parts[0]+"."+base64.RawURLEncoding.EncodeToString(another)+"."+parts[2])
	for _, args := range [][]string{{"-keys", keys, forged}, {forged}, {"-keys", keys}, {"-keys", filepath.Join(dir, "none"), forged}, {"-keys", keys, filepath.Join(dir, "none")}} {
		if err := run(args, &bytes.Buffer{}); err == nil {
			t.Errorf("%q ended well", args)
		}
	}
}
