mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  code = jsondecode(file("code.json"))

  # What an account may do with mailboxes' tokens, and that the right to make a secret, which no condition can narrow, is oauthcallback's alone.
  tokens = {
    deliver        = ["roles/secretmanager.secretAccessor"]
    gmailnotify    = ["roles/secretmanager.secretAccessor"]
    inboundreply   = ["roles/secretmanager.secretAccessor"]
    oauthcallback  = ["projects/hire-gmail-test/roles/hireTokenDestroyer", "roles/secretmanager.secretVersionAdder"]
    offboard       = ["projects/hire-gmail-test/roles/hireTokenDestroyer", "roles/secretmanager.secretAccessor"]
    securityevents = ["roles/secretmanager.secretAccessor"]
    sendmessage    = ["roles/secretmanager.secretAccessor"]
    settings       = ["roles/secretmanager.secretAccessor"]
    syncmailbox    = ["projects/hire-gmail-test/roles/hireTokenDestroyer", "roles/secretmanager.secretAccessor"]
    threads        = ["roles/secretmanager.secretAccessor"]
  }
}

run "on_the_project" {
  command = apply

  assert {
    condition = toset([for g in google_project_iam_member.function : "${g.member} ${g.role} ${join(" ", g.condition[*].expression)}"]) == toset([
      for grant in concat(
        [for f in var.code.functions : [f, "roles/cloudtrace.agent", ""]],
        [for f in var.code.functions : [f, "roles/datastore.user", "resource.name == \"projects/hire-gmail-test/databases/(default)\""]],
        [for f in var.code.functions : [f, "roles/monitoring.metricWriter", ""]],
        flatten([for f, roles in var.tokens : [for role in roles : { of = [f, role, "resource.name.startsWith(\"projects/123456789012/secrets/gmail-token-\")"] }]])[*].of,
        [["oauthcallback", "projects/hire-gmail-test/roles/hireTokenCreator", ""]],
      ) : "serviceAccount:${grant[0]}@hire-gmail-test.iam.gserviceaccount.com ${grant[1]} ${grant[2]}"
    ])
    error_message = "A function may do something else in the project than tell its traces and figures, work in its own database, and do what it does with mailboxes' tokens; or can't do that."
  }

  assert {
    condition = { for g in google_project_iam_member.build : "${g.member} ${g.role}" => join(" ", g.condition[*].expression) } == {
      "serviceAccount:function-build@hire-gmail-test.iam.gserviceaccount.com roles/logging.logWriter"    = ""
      "serviceAccount:function-build@hire-gmail-test.iam.gserviceaccount.com roles/storage.objectViewer" = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-123456789012-europe-west1\")"
    }
    error_message = "Builds reach more than the functions' sources."
  }
}

# Whatever files there may be: no grant on the project but those that are looked at above, and never one that is for all who hold a role.
run "nothing_else_on_the_project" {
  command = plan

  assert {
    condition     = toset(flatten([for f in fileset(path.root, "**/*.tf") : [for r in regexall("resource \"google_project_iam_(?:member|binding|policy)\" \"([a-z_]+)\"", file(f)) : r[0]]])) == toset(["build", "function"])
    error_message = "Something is granted on the whole project that no test looks at."
  }
}
