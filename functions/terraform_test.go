package functions_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/gmail"
	"github.com/trakstar/hire-gmail/shared/golden"
	"github.com/trakstar/hire-gmail/shared/obs"
	"github.com/trakstar/hire-gmail/shared/obs/googlecloud"
	"github.com/trakstar/hire-gmail/shared/tasks"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// codeFile is what Terraform knows of the code.
const codeFile = "../terraform/code.json"

// code is what Terraform has to set up as the code has it.
type code struct {
	Functions []string               `json:"functions"`
	Queues    map[tasks.Queue]string `json:"queues"` // the function that each calls
	Topics    map[string]string      `json:"topics"`
	Variables []codeVariable         `json:"variables"`     // of a function's environment
	Metrics   []codeMetric           `json:"metrics"`       // that functions write
	Alerts    []string               `json:"alerts"`        // what a log line says under "alert"
	Units     int                    `json:"units_per_day"` // of Gmail's quota, for the whole project, where nothing else is set
}

type codeMetric struct {
	googlecloud.Descriptor
	Bounds []float64 `json:"bounds,omitempty"` // of a distribution's buckets
}

type codeVariable struct {
	Name     string `json:"name"`
	Required bool   `json:"required"` // in the cloud
	Secret   bool   `json:"secret"`
	Emulator bool   `json:"emulator"`
}

// TestTerraformKnowsTheCode keeps the file that Terraform reads the same as the code:
//
//	go test ./functions -run TestTerraformKnowsTheCode -update
func TestTerraformKnowsTheCode(t *testing.T) {
	t.Parallel()
	c := code{
		Functions: slices.Sorted(maps.Keys(functions.All())),
		Queues:    tasks.Functions,
		Topics:    map[string]string{"events": events.TopicMail, "notifications": events.TopicNotifications},
		Alerts:    codeAlerts(t),
		Units:     gmail.Quota2026().ProjectPerDay,
	}
	bounds := map[string][]float64{}
	for _, f := range obs.Figures() {
		bounds[googlecloud.TypeOf(f.Name)] = f.Bounds
	}
	for _, d := range googlecloud.Descriptors() {
		c.Metrics = append(c.Metrics, codeMetric{Descriptor: d, Bounds: bounds[d.Type]})
	}
	for _, v := range config.Variables() {
		c.Variables = append(c.Variables, codeVariable{Name: v.Name, Required: v.Required || v.InCloud, Secret: v.Secret, Emulator: v.Emulator})
	}
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		t.Fatal(err)
	}
	golden.File(t, codeFile, want.String())
}

// TestTerraformsEnvironmentLoads loads the environment that Terraform's tests find a function to have, as the function does.
func TestTerraformsEnvironmentLoads(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../terraform/tests/environment.json")
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	if err := json.Unmarshal(text, &env); err != nil {
		t.Fatal(err)
	}
	for _, v := range config.Variables() {
		if v.Secret {
			env[v.Name] = strings.Repeat("s", 43) + "=" // long enough for any, and 32 bytes in base64
		}
	}
	c, err := wiring.ConfigOf(env)
	if err != nil {
		t.Fatal(err)
	}
	if c.Telemetry.To != "google" || c.Store != "firestore" || !c.Callers.BehindIAM || len(c.HTTP.AllowedOrigins) != 2 || len(c.Callers.BackendServiceAccounts) != 2 {
		t.Errorf("read as %v", c)
	}
}

// alertInLog is how a line is logged that somebody is to be woken by.
var alertInLog = regexp.MustCompile(`"alert", "([a-z_]+)"`)

// codeAlerts lists what the code's log lines say under "alert".
func codeAlerts(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, m := range alertInLog.FindAllStringSubmatch(sourceText(t), -1) {
		found[m[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// sourceText is all that the functions are built from.
func sourceText(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, root := range []string{".", "../shared"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				all.WriteString(readText(t, path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
