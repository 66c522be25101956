# What the module refuses, looked at by itself: a test of the whole can't expect a failure within it.
mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  function = {
    concurrency   = 8
    cpu           = "1"
    description   = "Sends a user's mail"
    ingress       = "ALLOW_ALL"
    max_instances = 2
    memory        = "512Mi"
    min_instances = 0
    timeout       = 60
  }

  build           = { bucket = "sources", object = "sendmessage.zip", repository = "functions", runtime = "go126", service_account = "function-build" }
  environment     = {}
  invokers        = ["allUsers"]
  name            = "sendmessage"
  secrets         = {}
  service_account = "sendmessage@hire-gmail-test.iam.gserviceaccount.com"
}

run "a_function" {
  command = plan
  module {
    source = "./modules/function"
  }

  assert {
    condition     = google_cloudfunctions2_function.this.name == "sendmessage"
    error_message = "What the other runs change one thing of is no function."
  }
}

run "several_requests_on_a_part_of_a_cpu" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    function = merge(var.function, { cpu = "0.5", concurrency = 2 })
  }
  expect_failures = [var.function]
}

run "an_ingress_that_there_is_not" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    function = merge(var.function, { ingress = "ALLOW_SOME" })
  }
  expect_failures = [var.function]
}

run "more_instances_at_least_than_at_most" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    function = merge(var.function, { min_instances = 3, max_instances = 2 })
  }
  expect_failures = [var.function]
}

run "memory_without_a_unit" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    function = merge(var.function, { memory = "512" })
  }
  expect_failures = [var.function]
}

run "longer_than_a_request_may_take" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    function = merge(var.function, { timeout = 3601 })
  }
  expect_failures = [var.function]
}

run "for_nobody" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    invokers = []
  }
  expect_failures = [var.invokers]
}

run "for_everybody_and_somebody" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    invokers = ["allUsers", "serviceAccount:backend@hire.iam.gserviceaccount.com"]
  }
  expect_failures = [var.invokers]
}

run "for_a_person" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    invokers = ["user:rita@hire.example.com"]
  }
  expect_failures = [var.invokers]
}

run "a_name_that_no_service_account_takes" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name = "send"
  }
  expect_failures = [var.name]
}
