// Package syncmailbox is the function that the queue mailbox-sync calls: one mailbox caught up, labelled conversations imported, a recovery gone on with.
package syncmailbox

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("syncmailbox", wiring.Lazy("syncmailbox", New)) }
