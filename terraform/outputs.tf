output "backend" {
  description = "For Hire's backend: where it brings news of the directory, with a token for this audience, and the subscription that it reads the events from."
  value = {
    directory_url = local.urls.directory
    events        = google_pubsub_subscription.events.id
  }
}

output "domain_address" {
  description = "Where the A record of the domain must point to; null without one."
  value       = one(google_compute_global_address.domain[*].address)
}

output "frontend" {
  description = "For Hire's frontend: the addresses of the functions that it calls."
  value       = { for name, url in local.public_urls : name => url if name != "securityevents" }
}

output "gateway" {
  description = "For Hire's mail gateway: where it hands replies over, with a token for this audience."
  value       = { inboundreply_url = local.urls.inboundreply }
}

output "google" {
  description = "For Google's Cross-Account Protection: the receiver to register with its RISC API."
  value       = { securityevents_url = "${local.public_urls.securityevents}/" }
}

output "oauth_redirect_url" {
  description = "The redirect URI to be registered with the OAuth client."
  value       = local.oauth_redirect_url
}

output "secrets" {
  description = "The secrets whose values are to be added by hand, by the variable that each becomes."
  value       = { for name, secret in google_secret_manager_secret.configuration : name => secret.secret_id }
}
