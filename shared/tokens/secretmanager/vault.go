package secretmanager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"

	secretmanager "cloud.google.com/go/secretmanager/apiv1"
	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/api/iterator"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/repeat"
	"github.com/trakstar/hire-gmail/shared/tokens"
)

// Options of a Vault; all are needed.
type Options struct {
	Client  *secretmanager.Client
	Project string // id of the Google Cloud project
	Region  string // the only one that a secret is kept in: europe-west1, ...
	Prefix  string // of the secrets' names; access is granted by it
}

// Vault is a tokens.Vault in Secret Manager.
type Vault struct{ Options }

var _ tokens.Vault = (*Vault)(nil)

// New makes a Vault. It makes no call.
func New(o Options) (*Vault, error) {
	if o.Client == nil || o.Project == "" || o.Region == "" || o.Prefix == "" {
		return nil, errors.New("secretmanager: client, project, region and prefix are all needed")
	}
	return &Vault{o}, nil
}

// secret is the resource name of a mailbox's secret. Its last part may have letters, digits, "-" and "_" only, so the ids are hashed.
func (v *Vault) secret(m tokens.Mailbox) string {
	return fmt.Sprintf("projects/%s/secrets/%s", v.Project, v.secretID(m))
}

func (v *Vault) secretID(m tokens.Mailbox) string {
	return v.Prefix + hire.Digest("mailbox", m.AccountID, m.UserID)
}

func (v *Vault) version(m tokens.Mailbox, version string) string {
	return v.secret(m) + "/versions/" + version
}

// payload is what a version holds.
type payload struct {
	Refresh    string `json:"refresh_token"`
	Scope      string `json:"scope"`
	Sub        string `json:"sub"`
	ObtainedAt string `json:"obtained_at"`
}

// calls bounds every call: what passes by itself is tried again for some seconds. Quota that is used up is not: the client's own way, a minute of
// retries, would only use up more of it.
var calls = []gax.CallOption{gax.WithTimeout(15 * time.Second), repeat.On(codes.Unavailable)}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) int64 { return int64(crc32.Checksum(b, castagnoli)) }

// Put implements tokens.Vault. The secret is made with the mailbox's first version.
func (v *Vault) Put(ctx context.Context, m tokens.Mailbox, t tokens.Token) (string, error) {
	data, err := encode(t)
	if err != nil {
		return "", err
	}
	sum := checksum(data)
	req := &secretmanagerpb.AddSecretVersionRequest{Parent: v.secret(m), Payload: &secretmanagerpb.SecretPayload{Data: data, DataCrc32C: &sum}}
	added, err := v.Client.AddSecretVersion(ctx, req, calls...)
	if status.Code(err) == codes.NotFound {
		if err := v.create(ctx, m); err != nil {
			return "", err
		}
		added, err = v.Client.AddSecretVersion(ctx, req, calls...)
	}
	if err != nil {
		return "", fmt.Errorf("add secret version: %w", err)
	}
	return added.Name[strings.LastIndexByte(added.Name, '/')+1:], nil
}

// create makes the secret; that another has made it meanwhile is as good.
func (v *Vault) create(ctx context.Context, m tokens.Mailbox) error {
	_, err := v.Client.CreateSecret(ctx, &secretmanagerpb.CreateSecretRequest{
		Parent: "projects/" + v.Project, SecretId: v.secretID(m),
		Secret: &secretmanagerpb.Secret{
			Labels: map[string]string{"account": label(m.AccountID), "user": label(m.UserID)},
			Replication: &secretmanagerpb.Replication{Replication: &secretmanagerpb.Replication_UserManaged_{UserManaged: &secretmanagerpb.Replication_UserManaged{
				Replicas: []*secretmanagerpb.Replication_UserManaged_Replica{{Location: v.Region}},
			}}},
		},
	}, calls...)
	if err != nil && status.Code(err) != codes.AlreadyExists {
		return fmt.Errorf("create secret: %w", err)
	}
	return nil
}

// label makes an id fit for a label: lower-case letters, digits, "-" and "_", at most 63. It is for people who look at a bill, not for finding anything.
// Source: https://cloud.google.com/resource-manager/docs/labels-overview#requirements
func label(id string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, strings.ToLower(id))
	return s[:min(len(s), 63)]
}

// Get implements tokens.Vault.
func (v *Vault) Get(ctx context.Context, m tokens.Mailbox, version string) (tokens.Token, error) {
	if version == "" {
		return tokens.Token{}, tokens.ErrNotFound
	}
	answer, err := v.Client.AccessSecretVersion(ctx, &secretmanagerpb.AccessSecretVersionRequest{Name: v.version(m, version)}, calls...)
	switch status.Code(err) {
	case codes.OK:
	case codes.NotFound:
		return tokens.Token{}, tokens.ErrNotFound
	case codes.FailedPrecondition: // destroyed or disabled
		return tokens.Token{}, tokens.ErrDestroyed
	default:
		return tokens.Token{}, fmt.Errorf("access secret version: %w", err)
	}
	p := answer.GetPayload()
	if p.DataCrc32C != nil && *p.DataCrc32C != checksum(p.Data) {
		return tokens.Token{}, errors.New("access secret version: the payload was damaged on its way")
	}
	return decode(p.Data)
}

// Destroy implements tokens.Vault.
func (v *Vault) Destroy(ctx context.Context, m tokens.Mailbox, version string) error {
	if version == "" {
		return nil
	}
	return v.destroy(ctx, v.version(m, version))
}

func (v *Vault) destroy(ctx context.Context, name string) error {
	_, err := v.Client.DestroySecretVersion(ctx, &secretmanagerpb.DestroySecretVersionRequest{Name: name}, calls...)
	switch status.Code(err) {
	case codes.OK, codes.NotFound, codes.FailedPrecondition: // not there, or destroyed already
		return nil
	}
	return fmt.Errorf("destroy secret version: %w", err)
}

// DestroyBefore implements tokens.Vault. It lists the versions of the one secret, the newest first: they are numbered as they are made.
func (v *Vault) DestroyBefore(ctx context.Context, m tokens.Mailbox, version string) error {
	keep, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		return fmt.Errorf("destroy secret versions before %q: %w", version, err)
	}
	all := v.Client.ListSecretVersions(ctx, &secretmanagerpb.ListSecretVersionsRequest{Parent: v.secret(m), Filter: "state:(ENABLED OR DISABLED)"}, calls...)
	for {
		found, err := all.Next()
		switch {
		case errors.Is(err, iterator.Done), status.Code(err) == codes.NotFound:
			return nil
		case err != nil:
			return fmt.Errorf("list secret versions: %w", err)
		}
		name := found.Name[strings.LastIndexByte(found.Name, '/')+1:]
		if n, err := strconv.ParseInt(name, 10, 64); err != nil || n >= keep {
			continue
		}
		if err := v.Destroy(ctx, m, name); err != nil {
			return err
		}
	}
}

func encode(t tokens.Token) ([]byte, error) {
	at, err := t.ObtainedAt.UTC().MarshalText()
	if err != nil {
		return nil, fmt.Errorf("encode token: %w", err)
	}
	data, err := json.Marshal(payload{Refresh: t.Refresh, Scope: t.Scope, Sub: t.Sub, ObtainedAt: string(at)})
	if err != nil {
		return nil, errors.New("encode token") // the cause might quote it
	}
	return data, nil
}

func decode(data []byte) (tokens.Token, error) {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return tokens.Token{}, errors.New("decode token: the secret does not hold one") // the cause might quote it
	}
	t := tokens.Token{Refresh: p.Refresh, Scope: p.Scope, Sub: p.Sub}
	if err := t.ObtainedAt.UnmarshalText([]byte(p.ObtainedAt)); err != nil {
		return tokens.Token{}, errors.New("decode token: the time it was obtained at can't be read")
	}
	return t, nil
}
