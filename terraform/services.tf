locals {
  # The APIs that the data layer uses. What an API of a later file needs is added here.
  services = toset([
    "cloudtasks.googleapis.com",
    "firebaserules.googleapis.com",
    "firestore.googleapis.com",
    "pubsub.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])
}

resource "google_project_service" "this" {
  for_each = local.services

  project = var.project
  service = each.key

  # Taking this configuration away must not take an API from what else lives in the project.
  disable_on_destroy = false
}
