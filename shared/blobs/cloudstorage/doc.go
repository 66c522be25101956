// Package cloudstorage keeps blobs in Google Cloud Storage: the store of the cloud.
//
// An object is named blobs/{digest of the account}/{SHA-256 of the content}; its metadata tells the account, and its custom time when it was last put or kept.
// What is too large to be held in memory is streamed to incoming/{random name} first, and copied to its place, within the service, once its name is known.
// A lifecycle rule removes what a crash leaves in incoming/.
//
// It must never replace an object, nor change or remove one but under its generation and metageneration: that is what makes a race harmless.
//
// Begin reading at Store; collect.go is about removal.
package cloudstorage
