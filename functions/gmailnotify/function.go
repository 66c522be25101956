package gmailnotify

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("gmailnotify", wiring.Lazy("gmailnotify", New)) }
