package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	switch strings.Join(args, " ") {
	case "plan":
		return readPlan(in, out)
	case "traffic":
		return readTraffic(in, out)
	}
	return errors.New("say plan or traffic; ./scripts/deploy.sh -h says more")
}

// plan is what is read of a plan.
// Source: https://developer.hashicorp.com/terraform/internals/json-format
type plan struct {
	Variables map[string]struct {
		Value any `json:"value"`
	} `json:"variables"`
	ResourceChanges []struct {
		Address string `json:"address"`
		Type    string `json:"type"`
		Change  struct {
			Actions []string `json:"actions"`
			Before  named    `json:"before"`
			After   named    `json:"after"`
		} `json:"change"`
	} `json:"resource_changes"`
	PriorState struct {
		Values struct {
			RootModule module `json:"root_module"`
		} `json:"values"`
	} `json:"prior_state"`
}

type named struct {
	Name string `json:"name"`
}

type module struct {
	Resources []struct {
		Address string         `json:"address"`
		Mode    string         `json:"mode"`
		Values  map[string]any `json:"values"`
	} `json:"resources"`
	ChildModules []module `json:"child_modules"`
}

const functionType = "google_cloudfunctions2_function"

// holding are resources that hold what can't be made again: people's data, secrets, work that waits.
var holding = []string{
	"google_cloud_tasks_queue", "google_firestore_database", "google_pubsub_subscription", "google_pubsub_topic", "google_secret_manager_secret", "google_secret_manager_secret_version",
	"google_storage_bucket",
}

// readPlan tells of a plan:
//
//	project ID, region ID, environment NAME
//	deploys FUNCTION      a function that is made or changed
//	removes FUNCTION
//	destroys ADDRESS      something that holds what can't be made again
//	stranger PROJECT      the state has resources of another project
func readPlan(in io.Reader, out io.Writer) error {
	var p plan
	if err := json.NewDecoder(in).Decode(&p); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	lines := []string{}
	for _, name := range []string{"project", "region", "environment"} {
		value, isText := p.Variables[name].Value.(string)
		if !isText || value == "" {
			return fmt.Errorf("read the plan: it has no variable %s", name)
		}
		lines = append(lines, name+" "+value)
	}
	for _, r := range p.ResourceChanges {
		gone := slices.Contains(r.Change.Actions, "delete") || slices.Contains(r.Change.Actions, "forget")
		changed := slices.ContainsFunc(r.Change.Actions, func(a string) bool { return a == "create" || a == "update" })
		switch {
		case r.Type == functionType && changed:
			lines = append(lines, "deploys "+r.Change.After.Name)
		case r.Type == functionType && gone:
			lines = append(lines, "removes "+r.Change.Before.Name)
		case gone && slices.Contains(holding, r.Type):
			lines = append(lines, "destroys "+r.Address)
		}
	}
	for _, other := range strangers(p.PriorState.Values.RootModule, p.Variables["project"].Value) {
		lines = append(lines, "stranger "+other)
	}
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

// strangers are the projects other than this one that resources of the state are in.
func strangers(m module, project any) (out []string) {
	for _, r := range m.Resources {
		if of, isText := r.Values["project"].(string); r.Mode == "managed" && isText && of != "" && of != project && !slices.Contains(out, of) {
			out = append(out, of)
		}
	}
	for _, child := range m.ChildModules {
		for _, of := range strangers(child, project) {
			if !slices.Contains(out, of) {
				out = append(out, of)
			}
		}
	}
	return out
}

// readTraffic tells which revisions of a service answer, in the form that gcloud run services update-traffic takes: REVISION=PERCENT, with commas between.
func readTraffic(in io.Reader, out io.Writer) error {
	var service struct {
		Status struct {
			Traffic []struct {
				RevisionName string `json:"revisionName"`
				Percent      int    `json:"percent"`
			} `json:"traffic"`
		} `json:"status"`
	}
	if err := json.NewDecoder(in).Decode(&service); err != nil {
		return fmt.Errorf("read a service: %w", err)
	}
	var parts []string
	for _, t := range service.Status.Traffic {
		if t.Percent > 0 && t.RevisionName != "" { // a tagged revision may have none
			parts = append(parts, fmt.Sprintf("%s=%d", t.RevisionName, t.Percent))
		}
	}
	if len(parts) == 0 {
		return errors.New("read a service: no revision of it answers")
	}
	_, err := fmt.Fprintln(out, strings.Join(parts, ","))
	return err
}
