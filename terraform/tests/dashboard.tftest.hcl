mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of itself, from the file itself: not what Terraform has made of it.
variables {
  code = jsondecode(file("code.json"))
}

run "dashboard" {
  command = plan

  assert {
    condition = length(setsubtract(
      flatten(regexall("workload\\.googleapis\\.com/([a-z_.]+)", google_monitoring_dashboard.this.dashboard_json)),
      [for m in var.code.metrics : trimprefix(m.type, "workload.googleapis.com/")],
    )) == 0
    error_message = "The dashboard shows a metric that the code does not tell."
  }

  # Those left out say what the others do: how many rows a ledger has (its age is shown), what of a minute's units is left (what of a day's is).
  assert {
    condition = toset([for m in var.code.metrics : trimprefix(m.type, "workload.googleapis.com/") if !strcontains(google_monitoring_dashboard.this.dashboard_json, "${m.type}\\\"")]) == toset([
      "hire.mailbox.ledger.rows", "hire.mailbox.quota.left",
    ])
    error_message = "A metric that the code tells is not shown, or one is that this test believes to be left out."
  }

  assert {
    condition = alltrue(flatten([
      for t in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : [
        for s in try(t.widget.xyChart.dataSets, []) : [
          for m in var.code.metrics : length(setsubtract(
            flatten(regexall("metric\\.labels?\\.([a-z_]+)", "${jsonencode(s.timeSeriesQuery.timeSeriesFilter)} ${s.legendTemplate}")), m.labels,
          )) == 0
          if strcontains(s.timeSeriesQuery.timeSeriesFilter.filter, "\"${m.type}\"")
        ]
      ]
    ]))
    error_message = "A chart is split by a label that its metric does not have."
  }

  # Tiles that overlap are refused.
  assert {
    condition = length(distinct([for t in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : "${t.xPos} ${t.yPos}"])) == length(jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles) && alltrue([
      for t in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : t.xPos + t.width <= 48 && t.yPos % 4 == 0
    ])
    error_message = "Two charts lie on one another, or one beside the page."
  }

  assert {
    condition = alltrue([
      for name, o in google_monitoring_slo.this : strcontains(google_monitoring_dashboard.this.dashboard_json, "/serviceLevelObjectives/${name}")
      if startswith(name, "replies-")
    ])
    error_message = "What is promised of replies is not shown."
  }
}
