// Package site puts the whole service up on this machine, for programs: Google's emulators of Firestore and Pub/Sub, servers of the published definitions of Secret
// Manager, Cloud Tasks and Cloud Storage, a simulated Gmail, and each function as a process of its own, in the environment that Terraform gives it.
//
// It must leave nothing behind once it is ended, and must never reach Google.
//
// Begin reading at New; Emulators, LaySecrets, Messaging, Build and Serve are to be taken in this order.
package site
