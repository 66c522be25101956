// Package connect is the HTTPS function that begins connecting a user's Gmail: it answers with a one-time link to oauthcallback's start page.
package connect

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("connect", wiring.Lazy("connect", New)) }
