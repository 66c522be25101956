mock_provider "google" {
  source = "./tests/mocks"
}

run "apis" {
  command = plan

  assert {
    condition = toset([for s in google_project_service.this : s.service]) == toset([
      "artifactregistry.googleapis.com",
      "cloudbuild.googleapis.com",
      "cloudfunctions.googleapis.com",
      "cloudscheduler.googleapis.com",
      "cloudtasks.googleapis.com",
      "cloudtrace.googleapis.com",
      "firebaserules.googleapis.com",
      "firestore.googleapis.com",
      "gmail.googleapis.com",
      "iam.googleapis.com",
      "monitoring.googleapis.com",
      "pubsub.googleapis.com",
      "run.googleapis.com",
      "secretmanager.googleapis.com",
      "storage.googleapis.com",
    ])
    error_message = "An API that something here needs is not enabled, or another one is."
  }

  assert {
    condition     = alltrue([for s in google_project_service.this : s.project == "hire-gmail-test" && s.disable_on_destroy == false])
    error_message = "Taking the configuration away would take an API from what else uses it."
  }
}
