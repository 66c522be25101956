locals {
  secrets = {
    OAUTH_CLIENT_SECRET = { id = "oauth-client-secret", version = var.secret_versions.oauth_client_secret }
    REPLY_KEYS          = { id = "reply-keys", version = var.secret_versions.reply_keys }
    REPORT_KEYS         = { id = "report-keys", version = var.secret_versions.report_keys }
  }
}

# Only the containers. The values are added by hand (README.md), so that neither a plan nor the state ever holds one.
resource "google_secret_manager_secret" "configuration" {
  for_each = local.secrets

  project   = var.project
  secret_id = each.value.id

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  # A signing key that is gone makes every reply address of the last 60 days worthless; one that signs deletion reports, what was signed with it hard to check.
  deletion_protection = true

  lifecycle {
    precondition {
      condition     = !startswith(each.value.id, var.secret_prefix)
      error_message = "secret_prefix must not be the beginning of ${each.value.id}: what is granted for mailboxes' tokens would reach it too."
    }
  }

  depends_on = [google_project_service.this]
}

resource "google_secret_manager_secret_iam_binding" "configuration" {
  for_each = google_secret_manager_secret.configuration

  project   = var.project
  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  members   = values(local.members)
}

# Mailboxes' tokens: one secret each, made by oauthcallback when somebody connects, so that it can be granted by the beginning of its name alone. Secret Manager's
# names have the project's number.
# https://cloud.google.com/iam/docs/conditions-resource-attributes
locals {
  token_condition = {
    title       = "mailbox_tokens"
    description = "Secrets of mailboxes' tokens only"
    expression  = "resource.name.startsWith(\"projects/${data.google_project.this.number}/secrets/${var.secret_prefix}\")"
  }

  token_grants = {
    read    = { role = "roles/secretmanager.secretAccessor", condition = local.token_condition }
    add     = { role = "roles/secretmanager.secretVersionAdder", condition = local.token_condition }
    destroy = { role = google_project_iam_custom_role.token_destroyer.id, condition = local.token_condition }
  }

  # A secret is made in the project, before it has a name that a condition could look at. So this right stands alone: who has it can make secrets, and nothing else with them.
  token_creator_grants = {
    make = { role = google_project_iam_custom_role.token_creator.id, condition = null }
  }
}

# What replaced tokens need to be found and destroyed; the predefined role would let their versions be made and switched on too.
resource "google_project_iam_custom_role" "token_destroyer" {
  project     = var.project
  role_id     = "hireTokenDestroyer"
  title       = "Hire: destroy mailboxes' tokens"
  description = "List a secret's versions and destroy them."
  permissions = ["secretmanager.versions.destroy", "secretmanager.versions.list"]

  depends_on = [google_project_service.this]
}

resource "google_project_iam_custom_role" "token_creator" {
  project     = var.project
  role_id     = "hireTokenCreator"
  title       = "Hire: make mailboxes' secrets"
  description = "Make secrets, without reading or changing any."
  permissions = ["secretmanager.secrets.create"]

  depends_on = [google_project_service.this]
}
