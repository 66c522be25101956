mock_provider "google" {}

variables {
  environment = "test"
  project     = "hire-gmail-test"
  region      = "europe-west1"
}

run "apis" {
  command = plan

  assert {
    condition = toset([for s in google_project_service.this : s.service]) == toset([
      "cloudtasks.googleapis.com",
      "firebaserules.googleapis.com",
      "firestore.googleapis.com",
      "pubsub.googleapis.com",
      "secretmanager.googleapis.com",
      "storage.googleapis.com",
    ])
    error_message = "An API that the data layer needs is not enabled, or another one is."
  }

  assert {
    condition     = alltrue([for s in google_project_service.this : s.project == "hire-gmail-test" && s.disable_on_destroy == false])
    error_message = "Taking the configuration away would take an API from what else uses it."
  }
}
