// Package directory is the HTTPS function through which Hire's backend tells what has changed in its directory: accounts, users, candidates.
package directory

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("directory", wiring.Lazy("directory", New)) }
