package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	cloudfunctions "google.golang.org/api/cloudfunctions/v2"
	cloudresourcemanager "google.golang.org/api/cloudresourcemanager/v3"
	cloudscheduler "google.golang.org/api/cloudscheduler/v1"
	cloudtasks "google.golang.org/api/cloudtasks/v2"
	firebaserules "google.golang.org/api/firebaserules/v1"
	firestore "google.golang.org/api/firestore/v1"
	iam "google.golang.org/api/iam/v1"
	pubsub "google.golang.org/api/pubsub/v1"
	cloudrun "google.golang.org/api/run/v2"
	secretmanager "google.golang.org/api/secretmanager/v1"
	serviceusage "google.golang.org/api/serviceusage/v1"
	storage "google.golang.org/api/storage/v1"

	"github.com/trakstar/hire-gmail/shared/store"
	"github.com/trakstar/hire-gmail/shared/store/docs"
)

// Each breaks one thing, which must show in that check and in no other.
func TestSeededMistakes(t *testing.T) {
	t.Parallel()
	const (
		topics        = "/v1/" + inProject + "/topics/"
		subscriptions = "/v1/" + inProject + "/subscriptions/"
		queues        = "/v2/" + inRegion + "/queues/"
		job           = "/v1/" + inRegion + "/jobs/labelsweep"
		secrets       = "/v1/" + inProject + "/secrets/"
		services      = "/v2/" + inRegion + "/services/"
		push          = subscriptions + "gmail-notifications-push"
	)
	pushOf := func(w *world) *pubsub.Subscription { return at[*pubsub.Subscription](w, push) }
	publishers := func(w *world, topic string) *pubsub.Binding {
		return at[*pubsub.Policy](w, topics+topic+":getIamPolicy").Bindings[0]
	}
	without := func(members []string, m string) []string {
		return slices.DeleteFunc(slices.Clone(members), func(s string) bool { return s == m })
	}
	for name, c := range map[string]struct {
		seed        func(w *world)
		check       string
		says, cures string
	}{
		"a clock that is wrong": {func(w *world) { w.date = time.Now().Add(10 * time.Minute) }, "clock", "away from Google's", "timedatectl"},
		"a deleted project":     {func(w *world) { at[*cloudresourcemanager.Project](w, "/v3/"+inProject).State = "DELETE_REQUESTED" }, "project", "DELETE_REQUESTED", "gcloud projects undelete " + project},
		"a project that is not": {func(w *world) { delete(w.docs, "/v3/"+inProject) }, "project", "there is no project " + project, "gcloud projects list"},
		"the Gmail API off": {func(w *world) {
			list := at[*serviceusage.ListServicesResponse](w, "/v1/"+inProject+"/services")
			list.Services = slices.DeleteFunc(list.Services, func(s *serviceusage.GoogleApiServiceusageV1Service) bool {
				return strings.HasSuffix(s.Name, "gmail.googleapis.com")
			})
		}, "apis", "off: gmail.googleapis.com", "gcloud services enable gmail.googleapis.com --project=" + project},

		"a function that is not deployed": {func(w *world) {
			list := at[*cloudfunctions.ListFunctionsResponse](w, "/v2/"+inRegion+"/functions")
			list.Functions = slices.DeleteFunc(list.Functions, func(f *cloudfunctions.Function) bool { return strings.HasSuffix(f.Name, "/threads") })
		}, "functions", "threads is not deployed", "deploy.sh"},
		"a function whose build failed": {func(w *world) {
			f := w.function("deliver")
			f.State, f.StateMessages = "FAILED", []*cloudfunctions.GoogleCloudFunctionsV2StateMessage{{Message: "Build failed: go.mod"}}
		}, "functions", "deliver is FAILED; Build failed: go.mod", "gcloud functions describe deliver"},
		"a function that runs as another account": {func(w *world) { w.function("deliver").ServiceConfig.ServiceAccountEmail = email("connect") }, "functions", "not as its own account", "deploy.sh"},
		"a deployment that was taken back":        {func(w *world) { w.function("deliver").ServiceConfig.AllTrafficOnLatestRevision = false }, "functions", "an earlier revision", "gcloud run services update-traffic deliver --to-latest"},

		"a variable missing":           {func(w *world) { delete(w.function("deliver").ServiceConfig.EnvironmentVariables, "REPLY_DOMAIN") }, "environment", "deliver is not given REPLY_DOMAIN", "deploy.sh"},
		"a variable that is not known": {func(w *world) { w.function("deliver").ServiceConfig.EnvironmentVariables["REPLY_DOMIAN"] = "x" }, "environment", "REPLY_DOMIAN, which the code does not know", "deploy.sh"},
		"a variable that is wrong":     {func(w *world) { w.function("deliver").ServiceConfig.EnvironmentVariables["LOG_LEVEL"] = "LOUD" }, "environment", `LOG_LEVEL is "LOUD"`, "tfvars"},
		"a variable of an emulator": {func(w *world) {
			w.function("deliver").ServiceConfig.EnvironmentVariables["CLOUD_TASKS_EMULATOR_HOST"] = "127.0.0.1:1"
		}, "environment", "for one machine", "deploy.sh"},
		"a secret in the clear": {func(w *world) {
			w.function("deliver").ServiceConfig.EnvironmentVariables["REPLY_KEYS"] = strings.Repeat("k", 40)
		}, "environment", "REPLY_KEYS in the clear", "deploy.sh"},
		"a secret that is not given": {func(w *world) {
			c := w.function("deliver").ServiceConfig
			c.SecretEnvironmentVariables = c.SecretEnvironmentVariables[:1]
		}, "environment", "not given REPLY_KEYS", "deploy.sh"},
		"another function's address": {func(w *world) {
			w.function("connect").ServiceConfig.EnvironmentVariables["SYNCMAILBOX_URL"] = address("deliver")
		}, "addresses", "SYNCMAILBOX_URL=", "deploy.sh"},
		"another's audience": {func(w *world) {
			w.function("deliver").ServiceConfig.EnvironmentVariables["TASKS_AUDIENCE"] = address("offboard")
		}, "addresses", "TASKS_AUDIENCE=", "deploy.sh"},
		"a stand-in instead of Gmail": {func(w *world) {
			w.function("deliver").ServiceConfig.EnvironmentVariables["GMAIL_ENDPOINT"] = "https://gmail.example.com"
		}, "addresses", "instead of Google", "GMAIL_ENDPOINT"},
		"an address that is not there": {func(w *world) { at[*cloudrun.GoogleCloudRunV2Service](w, services+"deliver").Urls = nil }, "addresses", "has not the address", "gcloud run services describe deliver"},
		"a function open to everybody": {func(w *world) {
			b := at[*cloudrun.GoogleIamV1Policy](w, services+"deliver:getIamPolicy").Bindings[0]
			b.Members = append(b.Members, "allUsers")
		}, "callers", "everybody may call deliver", "gcloud run services remove-iam-policy-binding deliver --member=allUsers"},
		"a function without IAM": {func(w *world) { at[*cloudrun.GoogleCloudRunV2Service](w, services+"deliver").InvokerIamDisabled = true }, "callers", "IAM is not asked", "--invoker-iam-check"},
		"a caller too many": {func(w *world) {
			b := at[*cloudrun.GoogleIamV1Policy](w, services+"deliver:getIamPolicy").Bindings[0]
			b.Members = append(b.Members, member("connect"))
		}, "callers", "may call deliver, and should not", "remove-iam-policy-binding deliver --member=" + member("connect")},
		"a caller that may not":        {func(w *world) { at[*cloudrun.GoogleIamV1Policy](w, services+"gmailnotify:getIamPolicy").Bindings = nil }, "callers", "may not call gmailnotify", "add-iam-policy-binding gmailnotify --member=" + member("invoker-push")},
		"the public shut out":          {func(w *world) { at[*cloudrun.GoogleIamV1Policy](w, services+"threads:getIamPolicy").Bindings = nil }, "callers", "allUsers may not call threads", "--member=allUsers"},
		"reached from anywhere":        {func(w *world) { w.function("deliver").ServiceConfig.IngressSettings = "ALLOW_ALL" }, "callers", "deliver can be reached from ALLOW_ALL", "deploy.sh"},
		"public, and taking any token": {func(w *world) { w.function("threads").ServiceConfig.EnvironmentVariables["BEHIND_IAM"] = "true" }, "callers", "threads is told BEHIND_IAM=true", "deploy.sh"},
		"a function that fails":        {func(w *world) { w.status["connect"] = 500 }, "answers", "connect answers 500", `resource.labels.service_name="connect"`},
		"a function that lets one in":  {func(w *world) { w.status["directory"] = 401 }, "answers", "directory answers 401", "gcloud logging read"},
		"a client's secret of another": {func(w *world) { w.client = "invalid_client" }, "oauth client", "invalid_client", "gcloud secrets versions add oauth-client-secret"},
		"a redirect not registered":    {func(w *world) { w.redirect = "redirect_uri_mismatch" }, "oauth redirect", "is not registered", "add exactly https://" + domain + "/oauthcallback/callback"},
		"a client that is not there":   {func(w *world) { w.redirect = "invalid_client" }, "oauth redirect", "knows no OAuth client", "https://console.cloud.google.com/auth/clients?project=" + project},
		"scopes that may not be asked": {func(w *world) { w.redirect = "invalid_scope" }, "oauth redirect", "ask for the scopes", "https://console.cloud.google.com/auth/scopes"},
		"a redirect to another function": {func(w *world) {
			w.function("oauthcallback").ServiceConfig.EnvironmentVariables["OAUTH_REDIRECT_URL"] = "https://" + domain + "/connect/callback"
		}, "oauth redirect", "oauthcallback is at", "deploy.sh"},

		"Gmail may not publish": {func(w *world) { publishers(w, "gmail-notifications").Members = nil }, "gmail publisher", "Gmail may not publish",
			"gcloud pubsub topics add-iam-policy-binding gmail-notifications --member=" + gmailPush + " --role=roles/pubsub.publisher --project=" + project},
		"everybody may publish as Gmail": {func(w *world) { b := publishers(w, "gmail-notifications"); b.Members = append(b.Members, "allUsers") }, "gmail publisher", "allUsers may publish", "remove-iam-policy-binding gmail-notifications --member=allUsers"},
		"no topic":                       {func(w *world) { delete(w.docs, topics+"gmail-notifications") }, "gmail topic", "no topic gmail-notifications", "deploy.sh"},
		"a topic of another project": {func(w *world) {
			w.function("oauthcallback").ServiceConfig.EnvironmentVariables["GMAIL_TOPIC"] = "projects/another/topics/gmail-notifications"
		}, "gmail topic", "projects/another/topics", "deploy.sh"},

		"no push subscription":        {func(w *world) { delete(w.docs, push) }, "push", "no subscription gmail-notifications-push", "deploy.sh"},
		"pushed elsewhere":            {func(w *world) { pushOf(w).PushConfig.PushEndpoint = "https://elsewhere.example.com/" }, "push", "elsewhere.example.com", "--push-endpoint=" + address("gmailnotify")},
		"pushed for another audience": {func(w *world) { pushOf(w).PushConfig.OidcToken.Audience = "https://elsewhere.example.com" }, "push", "for the audience", "--push-auth-token-audience=" + address("gmailnotify")},
		"pushed without a signature":  {func(w *world) { pushOf(w).PushConfig.OidcToken = nil }, "push", `signs as ""`, "--push-auth-service-account=" + email("invoker-push")},
		"pushed again too soon":       {func(w *world) { pushOf(w).AckDeadlineSeconds = 10 }, "push", "after 10 s, want 600", "gcloud pubsub subscriptions update gmail-notifications-push --project=" + project + " --ack-deadline=600"},
		"pushed again without pause":  {func(w *world) { pushOf(w).RetryPolicy = nil }, "push", "without a pause", "--min-retry-delay=10s"},
		"a push that ends by itself":  {func(w *world) { pushOf(w).ExpirationPolicy.Ttl = "2678400s" }, "push", "deleted when no mail comes", "--expiration-period=never"},
		"a push of a deleted topic":   {func(w *world) { pushOf(w).Topic = "_deleted-topic_" }, "push", "_deleted-topic_", "gcloud pubsub subscriptions delete gmail-notifications-push"},

		"a push that was cut off":     {func(w *world) { pushOf(w).Detached = true }, "push", "gets nothing any more", "gcloud pubsub subscriptions delete gmail-notifications-push"},
		"a push that leaves some out": {func(w *world) { pushOf(w).Filter = "attributes.x" }, "push", "by a filter", "gcloud pubsub subscriptions delete gmail-notifications-push"},
		"events in any order": {func(w *world) {
			at[*pubsub.Subscription](w, subscriptions+"hire-mail-events-hire").EnableMessageOrdering = false
		}, "events", "in any order", "gcloud pubsub subscriptions delete hire-mail-events-hire"},
		"events again without pause": {func(w *world) { at[*pubsub.Subscription](w, subscriptions+"hire-mail-events-hire").RetryPolicy = nil }, "events", "without a pause", "gcloud pubsub subscriptions update hire-mail-events-hire"},
		"events to another topic": {func(w *world) {
			w.function("oauthcallback").ServiceConfig.EnvironmentVariables["EVENTS_TOPIC"] = "other"
		}, "events", `publish to "other"`, "deploy.sh"},
		"no topic of dead letters": {func(w *world) { delete(w.docs, topics+"hire-mail-events-dead-letters") }, "dead letters", "no topic hire-mail-events-dead-letters", "deploy.sh"},
		"dead letters of another": {func(w *world) {
			at[*pubsub.Subscription](w, subscriptions+"hire-mail-events-dead-letters").Topic = inProject + "/topics/other"
		}, "dead letters", "is on " + inProject + "/topics/other", "gcloud pubsub subscriptions delete hire-mail-events-dead-letters"},
		"no account for tasks": {func(w *world) {
			delete(w.docs, "/v1/"+inProject+"/serviceAccounts/"+email("invoker-tasks")+":getIamPolicy")
		}, "queues", "no service account", "deploy.sh"},
		"an index to be repaired": {func(w *world) {
			at[*firestore.GoogleFirestoreAdminV1ListIndexesResponse](w, "/v1/"+database+"/collectionGroups/-/indexes").Indexes[0].State = "NEEDS_REPAIR"
		}, "firestore indexes", "NEEDS_REPAIR", "deploy.sh"},
		"no rules": {func(w *world) { delete(w.docs, "/v1/"+inProject+"/releases/cloud.firestore") }, "firestore rules", "no rules are in force", "deploy.sh"},
		"a secret destroyed": {func(w *world) {
			at[*secretmanager.SecretVersion](w, secrets+"reply-keys/versions/1").State = "DESTROYED"
		}, "secrets", "is DESTROYED", "raise its number in secret_versions"},
		"no secret": {func(w *world) { delete(w.docs, secrets+"reply-keys") }, "secrets", "no secret reply-keys", "deploy.sh"},
		"objects with rights of their own": {func(w *world) {
			at[*storage.Bucket](w, "/storage/v1/b/"+bucketName).IamConfiguration.UniformBucketLevelAccess = nil
		}, "bucket", "access lists of their own", "--uniform-bucket-level-access"},
		"old versions kept": {func(w *world) {
			at[*storage.Bucket](w, "/storage/v1/b/"+bucketName).Versioning = &storage.BucketVersioning{Enabled: true}
		}, "bucket", "stays as an old version", "--no-versioning"},
		"attachments public": {func(w *world) {
			p := at[*storage.Policy](w, "/storage/v1/b/"+bucketName+"/iam")
			p.Bindings = append(p.Bindings, &storage.PolicyBindings{Role: "roles/storage.objectViewer", Members: []string{"allUsers"}})
		}, "bucket", "allUsers may read attachments", "gcloud storage buckets remove-iam-policy-binding gs://" + bucketName + " --member=allUsers"},

		"no events": {func(w *world) { delete(w.docs, topics+"hire-mail-events") }, "events", "no topic hire-mail-events", "deploy.sh"},
		"may not tell": {func(w *world) {
			b := publishers(w, "hire-mail-events")
			b.Members = without(b.Members, member("deliver"))
		}, "events", "deliver may not publish", "add-iam-policy-binding hire-mail-events --member=" + member("deliver")},
		"events that nobody has": {func(w *world) { delete(w.docs, subscriptions+"hire-mail-events-hire") }, "events", "no subscription hire-mail-events-hire", "deploy.sh"},
		"Hire may not read them": {func(w *world) {
			b := at[*pubsub.Policy](w, subscriptions+"hire-mail-events-hire:getIamPolicy").Bindings[0]
			b.Members = without(b.Members, "serviceAccount:"+backend)
		}, "events", "Hire's backend", "--role=roles/pubsub.subscriber"},
		"nothing given up":               {func(w *world) { pushOf(w).DeadLetterPolicy = nil }, "dead letters", "does not go to gmail-notifications-dead-letters", "--dead-letter-topic=gmail-notifications-dead-letters --max-delivery-attempts"},
		"dead letters that nobody keeps": {func(w *world) { delete(w.docs, subscriptions+"hire-mail-events-dead-letters") }, "dead letters", "is gone at once", "deploy.sh"},
		"Pub/Sub may not give up":        {func(w *world) { publishers(w, "gmail-notifications-dead-letters").Members = nil }, "dead letters", "Pub/Sub may not publish", "gcloud pubsub topics add-iam-policy-binding gmail-notifications-dead-letters"},
		"Pub/Sub may not take":           {func(w *world) { at[*pubsub.Policy](w, push+":getIamPolicy").Bindings = nil }, "dead letters", "may not take from", "gcloud pubsub subscriptions add-iam-policy-binding gmail-notifications-push"},
		"dead letters waiting":           {func(w *world) { w.docs[figure("hire-mail-events-dead-letters")] = waiting(3) }, "dead letters waiting", "3 dead letters wait", "go run ./scripts/redrive -project " + project + " -from hire-mail-events-dead-letters -to hire-mail-events"},

		"a paused queue":         {func(w *world) { at[*cloudtasks.Queue](w, queues+"mailbox-sync").State = "PAUSED" }, "queues", "mailbox-sync is PAUSED", "gcloud tasks queues resume mailbox-sync --location=" + region},
		"no queue":               {func(w *world) { delete(w.docs, queues+"offboarding") }, "queues", "no queue offboarding", "deploy.sh"},
		"a queue that signs not": {func(w *world) { at[*cloudtasks.Queue](w, queues+"mail-delivery").HttpTarget = nil }, "queues", "deliver refuses its tasks", "--http-oidc-token-audience-override=" + address("deliver")},
		"a queue that gives up":  {func(w *world) { at[*cloudtasks.Queue](w, queues+"mail-delivery").RetryConfig.MaxAttempts = 5 }, "queues", "after 5 tries", "--max-attempts=unlimited"},
		"may not queue": {func(w *world) {
			b := at[*cloudtasks.Policy](w, queues+"offboarding:getIamPolicy").Bindings[0]
			b.Members = without(b.Members, member("settings"))
		}, "queues", "settings may not put tasks into offboarding", "gcloud tasks queues add-iam-policy-binding offboarding"},
		"may not sign for tasks": {func(w *world) {
			at[*iam.Policy](w, "/v1/"+inProject+"/serviceAccounts/"+email("invoker-tasks")+":getIamPolicy").Bindings = nil
		}, "queues", "may not make tasks", "gcloud iam service-accounts add-iam-policy-binding " + email("invoker-tasks")},

		"no sweep":               {func(w *world) { delete(w.docs, job) }, "sweep", "no job labelsweep", "deploy.sh"},
		"a sweep that is paused": {func(w *world) { at[*cloudscheduler.Job](w, job).State = "PAUSED" }, "sweep", "PAUSED", "gcloud scheduler jobs resume labelsweep"},
		"a sweep that fails":     {func(w *world) { at[*cloudscheduler.Job](w, job).Status = &cloudscheduler.Status{Code: 7} }, "sweep", "failed: code 7", "gcloud logging read"},
		"a sweep that no longer comes": {func(w *world) {
			at[*cloudscheduler.Job](w, job).LastAttemptTime = w.now.Add(-time.Hour).UTC().Format(time.RFC3339)
		}, "sweep", "1h0m0s ago", "gcloud scheduler jobs run labelsweep"},
		"a sweep for another audience": {func(w *world) { at[*cloudscheduler.Job](w, job).HttpTarget.OidcToken.Audience = "x" }, "sweep", `for "x"`, "--oidc-token-audience=" + address("labelsweep")},

		"a database of another kind": {func(w *world) {
			at[*firestore.GoogleFirestoreAdminV1Database](w, "/v1/"+database).Type = "DATASTORE_MODE"
		}, "firestore", "DATASTORE_MODE", "firestore_database"},
		"no recovery": {func(w *world) {
			at[*firestore.GoogleFirestoreAdminV1Database](w, "/v1/"+database).PointInTimeRecoveryEnablement = ""
		}, "firestore", "point-in-time recovery is off", "gcloud firestore databases update --database='(default)' --project=" + project + " --enable-pitr"},
		"no protection": {func(w *world) {
			at[*firestore.GoogleFirestoreAdminV1Database](w, "/v1/"+database).DeleteProtectionState = ""
		}, "firestore", "by one command", "--delete-protection"},
		"no database": {func(w *world) { delete(w.docs, "/v1/"+database) }, "firestore", "no database (default)", "deploy.sh"},
		"may not work in it": {func(w *world) {
			p := at[*cloudresourcemanager.Policy](w, "/v3/"+inProject+":getIamPolicy")
			p.Bindings = slices.DeleteFunc(p.Bindings, func(b *cloudresourcemanager.Binding) bool {
				return b.Role == "roles/datastore.user" && b.Members[0] == member("threads")
			})
		}, "firestore", "threads may not work in the database", "deploy.sh"},
		"no index": {func(w *world) {
			list := at[*firestore.GoogleFirestoreAdminV1ListIndexesResponse](w, "/v1/"+database+"/collectionGroups/-/indexes")
			list.Indexes = list.Indexes[1:]
		}, "firestore indexes", "no index on threads CandidateID ascending, LastAt descending", "deploy.sh"},
		"an index that is being made": {func(w *world) {
			at[*firestore.GoogleFirestoreAdminV1ListIndexesResponse](w, "/v1/"+database+"/collectionGroups/-/indexes").Indexes[0].State = "CREATING"
		}, "firestore indexes", "still being made", "gcloud firestore operations list"},
		"no index of a field": {func(w *world) { w.field("dues/DueAt").IndexConfig.Indexes = nil }, "firestore indexes", "no index on dues/DueAt ascending", "deploy.sh"},
		"bodies indexed":      {func(w *world) { w.field("messages/*").IndexConfig = nil }, "firestore indexes", "every field of messages is indexed", "deploy.sh"},
		"nothing expires":     {func(w *world) { w.field("audit/ExpiresAt").TtlConfig = nil }, "firestore expiry", "in audit stays for ever", "gcloud firestore fields ttls update ExpiresAt --collection-group=audit --enable-ttl"},
		"clients let in": {func(w *world) {
			at[*firebaserules.Ruleset](w, "/v1/"+inProject+"/rulesets/one").Source.Files[0].Content = "allow read, write;"
		}, "firestore rules", "other rules", "deploy.sh"},

		"a secret without a value": {func(w *world) { delete(w.docs, secrets+"reply-keys/versions/1") }, "secrets", "reply-keys has no version 1", "gcloud secrets versions add reply-keys --project=" + project + " --data-file=-"},
		"a secret's version disabled": {func(w *world) {
			at[*secretmanager.SecretVersion](w, secrets+"oauth-client-secret/versions/2").State = "DISABLED"
		}, "secrets", "is disabled", "gcloud secrets versions enable 2 --secret=oauth-client-secret"},
		"a secret everywhere": {func(w *world) {
			at[*secretmanager.Secret](w, secrets+"reply-keys").Replication = &secretmanager.Replication{Automatic: &secretmanager.Automatic{}}
		}, "secrets", "regions of Google's choice", "gcloud secrets delete reply-keys"},
		"a secret in another region": {func(w *world) {
			at[*secretmanager.Secret](w, secrets+"reply-keys").Replication.UserManaged.Replicas[0].Location = "us-east1"
		}, "secrets", "us-east1", "gcloud secrets delete reply-keys"},
		"may not read a secret": {func(w *world) {
			b := at[*secretmanager.Policy](w, secrets+"reply-keys:getIamPolicy").Bindings[0]
			b.Members = without(b.Members, member("inboundreply"))
		}, "secrets", "inboundreply may not read reply-keys", "gcloud secrets add-iam-policy-binding reply-keys --member=" + member("inboundreply")},
		"may not read tokens": {func(w *world) {
			p := at[*cloudresourcemanager.Policy](w, "/v3/"+inProject+":getIamPolicy")
			p.Bindings = slices.DeleteFunc(p.Bindings, func(b *cloudresourcemanager.Binding) bool {
				return b.Role == "roles/secretmanager.secretAccessor" && b.Members[0] == member("deliver")
			})
		}, "tokens", "deliver may not read mailboxes' tokens", "deploy.sh"},
		"may not make the first token's secret": {func(w *world) {
			p := at[*cloudresourcemanager.Policy](w, "/v3/"+inProject+":getIamPolicy")
			p.Bindings = slices.DeleteFunc(p.Bindings, func(b *cloudresourcemanager.Binding) bool { return strings.HasSuffix(b.Role, "hireTokenCreator") })
		}, "tokens", "oauthcallback may not create", "deploy.sh"},
		"every secret open": {func(w *world) {
			p := at[*cloudresourcemanager.Policy](w, "/v3/"+inProject+":getIamPolicy")
			p.Bindings = append(p.Bindings, &cloudresourcemanager.Binding{Role: "roles/editor", Members: []string{member("threads")}})
		}, "tokens", "threads has roles/editor", "gcloud projects remove-iam-policy-binding " + project + " --member=" + member("threads")},

		"no bucket": {func(w *world) { delete(w.docs, "/storage/v1/b/"+bucketName) }, "bucket", "no bucket", "deploy.sh"},
		"may become public": {func(w *world) {
			at[*storage.Bucket](w, "/storage/v1/b/"+bucketName).IamConfiguration.PublicAccessPrevention = "inherited"
		}, "bucket", "make attachments public", "gcloud storage buckets update gs://" + bucketName + " --project=" + project + " --public-access-prevention"},
		"kept elsewhere": {func(w *world) { at[*storage.Bucket](w, "/storage/v1/b/"+bucketName).Location = "US" }, "bucket", "lie in US", "another environment"},
		"may not store": {func(w *world) {
			b := at[*storage.Policy](w, "/storage/v1/b/"+bucketName+"/iam").Bindings[0]
			b.Members = without(b.Members, member("sendmessage"))
		}, "bucket", "sendmessage may not use the bucket", "deploy.sh"},

		"a mailbox that the sweep does not reach": {func(w *world) {
			s, err := store.New(w.db, store.Options{})
			if err != nil {
				w.Fatal(err)
			}
			if err := s.LookAgain(w.Context(), store.MailboxKey{AccountID: "acme", UserID: "rita"}, w.now.Add(-20*time.Minute)); err != nil {
				w.Fatal(err)
			}
		}, "overdue", "1 mailbox due for the sweep", "gcloud scheduler jobs run labelsweep --location=" + region},
		"a task that is not handed over": {func(w *world) {
			w.put(docs.Path("outbox", "a", "rows", "one"), &store.OutboxRow{ID: "one", Kind: store.OutboxTask, AccountID: "acme", DueAt: w.now.Add(-30 * time.Minute), Type: store.QueueSync})
		}, "overdue", "1 task or event not handed over", "see queues"},
		"watches that end": {func(w *world) { w.docs[figure("hire.mailbox.watch.left")] = spread(2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 40) }, "mailboxes", "3 looks found a mailbox whose watch ends within a day", "gmail publisher"},
		"mailboxes behind": {func(w *world) { w.docs[figure("hire.mailbox.verified.age")] = spread(5, 5, 10, 20, 1, 2) }, "mailboxes", "2 looks found a mailbox that was last up to date", "syncmailbox"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.seed(w)
			reports := examine(t.Context(), w.cloud("").checks())
			got := verdicts(reports)
			for check, v := range got {
				if v == failed && check != c.check {
					t.Errorf("%s failed too", check)
				}
			}
			if got[c.check] != failed {
				t.Fatalf("%s is %s\n%s", c.check, got[c.check], printed(t, reports))
			}
			for _, r := range reports {
				if r.name != c.check {
					continue
				}
				if !slices.ContainsFunc(r.wrong, func(p problem) bool { return strings.Contains(p.What, c.says) && strings.Contains(p.Cure, c.cures) }) {
					t.Errorf("no line says %q and names %q", c.says, c.cures)
				}
			}
			if t.Failed() {
				t.Log(printed(t, reports))
			}
		})
	}
}
