mock_provider "google" {
  source = "./tests/mocks"
}

# What the code says of its queries, from the file itself: not what firestore.tf has made of it.
variables {
  wanted = jsondecode(file("firestore.indexes.json"))
}

run "database" {
  command = plan

  assert {
    condition     = google_firestore_database.this.type == "FIRESTORE_NATIVE" && google_firestore_database.this.database_edition == "STANDARD"
    error_message = "The store is written for native mode, standard edition."
  }

  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED"
    error_message = "The database could be deleted."
  }

  assert {
    condition     = google_firestore_database.this.deletion_policy == "PREVENT"
    error_message = "Terraform would go on where the database is to be destroyed."
  }

  assert {
    condition     = google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "The database could not be restored to a minute."
  }

  assert {
    condition     = google_firestore_database.this.location_id == "europe-west1"
    error_message = "Without a location of its own the database lies in the region."
  }
}

run "indexes" {
  command = plan

  assert {
    condition     = length(var.wanted.indexes) > 0 && length(google_firestore_index.this) == length(var.wanted.indexes)
    error_message = "The file's composite indexes and those planned are not equally many."
  }

  assert {
    condition = toset([
      for ix in var.wanted.indexes :
      "${ix.collectionGroup} ${ix.queryScope} ${join(", ", [for f in ix.fields : "${f.fieldPath} ${f.order}"])}"
      ]) == toset([
      for ix in google_firestore_index.this :
      "${ix.collection} ${ix.query_scope} ${join(", ", [for f in ix.fields : "${f.field_path} ${f.order}"])}"
    ])
    error_message = "A composite index of the file is not planned, or another one is."
  }

  assert {
    condition = toset([
      for o in var.wanted.fieldOverrides :
      "${o.collectionGroup}/${o.fieldPath}: ${join(", ", sort([for ix in o.indexes : "${ix.queryScope} ${ix.order}"]))}"
      ]) == toset([
      for f in concat(values(google_firestore_field.used), values(google_firestore_field.others)) :
      "${f.collection}/${f.field}: ${join(", ", sort([for ix in one(f.index_config).indexes : "${ix.query_scope} ${ix.order}"]))}"
    ])
    error_message = "A field's own indexes are not what the file says."
  }

  assert {
    condition = length([for o in var.wanted.fieldOverrides : o if o.ttl]) > 0 && toset([
      for o in var.wanted.fieldOverrides : "${o.collectionGroup}/${o.fieldPath}" if o.ttl
    ]) == toset([for f in google_firestore_field.used : "${f.collection}/${f.field}" if length(f.ttl_config) == 1])
    error_message = "A collection that expires has no time to live, or another one has."
  }

  assert {
    # But for what refers to a blob, which is asked for by its time: there each blob has a collection, and so an end of its index, of its own.
    condition     = alltrue([for f in google_firestore_field.used : length(one(f.index_config).indexes) == 0 if length(f.ttl_config) == 1 && f.collection != "refs"])
    error_message = "A time to live is indexed: all writes meet at its end."
  }

  assert {
    condition     = contains([for f in google_firestore_field.used : "${f.collection}/${f.field}" if length(f.ttl_config) == 1], "audit/ExpiresAt")
    error_message = "Audit entries do not expire."
  }

  # Bodies lie in messages and sends; an index over them costs more than the rest of the document.
  assert {
    condition = alltrue([
      for c in ["messages", "sends", "threads", "rows"] :
      contains([for f in google_firestore_field.others : f.collection if f.field == "*" && length(one(f.index_config).indexes) == 0], c)
    ])
    error_message = "Automatic indexes are on in a collection with bodies or subjects."
  }

  assert {
    condition     = alltrue([for f in concat(values(google_firestore_field.used), values(google_firestore_field.others)) : f.database == "(default)" && f.project == "hire-gmail-test"])
    error_message = "A field is set up in another database."
  }
}

run "rules" {
  # The release names the ruleset, whose name only Firebase gives.
  command = apply

  assert {
    condition     = google_firebaserules_release.firestore.name == "cloud.firestore" && google_firebaserules_release.firestore.ruleset_name == "projects/hire-gmail-test/rulesets/a-ruleset"
    error_message = "The rules are not those of the database."
  }

  assert {
    condition = (
      length(regexall("allow ", one(one(google_firebaserules_ruleset.firestore.source).files).content)) == 1 &&
      length(regexall("match /\\{document=\\*\\*\\} \\{\\s*allow read, write: if false;\\s*\\}", one(one(google_firebaserules_ruleset.firestore.source).files).content)) == 1
    )
    error_message = "The rules let some client in."
  }
}

run "another_database" {
  command = apply
  variables {
    firestore_database = "hire-two"
    firestore_location = "eur3"
  }

  assert {
    condition     = google_firestore_database.this.location_id == "eur3"
    error_message = "The database does not lie where it was told to."
  }

  assert {
    condition     = google_firebaserules_release.firestore.name == "cloud.firestore/hire-two"
    error_message = "The rules are those of another database."
  }

  assert {
    condition     = alltrue([for ix in google_firestore_index.this : ix.database == "hire-two"])
    error_message = "An index is set up in another database."
  }
}
