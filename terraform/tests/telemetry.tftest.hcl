mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of itself, from the file itself: not what Terraform has made of it.
variables {
  code = jsondecode(file("code.json"))
}

run "apis" {
  command = plan

  assert {
    condition     = alltrue([for api in ["cloudtrace.googleapis.com", "monitoring.googleapis.com"] : contains(keys(google_project_service.this), api)])
    error_message = "Nobody takes the functions' traces and figures: an API is off."
  }
}

run "descriptors" {
  command = plan

  assert {
    condition = {
      for d in google_monitoring_metric_descriptor.this : d.type => [d.metric_kind, d.value_type, d.unit, d.description, join(" ", sort([for l in d.labels : l.key]))]
      } == {
      for m in var.code.metrics : m.type => [m.kind, m.value_type, m.unit, m.description, join(" ", sort(m.labels))]
    }
    error_message = "A metric is made known to Cloud Monitoring in another way than the code tells it."
  }

  assert {
    condition     = alltrue([for d in google_monitoring_metric_descriptor.this : d.deletion_policy == "ABANDON"])
    error_message = "With a descriptor that Terraform removes, all that was ever recorded would be lost."
  }
}
