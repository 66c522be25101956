package records

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"github.com/trakstar/hire-gmail/shared/api"
)

// reportType is the type of a signed report (RFC 7515 section 4.1.9), by which it can't be taken for a token.
const reportType = "deletion-report+jws"

// Signer signs deletion reports.
type Signer struct {
	current jose.Signer
	public  []api.ReportKey
}

// NewSigner makes a Signer of the seeds of Ed25519 keys, in base64: it signs with the first, and tells the public keys of all.
func NewSigner(seeds ...string) (*Signer, error) {
	s := &Signer{}
	for i, text := range seeds {
		seed, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, errors.New("records: a signing key is not 32 bytes in base64")
		}
		private := ed25519.NewKeyFromSeed(seed)
		key := jose.JSONWebKey{Key: private.Public(), Use: "sig", Algorithm: string(jose.EdDSA)}
		if key.KeyID, err = keyID(key); err != nil {
			return nil, err
		}
		s.public = append(s.public, api.ReportKey{
			KeyID: key.KeyID, Type: "OKP", Curve: "Ed25519", Public: base64.RawURLEncoding.EncodeToString(private.Public().(ed25519.PublicKey)), Use: key.Use, Algorithm: key.Algorithm,
		})
		if i > 0 {
			continue
		}
		o := (&jose.SignerOptions{}).WithType(reportType)
		if s.current, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: private, KeyID: key.KeyID}}, o); err != nil {
			return nil, fmt.Errorf("records: %w", err)
		}
	}
	if s.current == nil {
		return nil, errors.New("records: a key that signs is needed")
	}
	return s, nil
}

func keyID(k jose.JSONWebKey) (string, error) {
	sum, err := k.Thumbprint(crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("records: thumbprint of a key: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}

// Keys are the public keys.
func (s *Signer) Keys() api.ReportKeys { return api.ReportKeys{Keys: s.public} }

// Sign signs a report.
func (s *Signer) Sign(r api.DeletionReport) (api.SignedDeletionReport, error) {
	payload, err := json.Marshal(r)
	if err != nil {
		return api.SignedDeletionReport{}, fmt.Errorf("encode report: %w", err)
	}
	signed, err := s.current.Sign(payload)
	if err != nil {
		return api.SignedDeletionReport{}, fmt.Errorf("sign report: %w", err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		return api.SignedDeletionReport{}, fmt.Errorf("sign report: %w", err)
	}
	return api.SignedDeletionReport{Report: r, Signed: text}, nil
}

// Verify checks a signed report against public keys, a JWK Set, and gives its payload. It asks nobody.
func Verify(signed string, keys []byte) (payload []byte, err error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(keys, &set); err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	jws, err := jose.ParseSignedCompact(signed, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	h := jws.Signatures[0].Protected
	if h.ExtraHeaders[jose.HeaderType] != reportType {
		return nil, errors.New("it is signed, but it is no deletion report")
	}
	for _, k := range set.Key(h.KeyID) {
		if payload, err := jws.Verify(k); err == nil {
			return payload, nil
		}
	}
	return nil, errors.New("it was not signed by any of these keys")
}
