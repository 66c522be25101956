mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of itself, from the file itself: not what Terraform has made of it.
variables {
  code = jsondecode(file("code.json"))
}

run "queues" {
  command = plan

  assert {
    condition     = { for name, q in google_cloud_tasks_queue.this : q.name => q.location } == { for name in keys(var.code.queues) : name => "europe-west1" }
    error_message = "The queues are not those of the code, in the region that the code looks for them."
  }

  # The code puts one audience onto the tasks of all queues; Cloud Run takes the called function's alone.
  assert {
    condition = alltrue([
      for name, q in google_cloud_tasks_queue.this :
      q.http_target[0].oidc_token[0].audience == "https://${var.code.queues[name]}-123456789012.europe-west1.run.app" &&
      q.http_target[0].oidc_token[0].audience == one(module.function[var.code.queues[name]].function.service_config).environment_variables.TASKS_AUDIENCE &&
      q.http_target[0].oidc_token[0].service_account_email == one(module.function[var.code.queues[name]].function.service_config).environment_variables.TASKS_SERVICE_ACCOUNT
    ])
    error_message = "A queue calls its function with a token that the function, or IAM before it, does not take."
  }

  assert {
    condition     = alltrue([for q in google_cloud_tasks_queue.this : q.rate_limits[0].max_dispatches_per_second > 0 && q.rate_limits[0].max_dispatches_per_second <= 500 && q.rate_limits[0].max_concurrent_dispatches > 0])
    error_message = "A queue has no pace, or one that Cloud Tasks can't keep."
  }

  assert {
    condition     = google_cloud_tasks_queue.this["mail-delivery"].rate_limits[0].max_dispatches_per_second * 60 * 135 < 1200000
    error_message = "Mails that leave at the queue's pace use up Gmail's units of a minute."
  }

  assert {
    condition = alltrue([
      for name, q in google_cloud_tasks_queue.this :
      q.rate_limits[0].max_concurrent_dispatches <=
      one(module.function[var.code.queues[name]].function.service_config).max_instance_count * one(module.function[var.code.queues[name]].function.service_config).max_instance_request_concurrency
    ])
    error_message = "A queue makes more calls at once than its function takes."
  }

  # A task is lost mail. The code says when it is enough; until then the pauses between tries grow, to a bound.
  assert {
    condition     = alltrue([for q in google_cloud_tasks_queue.this : q.retry_config[0].max_attempts == -1 && q.retry_config[0].max_retry_duration == "0s"])
    error_message = "A queue gives tasks up."
  }

  assert {
    condition = { for name, q in google_cloud_tasks_queue.this : name => "${q.retry_config[0].min_backoff} ${q.retry_config[0].max_backoff} ${q.retry_config[0].max_doublings}" } == {
      mailbox-sync  = "5s 600s 8"
      mail-delivery = "5s 300s 8"
      offboarding   = "10s 3600s 8"
    }
    error_message = "The pauses between tries of a queue are others."
  }

  assert {
    condition     = alltrue([for q in google_cloud_tasks_queue.this : q.deletion_policy == "PREVENT"])
    error_message = "terraform destroy would take queued mail away."
  }
}

run "fewer_instances_fewer_calls" {
  command = plan
  variables {
    sizes = {
      deliver = { max_instances = 2, concurrency = 5 }
    }
  }

  assert {
    condition     = google_cloud_tasks_queue.this["mail-delivery"].rate_limits[0].max_concurrent_dispatches == 10
    error_message = "A smaller function gets as many calls at once as a large one."
  }
}

run "who_may" {
  command = apply

  assert {
    condition = { for queue, b in google_cloud_tasks_queue_iam_binding.enqueuers : queue => b.members } == {
      for queue, names in {
        mailbox-sync  = ["deliver", "directory", "gmailnotify", "inboundreply", "labelsweep", "oauthcallback", "sendmessage", "syncmailbox", "threads"]
        mail-delivery = ["deliver", "gmailnotify", "inboundreply", "labelsweep", "sendmessage", "syncmailbox"]
        offboarding   = ["directory", "labelsweep", "offboard", "settings"]
      } : queue => toset([for name in names : "serviceAccount:${name}@hire-gmail-test.iam.gserviceaccount.com"])
    } && alltrue([for b in google_cloud_tasks_queue_iam_binding.enqueuers : b.role == "roles/cloudtasks.enqueuer"])
    error_message = "A function that makes tasks can't queue them, or one that makes none can."
  }

  assert {
    condition = google_service_account_iam_binding.tasks_are_made_by_functions.service_account_id == "projects/hire-gmail-test/serviceAccounts/invoker-tasks@hire-gmail-test.iam.gserviceaccount.com" && google_service_account_iam_binding.tasks_are_made_by_functions.members == toset(flatten([
      for b in google_cloud_tasks_queue_iam_binding.enqueuers : tolist(b.members)
    ]))
    error_message = "Somebody else than who queues tasks may name the account that calls for them, or one who does may not."
  }
}
