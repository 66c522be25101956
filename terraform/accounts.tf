data "google_project" "this" {
  project_id = var.project
}

locals {
  # Google's services that call functions. Each has an account of its own, so that none can call what another may.
  callers = {
    push      = "Pub/Sub's push of Gmail's notifications"
    scheduler = "Cloud Scheduler"
    tasks     = "Cloud Tasks"
  }

  # Made of what is known beforehand, so that a plan shows who is granted what.
  members       = { for name, account in google_service_account.function : name => "serviceAccount:${account.account_id}@${var.project}.iam.gserviceaccount.com" }
  caller_emails = { for name, account in google_service_account.caller : name => "${account.account_id}@${var.project}.iam.gserviceaccount.com" }

  caller_ids = { for name, email in local.caller_emails : name => "projects/${var.project}/serviceAccounts/${email}" }

  # Pub/Sub's own account in the project, which hands dead letters over. It is there once Pub/Sub's API is on.
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

# Each function runs as an account of its own, which may do nothing but what is granted to it on the project here, and on a queue, a topic, a secret or a bucket in the files of these.
#
# They are not modules/function's: a secret is granted to all accounts in one binding, which puts out whoever else was let in, and no function can start before it may read its secrets.
resource "google_service_account" "function" {
  for_each = local.functions

  project      = var.project
  account_id   = each.key
  display_name = "Function ${each.key}"

  depends_on = [google_project_service.this]
}

locals {
  # What can't be granted on anything smaller than the project. The files of the subjects say what it is, and narrow it by a condition wherever one can.
  project_grants = merge([
    for name, f in local.functions : {
      for what, grant in merge(
        local.firestore_grants,
        local.telemetry_grants,
        { for right, grant in local.token_grants : "token/${right}" => grant if contains(f.tokens, right) },
        { for right, grant in local.token_creator_grants : "token/${right}" => grant if contains(f.tokens, "add") },
      ) : "${name}/${what}" => { member = local.members[name], role = grant.role, condition = grant.condition }
    }
  ]...)
}

resource "google_project_iam_member" "function" {
  for_each = local.project_grants

  project = var.project
  role    = each.value.role
  member  = each.value.member

  dynamic "condition" {
    for_each = each.value.condition[*]
    content {
      title       = condition.value.title
      description = condition.value.description
      expression  = condition.value.expression
    }
  }
}

resource "google_service_account" "caller" {
  for_each = local.callers

  project      = var.project
  account_id   = "invoker-${each.key}"
  display_name = "Calls functions: ${each.value}"

  depends_on = [google_project_service.this]
}

# In projects made before April 2021 Pub/Sub must be allowed to sign in the name of this account. Elsewhere it changes nothing.
# https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
resource "google_service_account_iam_binding" "push_is_signed_by_pubsub" {
  service_account_id = local.caller_ids.push
  role               = "roles/iam.serviceAccountTokenCreator"
  members            = [local.pubsub_agent]

  depends_on = [google_project_service.this]
}
