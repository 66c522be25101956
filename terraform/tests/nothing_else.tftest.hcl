mock_provider "google" {
  source = "./tests/mocks"
}

# The other tests look at what they know by name. Here is that there is no more of it: a further subscription without dead letters, a queue without bounds, a function's invoker or a
# bucket that nobody looks at. (Grants on the project: accounts.tftest.hcl.)
run "nothing_that_no_test_looks_at" {
  command = plan

  assert {
    condition = toset(flatten([
      for f in fileset(path.root, "**/*.tf") : [
        for r in regexall("resource \"google_(pubsub_(?:topic|subscription)|cloud_tasks_queue|cloud_scheduler_job|cloudfunctions2_function(?:_iam_[a-z]+)?|cloud_run_[a-z0-9_]+|storage_bucket|secret_manager_secret|firestore_database|monitoring_alert_policy|monitoring_slo)\" \"([a-z_]+)\"", file(f)) : "${dirname(f)} ${r[0]} ${r[1]}"
      ]
      ])) == toset([
      ". cloud_scheduler_job labelsweep",
      ". cloud_tasks_queue this",
      ". firestore_database this",
      ". monitoring_alert_policy this",
      ". monitoring_slo this",
      ". pubsub_subscription dead_letters",
      ". pubsub_subscription events",
      ". pubsub_subscription notifications",
      ". pubsub_topic dead_letters",
      ". pubsub_topic this",
      ". secret_manager_secret configuration",
      ". storage_bucket blobs",
      ". storage_bucket sources",
      "modules/function cloud_run_v2_service_iam_binding invokers",
      "modules/function cloudfunctions2_function this",
    ])
    error_message = "Something is set up that no test looks at, or has gone."
  }
}
