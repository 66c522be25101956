mock_provider "google" {
  source = "./tests/mocks"
}

run "without" {
  command = plan

  assert {
    condition     = length(google_compute_global_forwarding_rule.domain) == 0 && length(google_compute_region_network_endpoint_group.public) == 0 && !contains(keys(google_project_service.this), "compute.googleapis.com")
    error_message = "A load balancer is set up that nobody asked for."
  }

  assert {
    condition     = output.oauth_redirect_url == "https://oauthcallback-123456789012.europe-west1.run.app/callback" && output.frontend.connect == "https://connect-123456789012.europe-west1.run.app" && output.domain_address == null && output.google.securityevents_url == "https://securityevents-123456789012.europe-west1.run.app/" && !contains(keys(output.frontend), "securityevents")
    error_message = "Addresses are told that are not there."
  }
}

run "with" {
  command = apply
  variables {
    domain = "gmail.hire.example.com"
  }

  assert {
    condition     = toset(keys(google_compute_backend_service.public)) == toset(["connect", "oauthcallback", "securityevents", "sendmessage", "settings", "threads"])
    error_message = "The domain leads to a function that is not for browsers, or not to one that is."
  }

  assert {
    condition = toset([for r in google_compute_url_map.domain[0].path_matcher[0].path_rule : "${join(" ", sort(r.paths))} ${r.service}"]) == toset([
      for name, b in google_compute_backend_service.public : "/${name} /${name}/* ${b.id}"
    ])
    error_message = "A path leads to another function than the one that it names."
  }

  assert {
    condition     = google_compute_global_forwarding_rule.domain[0].port_range == "443" && google_compute_ssl_policy.domain[0].min_tls_version == "TLS_1_2" && google_compute_managed_ssl_certificate.domain[0].managed[0].domains == tolist(["gmail.hire.example.com"])
    error_message = "The domain is served without encryption, or by an old one."
  }

  assert {
    condition     = toset([for name, f in module.function : name if one(f.function.service_config).ingress_settings == "ALLOW_INTERNAL_AND_GCLB"]) == toset(["connect", "oauthcallback", "securityevents", "sendmessage", "settings", "threads"])
    error_message = "A public function can be reached past the domain, or one that is not public through it."
  }

  assert {
    condition     = alltrue([for f in module.function : one(f.function.service_config).environment_variables.OAUTH_REDIRECT_URL == "https://gmail.hire.example.com/oauthcallback/callback"])
    error_message = "Google sends the browser back to another address than the domain's."
  }

  assert {
    condition     = output.oauth_redirect_url == "https://gmail.hire.example.com/oauthcallback/callback" && output.frontend.connect == "https://gmail.hire.example.com/connect" && output.google.securityevents_url == "https://gmail.hire.example.com/securityevents/" && output.gateway.inboundreply_url == "https://inboundreply-123456789012.europe-west1.run.app"
    error_message = "Addresses are told that are not there."
  }
}
