// Package sendmessage is the HTTPS function that sends a mail from the user's own Gmail, exactly once for each idempotency key.
package sendmessage

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("sendmessage", wiring.Lazy("sendmessage", New)) }
