output "configuration" {
  description = "What the functions' environment gets from here; README.md of the repository lists the variables."
  value = {
    BLOBS_BUCKET         = google_storage_bucket.blobs.name
    FIRESTORE_DATABASE   = google_firestore_database.this.name
    GOOGLE_CLOUD_PROJECT = var.project
    REGION               = var.region
    STORE                = "firestore"
  }
}
