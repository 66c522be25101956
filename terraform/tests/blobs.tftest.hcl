mock_provider "google" {
  mock_data "google_project" {
    defaults = {
      number = "123456789012"
    }
  }
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
