mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of itself, from the file itself: not what Terraform has made of it.
variables {
  code = jsondecode(file("code.json"))
}

run "subscriptions" {
  command = plan

  assert {
    condition = (
      google_pubsub_topic.this["notifications"].name == var.code.topics.notifications &&
      google_pubsub_topic.this["events"].name == var.code.topics.events && length(google_pubsub_topic.this) == 2
    )
    error_message = "The topics are not those of the code."
  }

  assert {
    condition = (
      google_pubsub_subscription.notifications.push_config[0].push_endpoint == "https://gmailnotify-123456789012.europe-west1.run.app/" &&
      google_pubsub_subscription.notifications.push_config[0].oidc_token[0].service_account_email == "invoker-push@hire-gmail-test.iam.gserviceaccount.com" &&
      google_pubsub_subscription.notifications.push_config[0].oidc_token[0].audience == "https://gmailnotify-123456789012.europe-west1.run.app"
    )
    error_message = "Gmail's notifications are not pushed to gmailnotify with a token of the push's own account for it."
  }

  assert {
    condition     = google_pubsub_subscription.notifications.ack_deadline_seconds == one(module.function["gmailnotify"].function.service_config).timeout_seconds
    error_message = "Pub/Sub pushes a notification again while gmailnotify may still be at work on it, or waits longer than that."
  }

  # Every subscription but those of dead letters themselves, by whatever name it is set up.
  assert {
    condition = alltrue([
      for s in [google_pubsub_subscription.notifications, google_pubsub_subscription.events] :
      try(s.retry_policy[0].minimum_backoff, "") == "10s" && try(s.retry_policy[0].maximum_backoff, "") == "600s"
    ])
    error_message = "A subscription tries again without a pause."
  }

  assert {
    condition = alltrue([
      for s in [google_pubsub_subscription.notifications, google_pubsub_subscription.events] : try(s.dead_letter_policy[0].max_delivery_attempts, 0) == 20
    ])
    error_message = "A subscription has no dead letters."
  }

  assert {
    condition = alltrue([
      for s in concat([google_pubsub_subscription.notifications, google_pubsub_subscription.events], values(google_pubsub_subscription.dead_letters)) : s.expiration_policy[0].ttl == ""
    ])
    error_message = "A subscription would be gone after a month without mail."
  }

  assert {
    condition     = google_pubsub_subscription.events.enable_message_ordering && google_pubsub_subscription.dead_letters["events"].enable_message_ordering
    error_message = "Events of one conversation would come in any order."
  }

  assert {
    condition     = google_pubsub_topic.this["events"].message_retention_duration == "604800s" && google_pubsub_subscription.events.message_retention_duration == "604800s"
    error_message = "An event is gone before a week has passed."
  }

  assert {
    condition = alltrue([
      for t in concat(values(google_pubsub_topic.this), values(google_pubsub_topic.dead_letters)) : tolist(t.message_storage_policy[0].allowed_persistence_regions) == tolist(["europe-west1"])
    ])
    error_message = "A message leaves the region."
  }
}

run "dead_letters" {
  # Ids of topics are known only once they are there.
  command = apply

  assert {
    condition = (
      google_pubsub_subscription.notifications.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.dead_letters["notifications"].id &&
      google_pubsub_subscription.events.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.dead_letters["events"].id &&
      google_pubsub_topic.dead_letters["notifications"].id != google_pubsub_topic.dead_letters["events"].id
    )
    error_message = "Dead letters of two topics are mixed up."
  }

  assert {
    condition = alltrue([
      for name, t in google_pubsub_topic.dead_letters :
      length([for s in google_pubsub_subscription.dead_letters : s if s.topic == t.id && s.message_retention_duration == "604800s" && length(s.push_config) == 0]) == 1
    ])
    error_message = "Dead letters are kept by no subscription, so that they would be gone at once."
  }

  assert {
    condition = alltrue([
      for b in google_pubsub_topic_iam_binding.dead_letters :
      b.role == "roles/pubsub.publisher" && b.members == toset(["serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"])
    ]) && toset([for b in google_pubsub_topic_iam_binding.dead_letters : b.topic]) == toset([for t in google_pubsub_topic.dead_letters : t.name])
    error_message = "Pub/Sub can't put dead letters where they belong, so that it would try for ever."
  }

  assert {
    condition = alltrue([
      for s in [google_pubsub_subscription_iam_binding.notifications, google_pubsub_subscription_iam_binding.events] :
      s.role == "roles/pubsub.subscriber" && contains(s.members, "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com")
    ])
    error_message = "Pub/Sub can't take what has become a dead letter off its subscription."
  }
}

run "who_may" {
  command = apply

  assert {
    condition     = google_pubsub_topic_iam_binding.publishers["notifications"].role == "roles/pubsub.publisher" && google_pubsub_topic_iam_binding.publishers["notifications"].members == toset(["serviceAccount:gmail-api-push@system.gserviceaccount.com"])
    error_message = "Gmail can't publish its notifications, or somebody else can."
  }

  assert {
    condition = google_pubsub_topic_iam_binding.publishers["events"].members == toset([
      for name in ["deliver", "gmailnotify", "inboundreply", "labelsweep", "oauthcallback", "offboard", "securityevents", "sendmessage", "settings", "syncmailbox", "threads"] : "serviceAccount:${name}@hire-gmail-test.iam.gserviceaccount.com"
    ])
    error_message = "A function that has events can't publish them, or one that has none can."
  }

  assert {
    condition = google_pubsub_subscription_iam_binding.events.members == toset([
      "serviceAccount:backend@hire.iam.gserviceaccount.com",
      "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com",
      "serviceAccount:worker@hire.iam.gserviceaccount.com",
    ])
    error_message = "Somebody else than Hire's backend reads the events."
  }

  assert {
    condition     = google_service_account_iam_binding.push_is_signed_by_pubsub.service_account_id == "projects/hire-gmail-test/serviceAccounts/invoker-push@hire-gmail-test.iam.gserviceaccount.com" && google_service_account_iam_binding.push_is_signed_by_pubsub.members == toset(["serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"])
    error_message = "Somebody else than Pub/Sub may sign as the push."
  }
}
