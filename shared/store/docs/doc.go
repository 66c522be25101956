// Package docs is the narrow floor under the store: documents in collections, read and written in transactions, in the shape
// that Firestore gives them. The store's operations are written once against it; a driver (embedded, firestore) implements it.
//
// It must never know what a document means, and nothing above the store may use it but the in-process adapters of tokens,
// tasks and events, which keep their state in the same file.
//
// Begin reading at DB.
package docs
