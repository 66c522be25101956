locals {
  # What the code says of itself (names of functions, queues, topics and variables) is written by a Go test into code.json, and only there.
  code = jsondecode(file("${path.module}/code.json"))

  # Each function: who calls it, what an instance gets, and what it may use. A function is let at nothing that is not named here.
  #
  #   trigger        user (the frontend, a browser, or Google on its own), backend, gateway, push (Pub/Sub), schedule (Cloud Scheduler), tasks (Cloud Tasks)
  #   timeout        seconds for a request; 600 where shared/tasks/cloudtasks and Pub/Sub's push wait as long
  #   concurrency    requests at once in an instance: fewer where one may hold a large mail in memory
  #   queues         queues that it puts tasks into
  #   events         whether it publishes to hire-mail-events
  #   tokens         what it does with mailboxes' tokens: read, add, destroy
  #   blobs          what it does with attachments and large bodies: read, write (and read), collect; none
  #
  # A task or event that could not be handed over waits for labelsweep, which therefore may use all of them.
  functions = {
    connect = {
      description = "Begins connecting a user's Gmail", trigger = "user"
      memory      = "512Mi", concurrency = 40, max_instances = 10, timeout = 60
      queues      = [], events = false, tokens = [], blobs = "none"
    }
    deliver = {
      description = "Lets a queued mail leave, settles one that was broken off", trigger = "tasks"
      memory      = "1Gi", concurrency = 8, max_instances = 25, timeout = 600
      queues      = ["mailbox-sync", "mail-delivery"], events = true, tokens = ["read"], blobs = "read"
    }
    directory = {
      description = "Takes what has changed in Hire's directory", trigger = "backend"
      memory      = "512Mi", concurrency = 10, max_instances = 10, timeout = 300
      queues      = ["mailbox-sync", "offboarding"], events = false, tokens = [], blobs = "none"
    }
    gmailnotify = {
      description = "Syncs the mailbox that Gmail has notified of", trigger = "push"
      memory      = "1Gi", concurrency = 20, max_instances = 60, timeout = 600
      queues      = ["mailbox-sync", "mail-delivery"], events = true, tokens = ["read"], blobs = "write"
    }
    inboundreply = {
      description = "Makes a send of a reply to a notification email", trigger = "gateway"
      memory      = "1Gi", concurrency = 4, max_instances = 10, timeout = 120
      queues      = ["mailbox-sync", "mail-delivery"], events = true, tokens = ["read"], blobs = "write"
    }
    labelsweep = {
      description = "Queues mailboxes that are due, hands over what was left, removes what nothing refers to", trigger = "schedule"
      memory      = "512Mi", concurrency = 1, max_instances = 2, timeout = 600
      queues      = ["mailbox-sync", "mail-delivery", "offboarding"], events = true, tokens = [], blobs = "collect"
    }
    oauthcallback = {
      description = "Leads the browser to Google's consent and back", trigger = "user"
      memory      = "512Mi", concurrency = 40, max_instances = 10, timeout = 120
      queues      = ["mailbox-sync"], events = true, tokens = ["add", "destroy"], blobs = "none"
    }
    offboard = {
      description = "Ends a connection", trigger = "tasks"
      memory      = "512Mi", concurrency = 10, max_instances = 5, timeout = 600
      queues      = ["offboarding"], events = true, tokens = ["read", "destroy"], blobs = "none"
    }
    securityevents = {
      description = "Takes what Google tells of people's accounts", trigger = "user" # Google's Cross-Account Protection has no service account: what it signs, the code checks
      memory      = "512Mi", concurrency = 20, max_instances = 5, timeout = 60
      queues      = [], events = true, tokens = ["read"], blobs = "none"
    }
    sendmessage = {
      description = "Sends a user's mail, takes uploads and batches", trigger = "user"
      memory      = "1Gi", concurrency = 8, max_instances = 50, timeout = 120
      queues      = ["mailbox-sync", "mail-delivery"], events = true, tokens = ["read"], blobs = "write"
    }
    settings = {
      description = "Shows and changes a user's connection and an account's integration", trigger = "user"
      memory      = "512Mi", concurrency = 40, max_instances = 10, timeout = 60
      queues      = ["offboarding"], events = true, tokens = ["read"], blobs = "none" # it asks Gmail for the addresses that a user can send from
    }
    syncmailbox = {
      description = "Brings a mailbox up to date, imports, recovers", trigger = "tasks"
      memory      = "1Gi", concurrency = 20, max_instances = 60, timeout = 600
      queues      = ["mailbox-sync", "mail-delivery"], events = true, tokens = ["read", "destroy"], blobs = "write"
    }
    threads = {
      description = "Shows a candidate's mail, and takes what is to be imported of a mailbox", trigger = "user"
      memory      = "512Mi", concurrency = 40, max_instances = 50, timeout = 120
      queues      = ["mailbox-sync"], events = true, tokens = ["read"], blobs = "read"
    }
  }

  # What an instance gets: as above, or as the variable sizes says.
  sizes = {
    for name, f in local.functions : name => merge(
      { cpu = "1", min_instances = 0 },
      { concurrency = f.concurrency, max_instances = f.max_instances, memory = f.memory },
      { for what, size in try(var.sizes[name], {}) : what => size if size != null },
    )
  }

  invokers = {
    user     = ["allUsers"]
    backend  = [for email in var.backend_service_accounts : "serviceAccount:${email}"]
    gateway  = [for email in var.gateway_service_accounts : "serviceAccount:${email}"]
    push     = ["serviceAccount:${local.caller_emails.push}"]
    schedule = ["serviceAccount:${local.caller_emails.scheduler}"]
    tasks    = ["serviceAccount:${local.caller_emails.tasks}"]
  }

  # From where a function can be reached at all, whoever calls. Pub/Sub, Cloud Tasks and Cloud Scheduler of the same project count as internal.
  # https://cloud.google.com/run/docs/securing/ingress
  ingress = {
    user     = var.domain == null ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"
    backend  = "ALLOW_ALL"
    gateway  = "ALLOW_ALL"
    push     = "ALLOW_INTERNAL_ONLY"
    schedule = "ALLOW_INTERNAL_ONLY"
    tasks    = "ALLOW_INTERNAL_ONLY"
  }

  # Addresses are made of what is known beforehand: a function must be told those of others, and its own.
  # https://cloud.google.com/run/docs/triggering/https-request (deterministic URL)
  urls = { for name in keys(local.functions) : name => "https://${name}-${data.google_project.this.number}.${var.region}.run.app" }

  # The service accounts of those functions that …
  enqueuers  = { for queue in keys(local.code.queues) : queue => [for name, f in local.functions : local.members[name] if contains(f.queues, queue)] }
  publishers = [for name, f in local.functions : local.members[name] if f.events]
  blob_users = { for right in ["read", "write", "collect"] : right => [for name, f in local.functions : local.members[name] if f.blobs == right] }
}

module "function" {
  source   = "./modules/function"
  for_each = local.functions

  project = var.project
  region  = var.region
  name    = each.key

  build = {
    bucket          = google_storage_bucket.sources.name
    object          = google_storage_bucket_object.source[each.key].name
    repository      = google_artifact_registry_repository.functions.id
    runtime         = var.runtime
    service_account = google_service_account.build.name
  }

  function = merge(local.sizes[each.key], {
    description = each.value.description
    ingress     = local.ingress[each.value.trigger]
    timeout     = each.value.timeout
  })

  service_account = google_service_account.function[each.key].email

  environment = merge(local.environment, { TASKS_AUDIENCE = local.urls[each.key] })
  secrets     = local.environment_secrets
  invokers    = local.invokers[each.value.trigger]

  depends_on = [
    google_artifact_registry_repository_iam_binding.build,
    google_project_iam_member.build,
    google_project_service.this,
    google_storage_bucket_iam_binding.build,
  ]
}
