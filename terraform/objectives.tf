# What the service promises, as Cloud Monitoring keeps count of it: Monitoring > Services > hire-gmail. README.md says up to how many mailboxes.
locals {
  # Each counts values of a distribution: those up to the limit, in seconds, are good. The limit is a bound of the metric's buckets, so that it is counted, not estimated.
  objectives = {
    replies-within-a-minute = {
      title  = "99.9 % of replies are in the profile within 60 s of Gmail's notification"
      metric = "hire.reply.lag", limit = local.minute, goal = 0.999
    }
    # All of them, in fact. Cloud Monitoring takes no goal of 1: the alert reply-over-15-minutes goes off with the first that is late.
    replies-within-15-minutes = {
      title  = "Every reply is in the profile within 15 min"
      metric = "hire.reply.lag", limit = 15 * local.minute, goal = 0.999
    }
    # Why no mail is lost: whatever a notification did not bring, the next look does.
    mailboxes-verified = {
      title  = "At 99.9 % of looks a mailbox had been compared with Gmail within the last 15 min"
      metric = "hire.mailbox.verified.age", limit = 15 * local.minute, goal = 0.999
    }
  }

  # Made of what is known beforehand, so that a plan shows what an alert is about.
  objective_names = {
    for name in keys(local.objectives) : name => "projects/${var.project}/services/${google_monitoring_custom_service.this.service_id}/serviceLevelObjectives/${name}"
  }
}

resource "google_monitoring_custom_service" "this" {
  project      = var.project
  service_id   = "hire-gmail"
  display_name = "Hire Gmail"

  depends_on = [google_project_service.this]
}

resource "google_monitoring_slo" "this" {
  for_each = local.objectives

  project      = var.project
  service      = google_monitoring_custom_service.this.service_id
  slo_id       = each.key
  display_name = each.value.title

  goal                = each.value.goal
  rolling_period_days = 28

  request_based_sli {
    distribution_cut {
      distribution_filter = local.ours[each.value.metric]

      range {
        max = each.value.limit
      }
    }
  }

  depends_on = [google_monitoring_metric_descriptor.this]
}
