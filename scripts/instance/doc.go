// Package instance runs functions as processes of their own on this machine, for the tests and programs that want the service as it is deployed.
//
// Whoever makes an Instance must Kill or Terminate it.
//
// Begin reading at Instance.
package instance
