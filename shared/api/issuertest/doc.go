// Package issuertest is an OpenID Connect issuer for development and tests: it stands for Hire's issuer of users' tokens and for Google's of services'.
//
// It gives a token to whoever asks in code, so it must never be what a service in production trusts.
//
// Begin reading at New; forge.go makes the tokens that must be refused.
package issuertest
