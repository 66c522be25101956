mock_provider "google" {
  source = "./tests/mocks"
}

run "replies" {
  command = plan

  assert {
    condition = { for name, o in google_monitoring_slo.this : name => "${o.goal} in ${o.rolling_period_days} days: ${one(one(one(o.request_based_sli).distribution_cut).range).max} ${one(one(o.request_based_sli).distribution_cut).distribution_filter}" } == {
      replies-within-a-minute   = "0.999 in 28 days: 60 resource.type = \"generic_task\" AND metric.type = \"workload.googleapis.com/hire.reply.lag\""
      replies-within-15-minutes = "0.999 in 28 days: 900 resource.type = \"generic_task\" AND metric.type = \"workload.googleapis.com/hire.reply.lag\""
      mailboxes-verified        = "0.999 in 28 days: 900 resource.type = \"generic_task\" AND metric.type = \"workload.googleapis.com/hire.mailbox.verified.age\""
    }
    error_message = "What is kept count of is not what is promised: 99.9 % of replies within 60 seconds, all within 15 minutes, each mailbox looked at within 15 minutes."
  }

  # Below everything up to the limit, nothing is cut off.
  assert {
    condition     = alltrue([for o in google_monitoring_slo.this : coalesce(one(one(one(o.request_based_sli).distribution_cut).range).min, 0) == 0 && o.service == google_monitoring_custom_service.this.service_id])
    error_message = "A quick reply counts as a bad one, or an objective is another service's."
  }

  assert {
    condition = alltrue([
      for o in google_monitoring_slo.this : anytrue([
        for m in jsondecode(file("code.json")).metrics :
        m.value_type == "DISTRIBUTION" && contains(m.bounds, one(one(one(o.request_based_sli).distribution_cut).range).max)
        if endswith(one(one(o.request_based_sli).distribution_cut).distribution_filter, "\"${m.type}\"")
      ])
    ])
    error_message = "An objective is about a metric that the code does not tell, or its limit lies within a bucket and can only be guessed."
  }
}
