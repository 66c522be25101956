// Package googlecloud sends a process's spans to Cloud Trace and its figures to Cloud Monitoring, by these services' own APIs.
//
// Google's exporters for OpenTelemetry are deprecated in favour of its Telemetry API. That one puts figures under prometheus.googleapis.com and decides by itself what resource they are
// of, where alerts have to name both; here both are said. A figure is workload.googleapis.com/<its name>, of the resource generic_task, whose job is the function and whose task is
// the process: so two instances never write to one time series.
//
// It must never add an attribute to what it is given, and keeps nothing for later: what can't be sent is the caller's to tell.
//
// Begin reading at Exporter; spans.go and figures.go are what is sent.
package googlecloud
