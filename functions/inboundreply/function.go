package inboundreply

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("inboundreply", wiring.Lazy("inboundreply", New)) }
