# One page: Monitoring > Dashboards > Hire Gmail. What is promised stands above, what it rests on below.
locals {
  percentiles = { "half within" = "REDUCE_PERCENTILE_50", "95 % within" = "REDUCE_PERCENTILE_95", "99 % within" = "REDUCE_PERCENTILE_99" }

  rows = [
    {
      title = "Replies"
      charts = [
        { title = "From Gmail's notification to the profile", unit = "s", marks = [local.minute, 15 * local.minute], lines = [for name, p in local.percentiles : { filter = local.ours["hire.reply.lag"], reduce = p, name = name }] },
        { title = "Allowance used up: 1 is all of it in 28 days", unit = "1", marks = [6, 14.4], lines = [for name in ["replies-within-a-minute", "replies-within-15-minutes"] : { burns = name, name = name }] },
        { title = "Any new mail, from Gmail to the profile: 95 % within", unit = "s", marks = [], lines = [{ filter = local.ours["hire.arrival.lag"], reduce = "REDUCE_PERCENTILE_95", by = ["metric.label.found_by"], name = "found by $${metric.labels.found_by}" }] },
      ]
    },
    {
      title = "On the way"
      charts = [
        { title = "Notification to its handling", unit = "s", marks = [30], lines = [for name, p in local.percentiles : { filter = local.ours["hire.push.lag"], reduce = p, name = name }] },
        { title = "Looks at mailboxes: 95 % within", unit = "s", marks = [5 * local.minute], lines = [{ filter = local.ours["hire.sync.lag"], reduce = "REDUCE_PERCENTILE_95", by = ["metric.label.trigger"], name = "after $${metric.labels.trigger}" }] },
        { title = "Oldest message not acknowledged", unit = "s", marks = [10 * local.minute], lines = [{ filter = "${local.googles["pubsub.googleapis.com/subscription/oldest_unacked_message_age"]} AND resource.labels.subscription_id = ${local.one_of.subscriptions}", align = "ALIGN_MAX", reduce = "REDUCE_MAX", by = ["resource.label.subscription_id"], name = "$${resource.labels.subscription_id}" }] },
      ]
    },
    {
      title = "No mail is lost"
      charts = [
        { title = "Time since a mailbox was compared with Gmail", unit = "s", marks = [15 * local.minute], lines = [for name, p in local.percentiles : { filter = local.ours["hire.mailbox.verified.age"], reduce = p, name = name }] },
        { title = "Age of the oldest message in a ledger", unit = "s", marks = [6 * local.hour, local.day], lines = [for name, p in local.percentiles : { filter = local.ours["hire.mailbox.ledger.age"], reduce = p, name = name }] },
        { title = "Found missing, and dead letters", unit = "1", marks = [], lines = [
          { filter = local.ours["hire.sync.repaired"], name = "found missing" },
          { filter = "${local.googles["pubsub.googleapis.com/subscription/num_undelivered_messages"]} AND resource.labels.subscription_id = ${local.one_of.dead_letters}", align = "ALIGN_MAX", reduce = "REDUCE_MAX", by = ["resource.label.subscription_id"], name = "$${resource.labels.subscription_id}" },
        ] },
      ]
    },
    {
      title = "Sending, and what is handed over"
      charts = [
        { title = "Sends by outcome", unit = "1", marks = [], lines = [{ filter = local.ours["hire.send.outcomes"], by = ["metric.label.outcome"], name = "$${metric.labels.outcome}" }] },
        { title = "Tasks waiting", unit = "1", marks = [], lines = [{ filter = "${local.googles["cloudtasks.googleapis.com/queue/depth"]} AND resource.labels.queue_id = ${local.one_of.queues}", align = "ALIGN_MAX", by = ["resource.label.queue_id"], name = "$${resource.labels.queue_id}" }] },
        { title = "Handed over late: 95 % within", unit = "s", marks = [15 * local.minute], lines = [{ filter = local.ours["hire.outbox.waiting.age"], reduce = "REDUCE_PERCENTILE_95", name = "age" }] },
      ]
    },
    {
      title = "Mailboxes and Google"
      charts = [
        { title = "Mailboxes looked at, by the state of their token", unit = "1", marks = [], lines = [{ filter = local.ours["hire.mailbox.looks"], by = ["metric.label.token"], name = "$${metric.labels.token}" }] },
        { title = "Tokens refused, watches renewed", unit = "1", marks = [], lines = [
          { filter = local.ours["hire.token.refusals"], by = ["metric.label.reason"], name = "refused: $${metric.labels.reason}" },
          { filter = local.ours["hire.watch.renewals"], by = ["metric.label.outcome"], name = "watch $${metric.labels.outcome}" },
        ] },
        { title = "Gmail's units: left of the day", unit = "1", marks = [local.quota_per_day / 5], lines = [{ filter = local.ours["hire.gmail.quota.project_left"], align = "ALIGN_MIN", reduce = "REDUCE_MIN", name = "left" }] },
        { title = "Gmail's units spent, by method", unit = "1", marks = [], lines = [{ filter = local.ours["hire.gmail.quota.spent"], by = ["metric.label.method"], name = "$${metric.labels.method}" }] },
        { title = "Time until a watch ends: 95 % have more", unit = "s", marks = [local.day], lines = [{ filter = local.ours["hire.mailbox.watch.left"], reduce = "REDUCE_PERCENTILE_05", name = "left" }] },
        { title = "Time since a mailbox's last notification: half within", unit = "s", marks = [], lines = [{ filter = local.ours["hire.mailbox.push.age"], reduce = "REDUCE_PERCENTILE_50", name = "age" }] },
      ]
    },
    {
      title = "Functions"
      charts = [
        { title = "Calls", unit = "1", marks = [], lines = [{ filter = "${local.googles["run.googleapis.com/request_count"]} AND resource.labels.service_name = ${local.one_of.functions}", by = ["resource.label.service_name"], name = "$${resource.labels.service_name}" }] },
        { title = "Calls answered with 5xx", unit = "1", marks = [], lines = [{ filter = "${local.googles["run.googleapis.com/request_count"]} AND resource.labels.service_name = ${local.one_of.functions} AND metric.labels.response_code_class = \"5xx\"", by = ["resource.label.service_name"], name = "$${resource.labels.service_name}" }] },
        { title = "Time to answer: 95 % within", unit = "ms", marks = [], lines = [{ filter = "${local.googles["run.googleapis.com/request_latencies"]} AND resource.labels.service_name = ${local.one_of.functions}", reduce = "REDUCE_PERCENTILE_95", by = ["resource.label.service_name"], name = "$${resource.labels.service_name}" }] },
      ]
    },
  ]


  # Three charts side by side, a heading above each row of them; a page is 48 wide. A row begins below what the rows before it take.
  heights = [for r in local.rows : 4 + 16 * ceil(length(r.charts) / 3)]
  tops    = [for n in range(length(local.rows)) : sum(concat([0], slice(local.heights, 0, n)))]

  tiles = flatten([
    for n, r in local.rows : concat(
      [{ xPos = 0, yPos = local.tops[n], width = 48, height = 4, widget = { title = r.title, sectionHeader = { subtitle = "" } } }],
      [for m, c in r.charts : { xPos = 16 * (m % 3), yPos = local.tops[n] + 4 + 16 * floor(m / 3), width = 16, height = 16, widget = {
        title = c.title
        xyChart = {
          dataSets = [for l in c.lines : {
            plotType       = "LINE"
            legendTemplate = l.name
            timeSeriesQuery = {
              unitOverride = c.unit
              timeSeriesFilter = { for k, v in {
                filter = try("select_slo_burn_rate(\"${local.objective_names[l.burns]}\", \"${local.hour}s\")", l.filter)
                aggregation = can(l.burns) ? null : {
                  alignmentPeriod    = "${5 * local.minute}s"
                  perSeriesAligner   = try(l.align, "ALIGN_DELTA")
                  crossSeriesReducer = try(l.reduce, "REDUCE_SUM")
                  groupByFields      = try(l.by, [])
                }
              } : k => v if v != null }
            }
          }]
          thresholds = [for v in c.marks : { value = v }]
        }
      } }],
    )
  ])
}

resource "google_monitoring_dashboard" "this" {
  project = var.project

  dashboard_json = jsonencode({
    displayName  = "Hire Gmail"
    mosaicLayout = { columns = 48, tiles = local.tiles }
  })

  depends_on = [google_monitoring_metric_descriptor.this, google_monitoring_slo.this]
}
