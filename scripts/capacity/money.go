package main

import "math"

// prices in US dollars, without the free tiers that are small beside this. Sources, read in November 2026:
//
//	https://firebase.google.com/docs/firestore/pricing          multi-region; a single region costs about half
//	https://cloud.google.com/run/pricing                        tier 1, CPU during requests
//	https://cloud.google.com/tasks/docs/pricing
//	https://cloud.google.com/pubsub/pricing                     a request counts as 1,000 bytes at least
//	https://cloud.google.com/secret-manager/pricing
//	https://cloud.google.com/stackdriver/pricing                logs, traces and figures; a point of a count is 8 bytes, one of a distribution 80
const (
	priceRead    = 0.06 / 100_000
	priceWrite   = 0.18 / 100_000
	priceDelete  = 0.02 / 100_000
	priceRequest = 0.40 / 1_000_000
	priceCPU     = 0.000024 // a second of a vCPU
	priceMemory  = 0.0000025
	priceTask    = 0.40 / 1_000_000 // a call or a delivery
	pricePubSub  = 40.0 / (1 << 40) // a byte
	priceVersion = 0.06             // a month
	priceAccess  = 0.03 / 10_000
	priceLogs    = 0.50 / (1 << 30)
	freeLogs     = 50 << 30 // a month and project
	priceSpan    = 0.20 / 1_000_000
	freeSpans    = 2_500_000
	mebibyte     = 1 << 20

	spansOfRequest = 6 // itself, and what it calls
	days           = 30

	busyFunctions = 5 // gmailnotify, syncmailbox, deliver, sendmessage, threads
)

// priceFigures is what bytes of figures cost in a month: a step of the price reaches up to a number of MiB of the month. The first 150 are free.
var priceFigures = []struct{ upTo, dollars float64 }{{150, 0}, {100_000, 0.2580}, {250_000, 0.1510}, {math.Inf(1), 0.0610}}

func figures(mib float64) (dollars float64) {
	from := 0.0
	for _, step := range priceFigures {
		dollars += max(0, min(mib, step.upTo)-from) * step.dollars
		from = step.upTo
	}
	return dollars
}

// item is one line of a month's bill.
type item struct {
	name, arithmetic string
	dollars          float64
}

// bill is what a month of a load costs.
func bill(l load, u usage) []item {
	busy := l.day.requests * days * u.Seconds / u.Shared
	logs := max(0, l.day.requests*days*u.LogBytes-freeLogs)
	spans := max(0, l.day.requests*days*u.Sampled*spansOfRequest-freeSpans)
	// An instance tells its figures once a minute while it has requests, as one of each busy function always does.
	told := (busy/60 + busyFunctions*days*24*60) * u.FigureBytes / mebibyte
	return []item{
		{"Secret Manager, tokens", number(l.secrets) + " versions × $0.06", l.secrets * priceVersion},
		{"Secret Manager, reads", number(l.accesses*days) + " × $0.03 / 10,000", l.accesses * days * priceAccess},
		{"Firestore, reads", number(l.day.read*days) + " × $0.06 / 100,000", l.day.read * days * priceRead},
		{"Firestore, writes", number(l.day.written*days) + " × $0.18 / 100,000", l.day.written * days * priceWrite},
		{"Firestore, deletes", number(l.day.deleted*days) + " × $0.02 / 100,000", l.day.deleted * days * priceDelete},
		{"Cloud Run, requests", number(l.day.requests*days) + " × $0.40 / 1,000,000", l.day.requests * days * priceRequest},
		{"Cloud Run, instances", number(busy) + " s × (1 vCPU × $0.000024 + 1 GiB × $0.0000025)", busy * (priceCPU + priceMemory)},
		{"Cloud Tasks", number(l.day.tasks*2*days) + " × $0.40 / 1,000,000", l.day.tasks * 2 * days * priceTask},
		{"Pub/Sub", number(l.day.messages*days) + " × 1,000 bytes × $40 / TiB", l.day.messages * days * 1000 * pricePubSub},
		{"Cloud Logging", number(logs/(1<<30)) + " GiB over the free 50 × $0.50", logs * priceLogs},
		{"Cloud Trace", number(spans) + " spans over the free ones × $0.20 / 1,000,000", spans * priceSpan},
		{"Cloud Monitoring, figures", number(told) + " MiB, by steps: 150 free, then $0.258, from 100,000 on $0.151, from 250,000 on $0.061", figures(told)},
	}
}
