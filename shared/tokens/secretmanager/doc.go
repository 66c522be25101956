// Package secretmanager keeps refresh tokens in Google Secret Manager: the vault of the cloud.
//
// Each mailbox has one secret, in one region, labelled with its account and user; each connection adds a version, and a version that is of no use any
// more is destroyed, since it costs as long as it is there, disabled or not. No function lists anything but the versions of a secret when its mailbox is connected or
// disconnected.
//
// It must never log a payload, or put one into an error.
//
// Begin reading at Vault; listing.go is for operators' programs.
package secretmanager
