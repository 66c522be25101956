package tokens

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

func openDB(t *testing.T, path string) *embedded.DB {
	t.Helper()
	db, err := embedded.Open(path, docs.Schema{}, embedded.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func openSealed(t *testing.T, db docs.DB, keyFile string) *Sealed {
	t.Helper()
	s, err := OpenSealed(db, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealedTokenOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDB(t, filepath.Join(dir, "hire.db"))
	defer db.Close()
	s := openSealed(t, db, filepath.Join(dir, "tokens.key"))
	ctx := t.Context()
	rita, sam := Mailbox{"acme", "rita"}, Mailbox{"acme", "sam"}
	version, err := s.Put(ctx, rita, Token{Refresh: "1//secret"})
	if err != nil {
		t.Fatal(err)
	}
	var rec sealedRecord
	for _, to := range []docs.Ref{sealedRef(sam, version), sealedRef(rita, "another"), sealedRef(Mailbox{"bolt", "rita"}, version)} {
		err := db.Update(ctx, "test.move", func(ctx context.Context, tx docs.Tx) error {
			if _, err := tx.Get(ctx, []docs.Ref{sealedRef(rita, version)}, []any{&rec}); err != nil {
				return err
			}
			return tx.Set(to, &rec)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Contains(rec.Box, []byte("secret")) {
		t.Error("the token lies open in its record")
	}
	for _, m := range []struct {
		box     Mailbox
		version string
	}{{sam, version}, {rita, "another"}, {Mailbox{"bolt", "rita"}, version}} {
		if got, err := s.Get(ctx, m.box, m.version); err == nil || got != (Token{}) {
			t.Errorf("moved to %v, version %s, it opens", m.box, m.version)
		}
	}
	if _, err := s.Get(ctx, rita, version); err != nil {
		t.Errorf("in its own place: %v", err)
	}
}

func TestSealedSurvivesReopening(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, keyFile := filepath.Join(dir, "hire.db"), filepath.Join(dir, "tokens.key")
	box := Mailbox{"acme", "rita"}
	db := openDB(t, file)
	version, err := openSealed(t, db, keyFile).Put(t.Context(), box, Token{Refresh: "1//secret"})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(file); err != nil || bytes.Contains(content, []byte("1//secret")) {
		t.Errorf("the token lies open in the file (%v)", err)
	}
	db = openDB(t, file)
	defer db.Close()
	if got, err := openSealed(t, db, keyFile).Get(t.Context(), box, version); err != nil || got.Refresh != "1//secret" {
		t.Errorf("after reopening: %v", err)
	}
	_, err = openSealed(t, db, filepath.Join(dir, "another.key")).Get(t.Context(), box, version)
	if err == nil || !strings.Contains(err.Error(), "key file") {
		t.Errorf("under another key: %v", err)
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDB(t, filepath.Join(dir, "hire.db"))
	defer db.Close()
	keyFile := filepath.Join(dir, "tokens.key")
	openSealed(t, db, keyFile)
	first, err := os.ReadFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(first) != 32 || bytes.Equal(first, make([]byte, 32)) {
		t.Errorf("the key has %d bytes", len(first))
	}
	if info, err := os.Stat(keyFile); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("mode %v (%v), want readable by its owner alone", info.Mode(), err)
	}
	openSealed(t, db, keyFile)
	if again, err := os.ReadFile(keyFile); err != nil || !bytes.Equal(first, again) {
		t.Errorf("opening again changed the key (%v)", err)
	}
	if entries, err := filepath.Glob(filepath.Join(dir, ".key-*")); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
	for _, size := range []int{0, 16, 31, 33} {
		short := filepath.Join(dir, fmt.Sprint("key", size))
		if err := os.WriteFile(short, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenSealed(db, short); err == nil {
			t.Errorf("a key of %d bytes is taken", size)
		}
	}
	if _, err := OpenSealed(db, filepath.Join(dir, "nowhere", "tokens.key")); err == nil {
		t.Error("a key file in a folder that is not there is taken")
	}
	if _, err := OpenSealed(nil, keyFile); err == nil {
		t.Error("a vault without a database is taken")
	}
}

func TestTokenIsNeverPrinted(t *testing.T) {
	t.Parallel()
	tok := Token{Refresh: "1//secret", Scope: "scope", Sub: "sub"}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("it is", "token", tok, "pointer", &tok, "in", struct{ T Token }{tok})
	for _, s := range []string{
		fmt.Sprint(tok), fmt.Sprint(&tok), fmt.Sprintf("%s %v %+v %#v %q", tok, tok, tok, tok, tok), fmt.Sprintf("%v %+v %#v", struct{ T Token }{tok}, []Token{tok}, map[string]Token{"a": tok}),
		logged.String(),
	} {
		if strings.Contains(s, "secret") {
			t.Errorf("printed: %s", s)
		}
	}
}
