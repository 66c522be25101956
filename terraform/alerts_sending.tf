# Mail that leaves, and what Hire is told of it all.
locals {
  sending_alerts = {
    sends-doubtful = {
      title = "Sends fail, or end unknown", severity = "ERROR"
      says  = "More than one mail in twenty could not be sent, or nobody knows whether it was."
      all   = true
      conditions = [
        {
          name   = "One in twenty", each = 30 * local.minute, above = 0.05
          filter = "${local.ours["hire.send.outcomes"]} AND metric.labels.outcome = one_of(\"unknown\", \"failed\")"
          ratio  = local.ours["hire.send.outcomes"]
        },
        {
          name   = "Five or more", each = 30 * local.minute, above = 4
          filter = "${local.ours["hire.send.outcomes"]} AND metric.labels.outcome = one_of(\"unknown\", \"failed\")"
        },
      ]
    }

    outbox-waits = {
      title      = "What is due is not handed over", severity = "WARNING"
      says       = "Tasks and events could not be handed to Cloud Tasks and Pub/Sub when they were due; the sweep hands them over, late."
      conditions = [{ name = "One in twenty waited for 15 min", filter = local.ours["hire.outbox.waiting.age"], reduce = "REDUCE_PERCENTILE_95", above = 15 * local.minute, lasting = 10 * local.minute }]
    }

    outbox-stuck = {
      title      = "Something due can't be handed over at all", severity = "ERROR"
      says       = "A task or an event could not be handed over for so long that somebody has to look."
      conditions = [{ name = "Logged", log = "outbox_stuck" }]
    }

    events-unread = {
      title = "Hire does not read its events", severity = "WARNING"
      says  = "Events wait for an hour in the subscription that Hire's backend reads. They are kept for a week."
      conditions = [{
        name   = "The oldest waits for an hour"
        filter = "${local.googles["pubsub.googleapis.com/subscription/oldest_unacked_message_age"]} AND resource.labels.subscription_id = \"${google_pubsub_subscription.events.name}\""
        align  = "ALIGN_MAX", reduce = "REDUCE_MAX", above = local.hour, lasting = 5 * local.minute
      }]
    }
  }
}
