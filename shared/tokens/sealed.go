package tokens

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Sealed is a vault in the document file of a service on one machine. Tokens are sealed with AES-256-GCM under a key that lies in a file of its
// own; a sealed token moved to another mailbox or version does not open.
type Sealed struct {
	db   docs.DB
	aead cipher.AEAD
}

type sealedRecord struct {
	Destroyed bool
	Nonce     []byte
	Box       []byte
}

// OpenSealed opens a vault whose key lies in the given file, which is made, readable by its owner alone, if it is not there.
func OpenSealed(db docs.DB, keyFile string) (*Sealed, error) {
	if db == nil {
		return nil, errors.New("tokens: no database given")
	}
	key, err := os.ReadFile(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeKey(keyFile)
	}
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("key file %s has %d bytes, want %d", keyFile, len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key file %s: %w", keyFile, err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Sealed{db: db, aead: aead}, nil
}

const keySize = 32 // AES-256

// makeKey makes a key and its file. The file has its name only once it is whole and on disk: without it no stored token opens any more.
func makeKey(file string) ([]byte, error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".key-") // readable by its owner alone
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name()) // gone already where all went well
	_, err = tmp.Write(key)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	return key, os.Rename(tmp.Name(), file)
}

func sealedRef(m Mailbox, version string) docs.Ref {
	return docs.Path("accounts", m.AccountID, "secrets", m.UserID, "versions", version)
}

// Put implements Vault.
func (s *Sealed) Put(ctx context.Context, m Mailbox, t Token) (string, error) {
	var id [6]byte
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(id[:]); err != nil {
		return "", err
	}
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	version := fmt.Sprintf("%016x-%s", time.Now().UnixNano(), hex.EncodeToString(id[:])) // in the order of their making
	plain, err := json.Marshal(t)
	if err != nil {
		return "", errors.New("encode token")
	}
	ref := sealedRef(m, version)
	rec := sealedRecord{Nonce: nonce, Box: s.aead.Seal(nil, nonce, plain, []byte(ref))}
	err = s.db.Update(ctx, "token.put", func(_ context.Context, tx docs.Tx) error { return tx.Create(ref, &rec) })
	if err != nil {
		return "", fmt.Errorf("store token: %w", err)
	}
	return version, nil
}

// Get implements Vault.
func (s *Sealed) Get(ctx context.Context, m Mailbox, version string) (Token, error) {
	if version == "" {
		return Token{}, ErrNotFound
	}
	ref := sealedRef(m, version)
	var rec *sealedRecord
	err := s.db.View(ctx, "token.get", func(ctx context.Context, tx docs.Tx) (err error) {
		rec, err = docs.Get[sealedRecord](ctx, tx, ref)
		return err
	})
	switch {
	case err != nil:
		return Token{}, fmt.Errorf("read token: %w", err)
	case rec == nil:
		return Token{}, ErrNotFound
	case rec.Destroyed:
		return Token{}, ErrDestroyed
	}
	plain, err := s.aead.Open(nil, rec.Nonce, rec.Box, []byte(ref))
	if err != nil {
		return Token{}, errors.New("a stored token does not open: the key file is another than the one it was sealed with")
	}
	var t Token
	if err := json.Unmarshal(plain, &t); err != nil {
		return Token{}, errors.New("decode token")
	}
	return t, nil
}

// Destroy implements Vault.
func (s *Sealed) Destroy(ctx context.Context, m Mailbox, version string) error {
	if version == "" {
		return nil
	}
	ref := sealedRef(m, version)
	return s.db.Update(ctx, "token.destroy", func(ctx context.Context, tx docs.Tx) error {
		rec, err := docs.Get[sealedRecord](ctx, tx, ref)
		if err != nil || rec == nil || rec.Destroyed {
			return err
		}
		return tx.Set(ref, &sealedRecord{Destroyed: true})
	})
}

// DestroyBefore implements Vault.
func (s *Sealed) DestroyBefore(ctx context.Context, m Mailbox, version string) error {
	versions := docs.Path("accounts", m.AccountID, "secrets", m.UserID).Under("versions")
	return s.db.Update(ctx, "token.destroy_before", func(ctx context.Context, tx docs.Tx) error {
		rows, err := tx.Query(ctx, docs.Query{Collection: versions, Limit: maxVersions})
		if err != nil {
			return err
		}
		for _, row := range rows {
			var rec sealedRecord
			if err := row.Decode(&rec); err != nil {
				return err
			}
			if row.Ref.ID() >= version || rec.Destroyed {
				continue
			}
			if err := tx.Set(row.Ref, &sealedRecord{Destroyed: true}); err != nil {
				return err
			}
		}
		return nil
	})
}

// maxVersions bounds what DestroyBefore looks at: a mailbox that was connected more often keeps no token that anybody uses.
const maxVersions = 1000
