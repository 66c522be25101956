output "function" {
  description = "The function, as it is set up."
  value       = google_cloudfunctions2_function.this
}

output "invokers" {
  description = "Who may call it, as members of IAM."
  value       = google_cloud_run_v2_service_iam_binding.invokers.members
}
