mock_provider "google" {
  source = "./tests/mocks"
}

run "bucket" {
  command = plan

  assert {
    condition     = google_storage_bucket.blobs.public_access_prevention == "enforced"
    error_message = "The bucket could be made public."
  }

  assert {
    condition     = google_storage_bucket.blobs.uniform_bucket_level_access
    error_message = "Single objects could be shared past IAM."
  }

  assert {
    condition     = google_storage_bucket.blobs.location == "EUROPE-WEST1"
    error_message = "Attachments do not lie in the region."
  }

  assert {
    condition     = !google_storage_bucket.blobs.force_destroy
    error_message = "terraform destroy would delete all attachments."
  }

  assert {
    condition     = !google_storage_bucket.blobs.versioning[0].enabled
    error_message = "A deleted attachment would be kept as a version."
  }

  assert {
    condition     = google_storage_bucket.blobs.soft_delete_policy[0].retention_duration_seconds == 604800
    error_message = "The soft delete policy is not what its variable says."
  }

  assert {
    condition = length([
      for r in google_storage_bucket.blobs.lifecycle_rule : r
      if one(r.action).type == "Delete" && one(r.condition).age == 1 && tolist(one(r.condition).matches_prefix) == tolist(["incoming/"])
    ]) == 1
    error_message = "What broken-off uploads leave under incoming/ is not deleted after a day."
  }

  assert {
    condition     = length([for r in google_storage_bucket.blobs.lifecycle_rule : r if one(r.action).type == "Delete" && tolist(one(r.condition).matches_prefix) != tolist(["incoming/"])]) == 0
    error_message = "Something besides incoming/ is deleted."
  }

  assert {
    condition     = length([for r in google_storage_bucket.blobs.lifecycle_rule : r if one(r.action).type == "AbortIncompleteMultipartUpload" && one(r.condition).age == 1]) == 1
    error_message = "Incomplete multipart uploads stay, and cost."
  }
}

run "no_soft_delete" {
  command = plan
  variables {
    blobs_soft_delete_days = 0
  }

  assert {
    condition     = google_storage_bucket.blobs.soft_delete_policy[0].retention_duration_seconds == 0
    error_message = "0 must be stated: left out, Cloud Storage keeps deleted objects for seven days."
  }
}

run "who_may" {
  command = apply

  assert {
    condition = google_storage_bucket_iam_binding.blob_readers.role == "roles/storage.objectViewer" && google_storage_bucket_iam_binding.blob_readers.members == toset([
      for name in ["deliver", "threads"] : "serviceAccount:${name}@hire-gmail-test.iam.gserviceaccount.com"
    ])
    error_message = "A function that shows or sends attachments can't read them, or another one can."
  }

  assert {
    condition = google_storage_bucket_iam_binding.blob_writers.role == "projects/hire-gmail-test/roles/hireBlobWriter" && google_storage_bucket_iam_binding.blob_writers.members == toset([
      for name in ["gmailnotify", "inboundreply", "sendmessage", "syncmailbox"] : "serviceAccount:${name}@hire-gmail-test.iam.gserviceaccount.com"
    ])
    error_message = "A function that stores attachments can't, or another one can."
  }

  assert {
    condition     = google_project_iam_custom_role.blob_writer.permissions == toset(["storage.objects.create", "storage.objects.get", "storage.objects.list", "storage.objects.update"])
    error_message = "Who stores attachments may replace or remove what others have stored."
  }

  # On its way an upload is its function's own, to be removed as well.
  assert {
    condition = (
      google_storage_bucket_iam_binding.incoming_removers.role == "projects/hire-gmail-test/roles/hireBlobRemover" &&
      google_storage_bucket_iam_binding.incoming_removers.members == google_storage_bucket_iam_binding.blob_writers.members &&
      google_storage_bucket_iam_binding.incoming_removers.condition[0].expression == "resource.name.startsWith(\"projects/_/buckets/hire-gmail-test-test-mail-blobs/objects/incoming/\")"
    )
    error_message = "Who stores attachments removes other things than broken-off uploads."
  }

  assert {
    condition = (
      google_storage_bucket_iam_binding.blob_collectors.role == "projects/hire-gmail-test/roles/hireBlobRemover" &&
      google_storage_bucket_iam_binding.blob_collectors.members == toset(["serviceAccount:labelsweep@hire-gmail-test.iam.gserviceaccount.com"]) && length(google_storage_bucket_iam_binding.blob_collectors.condition) == 0
    )
    error_message = "The sweep can't remove what nothing refers to, or somebody else can."
  }

  assert {
    condition     = google_project_iam_custom_role.blob_remover.permissions == toset(["storage.objects.delete", "storage.objects.get", "storage.objects.list"])
    error_message = "Who removes attachments may make or change some."
  }

  assert {
    condition = alltrue([
      for b in [google_storage_bucket_iam_binding.blob_readers, google_storage_bucket_iam_binding.blob_writers, google_storage_bucket_iam_binding.blob_collectors, google_storage_bucket_iam_binding.incoming_removers] :
      b.bucket == google_storage_bucket.blobs.name
    ])
    error_message = "What is granted is granted on another bucket."
  }
}
