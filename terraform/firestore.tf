resource "google_firestore_database" "this" {
  project     = var.project
  name        = var.firestore_database
  location_id = coalesce(var.firestore_location, var.region)
  type        = "FIRESTORE_NATIVE"

  # Another edition indexes nothing by itself and prices otherwise; what follows is written for this one.
  database_edition = "STANDARD"

  app_engine_integration_mode = "DISABLED"

  # Any minute of the last seven days can be read, and the database as it was then restored into a new one.
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  # The first stops everybody, the console too; the second stops Terraform, before it has taken anything else away.
  delete_protection_state = "DELETE_PROTECTION_ENABLED"
  deletion_policy         = "PREVENT"

  depends_on = [google_project_service.this]
}

# What the store's schema says (shared/store/keys.go) is written by a Go test into firestore.indexes.json, and only there.
locals {
  firestore_indexes = jsondecode(file("${path.module}/firestore.indexes.json"))

  firestore_composites = {
    for ix in local.firestore_indexes.indexes :
    join("/", concat([ix.collectionGroup], [for f in ix.fields : f.order == "DESCENDING" ? "-${f.fieldPath}" : f.fieldPath])) => ix
  }

  firestore_fields = { for o in local.firestore_indexes.fieldOverrides : "${o.collectionGroup}/${o.fieldPath}" => o }
}

resource "google_firestore_index" "this" {
  for_each = local.firestore_composites

  project     = var.project
  database    = google_firestore_database.this.name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path = fields.value.fieldPath
      order      = fields.value.order
    }
  }
}

# Fields that a query orders by, with the directions it takes; and times to live. A time to live has no index: it rises with the clock, so that all writes
# would meet at one end of it.
# https://cloud.google.com/firestore/docs/ttl (TTL fields and indexes)
resource "google_firestore_field" "used" {
  for_each = { for name, o in local.firestore_fields : name => o if o.fieldPath != "*" }

  project    = var.project
  database   = google_firestore_database.this.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  index_config {
    dynamic "indexes" {
      for_each = each.value.indexes
      content {
        query_scope = indexes.value.queryScope
        order       = indexes.value.order
      }
    }
  }

  dynamic "ttl_config" {
    for_each = each.value.ttl ? [each.value.ttl] : []
    content {}
  }
}

# Every other field, subjects and bodies among them: no automatic index. The field path "*" means all fields of a collection group.
# https://cloud.google.com/firestore/docs/concepts/index-overview (single-field index exemptions)
resource "google_firestore_field" "others" {
  for_each = { for name, o in local.firestore_fields : name => o if o.fieldPath == "*" }

  project    = var.project
  database   = google_firestore_database.this.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  # Empty: all single-field indexes are off.
  index_config {}

  # A field that a query has begun to use gets its own index before the automatic one goes.
  depends_on = [google_firestore_field.used]
}

resource "google_firebaserules_ruleset" "firestore" {
  project = var.project

  source {
    files {
      name    = "firestore.rules"
      content = file("${path.module}/firestore.rules")
    }
  }

  lifecycle {
    # The release still points to the old one.
    create_before_destroy = true
  }

  depends_on = [google_project_service.this]
}

resource "google_firebaserules_release" "firestore" {
  project      = var.project
  name         = var.firestore_database == "(default)" ? "cloud.firestore" : "cloud.firestore/${var.firestore_database}"
  ruleset_name = "projects/${var.project}/rulesets/${google_firebaserules_ruleset.firestore.name}"

  lifecycle {
    replace_triggered_by = [google_firebaserules_ruleset.firestore]
  }

  depends_on = [google_firestore_database.this]
}

# Every function works in the database, and in this one only.
# https://cloud.google.com/firestore/docs/security/iam (conditional access)
locals {
  firestore_grants = {
    firestore = {
      role = "roles/datastore.user"
      condition = {
        title       = "firestore_database"
        description = "The database of this environment only"
        expression  = "resource.name == \"projects/${var.project}/databases/${var.firestore_database}\""
      }
    }
  }
}
