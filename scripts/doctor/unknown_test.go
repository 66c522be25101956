package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	cloudfunctions "google.golang.org/api/cloudfunctions/v2"
	cloudscheduler "google.golang.org/api/cloudscheduler/v1"
	serviceusage "google.golang.org/api/serviceusage/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What may not be looked at is not checked, and the line says which right it takes.
func TestWithoutRights(t *testing.T) {
	t.Parallel()
	for prefix, c := range map[string]struct{ check, permission string }{
		"/v1/" + inProject + "/services":                                      {"apis", "serviceusage.services.list"},
		"/v2/" + inRegion + "/services/deliver:getIamPolicy":                  {"callers", "run.services.getIamPolicy"},
		"/v1/" + inProject + "/topics/gmail-notifications:getIamPolicy":       {"gmail publisher", "pubsub.topics.getIamPolicy"},
		"/v1/" + inProject + "/subscriptions/gmail-notifications-dead":        {"dead letters", "pubsub.subscriptions.get"},
		"/v2/" + inRegion + "/queues":                                         {"queues", "cloudtasks.queues.get"},
		"/v1/" + inProject + "/serviceAccounts":                               {"queues", "iam.serviceAccounts.getIamPolicy"},
		"/v1/" + inRegion + "/jobs":                                           {"sweep", "cloudscheduler.jobs.get"},
		"/v1/" + database + "/collectionGroups/-/indexes":                     {"firestore indexes", "datastore.indexes.list"},
		"/v1/" + inProject + "/releases":                                      {"firestore rules", "firebaserules.releases.get"},
		"/v1/" + inProject + "/secrets/oauth-client-secret/versions/2:access": {"oauth client", "secretmanager.versions.access"},
		"/v1/" + inProject + "/secrets/reply-keys:getIamPolicy":               {"secrets", "secretmanager.secrets.getIamPolicy"},
		"/storage/v1/b/": {"bucket", "storage.buckets.get"},
	} {
		t.Run(c.permission, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.denied[prefix] = ""
			reports := examine(t.Context(), w.cloud("").checks())
			want := map[string]verdict{alwaysUnknown: notChecked, c.check: notChecked}
			if d := cmp.Diff(want, verdicts(reports)); d != "" {
				t.Errorf("(-want +got):\n%s\n%s", d, printed(t, reports))
			}
			if text := printed(t, reports); !strings.Contains(text, "takes the permission "+c.permission) {
				t.Errorf("no line says that it takes %s:\n%s", c.permission, text)
			}
		})
	}
}

// Whoever may see nothing learns nothing, and no check fails for it.
func TestNoRightAtAll(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		seed func(w *world)
		says string
	}{
		"nothing may be seen": {func(w *world) { w.denied["/"] = ""; w.store = status.Error(codes.PermissionDenied, "no") }, "takes the permission"},
		"every API is off":    {func(w *world) { w.denied["/"] = "SERVICE_DISABLED" }, "its API is off"},
		"Google is away":      {func(w *world) { w.down = true }, "Google can't be reached: context deadline exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.seed(w)
			reports := examine(t.Context(), w.cloud("").checks())
			text := printed(t, reports)
			for _, r := range reports {
				if v := r.verdict(); v == failed || v == ok && r.name != "clock" && r.name != "project" {
					t.Errorf("%s is %s", r.name, v)
				}
			}
			if !strings.Contains(text, c.says) || t.Failed() {
				t.Errorf("want %q:\n%s", c.says, text)
			}
		})
	}
}

// What is stored may be closed, or not be there.
func TestWhatIsStoredCantBeRead(t *testing.T) {
	t.Parallel()
	for code, says := range map[codes.Code]string{
		codes.PermissionDenied: "takes the permissions datastore.entities.get", codes.FailedPrecondition: "has no index, see firestore indexes", codes.NotFound: "no database (default)",
		codes.Unavailable: "rpc error: code = Unavailable desc = gone",
	} {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.store = status.Error(code, "gone")
			reports := examine(t.Context(), w.cloud("").checks())
			if d := cmp.Diff(map[string]verdict{alwaysUnknown: notChecked, "overdue": notChecked}, verdicts(reports)); d != "" || !strings.Contains(printed(t, reports), says) {
				t.Errorf("want %q (-want +got):\n%s\n%s", says, d, printed(t, reports))
			}
		})
	}
}

// Before its first minutes are over, no sweep has come.
func TestNoSweepYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at[*cloudscheduler.Job](w, "/v1/"+inRegion+"/jobs/labelsweep").LastAttemptTime = ""
	if d := cmp.Diff(map[string]verdict{alwaysUnknown: notChecked, "sweep": notChecked}, verdicts(examine(t.Context(), w.cloud("").checks()))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Nobody connected, or no exporter: there are no figures.
func TestNoFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path := range w.docs {
		if strings.Contains(path, "/timeSeries ") {
			delete(w.docs, path)
		}
	}
	want := map[string]verdict{alwaysUnknown: notChecked, "mailboxes": notChecked, "dead letters waiting": notChecked}
	if d := cmp.Diff(want, verdicts(examine(t.Context(), w.cloud("").checks()))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Before the first deployment nothing tells what to compare with, and the first thing that is wrong is named once.
func TestAnEmptyProject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.docs = map[string]any{"/v3/" + inProject: w.docs["/v3/"+inProject], "/v2/" + inRegion + "/functions": &cloudfunctions.ListFunctionsResponse{}, "/v1/" + inProject + "/services": &serviceusage.ListServicesResponse{}}
	reports := examine(t.Context(), w.cloud("").checks())
	got := verdicts(reports)
	for _, check := range []string{"apis", "functions", "gmail topic", "push", "events", "queues", "sweep", "secrets"} {
		if got[check] != failed {
			t.Errorf("%s is %q\n", check, got[check])
		}
	}
	for _, check := range []string{"environment", "callers", "oauth redirect", "firestore", "bucket"} {
		if got[check] != notChecked {
			t.Errorf("%s is %q", check, got[check])
		}
	}
	if t.Failed() {
		t.Log(printed(t, reports))
	}
}

// Without a domain of one's own, browsers call Google's addresses.
func TestWithoutADomain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, f := range w.want.Functions {
		config := w.function(name).ServiceConfig
		config.EnvironmentVariables["OAUTH_REDIRECT_URL"] = address("oauthcallback") + "/callback"
		if f.Trigger == "user" {
			config.IngressSettings = "ALLOW_ALL"
			w.status[name] = http.StatusUnauthorized
		}
	}
	w.status["oauthcallback"], w.status["securityevents"] = http.StatusMethodNotAllowed, http.StatusBadRequest
	reports := examine(t.Context(), w.cloud("").checks())
	if d := cmp.Diff(map[string]verdict{alwaysUnknown: notChecked}, verdicts(reports)); d != "" {
		t.Errorf("(-want +got):\n%s\n%s", d, printed(t, reports))
	}
}
