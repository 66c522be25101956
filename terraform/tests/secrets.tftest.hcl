mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of itself, from the file itself: not what Terraform has made of it.
variables {
  code = jsondecode(file("code.json"))
}

run "containers" {
  command = plan

  assert {
    condition     = toset(keys(google_secret_manager_secret.configuration)) == toset([for v in var.code.variables : v.name if v.secret])
    error_message = "A secret of the code has no container, or another one has."
  }

  assert {
    condition     = alltrue([for s in google_secret_manager_secret.configuration : s.replication[0].user_managed[0].replicas[0].location == "europe-west1" && length(s.replication[0].user_managed[0].replicas) == 1])
    error_message = "A secret leaves the region."
  }

  assert {
    condition     = alltrue([for s in google_secret_manager_secret.configuration : s.deletion_protection])
    error_message = "terraform destroy would take a secret away."
  }

  # A value would stand in the state.
  assert {
    condition     = length(flatten([for f in fileset(path.root, "**/*.tf") : regexall("google_secret_manager_secret_version|google_secret_manager_regional_secret_version", file(f))])) == 0
    error_message = "A secret's value goes through Terraform."
  }
}

run "who_may" {
  command = apply

  assert {
    condition = alltrue([
      for b in google_secret_manager_secret_iam_binding.configuration : b.role == "roles/secretmanager.secretAccessor" && b.members == toset([for f in var.code.functions : "serviceAccount:${f}@hire-gmail-test.iam.gserviceaccount.com"])
    ]) && length(google_secret_manager_secret_iam_binding.configuration) == length(google_secret_manager_secret.configuration)
    error_message = "Somebody else than the functions reads their secrets, or one of them can't."
  }

  # Every grant of the project is here, so that none is for all secrets.
  assert {
    condition = alltrue([
      for g in google_project_iam_member.tokens : g.condition[0].expression == "resource.name.startsWith(\"projects/123456789012/secrets/gmail-token-\")"
    ])
    error_message = "A grant reaches other secrets than mailboxes' tokens."
  }

  assert {
    condition = toset([for g in google_project_iam_member.tokens : "${g.member} ${g.role}"]) == toset([
      for grant in [
        "deliver roles/secretmanager.secretAccessor",
        "gmailnotify roles/secretmanager.secretAccessor",
        "inboundreply roles/secretmanager.secretAccessor",
        "oauthcallback projects/hire-gmail-test/roles/hireTokenDestroyer",
        "oauthcallback roles/secretmanager.secretVersionAdder",
        "offboard projects/hire-gmail-test/roles/hireTokenDestroyer",
        "offboard roles/secretmanager.secretAccessor",
        "securityevents roles/secretmanager.secretAccessor",
        "sendmessage roles/secretmanager.secretAccessor",
        "settings roles/secretmanager.secretAccessor",
        "syncmailbox projects/hire-gmail-test/roles/hireTokenDestroyer",
        "syncmailbox roles/secretmanager.secretAccessor",
        "threads roles/secretmanager.secretAccessor",
      ] : "serviceAccount:${split(" ", grant)[0]}@hire-gmail-test.iam.gserviceaccount.com ${split(" ", grant)[1]}"
    ])
    error_message = "A function may do other things with mailboxes' tokens than it does."
  }

  assert {
    condition     = google_project_iam_custom_role.token_creator.permissions == toset(["secretmanager.secrets.create"])
    error_message = "The right to make secrets, which no condition can narrow, has more in it than that."
  }

  assert {
    condition     = google_project_iam_custom_role.token_destroyer.permissions == toset(["secretmanager.versions.destroy", "secretmanager.versions.list"])
    error_message = "Who destroys replaced tokens may do more."
  }

  assert {
    condition     = [for g in google_project_iam_member.token_creator : "${g.member} ${g.role}"] == ["serviceAccount:oauthcallback@hire-gmail-test.iam.gserviceaccount.com projects/hire-gmail-test/roles/hireTokenCreator"]
    error_message = "Another function than oauthcallback makes secrets."
  }

  # What is granted on the project besides: the database on a condition, logs and sources for the build; and telemetry, which telemetry.tftest.hcl looks at.
  assert {
    condition     = alltrue([for g in google_project_iam_member.firestore : g.role == "roles/datastore.user" && g.condition[0].expression == "resource.name == \"projects/hire-gmail-test/databases/(default)\""])
    error_message = "A function works in other databases than its own."
  }

  assert {
    condition     = toset([for g in google_project_iam_member.firestore : g.member]) == toset([for f in var.code.functions : "serviceAccount:${f}@hire-gmail-test.iam.gserviceaccount.com"])
    error_message = "A function can't work in the database, or somebody else can."
  }

  assert {
    condition = { for g in google_project_iam_member.build : "${g.member} ${g.role}" => join(" ", g.condition[*].expression) } == {
      "serviceAccount:function-build@hire-gmail-test.iam.gserviceaccount.com roles/logging.logWriter"    = ""
      "serviceAccount:function-build@hire-gmail-test.iam.gserviceaccount.com roles/storage.objectViewer" = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-123456789012-europe-west1\")"
    }
    error_message = "Builds reach more than the functions' sources."
  }
}

# Whatever files there may be: no grant on the project but those that the tests above name, and never one that is for all who hold a role.
run "no_other_grants_on_the_project" {
  command = plan

  assert {
    condition = toset(flatten([for f in fileset(path.root, "**/*.tf") : [for r in regexall("resource \"google_project_iam_(?:member|binding|policy)\" \"([a-z_]+)\"", file(f)) : r[0]]])) == toset([
      "build", "firestore", "telemetry", "token_creator", "tokens",
    ])
    error_message = "Something is granted on the whole project that no test looks at."
  }
}

run "a_prefix_that_reaches_the_configuration" {
  command = plan
  variables {
    secret_prefix = "oauth-"
  }
  expect_failures = [google_secret_manager_secret.configuration["OAUTH_CLIENT_SECRET"]]
}

run "another_prefix" {
  command = apply
  variables {
    secret_prefix = "mail-"
  }

  assert {
    condition     = alltrue([for g in google_project_iam_member.tokens : g.condition[0].expression == "resource.name.startsWith(\"projects/123456789012/secrets/mail-\")"])
    error_message = "What is granted is not what the functions look for."
  }
}
