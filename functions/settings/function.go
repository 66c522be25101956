// Package settings is the HTTPS function behind Hire's two settings screens: the account's integration and the user's own connection.
package settings

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("settings", wiring.Lazy("settings", New)) }
