// Package oauthtest is Google's sign-in for everything that must run without Google: OAuth 2.0 and OpenID Connect on Google's own paths, with an account
// chooser, a consent screen that has a tick box for each permission, and the ways in which a grant ends.
//
// Rules the package keeps:
//   - Time is Options.Now, chance is Options.Seed; it never sleeps.
//   - What a browser does and what Consent does pass through the same handlers.
//   - Looking up an access token is one read of a map.
//
// It must never be linked into a deployed function.
//
// Begin reading at server.go; authorize.go is the screens, token.go the token endpoint, grants.go what becomes of grants.
package oauthtest
