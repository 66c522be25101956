mock_provider "google" {
  source = "./tests/mocks"
}

run "sweep" {
  command = plan

  assert {
    condition     = google_cloud_scheduler_job.labelsweep.schedule == "*/5 * * * *"
    error_message = "The sweep does not come every five minutes, by which it finds what a push has lost within fifteen."
  }

  assert {
    condition     = google_cloud_scheduler_job.labelsweep.http_target[0].http_method == "POST" && google_cloud_scheduler_job.labelsweep.http_target[0].uri == "https://labelsweep-123456789012.europe-west1.run.app/"
    error_message = "The job does not call labelsweep."
  }

  assert {
    condition = (
      google_cloud_scheduler_job.labelsweep.http_target[0].oidc_token[0].audience == one(module.function["labelsweep"].function.service_config).environment_variables.SCHEDULER_AUDIENCE &&
      google_cloud_scheduler_job.labelsweep.http_target[0].oidc_token[0].service_account_email == one(module.function["labelsweep"].function.service_config).environment_variables.SCHEDULER_SERVICE_ACCOUNT
    )
    error_message = "The job's token is not the one that labelsweep takes."
  }

  assert {
    condition     = google_cloud_scheduler_job.labelsweep.attempt_deadline == "${one(module.function["labelsweep"].function.service_config).timeout_seconds}s" && google_cloud_scheduler_job.labelsweep.retry_config[0].retry_count == 1
    error_message = "The job gives a sweep up that is still at work, or does not try again."
  }
}
