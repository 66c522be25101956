mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of itself, from the file itself: not what Terraform has made of it.
variables {
  code = jsondecode(file("code.json"))
}

run "alerts" {
  command = plan

  assert {
    condition     = length(google_monitoring_alert_policy.this) > 0 && toset(keys(google_monitoring_alert_policy.this)) == toset([for f in fileset("runbooks", "*.md") : trimsuffix(f, ".md") if f != "README.md"])
    error_message = "An alert has no runbook, or a runbook no alert."
  }

  assert {
    condition = alltrue([
      for name, a in google_monitoring_alert_policy.this :
      one(one(a.documentation).links).url == "https://github.com/trakstar/hire-gmail/blob/main/terraform/runbooks/${name}.md" && strcontains(one(a.documentation).content, "(${one(one(a.documentation).links).url})")
    ])
    error_message = "An alert leads to another runbook than its own."
  }

  # What it means, how to look, how to mend, when to call for help.
  assert {
    condition = alltrue(flatten([
      for name in keys(google_monitoring_alert_policy.this) : [
        for heading in ["## What it means", "## How to look", "## How to mend", "## When to call for help"] : strcontains(file("runbooks/${name}.md"), "\n${heading}\n")
      ]
    ]))
    error_message = "A runbook does not say what it means, how to look, how to mend or when to call for help."
  }

  assert {
    condition = alltrue([
      for name, a in google_monitoring_alert_policy.this : startswith(file("runbooks/${name}.md"), "# ${a.display_name}\n")
    ])
    error_message = "A runbook is not headed by what its alert is called."
  }

  # Filters of conditions, of ratios, and of absences.
  assert {
    condition = length(setsubtract(
      flatten([for a in google_monitoring_alert_policy.this : [
        for c in a.conditions : [
          for t in concat(c.condition_threshold[*], c.condition_absent[*]) : regexall("workload\\.googleapis\\.com/([a-z_.]+)", "${t.filter} ${try(coalesce(t.denominator_filter, ""), "")}")
        ]
      ]]),
      [for m in var.code.metrics : trimprefix(m.type, "workload.googleapis.com/")],
    )) == 0
    error_message = "An alert is about a metric that the code does not tell."
  }

  # A label that is not there would match nothing, for ever.
  assert {
    condition = alltrue(flatten([for a in google_monitoring_alert_policy.this : [
      for c in a.conditions : [
        for t in concat(c.condition_threshold[*], c.condition_absent[*]) : [
          for m in var.code.metrics :
          length(setsubtract(flatten(regexall("metric\\.labels?\\.([a-z_]+)", t.filter)), m.labels)) == 0
          if strcontains(t.filter, "\"${m.type}\"")
        ]
      ]
    ]]))
    error_message = "An alert looks at a label that its metric does not have."
  }

  # A percentile is guessed within its bucket; at the bound of one it is not.
  assert {
    condition = alltrue(flatten([for a in google_monitoring_alert_policy.this : [
      for c in a.conditions : [
        for t in c.condition_threshold[*] : [
          for m in var.code.metrics : contains(m.bounds, t.threshold_value)
          if m.value_type == "DISTRIBUTION" && strcontains(t.filter, "\"${m.type}\"")
        ]
      ]
    ]]))
    error_message = "A limit lies within a bucket, so that it can only be guessed whether it is passed."
  }

  # Of the resource that the code says: https://cloud.google.com/monitoring/api/resources#tag_generic_task
  assert {
    condition = alltrue(flatten([for a in google_monitoring_alert_policy.this : [
      for c in a.conditions : [
        for t in concat(c.condition_threshold[*], c.condition_absent[*]) :
        startswith(t.filter, "resource.type = \"") || startswith(t.filter, "select_slo_burn_rate(\"")
      ]
    ]]))
    error_message = "A filter names no resource type; Cloud Monitoring takes none without."
  }

  assert {
    condition = toset(flatten([for a in google_monitoring_alert_policy.this : [
      for c in a.conditions : [for l in c.condition_matched_log[*] : regex("jsonPayload\\.alert = \"([a-z_]+)\"", l.filter)]
    ]])) == toset(var.code.alerts)
    error_message = "Nobody hears of an alert in the code's log, or one is waited for that the code does not log."
  }

  assert {
    condition = length(setsubtract([
      "dead-letters", "events-unread", "functions-fail", "ledger-row-aged", "ledger-waits", "mail-repaired", "mailboxes-unverified", "notifications-wait", "oauth-client-refused", "outbox-stuck", "outbox-waits",
      "project-quota", "replies-slow", "replies-slower", "reply-over-15-minutes", "sends-doubtful", "sweep-missing", "syncs-slow", "tasks-wait", "telemetry-missing", "tokens-refused", "watch-renewal-failed", "watches-end",
    ], keys(google_monitoring_alert_policy.this))) == 0
    error_message = "Nobody is told of something that should not happen."
  }

  assert {
    condition     = alltrue([for a in google_monitoring_alert_policy.this : contains(["CRITICAL", "ERROR", "WARNING"], a.severity) && length(a.conditions) > 0 && coalesce(a.enabled, true)])
    error_message = "An alert has no severity or no condition, or is off."
  }

  assert {
    condition = toset([for c in google_monitoring_alert_policy.this["dead-letters"].conditions : "${one(c.condition_threshold).comparison} ${one(c.condition_threshold).threshold_value} ${one(c.condition_threshold).duration}"]) == toset(["COMPARISON_GT 0 0s"]) && alltrue([
      for s in google_pubsub_subscription.dead_letters : strcontains(one(one(google_monitoring_alert_policy.this["dead-letters"].conditions).condition_threshold).filter, "\"${s.name}\"")
    ])
    error_message = "A dead letter may lie for long before anybody is told."
  }

  assert {
    condition = (
      one(one(google_monitoring_alert_policy.this["sweep-missing"].conditions).condition_absent).duration == "900s" &&
      strcontains(one(one(google_monitoring_alert_policy.this["sweep-missing"].conditions).condition_absent).filter, "resource.labels.service_name = \"${google_cloud_scheduler_job.labelsweep.name}\" AND metric.labels.response_code_class = \"2xx\"")
    )
    error_message = "A sweep that is not called, or does not end well, is not missed within 15 minutes."
  }

  # Both windows must agree: the long one tells that it matters, the short one that it still goes on.
  assert {
    condition = {
      for name in ["replies-slow", "replies-slower", "mailboxes-unverified"] : name => concat(
        [google_monitoring_alert_policy.this[name].combiner],
        [for c in google_monitoring_alert_policy.this[name].conditions : "${one(c.condition_threshold).filter} > ${one(c.condition_threshold).threshold_value}"],
      )
      } == {
      replies-slow = ["AND",
        "select_slo_burn_rate(\"projects/hire-gmail-test/services/hire-gmail/serviceLevelObjectives/replies-within-a-minute\", \"3600s\") > 14.4",
      "select_slo_burn_rate(\"projects/hire-gmail-test/services/hire-gmail/serviceLevelObjectives/replies-within-a-minute\", \"300s\") > 14.4"]
      replies-slower = ["AND",
        "select_slo_burn_rate(\"projects/hire-gmail-test/services/hire-gmail/serviceLevelObjectives/replies-within-a-minute\", \"21600s\") > 6",
      "select_slo_burn_rate(\"projects/hire-gmail-test/services/hire-gmail/serviceLevelObjectives/replies-within-a-minute\", \"1800s\") > 6"]
      mailboxes-unverified = ["AND",
        "select_slo_burn_rate(\"projects/hire-gmail-test/services/hire-gmail/serviceLevelObjectives/mailboxes-verified\", \"3600s\") > 14.4",
      "select_slo_burn_rate(\"projects/hire-gmail-test/services/hire-gmail/serviceLevelObjectives/mailboxes-verified\", \"600s\") > 14.4"]
    }
    error_message = "An objective's allowance is used up, and nobody is told in time."
  }

  # 100 % is no goal that Cloud Monitoring takes, so the first one counts.
  assert {
    condition     = one(one(google_monitoring_alert_policy.this["reply-over-15-minutes"].conditions).condition_threshold).filter == "select_slo_burn_rate(\"projects/hire-gmail-test/services/hire-gmail/serviceLevelObjectives/replies-within-15-minutes\", \"600s\")" && one(one(google_monitoring_alert_policy.this["reply-over-15-minutes"].conditions).condition_threshold).threshold_value == 0
    error_message = "A reply may take more than 15 minutes without anybody being told."
  }

  assert {
    condition = toset(flatten([for c in google_monitoring_alert_policy.this["functions-fail"].conditions : regexall("\"([a-z]+)\"", regex("one_of\\(([^)]*)\\)", one(c.condition_threshold).filter)[0])])) == toset(keys(module.function)) && alltrue([
      for c in google_monitoring_alert_policy.this["functions-fail"].conditions : one(c.condition_threshold).filter == "${one(c.condition_threshold).denominator_filter} AND metric.labels.response_code_class = \"5xx\""
    ])
    error_message = "A function may fail without anybody being told."
  }

  assert {
    condition     = one(one(google_monitoring_alert_policy.this["project-quota"].conditions).condition_threshold).threshold_value == var.code.units_per_day / 5
    error_message = "Gmail's units run out without anybody being told while there is time."
  }

  # Logs have nothing else that keeps a line a second from being a mail a second, and Google takes it for nothing else.
  assert {
    condition = alltrue([
      for a in google_monitoring_alert_policy.this :
      (length(one(a.alert_strategy).notification_rate_limit) == 1) == anytrue([for c in a.conditions : length(c.condition_matched_log) == 1]) && (length(one(a.alert_strategy).notification_rate_limit) == 0 || length(a.conditions) == 1)
    ])
    error_message = "An alert about a line of the log has no pause between notifications, or another condition beside it; or one that is not about the log has a pause."
  }
}

run "the_projects_own_quota" {
  command = plan
  variables {
    settings = { GMAIL_QUOTA_PROJECT_PER_DAY = "1000000" }
  }

  assert {
    condition     = one(one(google_monitoring_alert_policy.this["project-quota"].conditions).condition_threshold).threshold_value == 200000
    error_message = "The alert is about another quota than the functions keep to."
  }
}

run "nobody_named" {
  command = plan

  assert {
    condition     = length(google_monitoring_notification_channel.email) == 0 && alltrue([for a in google_monitoring_alert_policy.this : length(coalesce(a.notification_channels, [])) == 0])
    error_message = "Somebody is told whom nobody named."
  }
}

run "who_is_told" {
  command = apply
  variables {
    alert_channels = ["projects/hire-gmail-test/notificationChannels/42"]
    alert_emails   = ["on-call@hire.example.com", "rita@hire.example.com"]
    pager_channels = ["projects/hire-gmail-test/notificationChannels/7"]
  }

  assert {
    condition     = { for c in google_monitoring_notification_channel.email : c.type => c.labels.email_address... } == { email = ["on-call@hire.example.com", "rita@hire.example.com"] }
    error_message = "Other addresses are told than were named."
  }

  assert {
    condition = alltrue([
      for a in google_monitoring_alert_policy.this : setsubtract(a.notification_channels, ["projects/hire-gmail-test/notificationChannels/7"]) == toset(concat(["projects/hire-gmail-test/notificationChannels/42"], [for c in google_monitoring_notification_channel.email : c.name]))
    ])
    error_message = "Somebody is not told of an alert."
  }

  assert {
    condition = toset([for name, a in google_monitoring_alert_policy.this : name if contains(a.notification_channels, "projects/hire-gmail-test/notificationChannels/7")]) == toset([
      for name, a in google_monitoring_alert_policy.this : name if a.severity == "CRITICAL"
    ])
    error_message = "A pager rings for what can wait for the day, or is silent at what can't."
  }
}
