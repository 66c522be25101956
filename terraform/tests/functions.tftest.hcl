mock_provider "google" {
  source = "./tests/mocks"
}

run "all_functions" {
  command = plan

  assert {
    condition     = toset(keys(module.function)) == toset(jsondecode(file("code.json")).functions)
    error_message = "A function of the code is not set up, or another one is."
  }

  assert {
    condition = alltrue([
      for name, f in module.function : f.function.name == name && one(f.function.build_config).entry_point == name && google_service_account.function[name].account_id == name
    ])
    error_message = "A function has not one name as function, entry point and service account."
  }

  # 256 MiB would buy a sixth of a CPU.
  assert {
    condition     = alltrue([for f in module.function : one(f.function.service_config).available_cpu == "1" && one(f.function.service_config).max_instance_count > 0])
    error_message = "A function has no whole CPU, or is not bounded."
  }

  assert {
    condition     = alltrue([for name in ["deliver", "gmailnotify", "labelsweep", "offboard", "syncmailbox"] : one(module.function[name].function.service_config).timeout_seconds == 600])
    error_message = "A function may take less time than Pub/Sub, Cloud Tasks or Cloud Scheduler wait for it."
  }

  assert {
    condition     = alltrue([for f in module.function : one(f.function.service_config).all_traffic_on_latest_revision])
    error_message = "A deployed revision would not be called."
  }
}

run "sources" {
  command = plan

  assert {
    condition = alltrue([
      for name, f in module.function :
      one(one(one(f.function.build_config).source).storage_source).object == jsondecode(file("tests/packages/packages.json"))[name]
    ])
    error_message = "A function is not built from its own source."
  }

  assert {
    condition     = alltrue([for name, o in google_storage_bucket_object.source : can(regex("^${name}-[0-9a-f]{64}[.]zip$", o.name))])
    error_message = "A source is not named by its content, so that a change would not be deployed, or all would."
  }

  assert {
    condition     = google_storage_bucket.sources.public_access_prevention == "enforced" && google_storage_bucket.sources.uniform_bucket_level_access
    error_message = "The sources could be made public."
  }
}

run "invokers" {
  # Who calls is made of accounts that a plan does not have yet.
  command = apply

  assert {
    condition     = toset([for name, f in module.function : name if contains(f.invokers, "allUsers")]) == toset(["connect", "oauthcallback", "securityevents", "sendmessage", "settings", "threads"])
    error_message = "A function is public that should not be, or the other way."
  }

  assert {
    condition = { for name, f in module.function : name => f.invokers if !contains(f.invokers, "allUsers") } == {
      deliver      = toset(["serviceAccount:invoker-tasks@hire-gmail-test.iam.gserviceaccount.com"])
      directory    = toset(["serviceAccount:backend@hire.iam.gserviceaccount.com", "serviceAccount:worker@hire.iam.gserviceaccount.com"])
      gmailnotify  = toset(["serviceAccount:invoker-push@hire-gmail-test.iam.gserviceaccount.com"])
      inboundreply = toset(["serviceAccount:gateway@hire.iam.gserviceaccount.com"])
      labelsweep   = toset(["serviceAccount:invoker-scheduler@hire-gmail-test.iam.gserviceaccount.com"])
      offboard     = toset(["serviceAccount:invoker-tasks@hire-gmail-test.iam.gserviceaccount.com"])
      syncmailbox  = toset(["serviceAccount:invoker-tasks@hire-gmail-test.iam.gserviceaccount.com"])
    }
    error_message = "A function behind IAM has other callers than its own."
  }

  # A token whose signature IAM has removed is good only where IAM has looked at it.
  assert {
    condition = alltrue([
      for f in module.function : one(f.function.service_config).environment_variables.BEHIND_IAM == (contains(f.invokers, "allUsers") ? "false" : "true")
    ])
    error_message = "A public function takes tokens without a signature, or one behind IAM does not."
  }

  assert {
    condition = toset([for name, f in module.function : name if one(f.function.service_config).ingress_settings == "ALLOW_INTERNAL_ONLY"]) == toset([
      "deliver", "gmailnotify", "labelsweep", "offboard", "syncmailbox",
    ])
    error_message = "What only Google's services call can be reached from elsewhere."
  }

  assert {
    condition     = alltrue([for name, f in module.function : one(f.function.service_config).service_account_email == google_service_account.function[name].email])
    error_message = "A function does not run as its own account."
  }
}
