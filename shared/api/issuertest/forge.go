package issuertest

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Forgery is a way to make a bad token out of a good one.
type Forgery string

// The forgeries. All but Stripped must be refused everywhere; Stripped is what Cloud Run's IAM makes of a token that it has checked.
const (
	OtherKey      Forgery = "signed by another key with the issuer's key id"
	UnknownKey    Forgery = "signed by a key with an id of its own"
	OwnKeyInside  Forgery = "signed by a key that the token brings along"
	AlgNone       Forgery = "alg none"
	AlgNoneMixed  Forgery = "alg nOnE"
	HMACPublicPEM Forgery = "HS256 with the issuer's public key, in PEM, as the secret"
	HMACPublicDER Forgery = "HS256 with the issuer's public key, in DER, as the secret"
	Tampered      Forgery = "payload changed after signing"
	NoSignature   Forgery = "signature cut off"
	Stripped      Forgery = "signature removed by Google"
)

// Forgeries are all of them but Stripped.
var Forgeries = []Forgery{OtherKey, UnknownKey, OwnKeyInside, AlgNone, AlgNoneMixed, HMACPublicPEM, HMACPublicDER, Tampered, NoSignature}

// Forge makes a bad token with the claims of a good one.
func (i *Issuer) Forge(token string, f Forgery) string {
	i.mu.Lock()
	current := i.current
	i.mu.Unlock()
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	must(err)
	signed := parts[0] + "." + parts[1]
	der, err := x509.MarshalPKIXPublicKey(current.Public().Key)
	must(err)
	switch f {
	case OtherKey:
		return sign(newKey(current.KeyID, i.options.RSA), jose.SignatureAlgorithm(current.Algorithm), payload)
	case UnknownKey:
		return sign(newKey("forged", i.options.RSA), jose.SignatureAlgorithm(current.Algorithm), payload)
	case OwnKeyInside:
		key := newKey("forged", i.options.RSA)
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(current.Algorithm), Key: key.Key}, &jose.SignerOptions{EmbedJWK: true})
		must(err)
		jws, err := signer.Sign(payload)
		must(err)
		out, err := jws.CompactSerialize()
		must(err)
		return out
	case AlgNone:
		return header("none", current.KeyID) + "." + parts[1] + "."
	case AlgNoneMixed:
		return header("nOnE", current.KeyID) + "." + parts[1] + "."
	case HMACPublicPEM:
		secret := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		return sign(jose.JSONWebKey{Key: secret, KeyID: current.KeyID}, jose.HS256, payload)
	case HMACPublicDER:
		return sign(jose.JSONWebKey{Key: der, KeyID: current.KeyID}, jose.HS256, payload)
	case Tampered:
		changed := strings.Replace(string(payload), "{", `{"forged":true,`, 1)
		return parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(changed)) + "." + parts[2]
	case NoSignature:
		return signed + "."
	case Stripped:
		return signed + ".SIGNATURE_REMOVED_BY_GOOGLE"
	}
	panic("issuertest: unknown forgery " + f)
}

func header(alg, keyID string) string {
	h, err := json.Marshal(map[string]string{"alg": alg, "kid": keyID, "typ": "JWT"})
	must(err)
	return base64.RawURLEncoding.EncodeToString(h)
}
