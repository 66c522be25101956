# What Google gives and takes: permissions, watches, quota.
locals {
  # Units that the project may spend in a day: as it is set, or else as the code has it.
  quota_per_day = coalesce(try(tonumber(var.settings.GMAIL_QUOTA_PROJECT_PER_DAY), 0), 0) > 0 ? tonumber(var.settings.GMAIL_QUOTA_PROJECT_PER_DAY) : local.code.units_per_day

  google_alerts = {
    oauth-client-refused = {
      title      = "Google refuses our OAuth client", severity = "CRITICAL"
      says       = "Google does not take the OAuth client's id and secret. No mailbox can be read, nothing can be sent, and no user can mend it."
      conditions = [{ name = "Logged", log = "oauth_client_refused" }]
    }

    tokens-refused = {
      title      = "Many permissions have ended at once", severity = "WARNING"
      says       = "Google has refused the tokens of more than twenty mailboxes within an hour. Each user is asked to connect again; together they have one cause."
      conditions = [{ name = "More than 20 an hour", filter = local.ours["hire.token.refusals"], each = local.hour, above = 20 }]
    }

    watches-end = {
      title = "Watches run out", severity = "ERROR"
      says  = "Gmail's notifications end with the watch of a mailbox. Watches are renewed two days before; many have less than a day left, or renewals fail."
      conditions = [
        { name = "One in twenty ends within a day", filter = local.ours["hire.mailbox.watch.left"], reduce = "REDUCE_PERCENTILE_05", each = 15 * local.minute, below = local.day, lasting = 30 * local.minute },
        {
          name   = "One renewal in ten fails", each = local.hour, above = 0.1
          filter = "${local.ours["hire.watch.renewals"]} AND metric.labels.outcome = \"failed\""
          ratio  = local.ours["hire.watch.renewals"]
        },
      ]
    }

    watch-renewal-failed = {
      title      = "A watch could not be renewed", severity = "WARNING"
      says       = "Gmail has refused to renew the watch of a mailbox. Until it is renewed, and without a watch left, the sweep alone finds its mail."
      conditions = [{ name = "Logged", log = "watch_renewal_failed" }]
    }

    project-quota = {
      title      = "Gmail's units of the day run out", severity = "ERROR"
      says       = "Less than a fifth is left of the units that the project may spend on Gmail in a day. Imports of old mail stop first, then new mail, then sending."
      conditions = [{ name = "A fifth is left", filter = local.ours["hire.gmail.quota.project_left"], align = "ALIGN_MIN", reduce = "REDUCE_MIN", below = local.quota_per_day / 5 }]
    }
  }
}
