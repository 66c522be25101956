# What alerts, objectives and the dashboard look at, as filters of Cloud Monitoring. A metric that is not known here stops the plan.
# https://cloud.google.com/monitoring/api/v3/filters
locals {
  # The code's own metrics, by name.
  #
  # Metrics of one's own may not be of the resource that Cloud Run's are of (cloud_run_revision). The code says generic_task: its job is the function, its task_id the process.
  ours = { for name, m in local.metrics : name => "resource.type = \"generic_task\" AND metric.type = \"${m.type}\"" }

  # Google's, by type, with the resource that each is of. https://cloud.google.com/monitoring/api/metrics_gcp
  googles = {
    for type, resource in {
      "cloudtasks.googleapis.com/queue/depth"                         = "cloud_tasks_queue"
      "cloudtasks.googleapis.com/queue/task_attempt_delays"           = "cloud_tasks_queue" # milliseconds
      "pubsub.googleapis.com/subscription/num_undelivered_messages"   = "pubsub_subscription"
      "pubsub.googleapis.com/subscription/oldest_unacked_message_age" = "pubsub_subscription"
      "run.googleapis.com/request_count"                              = "cloud_run_revision"
      "run.googleapis.com/request_latencies"                          = "cloud_run_revision" # milliseconds
    } : type => "resource.type = \"${resource}\" AND metric.type = \"${type}\""
  }

  # What else the project may have of a kind is not ours: so a label is one of these names.
  one_of = {
    for what, names in {
      dead_letters  = [for s in google_pubsub_subscription.dead_letters : s.name]
      functions     = keys(local.functions)
      queues        = [for q in google_cloud_tasks_queue.this : q.name]
      retried       = [for name, f in local.functions : name if contains(local.retrying, f.trigger)]
      subscriptions = [for s in concat([google_pubsub_subscription.notifications, google_pubsub_subscription.events], values(google_pubsub_subscription.dead_letters)) : s.name]
      waited        = [for name, f in local.functions : name if !contains(local.retrying, f.trigger)]
    } : what => "one_of(${join(", ", formatlist("\"%s\"", names))})"
  }

  # Callers that come again by themselves, so that a function answers 5xx where it wants them to; behind the others somebody waits.
  retrying = ["push", "schedule", "tasks"]
}
