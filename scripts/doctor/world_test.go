package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cloudfunctions "google.golang.org/api/cloudfunctions/v2"
	cloudresourcemanager "google.golang.org/api/cloudresourcemanager/v3"
	cloudscheduler "google.golang.org/api/cloudscheduler/v1"
	cloudtasks "google.golang.org/api/cloudtasks/v2"
	firebaserules "google.golang.org/api/firebaserules/v1"
	firestore "google.golang.org/api/firestore/v1"
	iam "google.golang.org/api/iam/v1"
	monitoring "google.golang.org/api/monitoring/v3"
	pubsub "google.golang.org/api/pubsub/v1"
	cloudrun "google.golang.org/api/run/v2"
	secretmanager "google.golang.org/api/secretmanager/v1"
	serviceusage "google.golang.org/api/serviceusage/v1"
	storage "google.golang.org/api/storage/v1"

	"github.com/trakstar/hire-gmail/scripts/questions"
	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
	"github.com/trakstar/hire-gmail/shared/store/embedded"
)

// The project that is looked at.
const (
	project   = "hire-gmail-test"
	number    = "123456789012"
	region    = "europe-west1"
	clientID  = number + "-abc.apps.googleusercontent.com"
	theSecret = "GOCSPX-never-to-be-shown"
	domain    = "gmail.hire.example.com"
	backend   = "hire-backend@hire-production.iam.gserviceaccount.com"
	gateway   = "hire-mail-gateway@hire-production.iam.gserviceaccount.com"
)

// world is Google, with a project in which nothing is wrong.
type world struct {
	*testing.T
	want *expected
	db   docs.DB
	now  time.Time

	mu       sync.Mutex
	docs     map[string]any    // resources, and the policies beside them, by path
	denied   map[string]string // what may not be looked at: the reason, by the beginning of a path; "" for a missing right
	down     bool              // nothing can be reached
	date     time.Time         // of Google's clock; zero: as ours
	called   []string          // methods and paths
	client   string            // what the token endpoint says of the client
	redirect string            // what the authorization endpoint says
	status   map[string]int    // of the functions that answer otherwise
	store    error             // of what is stored
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, time.Now())
}

// terraforms is what the repository's Terraform says, read once. No check changes it.
var terraforms = sync.OnceValues(func() (*expected, error) { return expectations(terraformFolder) })

func newWorldAt(t *testing.T, now time.Time) *world {
	t.Helper()
	want, err := terraforms()
	if err != nil {
		t.Fatal(err)
	}
	db, err := embedded.Open(filepath.Join(t.TempDir(), "hire.db"), store.Schema(), embedded.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{T: t, want: want, db: db, now: now, docs: map[string]any{}, denied: map[string]string{}, status: map[string]int{}}
	w.projectIsThere()
	w.functionsAreThere()
	w.topicsAreThere()
	w.queuesAreThere()
	w.firestoreIsThere()
	w.secretsAreThere()
	w.bucketIsThere()
	w.figuresAreThere()
	return w
}

const (
	inProject = "projects/" + project
	inRegion  = inProject + "/locations/" + region
)

func email(account string) string  { return account + "@" + project + ".iam.gserviceaccount.com" }
func member(account string) string { return "serviceAccount:" + email(account) }
func address(function string) string {
	return "https://" + function + "-" + number + "." + region + ".run.app"
}

// at is a resource, to be changed.
func at[T any](w *world, path string) T {
	w.Helper()
	v, isOne := w.docs[path].(T)
	if !isOne {
		w.Fatalf("%s is %T", path, w.docs[path])
	}
	return v
}

func (w *world) function(name string) *cloudfunctions.Function {
	for _, f := range at[*cloudfunctions.ListFunctionsResponse](w, "/v2/"+inRegion+"/functions").Functions {
		if strings.HasSuffix(f.Name, "/"+name) {
			return f
		}
	}
	w.Fatalf("there is no function %s", name)
	return nil
}

func (w *world) projectIsThere() {
	w.docs["/v3/"+inProject] = &cloudresourcemanager.Project{Name: "projects/" + number, ProjectId: project, State: "ACTIVE"}
	list := &serviceusage.ListServicesResponse{}
	for _, s := range append(slices.Clone(w.want.Services), "logging.googleapis.com") {
		list.Services = append(list.Services, &serviceusage.GoogleApiServiceusageV1Service{Name: "projects/" + number + "/services/" + s, State: "ENABLED"})
	}
	w.docs["/v1/"+inProject+"/services"] = list

	policy := &cloudresourcemanager.Policy{Version: 3, Bindings: []*cloudresourcemanager.Binding{{Role: "roles/owner", Members: []string{"user:operator@example.com"}}}}
	grant := func(role, condition string, to ...string) {
		b := &cloudresourcemanager.Binding{Role: role, Members: to}
		if condition != "" {
			b.Condition = &cloudresourcemanager.Expr{Expression: condition}
		}
		policy.Bindings = append(policy.Bindings, b)
	}
	ofTokens := `resource.name.startsWith("projects/` + number + `/secrets/gmail-token-")`
	for name, f := range w.want.Functions {
		grant("roles/datastore.user", `resource.name == "projects/`+project+`/databases/(default)"`, member(name))
		for _, right := range f.Tokens {
			grant(map[string]string{
				"read": "roles/secretmanager.secretAccessor", "add": "roles/secretmanager.secretVersionAdder", "destroy": inProject + "/roles/hireTokenDestroyer",
			}[right], ofTokens, member(name))
		}
	}
	grant(inProject+"/roles/hireTokenCreator", "", member("oauthcallback"))
	w.docs["/v3/"+inProject+":getIamPolicy"] = policy
}

// environmentOf is what Terraform gives a function.
func environmentOf(name string, public bool) map[string]string {
	behind := "true"
	if public {
		behind = "false"
	}
	return map[string]string{
		"ALLOWED_ORIGINS": "https://hire.example.com", "APP_URL": "https://hire.example.com", "BACKEND_AUDIENCE": address("directory"), "BACKEND_SERVICE_ACCOUNTS": backend,
		"BEHIND_IAM": behind, "BLOBS_BUCKET": project + "-production-mail-blobs", "DELIVER_URL": address("deliver"), "EVENTS_TOPIC": "hire-mail-events",
		"FIRESTORE_DATABASE": "(default)", "GATEWAY_AUDIENCE": address("inboundreply"), "GATEWAY_SERVICE_ACCOUNTS": gateway,
		"GMAIL_TOPIC": inProject + "/topics/gmail-notifications", "GOOGLE_CLOUD_PROJECT": project, "OAUTH_CLIENT_ID": clientID,
		"OAUTH_REDIRECT_URL": "https://" + domain + "/oauthcallback/callback", "OFFBOARD_URL": address("offboard"), "PUSH_AUDIENCE": address("gmailnotify"),
		"PUSH_SERVICE_ACCOUNT": email("invoker-push"), "REGION": region, "REPLY_DOMAIN": "reply.hire.example.com", "SCHEDULER_AUDIENCE": address("labelsweep"),
		"SCHEDULER_SERVICE_ACCOUNT": email("invoker-scheduler"), "SECRET_PREFIX": "gmail-token-", "STORE": "firestore", "SYNCMAILBOX_URL": address("syncmailbox"),
		"TASKS_AUDIENCE": address(name), "TASKS_SERVICE_ACCOUNT": email("invoker-tasks"), "USERS_AUDIENCE": "hire-gmail", "USERS_ISSUER": "https://login.hire.example.com",
		"USERS_JWKS_URL": "https://login.hire.example.com/keys", "LOG_EXECUTION_ID": "true",
	}
}

func (w *world) functionsAreThere() {
	callers := map[string]string{
		"user": "allUsers", "backend": "serviceAccount:" + backend, "gateway": "serviceAccount:" + gateway, "push": member("invoker-push"),
		"schedule": member("invoker-scheduler"), "tasks": member("invoker-tasks"),
	}
	ingress := map[string]string{
		"user": "ALLOW_INTERNAL_AND_GCLB", "backend": "ALLOW_ALL", "gateway": "ALLOW_ALL", "push": "ALLOW_INTERNAL_ONLY", "schedule": "ALLOW_INTERNAL_ONLY", "tasks": "ALLOW_INTERNAL_ONLY",
	}
	list := &cloudfunctions.ListFunctionsResponse{}
	for _, name := range sorted(w.want.Functions) {
		trigger := w.want.Functions[name].Trigger
		list.Functions = append(list.Functions, &cloudfunctions.Function{
			Name: inRegion + "/functions/" + name, State: "ACTIVE",
			ServiceConfig: &cloudfunctions.ServiceConfig{
				AllTrafficOnLatestRevision: true, IngressSettings: ingress[trigger], ServiceAccountEmail: email(name), EnvironmentVariables: environmentOf(name, trigger == "user"),
				SecretEnvironmentVariables: []*cloudfunctions.SecretEnvVar{
					{Key: "OAUTH_CLIENT_SECRET", Secret: "oauth-client-secret", Version: "2"}, {Key: "REPLY_KEYS", Secret: "reply-keys", Version: "1"}, {Key: "REPORT_KEYS", Secret: "report-keys", Version: "1"},
				},
			},
		})
		w.docs["/v2/"+inRegion+"/services/"+name] = &cloudrun.GoogleCloudRunV2Service{Name: inRegion + "/services/" + name, Urls: []string{address(name), "https://" + name + "-x7-ew.a.run.app"}}
		w.docs["/v2/"+inRegion+"/services/"+name+":getIamPolicy"] = &cloudrun.GoogleIamV1Policy{Bindings: []*cloudrun.GoogleIamV1Binding{{Role: "roles/run.invoker", Members: []string{callers[trigger]}}}}
	}
	w.docs["/v2/"+inRegion+"/functions"] = list
}

func (w *world) topicsAreThere() {
	agent := "serviceAccount:service-" + number + "@gcp-sa-pubsub.iam.gserviceaccount.com"
	var publishers []string
	for name, f := range w.want.Functions {
		if f.Events {
			publishers = append(publishers, member(name))
		}
	}
	topic := func(name string, publishers ...string) {
		w.docs["/v1/"+inProject+"/topics/"+name] = &pubsub.Topic{Name: inProject + "/topics/" + name}
		w.docs["/v1/"+inProject+"/topics/"+name+":getIamPolicy"] = &pubsub.Policy{Bindings: []*pubsub.Binding{{Role: "roles/pubsub.publisher", Members: publishers}}}
	}
	subscription := func(name, topic, dead string, subscribers ...string) *pubsub.Subscription {
		s := &pubsub.Subscription{Name: inProject + "/subscriptions/" + name, Topic: inProject + "/topics/" + topic, State: "ACTIVE", AckDeadlineSeconds: 60, ExpirationPolicy: &pubsub.ExpirationPolicy{}, EnableMessageOrdering: true}
		if dead != "" {
			s.DeadLetterPolicy = &pubsub.DeadLetterPolicy{DeadLetterTopic: inProject + "/topics/" + dead, MaxDeliveryAttempts: 20}
			s.RetryPolicy = &pubsub.RetryPolicy{MinimumBackoff: "10s", MaximumBackoff: "600s"}
		}
		w.docs["/v1/"+inProject+"/subscriptions/"+name] = s
		w.docs["/v1/"+inProject+"/subscriptions/"+name+":getIamPolicy"] = &pubsub.Policy{Bindings: []*pubsub.Binding{{Role: "roles/pubsub.subscriber", Members: subscribers}}}
		return s
	}
	topic("gmail-notifications", "serviceAccount:gmail-api-push@system.gserviceaccount.com")
	topic("hire-mail-events", publishers...)
	topic("gmail-notifications-dead-letters", agent)
	topic("hire-mail-events-dead-letters", agent)
	push := subscription("gmail-notifications-push", "gmail-notifications", "gmail-notifications-dead-letters", agent)
	push.AckDeadlineSeconds = 600
	push.PushConfig = &pubsub.PushConfig{PushEndpoint: address("gmailnotify") + "/", OidcToken: &pubsub.OidcToken{ServiceAccountEmail: email("invoker-push"), Audience: address("gmailnotify")}}
	subscription("hire-mail-events-hire", "hire-mail-events", "hire-mail-events-dead-letters", "serviceAccount:"+backend, agent)
	subscription("gmail-notifications-dead-letters", "gmail-notifications-dead-letters", "")
	subscription("hire-mail-events-dead-letters", "hire-mail-events-dead-letters", "")
}

func (w *world) queuesAreThere() {
	var makers []string
	for queue, function := range map[string]string{"mail-delivery": "deliver", "mailbox-sync": "syncmailbox", "offboarding": "offboard"} {
		var enqueuers []string
		for name, f := range w.want.Functions {
			if slices.Contains(f.Queues, queue) {
				enqueuers = append(enqueuers, member(name))
			}
		}
		makers = append(makers, enqueuers...)
		w.docs["/v2/"+inRegion+"/queues/"+queue] = &cloudtasks.Queue{
			Name: inRegion + "/queues/" + queue, State: "RUNNING", RetryConfig: &cloudtasks.RetryConfig{MaxAttempts: -1},
			HttpTarget: &cloudtasks.HttpTarget{OidcToken: &cloudtasks.OidcToken{ServiceAccountEmail: email("invoker-tasks"), Audience: address(function)}},
		}
		w.docs["/v2/"+inRegion+"/queues/"+queue+":getIamPolicy"] = &cloudtasks.Policy{Bindings: []*cloudtasks.Binding{{Role: "roles/cloudtasks.enqueuer", Members: enqueuers}}}
	}
	w.docs["/v1/"+inProject+"/serviceAccounts/"+email("invoker-tasks")+":getIamPolicy"] = &iam.Policy{Bindings: []*iam.Binding{{Role: "roles/iam.serviceAccountUser", Members: makers}}}
	w.docs["/v1/"+inRegion+"/jobs/labelsweep"] = &cloudscheduler.Job{
		Name: inRegion + "/jobs/labelsweep", State: "ENABLED", LastAttemptTime: w.now.Add(-3 * time.Minute).UTC().Format(time.RFC3339Nano),
		HttpTarget: &cloudscheduler.HttpTarget{
			HttpMethod: "POST", Uri: address("labelsweep") + "/", OidcToken: &cloudscheduler.OidcToken{ServiceAccountEmail: email("invoker-scheduler"), Audience: address("labelsweep")},
		},
	}
}

const database = inProject + "/databases/(default)"

func (w *world) firestoreIsThere() {
	w.docs["/v1/"+database] = &firestore.GoogleFirestoreAdminV1Database{
		Name: database, LocationId: region, Type: "FIRESTORE_NATIVE", PointInTimeRecoveryEnablement: "POINT_IN_TIME_RECOVERY_ENABLED", DeleteProtectionState: "DELETE_PROTECTION_ENABLED",
	}
	indexes, fields := &firestore.GoogleFirestoreAdminV1ListIndexesResponse{}, &firestore.GoogleFirestoreAdminV1ListFieldsResponse{}
	for i, ix := range w.want.Indexes.Indexes {
		made := &firestore.GoogleFirestoreAdminV1Index{Name: database + "/collectionGroups/" + ix.CollectionGroup + "/indexes/" + string(rune('A'+i)), QueryScope: "COLLECTION", State: "READY"}
		for _, f := range ix.Fields {
			made.Fields = append(made.Fields, &firestore.GoogleFirestoreAdminV1IndexField{FieldPath: f.FieldPath, Order: f.Order})
		}
		indexes.Indexes = append(indexes.Indexes, made)
	}
	for _, o := range w.want.Indexes.FieldOverrides {
		made := &firestore.GoogleFirestoreAdminV1Field{Name: database + "/collectionGroups/" + o.CollectionGroup + "/fields/" + o.FieldPath, IndexConfig: &firestore.GoogleFirestoreAdminV1IndexConfig{}}
		for _, ix := range o.Indexes {
			made.IndexConfig.Indexes = append(made.IndexConfig.Indexes, &firestore.GoogleFirestoreAdminV1Index{
				QueryScope: "COLLECTION", State: "READY", Fields: []*firestore.GoogleFirestoreAdminV1IndexField{{FieldPath: o.FieldPath, Order: ix.Order}},
			})
		}
		if o.TTL {
			made.TtlConfig = &firestore.GoogleFirestoreAdminV1TtlConfig{State: "ACTIVE"}
		}
		fields.Fields = append(fields.Fields, made)
	}
	w.docs["/v1/"+database+"/collectionGroups/-/indexes"] = indexes
	w.docs["/v1/"+database+"/collectionGroups/-/fields"] = fields
	w.docs["/v1/"+inProject+"/releases/cloud.firestore"] = &firebaserules.Release{RulesetName: inProject + "/rulesets/one"}
	w.docs["/v1/"+inProject+"/rulesets/one"] = &firebaserules.Ruleset{Source: &firebaserules.Source{Files: []*firebaserules.File{{Name: "firestore.rules", Content: w.want.Rules}}}}
}

// field is the settings of a field in Firestore.
func (w *world) field(name string) *firestore.GoogleFirestoreAdminV1Field {
	collection, path, _ := strings.Cut(name, "/")
	for _, f := range at[*firestore.GoogleFirestoreAdminV1ListFieldsResponse](w, "/v1/"+database+"/collectionGroups/-/fields").Fields {
		if strings.HasSuffix(f.Name, "/collectionGroups/"+collection+"/fields/"+path) {
			return f
		}
	}
	w.Fatalf("there is no field %s", name)
	return nil
}

func (w *world) secretsAreThere() {
	var everybody []string
	for name := range w.want.Functions {
		everybody = append(everybody, member(name))
	}
	for id, version := range map[string]string{"oauth-client-secret": "2", "reply-keys": "1", "report-keys": "1"} {
		path := "/v1/" + inProject + "/secrets/" + id
		w.docs[path] = &secretmanager.Secret{Name: inProject + "/secrets/" + id, Replication: &secretmanager.Replication{UserManaged: &secretmanager.UserManaged{Replicas: []*secretmanager.Replica{{Location: region}}}}}
		w.docs[path+"/versions/"+version] = &secretmanager.SecretVersion{Name: "projects/" + number + "/secrets/" + id + "/versions/" + version, State: "ENABLED"}
		w.docs[path+":getIamPolicy"] = &secretmanager.Policy{Bindings: []*secretmanager.Binding{{Role: "roles/secretmanager.secretAccessor", Members: slices.Clone(everybody)}}}
	}
	w.docs["/v1/"+inProject+"/secrets/oauth-client-secret/versions/2:access"] = &secretmanager.AccessSecretVersionResponse{Payload: &secretmanager.SecretPayload{Data: base64.StdEncoding.EncodeToString([]byte(theSecret))}}
}

const bucketName = project + "-production-mail-blobs"

func (w *world) bucketIsThere() {
	var users []string
	for name, f := range w.want.Functions {
		if f.Blobs != "none" {
			users = append(users, member(name))
		}
	}
	w.docs["/storage/v1/b/"+bucketName] = &storage.Bucket{
		Name: bucketName, Location: "EUROPE-WEST1",
		IamConfiguration: &storage.BucketIamConfiguration{PublicAccessPrevention: "enforced", UniformBucketLevelAccess: &storage.BucketIamConfigurationUniformBucketLevelAccess{Enabled: true}},
	}
	w.docs["/storage/v1/b/"+bucketName+"/iam"] = &storage.Policy{Bindings: []*storage.PolicyBindings{{Role: "roles/storage.objectViewer", Members: users}}}
}

// figure is the path of a metric's figures; a subscription's have its name too.
func figure(metric string) string { return "/v3/" + inProject + "/timeSeries " + metric }

func waiting(n int64) *monitoring.ListTimeSeriesResponse {
	return &monitoring.ListTimeSeriesResponse{TimeSeries: []*monitoring.TimeSeries{{Points: []*monitoring.Point{{Value: &monitoring.TypedValue{Int64Value: &n, ForceSendFields: []string{"Int64Value"}}}}}}}
}

// spread is a distribution over the bounds that the code gives its metrics: how many lie in each bucket.
func spread(counts ...int64) *monitoring.ListTimeSeriesResponse {
	return &monitoring.ListTimeSeriesResponse{TimeSeries: []*monitoring.TimeSeries{{Points: []*monitoring.Point{{Value: &monitoring.TypedValue{DistributionValue: &monitoring.Distribution{
		BucketCounts: counts, BucketOptions: &monitoring.BucketOptions{ExplicitBuckets: &monitoring.Explicit{Bounds: []float64{10, 60, 300, 480, 900, 1800, 3600, 6 * 3600, 24 * 3600, 2 * 24 * 3600, 7 * 24 * 3600}}},
	}}}}}}}
}

func (w *world) figuresAreThere() {
	w.docs[figure("gmail-notifications-dead-letters")] = waiting(0)
	w.docs[figure("hire-mail-events-dead-letters")] = waiting(0)
	w.docs[figure("hire.mailbox.watch.left")] = spread(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 40)
	w.docs[figure("hire.mailbox.verified.age")] = spread(5, 5, 10, 20, 1)
}

// ServeHTTP implements http.Handler: it is Google's APIs, without those that need no credentials.
func (w *world) ServeHTTP(out http.ResponseWriter, req *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.called = append(w.called, req.Method+" "+req.URL.Path)
	out.Header().Set("Content-Type", "application/json")
	if !w.date.IsZero() {
		out.Header().Set("Date", w.date.UTC().Format(http.TimeFormat))
	}
	refuse := func(code int, message, reason string) {
		out.WriteHeader(code)
		_ = json.NewEncoder(out).Encode(map[string]any{"error": map[string]any{"code": code, "message": message, "details": []any{map[string]any{
			"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason,
		}}}})
	}
	for prefix, reason := range w.denied {
		if strings.HasPrefix(req.URL.Path, prefix) {
			refuse(http.StatusForbidden, "Permission denied on resource.", reason)
			return
		}
	}
	path := req.URL.Path
	if strings.HasSuffix(path, "/timeSeries") {
		for name := range w.docs {
			if _, metric, isFigure := strings.Cut(name, "/timeSeries "); isFigure && strings.Contains(req.URL.Query().Get("filter"), `"`+metric+`"`) ||
				isFigure && strings.Contains(req.URL.Query().Get("filter"), "/"+metric+`"`) {
				path = name
			}
		}
	}
	v, isThere := w.docs[path]
	if !isThere {
		refuse(http.StatusNotFound, "Not found.", "")
		return
	}
	if err := json.NewEncoder(out).Encode(v); err != nil {
		w.Errorf("%s: %v", path, err)
	}
}

// RoundTrip implements http.RoundTripper: it is what anybody sees of the functions, and of Google's OAuth.
func (w *world) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rec := httptest.NewRecorder()
	answer := func(status int, body string) (*http.Response, error) {
		rec.WriteHeader(status)
		_, err := rec.WriteString(body)
		return rec.Result(), err
	}
	host, path := req.URL.Host, req.URL.Path
	switch {
	case w.down:
		return nil, &url.Error{Op: req.Method, URL: req.URL.String(), Err: context.DeadlineExceeded}
	case host == "oauth2.googleapis.com":
		if err := req.ParseForm(); err != nil || req.PostForm.Get("client_secret") != theSecret || req.PostForm.Get("client_id") != clientID {
			return answer(http.StatusUnauthorized, `{"error": "invalid_client"}`)
		}
		if w.client != "" {
			return answer(http.StatusUnauthorized, `{"error": "`+w.client+`"}`)
		}
		return answer(http.StatusBadRequest, `{"error": "invalid_grant", "error_description": "Malformed auth code."}`)
	case host == "accounts.google.com":
		to := "https://accounts.google.com/v3/signin/identifier?client_id=" + req.URL.Query().Get("client_id")
		if w.redirect != "" {
			to = "https://accounts.google.com/signin/oauth/error?authError=" + base64.RawURLEncoding.EncodeToString([]byte("\n\x15"+w.redirect)) + "&client_id=x"
		}
		rec.Header().Set("Location", to)
		return answer(http.StatusFound, "")
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	public := host == domain
	if !public {
		name, _, _ = strings.Cut(host, "-"+number)
	}
	status := http.StatusNotFound
	switch trigger := w.want.Functions[name].Trigger; {
	case w.status[name] != 0:
		status = w.status[name]
	case public && trigger == "user":
		status = questions.Of[name].Status
	case trigger == "backend" || trigger == "gateway":
		status = http.StatusForbidden
	}
	return answer(status, "")
}

// unreachable is an http.RoundTripper that reaches nobody.
type unreachable struct{}

func (unreachable) RoundTrip(req *http.Request) (*http.Response, error) {
	return nil, &url.Error{Op: req.Method, URL: req.URL.String(), Err: context.DeadlineExceeded}
}

// cloud looks at the world.
func (w *world) cloud(mailbox string) *cloud {
	w.Helper()
	server := httptest.NewServer(w)
	w.Cleanup(server.Close)
	google := &http.Client{Transport: http.DefaultTransport}
	if w.down {
		google.Transport = unreachable{}
	}
	web := newHTTPClient()
	web.Transport = w
	c, err := assemble(w.Context(), options{project: project, region: region, mailbox: mailbox}, w.want, google, web, server.URL)
	if err != nil {
		w.Fatal(err)
	}
	c.now = func() time.Time { return w.now }
	c.openStore = func(_ context.Context, _ string, ago time.Duration) (*store.Store, func(), error) {
		if w.store != nil {
			return nil, nil, w.store
		}
		s, err := store.New(w.db, store.Options{Now: func() time.Time { return w.now.Add(-ago) }})
		return s, func() {}, err
	}
	return c
}

// put stores a document.
func (w *world) put(ref docs.Ref, doc any) {
	w.Helper()
	if err := w.db.Update(w.Context(), "test", func(_ context.Context, tx docs.Tx) error { return tx.Set(ref, doc) }); err != nil {
		w.Fatal(err)
	}
}
