// Package threads is the HTTPS function that shows a candidate's mail: threads, messages, attachments, receipts, and what could not be matched.
package threads

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("threads", wiring.Lazy("threads", New)) }
