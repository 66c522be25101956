# What the functions tell of themselves: traces to Cloud Trace, figures to Cloud Monitoring. Logs go by standard output and need nothing.
locals {
  telemetry_grants = {
    metrics = { role = "roles/monitoring.metricWriter", condition = null }
    traces  = { role = "roles/cloudtrace.agent", condition = null }
  }

  # By their names, without what Cloud Monitoring has before them.
  metrics = { for m in local.code.metrics : trimprefix(m.type, "workload.googleapis.com/") => m }

}

# Cloud Monitoring makes these by itself with the first value. But in a new project none has come yet, and it refuses an objective or an alert whose metric it does not know
# ("Cannot find metric(s) that match type").
# https://cloud.google.com/monitoring/custom-metrics/creating-metrics
resource "google_monitoring_metric_descriptor" "this" {
  for_each = local.metrics

  project      = var.project
  type         = each.value.type
  display_name = each.key
  description  = each.value.description
  metric_kind  = each.value.kind
  value_type   = each.value.value_type
  unit         = each.value.unit

  dynamic "labels" {
    for_each = each.value.labels
    content {
      key = labels.value
    }
  }

  # Without its descriptor all that was ever recorded of a metric could not be read any more.
  deletion_policy = "ABANDON"

  lifecycle {
    # Cloud Monitoring adds labels that come with a value. A new descriptor for their sake, or for a word in the description, would cost what was recorded.
    ignore_changes = [description, display_name, labels, unit]
  }

  depends_on = [google_project_service.this]
}
