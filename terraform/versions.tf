terraform {
  required_version = "~> 1.11"

  required_providers {
    google = {
      source = "hashicorp/google"
      # Exactly one version, as no lock file is committed; README.md says why.
      version = "7.45.0"
    }
  }

  # Its bucket is named at init: terraform init -backend-config=bucket=…
  backend "gcs" {
    prefix = "hire-gmail"
  }
}

provider "google" {
  project = var.project
  region  = var.region

  # The Firebase Rules API takes a person's own credentials only with a project to count the calls against.
  billing_project       = var.project
  user_project_override = true

  default_labels = {
    app         = "hire-gmail"
    environment = var.environment
  }
}
