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
    retention_duration_seconds = var.blobs_soft_delete_days * local.day
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

# To see that something is not there takes the right to list: without it the answer may be "forbidden". Functions that store replace nothing and remove nothing but what
# they have in incoming/; removing is for labelsweep, which knows what is referred to.
resource "google_project_iam_custom_role" "blob_writer" {
  project     = var.project
  role_id     = "hireBlobWriter"
  title       = "Hire: store attachments"
  description = "Read, make and freshen objects; replace or remove none."
  permissions = ["storage.objects.create", "storage.objects.get", "storage.objects.list", "storage.objects.update"]

  depends_on = [google_project_service.this]
}

resource "google_project_iam_custom_role" "blob_remover" {
  project     = var.project
  role_id     = "hireBlobRemover"
  title       = "Hire: remove attachments"
  description = "List, read and remove objects; make none."
  permissions = ["storage.objects.delete", "storage.objects.get", "storage.objects.list"]

  depends_on = [google_project_service.this]
}

resource "google_storage_bucket_iam_binding" "blob_readers" {
  bucket  = google_storage_bucket.blobs.name
  role    = "roles/storage.objectViewer"
  members = local.blob_users.read
}

resource "google_storage_bucket_iam_binding" "blob_writers" {
  bucket  = google_storage_bucket.blobs.name
  role    = google_project_iam_custom_role.blob_writer.id
  members = local.blob_users.write
}

resource "google_storage_bucket_iam_binding" "blob_collectors" {
  bucket  = google_storage_bucket.blobs.name
  role    = google_project_iam_custom_role.blob_remover.id
  members = local.blob_users.collect
}

resource "google_storage_bucket_iam_binding" "incoming_removers" {
  bucket  = google_storage_bucket.blobs.name
  role    = google_project_iam_custom_role.blob_remover.id
  members = local.blob_users.write

  condition {
    title       = "incoming"
    description = "Uploads on their way only"
    expression  = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.blobs.name}/objects/incoming/\")"
  }
}
