package blobs

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/trakstar/hire-gmail/shared/hire"
)

// LoadBody reads a message's texts into it, where they are too large for its document and lie in a blob (hire.Body); otherwise it does nothing.
func LoadBody(ctx context.Context, s Store, m *hire.Message) error {
	if m.BodyBlob == "" {
		return nil
	}
	c, _, err := s.Open(ctx, m.AccountID, m.BodyBlob)
	if err != nil {
		return fmt.Errorf("open body: %w", err)
	}
	defer c.Close()
	var body hire.Body
	if err := json.NewDecoder(c).Decode(&body); err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	m.Text, m.HTML = body.Text, body.HTML
	return nil
}
