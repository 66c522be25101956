package secretmanager

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"cloud.google.com/go/secretmanager/apiv1/secretmanagerpb"
	"google.golang.org/api/iterator"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trakstar/hire-gmail/shared/tokens"
)

// What follows is for operators' programs. It lists, which Secret Manager lets a project do 600 times a minute: no function may.

// Secret is a mailbox's secret as the vault lists it.
type Secret struct {
	ID            string // the last part of its name
	Account, User string // its labels: ids made fit for that, not always the ids themselves
}

// Version is a version that is not destroyed.
type Version struct {
	Name      string // rising numbers
	CreatedAt time.Time
}

// SecretID is the id of a mailbox's secret.
func (v *Vault) SecretID(m tokens.Mailbox) string { return v.secretID(m) }

// listed is how many secrets are asked for at once.
const listed = 1000

// Secrets lists all secrets of mailboxes, whether there is anything in them or not. turn is waited for before each call.
func (v *Vault) Secrets(ctx context.Context, turn func(context.Context) error) iter.Seq2[Secret, error] {
	return func(yield func(Secret, error) bool) {
		for token := ""; ; {
			if err := turn(ctx); err != nil {
				yield(Secret{}, err)
				return
			}
			// The filter finds the prefix anywhere in a name.
			page := v.Client.ListSecrets(ctx, &secretmanagerpb.ListSecretsRequest{Parent: "projects/" + v.Project, Filter: "name:" + v.Prefix}, calls...)
			var found []*secretmanagerpb.Secret
			next, err := iterator.NewPager(page, listed, token).NextPage(&found)
			if err != nil {
				yield(Secret{}, fmt.Errorf("list secrets: %w", err))
				return
			}
			for _, s := range found {
				id := s.Name[strings.LastIndexByte(s.Name, '/')+1:]
				if strings.HasPrefix(id, v.Prefix) && !yield(Secret{ID: id, Account: s.Labels["account"], User: s.Labels["user"]}, nil) {
					return
				}
			}
			if token = next; token == "" {
				return
			}
		}
	}
}

// Versions lists those versions of a secret that are not destroyed, the newest first; none where there is no such secret.
func (v *Vault) Versions(ctx context.Context, secretID string) (out []Version, err error) {
	all := v.Client.ListSecretVersions(ctx, &secretmanagerpb.ListSecretVersionsRequest{
		Parent: fmt.Sprintf("projects/%s/secrets/%s", v.Project, secretID), Filter: "state:(ENABLED OR DISABLED)",
	}, calls...)
	for {
		found, err := all.Next()
		switch {
		case errors.Is(err, iterator.Done), status.Code(err) == codes.NotFound:
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("list secret versions: %w", err)
		}
		out = append(out, Version{Name: found.Name[strings.LastIndexByte(found.Name, '/')+1:], CreatedAt: found.CreateTime.AsTime()})
	}
}

// DestroyOf destroys a version of a secret. Doing it twice is no error.
func (v *Vault) DestroyOf(ctx context.Context, secretID, version string) error {
	return v.destroy(ctx, fmt.Sprintf("projects/%s/secrets/%s/versions/%s", v.Project, secretID, version))
}
