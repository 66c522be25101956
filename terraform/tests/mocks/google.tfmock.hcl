# What Google's servers would tell that tests rely on; what else they would tell, Terraform makes up.
mock_data "google_project" {
  defaults = {
    number = "123456789012"
  }
}

mock_resource "google_firebaserules_ruleset" {
  defaults = {
    name = "a-ruleset"
  }
}

# A role's id ends in what role_id says.
override_resource {
  target = google_project_iam_custom_role.blob_remover
  values = {
    id = "projects/hire-gmail-test/roles/hireBlobRemover"
  }
}

override_resource {
  target = google_project_iam_custom_role.blob_writer
  values = {
    id = "projects/hire-gmail-test/roles/hireBlobWriter"
  }
}

override_resource {
  target = google_project_iam_custom_role.token_creator
  values = {
    id = "projects/hire-gmail-test/roles/hireTokenCreator"
  }
}

override_resource {
  target = google_project_iam_custom_role.token_destroyer
  values = {
    id = "projects/hire-gmail-test/roles/hireTokenDestroyer"
  }
}
