// Package settings is the HTTPS function behind Hire's two settings screens: the account's integration and the user's own connection.
//
// It must never show a token, nor one user's connection to another who is no Super Admin.
//
// Begin reading at New in handler.go, which lists the routes.
package settings
