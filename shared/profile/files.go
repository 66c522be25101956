package profile

import (
	"context"
	"errors"
	"fmt"

	"github.com/trakstar/hire-gmail/shared/blobs"
	"github.com/trakstar/hire-gmail/shared/hire"
)

// Attachment opens a file of a message. Whoever gets it closes it.
func (s *Service) Attachment(ctx context.Context, reader hire.User, thread, message, part string) (hire.Attachment, blobs.Content, error) {
	m, err := s.messageOf(ctx, reader, thread, message)
	if err != nil {
		return hire.Attachment{}, nil, err
	}
	for _, a := range m.Attachments {
		if a.PartID == part {
			c, err := s.open(ctx, reader, a.Blob)
			return a, c, err
		}
	}
	return hire.Attachment{}, nil, hire.Err(hire.CodeNotFound)
}

// Original opens the mail that a message was made of, for whoever wrote it: it holds more than they have sent to the others.
func (s *Service) Original(ctx context.Context, reader hire.User, thread, message string) (hire.Attachment, blobs.Content, error) {
	m, err := s.messageOf(ctx, reader, thread, message)
	if err != nil {
		return hire.Attachment{}, nil, err
	}
	if m.Original == "" || m.UserID != reader.ID {
		return hire.Attachment{}, nil, hire.Err(hire.CodeNotFound)
	}
	c, err := s.open(ctx, reader, m.Original)
	return hire.Attachment{Filename: "original.eml", ContentType: "message/rfc822", Blob: m.Original}, c, err
}

func (s *Service) messageOf(ctx context.Context, reader hire.User, thread, message string) (hire.Message, error) {
	t, err := s.opened(ctx, reader, thread)
	if err != nil {
		return hire.Message{}, err
	}
	return s.Store.Message(ctx, reader.AccountID, t.ID, message)
}

func (s *Service) open(ctx context.Context, reader hire.User, blob string) (blobs.Content, error) {
	c, _, err := s.Blobs.Open(ctx, reader.AccountID, blob)
	if errors.Is(err, blobs.ErrNotFound) {
		return nil, hire.Wrap(hire.CodeNotFound, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return c, nil
}
