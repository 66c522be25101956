// Command walkthrough walks through the documented set-up (terraform/SETUP.md) on this machine: Google's emulators of Firestore and Pub/Sub, servers of the published
// definitions of Secret Manager, Cloud Tasks and Cloud Storage, a simulated Gmail, and each function as a process of its own, in the environment that Terraform gives it.
// Each step is shown as an operator would see it, with what it has found; at the end stands what only real Google Cloud can show.
//
// It must leave nothing behind: whatever it has started it ends, also when a step fails or somebody stops it. It must never reach Google.
//
// Begin reading at steps in steps.go; package site is what stands in place of Google Cloud.
package main
