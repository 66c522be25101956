package directory

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("directory", wiring.Lazy("directory", New)) }
