// Command verifyreport checks the signature of a deletion report, without asking anybody, and prints the report.
//
//	go run ./scripts/verifyreport -keys keys.json report.jws
//
// keys.json is what GET settings /v1/report-keys answers; report.jws is the member "signed" of a report, or the whole answer that has it.
//
// It must never ask a server: a report is good, or not, by the keys it is given.
//
// Begin reading at run in main.go.
package main
