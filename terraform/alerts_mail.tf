# Mail on its way into the profiles: that it comes in time, and that none is lost.
locals {
  mail_alerts = {
    replies-slow = {
      title      = "Many replies take more than a minute", severity = "CRITICAL"
      says       = "So many replies come late that the allowance of 28 days (one in a thousand) is gone in two days."
      all        = true
      conditions = [for s in [local.hour, 5 * local.minute] : { name = "Over ${s} s", burns = "replies-within-a-minute", each = s, above = 14.4 }]
    }

    replies-slower = {
      title      = "Somewhat too many replies take more than a minute", severity = "WARNING"
      says       = "Replies come late, not many at a time, but the allowance of 28 days (one in a thousand) is gone in five days."
      all        = true
      conditions = [for s in [6 * local.hour, 30 * local.minute] : { name = "Over ${s} s", burns = "replies-within-a-minute", each = s, above = 6 }]
    }

    reply-over-15-minutes = {
      title      = "A reply has taken more than 15 minutes", severity = "CRITICAL"
      says       = "A reply was in the profile more than 15 minutes after Gmail had told of it, or had received it. None should be."
      conditions = [{ name = "Any within 10 min", burns = "replies-within-15-minutes", each = 10 * local.minute, above = 0 }]
    }

    notifications-wait = {
      title = "Gmail's notifications wait", severity = "ERROR"
      says  = "Gmail has told of new mail, and gmailnotify does not get to it in time."
      conditions = [
        { name = "One in twenty began after 30 s", filter = local.ours["hire.push.lag"], reduce = "REDUCE_PERCENTILE_95", above = 30, lasting = 10 * local.minute },
        {
          name   = "The oldest waits for 10 min"
          filter = "${local.googles["pubsub.googleapis.com/subscription/oldest_unacked_message_age"]} AND resource.labels.subscription_id = \"${google_pubsub_subscription.notifications.name}\""
          align  = "ALIGN_MAX", reduce = "REDUCE_MAX", above = 10 * local.minute, lasting = 5 * local.minute
        },
      ]
    }

    syncs-slow = {
      title      = "Looking at mailboxes takes long", severity = "WARNING"
      says       = "One in twenty looks at a mailbox ends more than five minutes after it was due."
      conditions = [{ name = "One in twenty took 5 min", filter = local.ours["hire.sync.lag"], reduce = "REDUCE_PERCENTILE_95", above = 5 * local.minute, lasting = 15 * local.minute }]
    }

    mailboxes-unverified = {
      title      = "Mailboxes were not compared with Gmail for 15 minutes", severity = "ERROR"
      says       = "The sweep should bring every mailbox up to date within 15 minutes, whatever notifications got lost. It does not."
      all        = true
      conditions = [for s in [local.hour, 10 * local.minute] : { name = "Over ${s} s", burns = "mailboxes-verified", each = s, above = 14.4 }]
    }

    sweep-missing = {
      title = "The sweep does not run", severity = "CRITICAL"
      says  = "Cloud Scheduler calls labelsweep every five minutes. For 15 minutes no call has ended well: lost notifications are not made good, watches are not renewed."
      conditions = [{
        name   = "No call that ended well"
        filter = "${local.googles["run.googleapis.com/request_count"]} AND resource.labels.service_name = \"labelsweep\" AND metric.labels.response_code_class = \"2xx\""
        absent = true, lasting = 15 * local.minute
      }]
    }

    ledger-waits = {
      title      = "Mail waits in the retry ledger", severity = "WARNING"
      says       = "Messages that could not be read when Gmail told of them wait for more than six hours."
      conditions = [{ name = "One mailbox in a hundred, of those that have some", filter = local.ours["hire.mailbox.ledger.age"], reduce = "REDUCE_PERCENTILE_99", above = 6 * local.hour, lasting = 30 * local.minute }]
    }

    ledger-row-aged = {
      title      = "A mail has waited in the retry ledger for a day", severity = "ERROR"
      says       = "A message that could not be read when Gmail told of it could not be read for 24 hours since. It is not lost, and not in the profile either."
      conditions = [{ name = "Logged", log = "ledger_row_aged" }]
    }

    mail-repaired = {
      title      = "A comparison with Gmail has found mail missing", severity = "ERROR"
      says       = "Mail that should have come by itself was found missing by the daily comparison, and was imported then. Something had lost it."
      conditions = [{ name = "Any within the hour", filter = local.ours["hire.sync.repaired"], each = local.hour, above = 0 }]
    }

    dead-letters = {
      title = "Messages have become dead letters", severity = "ERROR"
      says  = "Pub/Sub has given messages up after ${var.delivery_attempts} tries. They are kept for a week, and come back only by hand."
      conditions = [{
        name   = "Any"
        filter = "${local.googles["pubsub.googleapis.com/subscription/num_undelivered_messages"]} AND resource.labels.subscription_id = ${local.one_of.dead_letters}"
        align  = "ALIGN_MAX", reduce = "REDUCE_MAX", by = ["resource.label.subscription_id"], above = 0
      }]
    }
  }
}
