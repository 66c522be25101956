# The functions and their queues.
locals {
  function_alerts = {
    functions-fail = {
      title = "Functions answer with errors", severity = "ERROR"
      says  = "A function answers too many of its calls with 5xx."
      conditions = [
        for c in [{ name = "One in fifty, where somebody waits", of = "waited", above = 0.02 }, { name = "One in five, where the caller comes again", of = "retried", above = 0.2 }] : {
          name   = c.name, by = ["resource.label.service_name"], above = c.above, lasting = 10 * local.minute
          filter = "${local.googles["run.googleapis.com/request_count"]} AND resource.labels.service_name = ${local.one_of[c.of]} AND metric.labels.response_code_class = \"5xx\""
          ratio  = "${local.googles["run.googleapis.com/request_count"]} AND resource.labels.service_name = ${local.one_of[c.of]}"
        }
      ]
    }

    tasks-wait = {
      title = "Tasks wait in their queue", severity = "ERROR"
      says  = "Cloud Tasks does not get to the tasks of a queue when they are due."
      conditions = [
        {
          name   = "One in twenty began two minutes late", by = ["resource.label.queue_id"], reduce = "REDUCE_PERCENTILE_95", above = 2 * local.minute * 1000, lasting = 10 * local.minute
          filter = "${local.googles["cloudtasks.googleapis.com/queue/task_attempt_delays"]} AND resource.labels.queue_id = ${local.one_of.queues}"
        },
        {
          # Mail for later lies in mail-delivery for weeks, so its number says nothing.
          name   = "More syncs than the queue does in ten minutes", align = "ALIGN_MIN", reduce = "REDUCE_SUM", above = local.queues.mailbox-sync.per_second * 10 * local.minute, lasting = 10 * local.minute
          filter = "${local.googles["cloudtasks.googleapis.com/queue/depth"]} AND resource.labels.queue_id = \"mailbox-sync\""
        },
      ]
    }

    telemetry-missing = {
      title      = "The functions tell nothing of themselves", severity = "WARNING"
      says       = "The sweep's figures have not come for half an hour. While they are missing, the alerts that rest on them are silent, whatever happens."
      conditions = [{ name = "No mailbox looked at", filter = local.ours["hire.mailbox.looks"], absent = true, lasting = 30 * local.minute }]
    }
  }
}
