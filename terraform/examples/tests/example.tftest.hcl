# Run for each example: terraform test -test-directory=examples/tests -var-file=examples/dev.tfvars -var=packages=tests/packages
mock_provider "google" {
  source = "./tests/mocks"
}

run "it_can_be_planned" {
  command = plan

  assert {
    condition     = length(module.function) == length(jsondecode(file("code.json")).functions)
    error_message = "A function is not set up."
  }

  assert {
    condition     = google_storage_bucket.blobs.name == "${var.project}-${var.environment}-mail-blobs" && startswith(output.oauth_redirect_url, "https://")
    error_message = "The example is not what is planned."
  }
}
