// Package connect is the HTTPS function that begins connecting a user's Gmail: it answers with a one-time link to oauthcallback's start page.
//
// It must take account and user from the verified token alone, never from the request.
//
// Begin reading at New in handler.go; the work is Start of package connection.
package connect
