// Package cloudstoragetest is Cloud Storage for tests: fake-gcs-server, in this process, that the real client speaks to, and before it what that lacks of the
// service: metagenerations, conditions on all that changes or removes an object, and the custom time of a copy. It fails as it is told to.
//
// It must never be linked into a deployed function.
//
// Begin reading at Start, or Serve for a program.
package cloudstoragetest
