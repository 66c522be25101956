package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/trakstar/hire-gmail/shared/obs"
)

// figures is where the functions tell their figures, which in the cloud go to Cloud Monitoring.
type figures struct {
	telemetry *obs.Telemetry
	reader    *metric.ManualReader
}

func newFigures() (figures, error) {
	reader := metric.NewManualReader()
	telemetry, err := obs.NewTelemetry(obs.TelemetryOptions{Readers: []metric.Reader{reader}})
	return figures{telemetry, reader}, err
}

// shownFigure is one figure as the page gets it.
type shownFigure struct {
	Name        string       `json:"name"`
	Kind        obs.Kind     `json:"kind"`
	Unit        string       `json:"unit"`
	Description string       `json:"description"`
	Bounds      []float64    `json:"bounds,omitempty"` // of a histogram
	Points      []shownPoint `json:"points"`           // none where nothing has been told yet
}

// shownPoint is what was told under one set of attributes since the program began.
type shownPoint struct {
	Of      string   `json:"of"`                // "push" of found_by=push; "" without attributes
	Value   float64  `json:"value"`             // of a counter or a gauge; of a histogram the sum
	Count   uint64   `json:"count,omitempty"`   // of a histogram
	Buckets []uint64 `json:"buckets,omitempty"` // one more than bounds
}

// show answers with all figures there are, as they stand.
func (f figures) show(w http.ResponseWriter, r *http.Request) {
	all, err := f.all(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	body, err := json.Marshal(all)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, body)
}

func (f figures) all(ctx context.Context) ([]shownFigure, error) {
	var told metricdata.ResourceMetrics
	if err := f.reader.Collect(ctx, &told); err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	points := map[string][]shownPoint{}
	for _, scope := range told.ScopeMetrics {
		for _, m := range scope.Metrics {
			points[m.Name] = pointsOf(m.Data)
		}
	}
	var out []shownFigure
	for _, d := range obs.Figures() {
		out = append(out, shownFigure{
			Name: d.Name, Kind: d.Kind, Unit: d.Unit, Description: d.Description, Bounds: d.Bounds, Points: append([]shownPoint{}, points[d.Name]...),
		})
	}
	return out, nil
}

func pointsOf(data metricdata.Aggregation) (out []shownPoint) {
	switch d := data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range d.DataPoints {
			out = append(out, shownPoint{Of: valuesOf(p.Attributes), Value: float64(p.Value)})
		}
	case metricdata.Gauge[int64]:
		for _, p := range d.DataPoints {
			out = append(out, shownPoint{Of: valuesOf(p.Attributes), Value: float64(p.Value)})
		}
	case metricdata.Histogram[int64]:
		for _, p := range d.DataPoints {
			out = append(out, shownPoint{Of: valuesOf(p.Attributes), Value: float64(p.Sum), Count: p.Count, Buckets: p.BucketCounts})
		}
	case metricdata.Histogram[float64]:
		for _, p := range d.DataPoints {
			out = append(out, shownPoint{Of: valuesOf(p.Attributes), Value: p.Sum, Count: p.Count, Buckets: p.BucketCounts})
		}
	}
	return out
}

// valuesOf is the value of the one attribute that a figure has at the most.
func valuesOf(attrs attribute.Set) (of string) {
	for _, a := range attrs.ToSlice() {
		of += a.Value.String()
	}
	return of
}
