// Package taskstest is the contract of tasks.Enqueuer, and of the calls that follow, as tests: every queue runs the same suite, so that what works on
// one machine works in the cloud.
//
// It must use nothing but the interface and what Driver offers, and never wait for real time: a driver's clock moves only when a test says so.
//
// Begin reading at Driver, then at Run.
package taskstest
