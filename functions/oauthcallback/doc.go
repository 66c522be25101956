// Package oauthcallback is the HTTPS function that the browser passes on its way to Google's consent screen and back. It sets the cookie that binds the two to one browser on its own host, since functions share none.
//
// It must never show the browser the cause of an error, nor send it anywhere but to Google and back to Hire.
//
// Begin reading at start and callback in handler.go; the work is Begin and Finish of package connection.
package oauthcallback
