# An address of one's own for what people's browsers call, instead of Google's for each function: https://DOMAIN/connect/…, https://DOMAIN/oauthcallback/callback. Google's
# verification of the OAuth client wants one, since it asks for a domain that one owns. Set up only if the variable domain is.
locals {
  public      = [for name, f in local.functions : name if f.trigger == "user"]
  public_urls = { for name in local.public : name => var.domain == null ? local.urls[name] : "https://${var.domain}/${name}" }

  domain        = var.domain[*]
  domain_public = { for name in local.public : name => name if var.domain != null }
}

resource "google_compute_global_address" "domain" {
  count = length(local.domain)

  project = var.project
  name    = "hire-gmail"

  depends_on = [google_project_service.this]
}

resource "google_compute_managed_ssl_certificate" "domain" {
  count = length(local.domain)

  project = var.project
  name    = "hire-gmail"

  managed {
    domains = local.domain
  }

  depends_on = [google_project_service.this]
}

resource "google_compute_ssl_policy" "domain" {
  count = length(local.domain)

  project         = var.project
  name            = "hire-gmail"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [google_project_service.this]
}

resource "google_compute_region_network_endpoint_group" "public" {
  for_each = local.domain_public

  project               = var.project
  region                = var.region
  name                  = each.key
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = each.key
  }

  depends_on = [google_project_service.this, module.function]
}

resource "google_compute_backend_service" "public" {
  for_each = local.domain_public

  project               = var.project
  name                  = each.key
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"

  backend {
    group = google_compute_region_network_endpoint_group.public[each.key].id
  }
}

# The path stays as it is: a function takes its own name off the front of it.
resource "google_compute_url_map" "domain" {
  count = length(local.domain)

  project = var.project
  name    = "hire-gmail"

  # Whoever comes to no function is sent to Hire.
  default_url_redirect {
    host_redirect          = regex("^https?://([^/]+)", var.app_url)[0]
    https_redirect         = true
    path_redirect          = "/"
    redirect_response_code = "FOUND"
    strip_query            = true
  }

  host_rule {
    hosts        = local.domain
    path_matcher = "functions"
  }

  path_matcher {
    name = "functions"

    default_url_redirect {
      host_redirect          = regex("^https?://([^/]+)", var.app_url)[0]
      https_redirect         = true
      path_redirect          = "/"
      redirect_response_code = "FOUND"
      strip_query            = true
    }

    dynamic "path_rule" {
      for_each = local.domain_public
      content {
        paths   = ["/${path_rule.key}", "/${path_rule.key}/*"]
        service = google_compute_backend_service.public[path_rule.key].id
      }
    }
  }
}

resource "google_compute_target_https_proxy" "domain" {
  count = length(local.domain)

  project          = var.project
  name             = "hire-gmail"
  url_map          = google_compute_url_map.domain[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.domain[0].id]
  ssl_policy       = google_compute_ssl_policy.domain[0].id
}

# Only https: answers are marked so that a browser does not try the other again, and who calls without it sends a token in the clear.
resource "google_compute_global_forwarding_rule" "domain" {
  count = length(local.domain)

  project               = var.project
  name                  = "hire-gmail"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.domain[0].id
  port_range            = "443"
  target                = google_compute_target_https_proxy.domain[0].id
}
