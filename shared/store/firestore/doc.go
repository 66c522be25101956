// Package firestore keeps documents in Cloud Firestore: the driver of package docs for the cloud.
//
// A document's path is its Ref, its fields are the struct's fields under their Go names. Transactions are Firestore's own; contention is tried
// again by its client, a bounded number of times. What Firestore would refuse late, or quietly do otherwise, is refused before it is sent, by the same
// bounds that every driver keeps.
//
// It must never know what a document means. Indexes, times to live and rules are set up by Terraform, from the same docs.Schema.
//
// Begin reading at Open.
package firestore
