# The functions and their queues.
locals {
  requests = "resource.type = \"cloud_run_revision\" AND metric.type = \"run.googleapis.com/request_count\""

  # Functions whose callers come again by themselves answer 5xx where they want them to; the others have somebody waiting.
  retried = [for name, f in local.functions : name if contains(["push", "schedule", "tasks"], f.trigger)]
  waited  = [for name, f in local.functions : name if !contains(["push", "schedule", "tasks"], f.trigger)]

  function_alerts = {
    functions-fail = {
      title = "Functions answer with errors", severity = "ERROR"
      says  = "A function answers too many of its calls with 5xx."
      conditions = [
        for c in [{ name = "One in fifty, where somebody waits", of = local.waited, above = 0.02 }, { name = "One in five, where the caller comes again", of = local.retried, above = 0.2 }] : {
          name   = c.name, by = ["resource.label.service_name"], above = c.above, lasting = 600
          filter = "${local.requests} AND resource.labels.service_name = one_of(${join(", ", formatlist("\"%s\"", c.of))}) AND metric.labels.response_code_class = \"5xx\""
          ratio  = "${local.requests} AND resource.labels.service_name = one_of(${join(", ", formatlist("\"%s\"", c.of))})"
        }
      ]
    }

    tasks-wait = {
      title = "Tasks wait in their queue", severity = "ERROR"
      says  = "Cloud Tasks does not get to the tasks of a queue when they are due."
      conditions = [
        {
          name   = "One in twenty began two minutes late", by = ["resource.label.queue_id"], reduce = "REDUCE_PERCENTILE_95", above = 120000, lasting = 600
          filter = "${local.queue_filter} AND metric.type = \"cloudtasks.googleapis.com/queue/task_attempt_delays\"" # milliseconds
        },
        {
          # Mail for later lies in mail-delivery for weeks, so its number says nothing.
          name   = "More syncs than the queue does in ten minutes", align = "ALIGN_MIN", reduce = "REDUCE_SUM", above = local.queues.mailbox-sync.per_second * 600, lasting = 600
          filter = "resource.type = \"cloud_tasks_queue\" AND resource.labels.queue_id = \"mailbox-sync\" AND metric.type = \"cloudtasks.googleapis.com/queue/depth\""
        },
      ]
    }

    telemetry-missing = {
      title      = "The functions tell nothing of themselves", severity = "WARNING"
      says       = "The sweep's figures have not come for half an hour. While they are missing, the alerts that rest on them are silent, whatever happens."
      conditions = [{ name = "No mailbox looked at", filter = local.ours["hire.mailbox.looks"], absent = true, lasting = 1800 }]
    }
  }

  queue_filter = "resource.type = \"cloud_tasks_queue\" AND resource.labels.queue_id = one_of(${join(", ", [for q in google_cloud_tasks_queue.this : "\"${q.name}\""])})"
}
