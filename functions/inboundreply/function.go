// Package inboundreply is the HTTPS function through which Hire's mail gateway hands over replies to notification emails: each becomes a send by the user who was notified.
package inboundreply

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("inboundreply", wiring.Lazy("inboundreply", New)) }
