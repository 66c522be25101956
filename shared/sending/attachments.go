package sending

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
	"github.com/trakstar/hire-gmail/shared/mime"
	"github.com/trakstar/hire-gmail/shared/store"
)

// maxFiles is how many files a mail can have. Each is a record in the transaction that begins the send.
const maxFiles = 100

func checkFiles(refs []AttachmentRef) error {
	if len(refs) > maxFiles {
		return invalid("attachments", fmt.Sprintf("A mail can have %d files at most. Put them into one archive.", maxFiles))
	}
	return nil
}

// attachments finds the files that a request names.
func (s *Service) attachments(ctx context.Context, user hire.User, refs []AttachmentRef) ([]hire.Attachment, error) {
	if err := checkFiles(refs); err != nil {
		return nil, err
	}
	var out []hire.Attachment
	for _, ref := range refs {
		a, err := s.attachment(ctx, user, ref)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (s *Service) attachment(ctx context.Context, user hire.User, ref AttachmentRef) (hire.Attachment, error) {
	if ref.UploadID == "" {
		return s.earlier(ctx, user, ref)
	}
	u, err := s.Store.GetUpload(ctx, user.AccountID, user.ID, ref.UploadID)
	return hire.Attachment{Filename: u.Filename, ContentType: u.ContentType, ContentID: ref.ContentID, Inline: ref.ContentID != "", Size: u.Size, Blob: u.Blob}, err
}

// earlier finds a file of a message that the user may read.
func (s *Service) earlier(ctx context.Context, user hire.User, ref AttachmentRef) (hire.Attachment, error) {
	unknown := hire.Err(hire.CodeUnknownUpload)
	if ref.ThreadID == "" || ref.MessageID == "" {
		return hire.Attachment{}, unknown
	}
	thread, err := s.Store.Thread(ctx, user.AccountID, ref.ThreadID)
	if err != nil || hire.MayRead(user, thread) != nil {
		return hire.Attachment{}, unknown
	}
	m, err := s.Store.Message(ctx, user.AccountID, ref.ThreadID, ref.MessageID)
	if err != nil {
		return hire.Attachment{}, unknown
	}
	i := slices.IndexFunc(m.Attachments, func(a hire.Attachment) bool { return a.PartID == ref.PartID })
	if i < 0 {
		return hire.Attachment{}, unknown
	}
	a := m.Attachments[i]
	// The message might be deleted before the send or the batch that refers to the file, too, is begun.
	err = s.Blobs.Keep(ctx, user.AccountID, a.Blob)
	if errors.Is(err, blobs.ErrNotFound) {
		return hire.Attachment{}, unknown
	}
	if err != nil {
		return hire.Attachment{}, fmt.Errorf("keep a file of an earlier message: %w", err)
	}
	a.PartID, a.ContentID, a.Inline = "", ref.ContentID, ref.ContentID != ""
	return a, nil
}

// uploadTTL is how long an upload waits for its mail.
const uploadTTL = 24 * time.Hour

// Upload takes a file for a mail that is not written yet, in a stream.
func (s *Service) Upload(ctx context.Context, k store.MailboxKey, filename, contentType string, body io.Reader) (store.Upload, error) {
	_, user, err := s.Store.Member(ctx, k.AccountID, k.UserID)
	if err != nil {
		return store.Upload{}, err
	}
	if err := hire.MaySend(user, nil); err != nil {
		return store.Upload{}, err
	}
	if err := problemOf(mime.CheckFilename(filename)); err != nil {
		return store.Upload{}, err
	}
	id, err := s.Store.NewID()
	if err != nil {
		return store.Upload{}, err
	}
	b, err := s.Blobs.Put(ctx, k.AccountID, io.LimitReader(body, s.Limits.Attachments+1))
	if errors.Is(err, blobs.ErrTooLarge) || (err == nil && b.Size > s.Limits.Attachments) {
		return store.Upload{}, hire.Err(hire.CodeMessageTooLarge, fmt.Sprintf("A file can be %d MB at most. Send a link instead.", s.Limits.Attachments>>20))
	}
	if err != nil {
		return store.Upload{}, fmt.Errorf("store upload: %w", err)
	}
	u := store.Upload{ID: id, UserID: k.UserID, Filename: filename, ContentType: contentType, Size: b.Size, Blob: b.ID, ExpiresAt: s.Now().Add(uploadTTL)}
	return u, s.Store.PutUpload(ctx, k.AccountID, u)
}
