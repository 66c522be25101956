// Package gmailnotify is the function behind the push subscription on Gmail's topic: it brings the notified mailbox up to date.
package gmailnotify

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("gmailnotify", wiring.Lazy("gmailnotify", New)) }
