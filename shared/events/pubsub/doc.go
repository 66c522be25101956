// Package pubsub publishes events to Google Pub/Sub: the publisher of the cloud.
//
// A message's data is the event in the structured mode of the CloudEvents binding for Pub/Sub; its attributes are for subscriptions' filters.
//
// It must never hold a message back: Publish has succeeded only once Pub/Sub has the message, and nothing of it goes on after it has returned.
//
// Begin reading at Publisher.
package pubsub
