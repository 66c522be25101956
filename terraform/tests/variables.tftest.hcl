mock_provider "google" {
  source = "./tests/mocks"
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

run "a_service_account_that_is_a_person" {
  command = plan
  variables {
    backend_service_accounts = ["rita@hire.example.com"]
  }
  expect_failures = [var.backend_service_accounts]
}

run "a_gateway_that_is_nobody" {
  command = plan
  variables {
    gateway_service_accounts = []
  }
  expect_failures = [var.gateway_service_accounts]
}

run "an_app_without_encryption" {
  command = plan
  variables {
    app_url = "http://hire.example.com"
  }
  expect_failures = [var.app_url]
}

run "an_origin_with_a_path" {
  command = plan
  variables {
    allowed_origins = ["https://hire.example.com/app"]
  }
  expect_failures = [var.allowed_origins]
}

run "any_origin" {
  command = plan
  variables {
    allowed_origins = ["*"]
  }
  expect_failures = [var.allowed_origins]
}

run "a_client_that_is_none" {
  command = plan
  variables {
    oauth_client_id = "hire"
  }
  expect_failures = [var.oauth_client_id]
}

run "fewer_tries_than_pubsub_allows" {
  command = plan
  variables {
    delivery_attempts = 4
  }
  expect_failures = [var.delivery_attempts]
}

run "a_domain_that_is_an_address" {
  command = plan
  variables {
    domain = "https://gmail.hire.example.com"
  }
  expect_failures = [var.domain]
}

run "a_reply_domain_that_is_an_address" {
  command = plan
  variables {
    reply_domain = "reply@hire.example.com"
  }
  expect_failures = [var.reply_domain]
}

run "a_runtime_before_the_code" {
  command = plan
  variables {
    runtime = "go125"
  }
  expect_failures = [var.runtime]
}

run "a_prefix_that_begins_other_words" {
  command = plan
  variables {
    secret_prefix = "gmail"
  }
  expect_failures = [var.secret_prefix]
}

run "a_version_that_is_none" {
  command = plan
  variables {
    secret_versions = { reply_keys = 0 }
  }
  expect_failures = [var.secret_versions]
}

run "a_setting_that_nobody_knows" {
  command = plan
  variables {
    settings = { LOG_LEVLE = "DEBUG" }
  }
  expect_failures = [var.settings]
}

run "a_secret_as_a_setting" {
  command = plan
  variables {
    settings = { REPLY_KEYS = "0123456789012345678901234567890123456789" }
  }
  expect_failures = [var.settings]
}

run "a_setting_that_would_open_a_function" {
  command = plan
  variables {
    settings = { BEHIND_IAM = "true" }
  }
  expect_failures = [var.settings]
}

run "an_emulator_in_the_cloud" {
  command = plan
  variables {
    settings = { CLOUD_TASKS_EMULATOR_HOST = "127.0.0.1:1" }
  }
  expect_failures = [var.settings]
}

run "a_setting_that_is_set_already" {
  command = plan
  variables {
    settings = { USERS_AUDIENCE = "other" }
  }
  expect_failures = [var.settings]
}

run "a_size_of_nothing" {
  command = plan
  variables {
    sizes = { sendmail = { min_instances = 1 } }
  }
  expect_failures = [var.sizes]
}

run "users_known_without_encryption" {
  command = plan
  variables {
    users = { issuer = "http://login.hire.example.com", audience = "hire-gmail", jwks_url = "https://login.hire.example.com/keys" }
  }
  expect_failures = [var.users]
}

run "a_channel_that_is_none" {
  command = plan
  variables {
    alert_channels = ["on-call"]
    pager_channels = ["on-call"]
  }
  expect_failures = [var.alert_channels, var.pager_channels]
}

run "an_alert_to_nobody" {
  command = plan
  variables {
    alert_emails = ["on-call"]
  }
  expect_failures = [var.alert_emails]
}

run "runbooks_without_encryption" {
  command = plan
  variables {
    runbooks_url = "http://wiki.hire.example.com/runbooks"
  }
  expect_failures = [var.runbooks_url]
}
