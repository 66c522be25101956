mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of itself, from the file itself: not what Terraform has made of it.
variables {
  code = jsondecode(file("code.json"))
}

run "against_the_code" {
  command = plan

  assert {
    condition = alltrue([
      for f in module.function : length(setsubtract(
        [for v in var.code.variables : v.name if v.required],
        concat(keys(one(f.function.service_config).environment_variables), [for s in one(f.function.service_config).secret_environment_variables : s.key]),
      )) == 0
    ])
    error_message = "A function lacks a variable that the code requires."
  }

  assert {
    condition = alltrue([
      for f in module.function : length(setsubtract(
        concat(keys(one(f.function.service_config).environment_variables), [for s in one(f.function.service_config).secret_environment_variables : s.key]),
        [for v in var.code.variables : v.name],
      )) == 0
    ])
    error_message = "A function gets a variable that the code does not know."
  }

  assert {
    condition = alltrue([
      for f in module.function : toset([for s in one(f.function.service_config).secret_environment_variables : s.key]) == toset([for v in var.code.variables : v.name if v.secret])
    ])
    error_message = "A secret is not given as one."
  }

  assert {
    condition = alltrue([
      for f in module.function : length(setintersection(
        keys(one(f.function.service_config).environment_variables),
        [for v in var.code.variables : v.name if v.secret || v.emulator],
      )) == 0
    ])
    error_message = "A secret stands in the environment for all to read, or a function is sent to an emulator."
  }

  assert {
    condition     = alltrue([for f in module.function : alltrue([for name, value in one(f.function.service_config).environment_variables : value != ""])])
    error_message = "A variable is empty."
  }

  assert {
    condition     = alltrue([for f in module.function : alltrue([for s in one(f.function.service_config).secret_environment_variables : s.version == "1"])])
    error_message = "The functions read another version of a secret than is said."
  }
}

run "values" {
  command = plan

  # environment.json is deliver's; a Go test in functions/ loads it as a function does. It is the same for all, but for two variables.
  assert {
    condition = alltrue([
      for name, f in module.function : one(f.function.service_config).environment_variables == tomap(merge(jsondecode(file("tests/environment.json")), {
        BEHIND_IAM     = contains(["connect", "oauthcallback", "securityevents", "sendmessage", "settings", "threads"], name) ? "false" : "true"
        TASKS_AUDIENCE = "https://${name}-123456789012.europe-west1.run.app"
      }))
    ])
    error_message = "A function's environment is not what the variables say."
  }
}

run "settings_and_versions" {
  command = plan
  variables {
    allowed_origins    = []
    firestore_database = "hire-two"
    secret_prefix      = "mail-"
    secret_versions    = { reply_keys = 3 }
    settings           = { LOG_LEVEL = "DEBUG", MAX_RECIPIENTS = "500" }
  }

  assert {
    condition = alltrue([
      for f in module.function : alltrue([
        one(f.function.service_config).environment_variables.LOG_LEVEL == "DEBUG",
        one(f.function.service_config).environment_variables.MAX_RECIPIENTS == "500",
        one(f.function.service_config).environment_variables.FIRESTORE_DATABASE == "hire-two",
        one(f.function.service_config).environment_variables.SECRET_PREFIX == "mail-",
        !contains(keys(one(f.function.service_config).environment_variables), "ALLOWED_ORIGINS"),
      ])
    ])
    error_message = "A setting does not reach every function, or an empty one does."
  }

  assert {
    condition = alltrue([
      for f in module.function : { for s in one(f.function.service_config).secret_environment_variables : s.key => "${s.secret} ${s.version}" } == {
        OAUTH_CLIENT_SECRET = "oauth-client-secret 1"
        REPLY_KEYS          = "reply-keys 3"
        REPORT_KEYS         = "report-keys 1"
      }
    ])
    error_message = "The functions read another version of a secret than is said."
  }
}
