package functions_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trakstar/hire-gmail/functions"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/events"
	"github.com/trakstar/hire-gmail/shared/golden"
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
	Variables []codeVariable         `json:"variables"` // of a function's environment

	Metrics []googlecloud.Descriptor `json:"metrics"` // that functions write
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
		Metrics:   googlecloud.Descriptors(),
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
	if golden.Update() {
		if err := os.WriteFile(codeFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(codeFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("%s is not what the code says; run this test with -update (-code +file):\n%s", codeFile, diff)
	}
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
			env[v.Name] = strings.Repeat("s", 64)
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
