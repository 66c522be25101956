# The safety net: whatever was lost on the way, a sweep finds.
resource "google_cloud_scheduler_job" "labelsweep" {
  project     = var.project
  region      = var.region
  name        = "labelsweep"
  description = "Looks for mailboxes that are due, for what was not handed over, and for what has expired"
  schedule    = "*/5 * * * *"
  time_zone   = "Etc/UTC"

  # As long as the function may take.
  attempt_deadline = "${local.functions.labelsweep.timeout}s"

  # Once more at once; then the next sweep is not far.
  retry_config {
    retry_count          = 1
    min_backoff_duration = "10s"
    max_backoff_duration = "60s"
  }

  http_target {
    http_method = "POST"
    uri         = "${local.urls.labelsweep}/"

    oidc_token {
      service_account_email = local.caller_emails.scheduler
      audience              = local.urls.labelsweep
    }
  }

  depends_on = [google_project_service.this, module.function]
}
