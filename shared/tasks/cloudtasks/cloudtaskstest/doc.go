// Package cloudtaskstest is Cloud Tasks for tests: a gRPC server of the published service definition, in this process, that the real client speaks to, and
// that really calls the tasks' addresses. It keeps time, pace, names and retries as the service does, by a clock of the test's own.
//
// It must never be linked into a deployed function, and it never waits: RunDue does what is due by now.
//
// Begin reading at Start, or Serve for a program.
package cloudtaskstest
