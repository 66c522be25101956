// Package securityevents is the HTTPS function that Google's Cross-Account Protection tells of what happens to the accounts of people who have connected their Gmail.
package securityevents

import (
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"github.com/trakstar/hire-gmail/shared/wiring"
)

func init() { functions.HTTP("securityevents", wiring.Lazy("securityevents", New)) }
