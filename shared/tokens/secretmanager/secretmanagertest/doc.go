// Package secretmanagertest is Secret Manager for tests: a gRPC server of the published service definition, in this process, that the real client
// speaks to. It keeps secrets in memory and answers as the service does, and with any fault it is told to.
//
// It must never be linked into a deployed function.
//
// Begin reading at Start, or Serve for a program.
package secretmanagertest
