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

  assert {
    condition     = google_project_iam_custom_role.token_creator.permissions == toset(["secretmanager.secrets.create"])
    error_message = "The right to make secrets, which no condition can narrow, has more in it than that."
  }

  assert {
    condition     = google_project_iam_custom_role.token_destroyer.permissions == toset(["secretmanager.versions.destroy", "secretmanager.versions.list"])
    error_message = "Who destroys replaced tokens may do more."
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
    condition     = alltrue([for name, g in google_project_iam_member.function : g.condition[0].expression == "resource.name.startsWith(\"projects/123456789012/secrets/mail-\")" if strcontains(name, "/token/") && !endswith(name, "/make")])
    error_message = "What is granted is not what the functions look for."
  }
}
