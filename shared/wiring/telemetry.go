package wiring

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/obs/googlecloud"
)

// telemetryOf makes the telemetry that a process of a function is configured to have; nil for none.
func telemetryOf(c config.Config, function string, log *slog.Logger) (*obs.Telemetry, error) {
	if c.Telemetry.To != "google" {
		return nil, nil
	}
	return obs.NewTelemetry(obs.TelemetryOptions{Ratio: c.Telemetry.TraceRatio, Log: log, Open: func(ctx context.Context) (obs.Exporter, error) {
		return googlecloud.New(ctx, googlecloud.Options{
			Project: c.Project, Region: c.Cloud.Region, Function: function, Trace: at(c.Cloud.CloudTraceEndpoint), Monitoring: at(c.Cloud.CloudMonitoringEndpoint),
		})
	}})
}

// finishWithin is how long the last export may take: Cloud Run ends a process ten seconds after it has told it so.
// Source: https://cloud.google.com/run/docs/container-contract#instance-shutdown
const finishWithin = 9 * time.Second

// finishWithProcess sends what is left when the process is told to end, and lets it end then. Until then it only waits.
func finishWithProcess(t *obs.Telemetry) {
	if t == nil {
		return
	}
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	go func() {
		<-told
		ctx, cancel := context.WithTimeout(context.Background(), finishWithin)
		defer cancel()
		t.Finish(ctx)
		signal.Reset(syscall.SIGTERM)
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGTERM) // ourselves: there is no one to tell
	}()
}
