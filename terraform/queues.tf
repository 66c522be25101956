locals {
  # How fast each queue calls its function, and how soon again after a failure.
  #
  #   mailbox-sync   500 a second is the most that a queue can do: 240,000 mailboxes looked at every 8 minutes
  #   mail-delivery  a mail costs 135 of Gmail's units, and a project has 1,200,000 a minute: at 100 a second a third is left for reading
  #   offboarding    one connection a task, seldom; an account that leaves may have thousands
  #
  # At once never more than the function's instances take together: what is beyond that is refused, and slows the queue.
  queues = {
    mailbox-sync  = { per_second = 500, at_once = 1000, min_backoff = "5s", max_backoff = "600s" }
    mail-delivery = { per_second = 100, at_once = 150, min_backoff = "5s", max_backoff = "300s" }
    offboarding   = { per_second = 5, at_once = 20, min_backoff = "10s", max_backoff = "3600s" }
  }
}

resource "google_cloud_tasks_queue" "this" {
  for_each = local.code.queues # the function that each calls, by name

  project  = var.project
  location = var.region
  name     = each.key

  rate_limits {
    max_dispatches_per_second = local.queues[each.key].per_second
    max_concurrent_dispatches = min(local.queues[each.key].at_once, local.sizes[each.value].max_instances * local.sizes[each.value].concurrency)
  }

  # A task is never given up by the queue: it stands for mail that somebody waits for. When it is enough is for the function to say, which also knows what to tell the
  # user: a queued mail waits a day for its user to reconnect, and three for Gmail's sending limit. What can't get better it acknowledges. So tries are slowed, not counted.
  retry_config {
    max_attempts       = -1
    max_retry_duration = "0s"
    min_backoff        = local.queues[each.key].min_backoff
    max_backoff        = local.queues[each.key].max_backoff
    max_doublings      = 8
  }

  # Overrides the token of each task, also of those queued weeks ahead: the audience must be the address of the function that is called.
  # https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#HttpTarget
  http_target {
    oidc_token {
      service_account_email = local.caller_emails.tasks
      audience              = local.urls[each.value]
    }
  }

  # With a queue go its tasks, and its name can't be used for days.
  deletion_policy = "PREVENT"

  depends_on = [google_project_service.this]
}

resource "google_cloud_tasks_queue_iam_binding" "enqueuers" {
  for_each = local.code.queues

  project  = var.project
  location = var.region
  name     = google_cloud_tasks_queue.this[each.key].name
  role     = "roles/cloudtasks.enqueuer"
  members  = local.enqueuers[each.key]
}

# Who makes a task names the account that calls for it, and must be allowed to.
resource "google_service_account_iam_binding" "tasks_are_made_by_functions" {
  service_account_id = local.caller_ids.tasks
  role               = "roles/iam.serviceAccountUser"
  members            = distinct(flatten(values(local.enqueuers)))
}
