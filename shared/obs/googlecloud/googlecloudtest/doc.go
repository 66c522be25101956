// Package googlecloudtest is Cloud Trace and Cloud Monitoring for tests: a gRPC server of the published service definitions, in this process, that the real clients speak to. It
// refuses what the services would refuse of a time series: a second point too soon, or one that lies before the last; another kind than the first one's; two points of one
// series in one call.
//
// It must never be linked into a deployed function.
//
// Begin reading at Start.
package googlecloudtest
