# Attachments and large bodies, by account and content. What lies here is named by its digest and never changed.
resource "google_storage_bucket" "blobs" {
  project       = var.project
  name          = "${var.project}-${var.environment}-mail-blobs"
  location      = upper(var.region)
  storage_class = "STANDARD"

  # By IAM alone, and never by the public: only the function threads hands attachments out.
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  force_destroy = false

  # Content never changes, so there are no versions to keep; and a version kept would be an attachment not deleted.
  versioning {
    enabled = false
  }

  # What is deleted can be restored for this long, and is gone after it.
  soft_delete_policy {
    retention_duration_seconds = var.blobs_soft_delete_days * 24 * 60 * 60
  }

  # An upload lies under incoming/ until it is whole and its digest known. What has lain there for a day was broken off.
  lifecycle_rule {
    condition {
      age            = 1
      matches_prefix = ["incoming/"]
    }
    action {
      type = "Delete"
    }
  }

  lifecycle_rule {
    condition {
      age = 1
    }
    action {
      type = "AbortIncompleteMultipartUpload"
    }
  }

  depends_on = [google_project_service.this]
}
