// Package labelsweep is the function that Cloud Scheduler calls every five minutes: it queues a sync for mailboxes unverified for eight, hands over what a crash left
// in the outbox, and removes what has expired or is referred to by nothing.
package labelsweep

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("labelsweep", wiring.Lazy("labelsweep", New)) }
