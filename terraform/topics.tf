locals {
  topics = local.code.topics # events, notifications

  # Who may publish to each. Gmail's is Google's own account: https://developers.google.com/workspace/gmail/api/guides/push
  topic_publishers = {
    events        = local.publishers
    notifications = ["serviceAccount:gmail-api-push@system.gserviceaccount.com"]
  }
}

# Neither topic has a schema: what Gmail publishes is Gmail's to change, and an event's data depends on its type.
resource "google_pubsub_topic" "this" {
  for_each = local.topics

  project = var.project
  name    = each.value

  # Hire can go back as far as this, to events that it has acknowledged and lost. A notification of Gmail's says nothing any more once it is acknowledged.
  message_retention_duration = each.key == "events" ? "${local.week}s" : null

  # A notification names a person's address; so does an event about a mailbox.
  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_project_service.this]
}

resource "google_pubsub_topic_iam_binding" "publishers" {
  for_each = local.topics

  project = var.project
  topic   = google_pubsub_topic.this[each.key].name
  role    = "roles/pubsub.publisher"
  members = local.topic_publishers[each.key]
}

# Our own push, as a trigger's subscription can set none of these.
resource "google_pubsub_subscription" "notifications" {
  project = var.project
  name    = "${local.topics.notifications}-push"
  topic   = google_pubsub_topic.this["notifications"].id

  push_config {
    push_endpoint = "${local.urls.gmailnotify}/"

    oidc_token {
      service_account_email = local.caller_emails.push
      audience              = local.urls.gmailnotify
    }
  }

  # As long as gmailnotify may take for one.
  ack_deadline_seconds = local.functions.gmailnotify.timeout

  # A day later the sweep has long seen what a notification is about.
  message_retention_duration = "${local.day}s"

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters["notifications"].id
    max_delivery_attempts = var.delivery_attempts
  }

  # Never, however long no mail comes.
  expiration_policy {
    ttl = ""
  }

  # Pushed to a function that is not there, they would become dead letters.
  depends_on = [module.function]
}

# Hire's own. It pulls, so that no address of Hire's has to be known here.
resource "google_pubsub_subscription" "events" {
  project = var.project
  name    = "${local.topics.events}-hire"
  topic   = google_pubsub_topic.this["events"].id

  ack_deadline_seconds       = 60
  enable_message_ordering    = true
  message_retention_duration = "${local.week}s"

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters["events"].id
    max_delivery_attempts = var.delivery_attempts
  }

  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_subscription_iam_binding" "events" {
  project      = var.project
  subscription = google_pubsub_subscription.events.name
  role         = "roles/pubsub.subscriber"
  members      = concat([for email in var.backend_service_accounts : "serviceAccount:${email}"], [local.pubsub_agent])
}

# What could not be delivered in so many tries. scripts/redrive brings it back to its topic.
resource "google_pubsub_topic" "dead_letters" {
  for_each = local.topics

  project = var.project
  name    = "${each.value}-dead-letters"

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_project_service.this]
}

# Without a subscription a dead letter would be gone at once.
resource "google_pubsub_subscription" "dead_letters" {
  for_each = local.topics

  project = var.project
  name    = "${each.value}-dead-letters"
  topic   = google_pubsub_topic.dead_letters[each.key].id

  ack_deadline_seconds       = 60
  enable_message_ordering    = true
  message_retention_duration = "${local.week}s"

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub itself hands dead letters over: it publishes them, and acknowledges them where they come from.
resource "google_pubsub_topic_iam_binding" "dead_letters" {
  for_each = local.topics

  project = var.project
  topic   = google_pubsub_topic.dead_letters[each.key].name
  role    = "roles/pubsub.publisher"
  members = [local.pubsub_agent]
}

resource "google_pubsub_subscription_iam_binding" "notifications" {
  project      = var.project
  subscription = google_pubsub_subscription.notifications.name
  role         = "roles/pubsub.subscriber"
  members      = [local.pubsub_agent]
}
