// Package deliver is the function that the queue mail-delivery calls: it lets a queued mail leave at its turn, queues the mails of a batch, settles a send that its
// caller left, and deletes the drafts that a broken-off one left in Gmail.
package deliver

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("deliver", wiring.Lazy("deliver", New)) }
