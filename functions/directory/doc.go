// Package directory is the HTTPS function through which Hire's backend tells what has changed in its directory: accounts, users, candidates.
//
// It must serve nobody but Hire's backend, and never put an older version of a record over a newer one.
//
// Begin reading at batch in handler.go.
package directory
