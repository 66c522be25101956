// Package cloudtasks queues tasks in Google Cloud Tasks: the queue of the cloud.
//
// A task is an HTTP request to the function of its queue, signed by Cloud Tasks with an OIDC token of the configured service account. Pace, number of tries and
// backoff are the queue's, set up by Terraform.
//
// It must never be handed content of mail: a task's body is ids.
//
// Begin reading at Queue.
package cloudtasks
