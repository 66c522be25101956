package functions

import (
	"net/http"

	"github.com/trakstar/hire-gmail/functions/connect"
	"github.com/trakstar/hire-gmail/functions/deliver"
	"github.com/trakstar/hire-gmail/functions/directory"
	"github.com/trakstar/hire-gmail/functions/gmailnotify"
	"github.com/trakstar/hire-gmail/functions/inboundreply"
	"github.com/trakstar/hire-gmail/functions/labelsweep"
	"github.com/trakstar/hire-gmail/functions/oauthcallback"
	"github.com/trakstar/hire-gmail/functions/offboard"
	"github.com/trakstar/hire-gmail/functions/securityevents"
	"github.com/trakstar/hire-gmail/functions/sendmessage"
	"github.com/trakstar/hire-gmail/functions/settings"
	"github.com/trakstar/hire-gmail/functions/syncmailbox"
	"github.com/trakstar/hire-gmail/functions/threads"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// All makes the handler of each function, by name.
func All() map[string]func(*wiring.Services) (http.Handler, error) {
	return map[string]func(*wiring.Services) (http.Handler, error){
		"connect": connect.New, "oauthcallback": oauthcallback.New, "settings": settings.New, "sendmessage": sendmessage.New, "threads": threads.New,
		"directory": directory.New, "gmailnotify": gmailnotify.New, "labelsweep": labelsweep.New, "syncmailbox": syncmailbox.New,
		"deliver": deliver.New, "offboard": offboard.New, "inboundreply": inboundreply.New, "securityevents": securityevents.New,
	}
}
