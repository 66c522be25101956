// Command purge destroys what lies in the vault and belongs to no connection: tokens that were replaced, of connections that have ended, and those that a process has left
// that died while it connected. It compares the vault with the store both ways; a connection whose token is missing is named, and not mended. README.md beside this file says
// when to use it.
//
// It must never read a token.
//
// Begin reading at purge in purge.go.
package main
