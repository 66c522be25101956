// Package oauthtest is Google's sign-in for everything that must run without Google: OAuth 2.0 and OpenID Connect on Google's own paths, with an
// account chooser, a consent screen that has a tick box for each permission, and the ways in which a grant ends.
//
// Rules the package keeps:
//   - Time is Options.Now, chance is Options.Seed: the same calls give the same tokens. It never sleeps.
//   - What a browser does and what Consent does pass through the same handlers and the same pages.
//   - Looking up an access token is one read of a map. No lock is held while Options.Accounts or Options.Intercept runs.
//   - The pages need no script, no cookie and nothing from elsewhere, and work below any path.
//
// It must never be linked into a deployed function: it gives tokens to whoever asks, and keeps them in the clear.
//
// Begin reading at server.go; authorize.go is the screens, token.go the token endpoint, grants.go what is given, endings.go how it ends, state.go how it is
// kept.
package oauthtest
