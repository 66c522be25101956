locals {
  public = contains(var.invokers, "allUsers")
}

resource "google_cloudfunctions2_function" "this" {
  project     = var.project
  location    = var.region
  name        = var.name
  description = var.function.description

  build_config {
    runtime           = var.build.runtime
    entry_point       = var.name
    docker_repository = var.build.repository
    service_account   = var.build.service_account

    # Without symbol tables the program is a third smaller.
    environment_variables = {
      GOOGLE_GOLDFLAGS = "-s -w"
    }

    source {
      storage_source {
        bucket = var.build.bucket
        object = var.build.object
      }
    }
  }

  service_config {
    available_cpu                    = var.function.cpu
    available_memory                 = var.function.memory
    max_instance_request_concurrency = var.function.concurrency
    min_instance_count               = var.function.min_instances
    max_instance_count               = var.function.max_instances
    timeout_seconds                  = var.function.timeout
    ingress_settings                 = var.function.ingress
    all_traffic_on_latest_revision   = true
    service_account_email            = var.service_account

    # BEHIND_IAM lets a token pass whose signature IAM has checked and removed. Where everybody may call, IAM checks none, and anybody could write such a token.
    environment_variables = merge(
      { for name, value in var.environment : name => value if value != null },
      { BEHIND_IAM = local.public ? "false" : "true" },
    )

    dynamic "secret_environment_variables" {
      for_each = var.secrets
      content {
        key        = secret_environment_variables.key
        project_id = var.project
        secret     = secret_environment_variables.value.secret
        version    = secret_environment_variables.value.version
      }
    }
  }
}

# All who may call: whoever was let in by hand is put out again.
resource "google_cloud_run_v2_service_iam_binding" "invokers" {
  project  = var.project
  location = var.region
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  members  = var.invokers
}
