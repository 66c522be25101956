package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	cloudfunctions "google.golang.org/api/cloudfunctions/v2"
	cloudrun "google.golang.org/api/run/v2"

	"github.com/trakstar/hire-gmail/scripts/questions"
	"github.com/trakstar/hire-gmail/shared/config"
	"github.com/trakstar/hire-gmail/shared/wiring"
)

// deploy is the cure of what a deployment sets up.
const deploy = "./scripts/deploy.sh -e ENVIRONMENT"

// checkFunctions looks whether each function is deployed, runs as its own account, and serves its latest revision.
func (c *cloud) checkFunctions(ctx context.Context, r *report) {
	all, got := look(r, "cloudfunctions.functions.list", "the functions", c.deployed)
	if got == unknown {
		return
	}
	for _, name := range sorted(c.want.Functions) {
		f := all[name]
		if f == nil {
			r.fail(deploy, "%s is not deployed", name)
			continue
		}
		s := f.ServiceConfig
		switch {
		case f.State != "ACTIVE":
			why := ""
			for _, m := range f.StateMessages {
				why += "; " + m.Message
			}
			r.fail(fmt.Sprintf("gcloud functions describe %s --region=%s --project=%s; then %s", name, c.region, c.project, deploy), "%s is %s%s", name, f.State, why)
		case s.ServiceAccountEmail != c.email(name):
			r.fail(deploy, "%s runs as %s, not as its own account", name, s.ServiceAccountEmail)
		case !s.AllTrafficOnLatestRevision:
			r.fail(fmt.Sprintf("%s, with what was wrong mended; or gcloud run services update-traffic %s --to-latest --region=%s --project=%s", deploy, name, c.region, c.project),
				"%s serves an earlier revision than its latest: a deployment was taken back", name)
		}
	}
	r.found("%d are deployed and active", len(c.want.Functions))
}

// given is a function's environment, its secrets as made-up values that are long enough.
func given(f *cloudfunctions.Function) map[string]string {
	env := map[string]string{}
	for name, value := range f.ServiceConfig.EnvironmentVariables {
		env[name] = value
	}
	for _, s := range f.ServiceConfig.SecretEnvironmentVariables {
		env[s.Key] = strings.Repeat("x", 43) + "=" // long enough for any, and 32 bytes in base64
	}
	return env
}

// Google adds these to what a function is given.
var googles = []string{"LOG_EXECUTION_ID"}

// checkEnvironment looks whether each function is given what the code needs and nothing that it does not know, and whether it would take it.
func (c *cloud) checkEnvironment(_ context.Context, r *report) {
	all, got := look(r, "cloudfunctions.functions.list", "the functions", c.deployed)
	if got == unknown {
		return
	}
	known := map[string]variable{}
	for _, v := range c.want.Variables {
		known[v.Name] = v
	}
	looked := 0
	for _, name := range sorted(c.want.Functions) {
		f := all[name]
		if f == nil {
			continue // see functions
		}
		looked++
		env := given(f)
		var missing, strange, shown, emulators []string
		for _, v := range c.want.Variables {
			_, has := env[v.Name]
			_, plain := f.ServiceConfig.EnvironmentVariables[v.Name]
			switch {
			case v.Required && !has:
				missing = append(missing, v.Name)
			case v.Secret && plain:
				shown = append(shown, v.Name)
			case v.Emulator && has:
				emulators = append(emulators, v.Name)
			}
		}
		for variable := range env {
			if _, isKnown := known[variable]; !isKnown && !slices.Contains(googles, variable) {
				strange = append(strange, variable)
			}
		}
		slices.Sort(strange)
		for _, w := range []struct {
			names []string
			what  string
		}{
			{missing, "%s is not given %s"}, {strange, "%s is given %s, which the code does not know"}, {shown, "%s is given %s in the clear, not from Secret Manager"},
			{emulators, "%s is given %s, for one machine"},
		} {
			if len(w.names) > 0 {
				r.fail(deploy, w.what, name, strings.Join(w.names, ", "))
			}
		}
		if len(missing) > 0 {
			continue // reading it would say the same once more
		}
		if _, err := wiring.ConfigOf(env); err != nil {
			for _, p := range problemsOf(err) {
				r.fail("in terraform/ENVIRONMENT.tfvars (settings), "+p.Name+": "+p.Set+"; then "+deploy, "%s would not serve: %s %s", name, p.Name, p.Wrong)
			}
		}
	}
	if looked == 0 {
		r.skip("none is deployed, see functions")
	}
	r.found("complete, and nothing that the code does not know")
}

// addresses looks whether what the functions are told of themselves and of each other is so.
func (c *cloud) addresses(ctx context.Context, r *report) {
	all, got := look(r, "cloudfunctions.functions.list", "the functions", c.deployed)
	number := c.number(r)
	if got == unknown || number == "" {
		return
	}
	told := map[string]string{
		"BACKEND_AUDIENCE": "directory", "GATEWAY_AUDIENCE": "inboundreply", "PUSH_AUDIENCE": "gmailnotify", "SCHEDULER_AUDIENCE": "labelsweep",
		"SYNCMAILBOX_URL": "syncmailbox", "DELIVER_URL": "deliver", "OFFBOARD_URL": "offboard",
	}
	for _, name := range sorted(c.want.Functions) {
		f := all[name]
		if f == nil {
			continue // see functions
		}
		env := f.ServiceConfig.EnvironmentVariables
		want := map[string]string{"TASKS_AUDIENCE": c.url(name, number), "GOOGLE_CLOUD_PROJECT": c.project, "REGION": c.region}
		for variable, of := range told {
			want[variable] = c.url(of, number)
		}
		for _, account := range []string{"push", "scheduler", "tasks"} {
			want[strings.ToUpper(account)+"_SERVICE_ACCOUNT"] = c.email("invoker-" + account)
		}
		for _, variable := range sorted(want) {
			if value, set := env[variable]; set && value != want[variable] {
				r.fail(deploy, "%s is told %s=%s, and it is %s", name, variable, value, want[variable])
			}
		}
		for _, variable := range []string{"GMAIL_ENDPOINT", "OAUTH_AUTH_URL", "OAUTH_TOKEN_URL", "OAUTH_REVOKE_URL", "OAUTH_USERINFO_URL"} {
			if env[variable] != "" {
				r.fail("take "+variable+" out of settings in terraform/ENVIRONMENT.tfvars, and "+deploy, "%s is told to call %s instead of Google", name, env[variable])
			}
		}
		service, got := look(r, "run.services.get", "the addresses of "+name, func() (*cloudrun.GoogleCloudRunV2Service, error) {
			return c.run.Projects.Locations.Services.Get(c.at("services/" + name)).Context(ctx).Do()
		})
		if got == there && !slices.Contains(service.Urls, c.url(name, number)) {
			r.fail("the locals urls in terraform/functions.tf must name the address that Cloud Run gives: gcloud run services describe "+name+" --region="+c.region+" --project="+c.project,
				"%s has not the address %s that the others are told", name, c.url(name, number))
		}
	}
	r.found("what the functions are told of each other is so")
}

// callers looks who may call each function, from where, and whether it knows that.
func (c *cloud) callers(ctx context.Context, r *report) {
	all, got := look(r, "cloudfunctions.functions.list", "the functions", c.deployed)
	if got == unknown {
		return
	}
	env := c.environment(r)
	if env == nil {
		return
	}
	domain := c.domain(env)
	for _, name := range sorted(c.want.Functions) {
		f, want := all[name], c.want.Functions[name]
		if f == nil {
			continue // see functions
		}
		ingress := want.Ingress
		if want.Trigger == "user" && domain != "" {
			ingress = "ALLOW_INTERNAL_AND_GCLB"
		}
		if f.ServiceConfig.IngressSettings != ingress {
			r.fail(deploy, "%s can be reached from %s, want %s", name, f.ServiceConfig.IngressSettings, ingress)
		}
		wantMembers := c.members(want.Trigger, env)
		if behind := fmt.Sprint(!slices.Contains(wantMembers, "allUsers")); f.ServiceConfig.EnvironmentVariables["BEHIND_IAM"] != behind {
			r.fail(deploy, "%s is told BEHIND_IAM=%s, want %s", name, f.ServiceConfig.EnvironmentVariables["BEHIND_IAM"], behind)
		}
		c.invokers(ctx, r, name, wantMembers)
	}
	r.found("each function can be called by its own callers and nobody else")
}

// invokers compares who may call a function with who should.
func (c *cloud) invokers(ctx context.Context, r *report, name string, want []string) {
	policy, got := look(r, "run.services.getIamPolicy", "who may call "+name, func() (*cloudrun.GoogleIamV1Policy, error) {
		return c.run.Projects.Locations.Services.GetIamPolicy(c.at("services/" + name)).OptionsRequestedPolicyVersion(3).Context(ctx).Do()
	})
	if got != there {
		return
	}
	var members []string
	for _, b := range policy.Bindings {
		if b.Role == "roles/run.invoker" {
			members = append(members, b.Members...)
		}
	}
	command := func(verb, member string) string {
		return fmt.Sprintf("gcloud run services %s-iam-policy-binding %s --member=%s --role=roles/run.invoker --region=%s --project=%s", verb, name, member, c.region, c.project)
	}
	for _, m := range members {
		switch {
		case slices.Contains(want, m):
		case m == "allUsers" || m == "allAuthenticatedUsers":
			r.fail(command("remove", m), "everybody may call %s", name)
		default:
			r.fail(command("remove", m), "%s may call %s, and should not", m, name)
		}
	}
	for _, m := range want {
		if !slices.Contains(members, m) {
			r.fail(command("add", m), "%s may not call %s", m, name)
		}
	}
	service, got := look(r, "run.services.get", "whether IAM is on for "+name, func() (*cloudrun.GoogleCloudRunV2Service, error) {
		return c.run.Projects.Locations.Services.Get(c.at("services/" + name)).Context(ctx).Do()
	})
	if got == there && service.InvokerIamDisabled && !slices.Contains(want, "allUsers") {
		r.fail(fmt.Sprintf("gcloud run services update %s --invoker-iam-check --region=%s --project=%s", name, c.region, c.project), "everybody may call %s: IAM is not asked", name)
	}
}

// members are who should be able to call a function of a trigger, as members of IAM.
func (c *cloud) members(trigger string, env map[string]string) []string {
	of := func(emails string) (out []string) {
		for e := range strings.SplitSeq(emails, ",") {
			out = append(out, "serviceAccount:"+strings.TrimSpace(e))
		}
		return out
	}
	switch trigger {
	case "user":
		return []string{"allUsers"}
	case "backend":
		return of(env["BACKEND_SERVICE_ACCOUNTS"])
	case "gateway":
		return of(env["GATEWAY_SERVICE_ACCOUNTS"])
	case "schedule":
		return of(c.email("invoker-scheduler"))
	}
	return of(c.email("invoker-" + trigger))
}

// domain is the domain of one's own that browsers call; "" where there is none, and they call Google's addresses.
func (c *cloud) domain(env map[string]string) string {
	u, err := url.Parse(env["OAUTH_REDIRECT_URL"])
	if err != nil || strings.HasSuffix(u.Host, ".run.app") {
		return ""
	}
	return u.Host
}

// answers asks each function what shows it to be there, without a token. Functions that anybody may call answer themselves, and show by it that they have taken their configuration, which is
// the same for all. Those behind IAM must not answer at all: Cloud Run refuses, or does not even let know that there is something.
func (c *cloud) answers(ctx context.Context, r *report) {
	env, number := c.environment(r), c.number(r)
	if env == nil || number == "" {
		return
	}
	domain := c.domain(env)
	for _, name := range sorted(c.want.Functions) {
		q, known := questions.Of[name]
		if !known {
			r.skip("%s: there is no question to it", name)
			continue
		}
		address, want := c.url(name, number), []int{http.StatusForbidden, http.StatusNotFound}
		if c.want.Functions[name].Trigger == "user" {
			want = []int{q.Status}
			if domain != "" {
				address = "https://" + domain + "/" + name
			}
		}
		got, err := ask(ctx, c.web, q, address)
		switch {
		case err != nil:
			r.skip("%s does not answer from here: %s", name, withoutURL(err))
		case !slices.Contains(want, got):
			r.fail(fmt.Sprintf(`gcloud logging read 'resource.labels.service_name="%s" severity>=WARNING' --limit=20 --project=%s`, name, c.project),
				"%s answers %d to %s %s without a token, want %s", name, got, q.Method, q.Path, either(want))
		}
	}
	r.found("each function answers as it should to somebody without a token")
}

func either(statuses []int) string {
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = fmt.Sprint(s)
	}
	return strings.Join(words, " or ")
}

// ask asks a function its question, and gives the status of the answer.
func ask(ctx context.Context, client *http.Client, q questions.Question, address string) (int, error) {
	req, err := q.Request(ctx, address)
	if err != nil {
		return 0, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// problemsOf are the single variables that an error of the configuration names.
func problemsOf(err error) []config.Problem {
	if e, is := err.(*config.Error); is {
		return e.Problems
	}
	return []config.Problem{{Name: "the configuration", Wrong: err.Error(), Set: "what it says"}}
}
