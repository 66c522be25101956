package store

import (
	"context"
	"time"

	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Upload is a file given for a mail that is not written yet. Its content lies in a blob.
type Upload struct {
	ID          string
	UserID      string
	Filename    string
	ContentType string
	Size        int64
	Blob        string
	ExpiresAt   time.Time
}

// PutUpload records a file that was uploaded.
func (s *Store) PutUpload(ctx context.Context, account string, u Upload) error {
	return s.db.Update(ctx, "upload.put", func(_ context.Context, tx docs.Tx) error {
		ref := uploadRef(account, u.ID)
		if err := tx.Set(ref, &u); err != nil {
			return err
		}
		return refer(tx, account, ref, u.ExpiresAt, []string{u.Blob})
	})
}

// GetUpload reads an upload of the user; hire.CodeUnknownUpload if there is none, it is another's, or it has expired.
func (s *Store) GetUpload(ctx context.Context, account, user, id string) (Upload, error) {
	if !docs.IsID(id) {
		return Upload{}, hire.Err(hire.CodeUnknownUpload)
	}
	u, err := read[Upload](ctx, s, "upload", uploadRef(account, id), hire.CodeUnknownUpload)
	if err == nil && (u.UserID != user || !s.clock().Before(u.ExpiresAt)) {
		return Upload{}, hire.Err(hire.CodeUnknownUpload)
	}
	return u, err
}
