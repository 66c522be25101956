// Package oauthcallback is the HTTPS function that the browser passes on its way to Google's consent screen and back. It sets the cookie that binds the two to one browser on its own host, since functions share none.
package oauthcallback

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("oauthcallback", wiring.Lazy("oauthcallback", New)) }
