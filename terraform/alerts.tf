# The alerts, each with a runbook of its name in runbooks/. What they are about is said by subject: alerts_mail.tf, alerts_sending.tf, alerts_google.tf, alerts_functions.tf.
locals {
  alerts = merge(local.mail_alerts, local.sending_alerts, local.google_alerts, local.function_alerts)

  # What a condition is where it says nothing else. It is one of these:
  #
  #   filter     the values of a metric, added up or otherwise put together (align, each; reduce, by), are above a number, for so many seconds without a break (lasting)
  #   ratio      the same, of those values to those of the filter ratio
  #   burns      an objective's allowance is used up so many times (above) faster than in 28 days, seen over the last so many seconds (each)
  #   absent     the filter finds no value for so many seconds (lasting)
  #   log        a line was logged that says this under "alert"
  condition = {
    filter = null, ratio = null, burns = null, log = null, absent = false
    align  = "ALIGN_DELTA", reduce = "REDUCE_SUM", by = [], each = 5 * local.minute
    above  = null, below = null, lasting = 0
  }

  alert_conditions = {
    for name, a in local.alerts : name => [
      for c in [for c in a.conditions : merge(local.condition, c)] : merge(c, {
        filter = c.burns == null ? c.filter : "select_slo_burn_rate(\"${local.objective_names[c.burns]}\", \"${c.each}s\")"
      })
    ]
  }

  # What a notification says before it comes to the runbook.
  alert_texts = { for name, a in local.alerts : name => "${a.says}\n\n[Runbook](${var.runbooks_url}/${name}.md)" }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = var.project
  display_name          = each.value.title
  severity              = each.value.severity
  combiner              = try(each.value.all, false) ? "AND" : "OR"
  notification_channels = concat(local.alert_channels, each.value.severity == "CRITICAL" ? var.pager_channels : [])

  dynamic "conditions" {
    for_each = local.alert_conditions[each.key]
    iterator = c
    content {
      display_name = c.value.name

      dynamic "condition_threshold" {
        for_each = c.value.log == null && !c.value.absent ? [c.value.filter] : []
        content {
          filter          = condition_threshold.value
          comparison      = c.value.below == null ? "COMPARISON_GT" : "COMPARISON_LT"
          threshold_value = coalesce(c.value.above, c.value.below)
          duration        = "${c.value.lasting}s"

          # How fast an allowance is used up is put together already.
          dynamic "aggregations" {
            for_each = c.value.burns == null ? [c.value] : []
            content {
              alignment_period     = "${aggregations.value.each}s"
              per_series_aligner   = aggregations.value.align
              cross_series_reducer = aggregations.value.reduce
              group_by_fields      = aggregations.value.by
            }
          }

          denominator_filter = c.value.ratio

          dynamic "denominator_aggregations" {
            for_each = c.value.ratio == null ? [] : [c.value]
            content {
              alignment_period     = "${denominator_aggregations.value.each}s"
              per_series_aligner   = denominator_aggregations.value.align
              cross_series_reducer = denominator_aggregations.value.reduce
              group_by_fields      = denominator_aggregations.value.by
            }
          }
        }
      }

      dynamic "condition_absent" {
        for_each = c.value.absent ? [c.value.filter] : []
        content {
          filter   = condition_absent.value
          duration = "${c.value.lasting}s"

          aggregations {
            alignment_period     = "${c.value.each}s"
            per_series_aligner   = c.value.align
            cross_series_reducer = c.value.reduce
          }
        }
      }

      dynamic "condition_matched_log" {
        for_each = c.value.log[*]
        content {
          filter = "resource.type = \"cloud_run_revision\" AND jsonPayload.alert = \"${condition_matched_log.value}\""
        }
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = local.alert_texts[each.key]

    links {
      display_name = "Runbook"
      url          = "${var.runbooks_url}/${each.key}.md"
    }
  }

  alert_strategy {
    # Over when nothing has been heard of it for this long: what is rare has no value to say so.
    auto_close = "${local.hour}s"

    # Google asks for it where lines of a log are looked for, and allows it nowhere else.
    dynamic "notification_rate_limit" {
      for_each = anytrue([for c in local.alert_conditions[each.key] : c.log != null]) ? ["${local.hour}s"] : []
      content {
        period = notification_rate_limit.value
      }
    }
  }

  user_labels = {
    app         = "hire-gmail"
    environment = var.environment
  }

  lifecycle {
    precondition {
      condition     = alltrue([for c in each.value.conditions : length(setsubtract(keys(c), concat(["name"], keys(local.condition)))) == 0])
      error_message = "A condition of ${each.key} has a word that alerts.tf does not know: ${join(", ", distinct(flatten([for c in each.value.conditions : keys(c)])))}."
    }
  }

  depends_on = [google_monitoring_metric_descriptor.this, google_monitoring_slo.this]
}

# Who hears of it: emails, and whatever else was made by hand, such as a chat or a pager, whose keys are not to lie in Terraform's state. What somebody is called for at night has a
# channel of its own (runbooks/README.md says which alerts these are): a pager that rings for every warning is soon switched off.
resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  project      = var.project
  display_name = each.key
  type         = "email"

  labels = {
    email_address = each.key
  }

  depends_on = [google_project_service.this]
}

locals {
  alert_channels = concat([for c in google_monitoring_notification_channel.email : c.name], var.alert_channels)
}
