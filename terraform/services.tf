locals {
  # The APIs that all this uses, each by what a file here sets up.
  services = setunion(toset([
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
  ]), var.domain == null ? toset([]) : toset(["compute.googleapis.com"]))
}

resource "google_project_service" "this" {
  for_each = local.services

  project = var.project
  service = each.key

  # Taking this configuration away must not take an API from what else lives in the project.
  disable_on_destroy = false
}
