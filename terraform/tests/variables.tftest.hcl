mock_provider "google" {}

variables {
  environment = "test"
  project     = "hire-gmail-test"
  region      = "europe-west1"
}

run "a_zone_is_no_region" {
  command = plan
  variables {
    region = "europe-west1-b"
  }
  expect_failures = [var.region]
}

run "no_multi_region_for_everything" {
  command = plan
  variables {
    region = "eu"
  }
  expect_failures = [var.region]
}

run "a_project_number_is_no_id" {
  command = plan
  variables {
    project = "123456789012"
  }
  expect_failures = [var.project]
}

run "an_environment_that_no_label_takes" {
  command = plan
  variables {
    environment = "Production"
  }
  expect_failures = [var.environment]
}

run "a_database_id_with_a_wrong_name" {
  command = plan
  variables {
    firestore_database = "Hire"
  }
  expect_failures = [var.firestore_database]
}

run "a_location_that_is_none" {
  command = plan
  variables {
    firestore_location = "europe"
  }
  expect_failures = [var.firestore_location]
}

run "a_soft_delete_period_that_cloud_storage_refuses" {
  command = plan
  variables {
    blobs_soft_delete_days = 3
  }
  expect_failures = [var.blobs_soft_delete_days]
}
