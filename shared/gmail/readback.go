package gmail

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

// ReadBackAndLabel reads the named headers of a mail just sent and puts labels on it, in one round trip. Fresh mail may not be readable for seconds: what is
// not found is tried again, as often as any call. The message is nil only where reading has failed; with a message, the error says that it got no labels.
func (m *Mailbox) ReadBackAndLabel(ctx context.Context, messageID string, addLabels, headers []string) (*Message, error) {
	if messageID == "" {
		return nil, misuse(messagesGet, reasonNoID)
	}
	ctx = WithPriority(ctx, PrioritySend)
	parts := []part{{method: messagesGet, verb: http.MethodGet, path: messagePath(messageID, reading{FormatMetadata, headers})}}
	if len(addLabels) > 0 {
		body, err := json.Marshal(&gmailapi.ModifyMessageRequest{AddLabelIds: addLabels})
		if err != nil {
			return nil, fmt.Errorf("gmail: messages.modify: %w", err)
		}
		path := "/gmail/v1/users/me/messages/" + url.PathEscape(messageID) + "/modify?" + url.Values{"fields": {"id"}, "alt": {"json"}, "prettyPrint": {"false"}}.Encode()
		parts = append(parts, part{method: messagesModify, verb: http.MethodPost, path: path, body: body})
	}
	var out *Message
	var failed [2]error // of the parts that are not made again: the reading, the labelling
	for try := 1; ; try++ {
		errs, err := m.batch(ctx, parts, func(i int, body []byte) (err error) {
			if parts[i].method == messagesGet {
				out, err = decodeMessage(body, FormatMetadata)
			}
			return err
		})
		if err != nil {
			return out, err
		}
		var again []part
		var fresh error
		var wait time.Duration
		for i, err := range errs {
			if w, ok := m.client.againIfFresh(err, try); ok {
				again, fresh, wait = append(again, parts[i]), cmp.Or(fresh, err), max(wait, w)
			} else if parts[i].method == messagesGet {
				failed[0] = err
			} else {
				failed[1] = err
			}
		}
		if len(again) == 0 {
			return out, cmp.Or(failed[:]...)
		}
		if err := m.client.sleep(ctx, wait); err != nil {
			return out, fmt.Errorf("%w; not tried again: %w", cmp.Or(failed[0], fresh), err)
		}
		parts = again
	}
}

// againIfFresh is again for a message that was made a moment ago: that it is not found will pass.
func (c *Client) againIfFresh(err error, try int) (time.Duration, bool) {
	if errors.Is(err, ErrNotFound) {
		err = &Error{kind: ErrNotFound, passing: true}
	}
	return c.again(err, try)
}
