# What a function is configured by: the table in the repository's README says what each variable is. code.json lists them all; a test holds them against what is set here.
locals {
  oauth_redirect_url = "${var.domain == null ? local.urls.oauthcallback : "https://${var.domain}/oauthcallback"}/callback"

  # An audience is the address of the called function: Cloud Run takes no other. Cloud Tasks calls three, so that each has its own TASKS_AUDIENCE (functions.tf); what the
  # others put onto their tasks is overridden by the queue (queues.tf).
  environment = merge(local.fixed, var.settings)

  fixed = {
    ALLOWED_ORIGINS           = length(var.allowed_origins) == 0 ? null : join(",", var.allowed_origins)
    APP_URL                   = var.app_url
    BACKEND_AUDIENCE          = local.urls.directory
    BACKEND_SERVICE_ACCOUNTS  = join(",", var.backend_service_accounts)
    BLOBS_BUCKET              = google_storage_bucket.blobs.name
    DELIVER_URL               = local.urls.deliver
    EVENTS_TOPIC              = google_pubsub_topic.this["events"].name
    FIRESTORE_DATABASE        = google_firestore_database.this.name
    GATEWAY_AUDIENCE          = local.urls.inboundreply
    GATEWAY_SERVICE_ACCOUNTS  = join(",", var.gateway_service_accounts)
    GMAIL_TOPIC               = "projects/${var.project}/topics/${google_pubsub_topic.this["notifications"].name}"
    GOOGLE_CLOUD_PROJECT      = var.project
    OAUTH_CLIENT_ID           = var.oauth_client_id
    OAUTH_REDIRECT_URL        = local.oauth_redirect_url
    OFFBOARD_URL              = local.urls.offboard
    PUSH_AUDIENCE             = local.urls.gmailnotify
    PUSH_SERVICE_ACCOUNT      = local.caller_emails.push
    REGION                    = var.region
    REPLY_DOMAIN              = var.reply_domain
    SCHEDULER_AUDIENCE        = local.urls.labelsweep
    SCHEDULER_SERVICE_ACCOUNT = local.caller_emails.scheduler
    SECRET_PREFIX             = var.secret_prefix
    STORE                     = "firestore"
    SYNCMAILBOX_URL           = local.urls.syncmailbox
    TASKS_SERVICE_ACCOUNT     = local.caller_emails.tasks
    TELEMETRY                 = "google"
    USERS_AUDIENCE            = var.users.audience
    USERS_ISSUER              = var.users.issuer
    USERS_JWKS_URL            = var.users.jwks_url
  }

  # What else may be set: all that the code knows but secrets, what is set above or by the module, and what is for one machine.
  settable = sort([
    for v in local.code.variables : v.name
    if !v.secret && !v.emulator && !contains(concat(keys(local.fixed), ["BEHIND_IAM", "DATA_DIR", "TASKS_AUDIENCE"]), v.name)
  ])

  # Every function reads the whole configuration, so each has both.
  environment_secrets = {
    for name, secret in google_secret_manager_secret_iam_binding.configuration :
    name => { secret = secret.secret_id, version = local.secrets[name].version }
  }
}
