variable "blobs_soft_delete_days" {
  description = "How many days a deleted attachment can still be restored, by whoever runs the project: 0 (not at all), or 7 to 90. Whoever asks to be forgotten is forgotten after these days, not before."
  type        = number
  default     = 7

  validation {
    condition     = var.blobs_soft_delete_days == 0 || (var.blobs_soft_delete_days >= 7 && var.blobs_soft_delete_days <= 90 && floor(var.blobs_soft_delete_days) == var.blobs_soft_delete_days)
    error_message = "blobs_soft_delete_days must be 0, or a whole number from 7 to 90."
  }
}

variable "environment" {
  description = "Name of the environment, one of a project's own: prod, staging. It stands in labels and in the bucket's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,13}[a-z0-9]$", var.environment))
    error_message = "environment must be 2 to 15 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen."
  }
}

variable "firestore_database" {
  description = "Id of the Firestore database; the functions' FIRESTORE_DATABASE."
  type        = string
  default     = "(default)"

  validation {
    condition     = var.firestore_database == "(default)" || can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.firestore_database))
    error_message = "firestore_database must be (default), or 4 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen."
  }
}

variable "firestore_location" {
  description = "Location of the Firestore database where it is not the region: a multi-region, nam5 or eur3, survives the loss of a region and costs more. It can't be changed later."
  type        = string
  default     = null

  validation {
    condition     = var.firestore_location == null || can(regex("^([a-z]+-[a-z]+[0-9]+|nam[0-9]+|eur[0-9]+)$", var.firestore_location))
    error_message = "firestore_location must be a region (europe-west1) or a multi-region (nam5, eur3)."
  }
}

variable "project" {
  description = "Id of the Google Cloud project. It exists and has billing."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be a project's id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen."
  }
}

variable "region" {
  description = "Region that everything lies in: bucket, queues, and the only one that mailboxes' secrets are kept in. The functions' REGION."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region must be one region: europe-west1."
  }
}
