locals {
  # Written by scripts/stage: the file of each function's source, whose name has the content's digest. So a function is deployed anew only if its own source has changed.
  packages = jsondecode(file("${var.packages}/packages.json"))
}

resource "google_storage_bucket" "sources" {
  project       = var.project
  name          = "${var.project}-${var.environment}-function-sources"
  location      = upper(var.region)
  storage_class = "STANDARD"

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # It holds nothing that scripts/stage could not write again.
  force_destroy = true

  depends_on = [google_project_service.this]
}

resource "google_storage_bucket_object" "source" {
  for_each = local.functions

  bucket       = google_storage_bucket.sources.name
  name         = local.packages[each.key]
  source       = "${var.packages}/${local.packages[each.key]}"
  content_type = "application/zip"

  lifecycle {
    # The function still points to the old one.
    create_before_destroy = true

    precondition {
      condition     = can(regex("^${each.key}-[0-9a-f]{64}\\.zip$", local.packages[each.key]))
      error_message = "${var.packages}/packages.json names no source of ${each.key}. Run: go run ./scripts/stage"
    }
  }
}

resource "google_artifact_registry_repository" "functions" {
  project       = var.project
  location      = var.region
  repository_id = "functions"
  description   = "Images of the functions, as they are built at a deployment"
  format        = "DOCKER"

  # A former revision can be gone back to as long as its image is there.
  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      older_than = "${30 * local.day}s"
    }
  }

  depends_on = [google_project_service.this]
}

# Builds the functions. The account that Cloud Build would take by itself may do much more in the project, or nothing, as the organisation has it.
resource "google_service_account" "build" {
  project      = var.project
  account_id   = "function-build"
  display_name = "Builds functions"

  depends_on = [google_project_service.this]
}

locals {
  build_member = "serviceAccount:${google_service_account.build.account_id}@${var.project}.iam.gserviceaccount.com"

  # https://cloud.google.com/functions/docs/securing/build-custom-sa
  build_roles = {
    logs = { role = "roles/logging.logWriter", condition = null }
    # Cloud Functions copies a source into a bucket of its own, which is there only after the first deployment. All buckets would be the attachments' too.
    sources = {
      role      = "roles/storage.objectViewer"
      condition = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${data.google_project.this.number}-${var.region}\")"
    }
  }
}

resource "google_project_iam_member" "build" {
  for_each = local.build_roles

  project = var.project
  role    = each.value.role
  member  = local.build_member

  dynamic "condition" {
    for_each = each.value.condition[*]
    content {
      title       = each.key
      description = "Sources of functions only"
      expression  = condition.value
    }
  }
}

resource "google_storage_bucket_iam_binding" "build" {
  bucket  = google_storage_bucket.sources.name
  role    = "roles/storage.objectViewer"
  members = [local.build_member]
}

resource "google_artifact_registry_repository_iam_binding" "build" {
  project    = var.project
  location   = var.region
  repository = google_artifact_registry_repository.functions.name
  role       = "roles/artifactregistry.writer"
  members    = [local.build_member]
}
