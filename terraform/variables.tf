variable "alert_channels" {
  description = "Notification channels for all alerts that were made by hand, such as a chat, as names of Cloud Monitoring: projects/PROJECT/notificationChannels/NUMBER."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for c in var.alert_channels : can(regex("^projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/notificationChannels/[0-9]+$", c))])
    error_message = "alert_channels must be names of notification channels: projects/PROJECT/notificationChannels/NUMBER."
  }
}

variable "alert_emails" {
  description = "Addresses that alerts are mailed to; none, and no channel: they stand in the console only."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for e in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+[.][^@\\s]+$", e))])
    error_message = "alert_emails must be addresses of people or lists."
  }
}

variable "allowed_origins" {
  description = "Origins of Hire's frontend, from which browsers may call; none: only pages of the same origin. The functions' ALLOWED_ORIGINS."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for o in var.allowed_origins : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?$", o))])
    error_message = "allowed_origins must be origins such as https://hire.example.com, without a path."
  }
}

variable "app_url" {
  description = "Address of Hire's frontend, where the browser goes back to after connecting. The functions' APP_URL."
  type        = string

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+(:[0-9]+)?(/[^?#]*)?$", var.app_url))
    error_message = "app_url must be an https:// address without query and fragment."
  }
}

variable "backend_service_accounts" {
  description = "Emails of the service accounts of Hire's backend: they call directory, and read the events."
  type        = list(string)

  validation {
    condition     = length(var.backend_service_accounts) > 0 && alltrue([for e in var.backend_service_accounts : can(regex("^[^@:\\s]+@[^@:\\s]+[.]gserviceaccount[.]com$", e))])
    error_message = "backend_service_accounts must be one or more emails of service accounts: …gserviceaccount.com."
  }
}

variable "blobs_soft_delete_days" {
  description = "How many days a deleted attachment can still be restored, by whoever runs the project: 0 (not at all), or 7 to 90. Whoever asks to be forgotten is forgotten after these days, not before."
  type        = number
  default     = 7

  validation {
    condition     = var.blobs_soft_delete_days == 0 || (var.blobs_soft_delete_days >= 7 && var.blobs_soft_delete_days <= 90 && floor(var.blobs_soft_delete_days) == var.blobs_soft_delete_days)
    error_message = "blobs_soft_delete_days must be 0, or a whole number from 7 to 90."
  }
}

variable "delivery_attempts" {
  description = "In how many tries a message is delivered before it becomes a dead letter, 5 to 100. Tries are up to ten minutes apart, so 20 are about two and a half hours."
  type        = number
  default     = 20

  validation {
    condition     = var.delivery_attempts >= 5 && var.delivery_attempts <= 100 && floor(var.delivery_attempts) == var.delivery_attempts
    error_message = "delivery_attempts must be a whole number from 5 to 100."
  }
}

variable "domain" {
  description = "Domain of one's own for what browsers call, such as gmail.hire.example.com; its A record must then point to the output domain_address. null: Google's addresses, and no load balancer to pay for."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,}$", var.domain))
    error_message = "domain must be a domain in lower-case letters: gmail.hire.example.com."
  }
}

variable "environment" {
  description = "Name of the environment, which has a project of its own: dev, staging, production. It stands in labels and in the names of buckets."
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

variable "gateway_service_accounts" {
  description = "Emails of the service accounts of Hire's mail gateway: they call inboundreply."
  type        = list(string)

  validation {
    condition     = length(var.gateway_service_accounts) > 0 && alltrue([for e in var.gateway_service_accounts : can(regex("^[^@:\\s]+@[^@:\\s]+[.]gserviceaccount[.]com$", e))])
    error_message = "gateway_service_accounts must be one or more emails of service accounts: …gserviceaccount.com."
  }
}

variable "oauth_client_id" {
  description = "Id of the OAuth client. Its secret is no variable: README.md says where it goes."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-z-]+[.]apps[.]googleusercontent[.]com$", var.oauth_client_id))
    error_message = "oauth_client_id must be a client's id: ….apps.googleusercontent.com."
  }
}

variable "packages" {
  description = "Folder that scripts/stage has written the functions' sources into."
  type        = string
  default     = "packages"
}

variable "pager_channels" {
  description = "Notification channels, as those of alert_channels, for those alerts only that somebody is called for at night too: the CRITICAL ones."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for c in var.pager_channels : can(regex("^projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/notificationChannels/[0-9]+$", c))])
    error_message = "pager_channels must be names of notification channels: projects/PROJECT/notificationChannels/NUMBER."
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

variable "reply_domain" {
  description = "Domain of the addresses that replies to notification emails go to; its mail comes to Hire's mail gateway. The functions' REPLY_DOMAIN."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.reply_domain))
    error_message = "reply_domain must be a domain in lower-case letters: reply.hire.example.com."
  }
}

variable "runbooks_url" {
  description = "Where runbooks/ can be read by whoever an alert wakes, without a slash at the end."
  type        = string
  default     = "https://github.com/trakstar/hire-gmail/blob/main/terraform/runbooks"

  validation {
    condition     = can(regex("^https://[^?#\\s]*[^/?#\\s]$", var.runbooks_url))
    error_message = "runbooks_url must be an https:// address without a slash at its end."
  }
}

variable "runtime" {
  description = "Runtime of the functions: the Go version that go.mod asks for, or a later one."
  type        = string
  default     = "go126"

  validation {
    condition     = can(regex("^go1(2[6-9]|[3-9][0-9])$", var.runtime))
    error_message = "runtime must be go126 or later."
  }
}

variable "secret_prefix" {
  description = "What the names of mailboxes' secrets begin with; access is granted by it. The functions' SECRET_PREFIX. With another one, the tokens of those who have connected are not found."
  type        = string
  default     = "gmail-token-"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,60}-$", var.secret_prefix))
    error_message = "secret_prefix must be lower-case letters, digits and hyphens, beginning with a letter and ending with a hyphen."
  }
}

variable "secret_versions" {
  description = "Which version of each secret the functions use: one more after a new value was added. Going back is going back to the number before."
  type = object({
    oauth_client_secret = optional(number, 1)
    reply_keys          = optional(number, 1)
    report_keys         = optional(number, 1)
  })
  default = {}

  validation {
    condition     = alltrue([for n in values(var.secret_versions) : n >= 1 && floor(n) == n])
    error_message = "secret_versions must be numbers of versions: 1, 2, …"
  }
}

variable "settings" {
  description = "Further variables of the functions' environment, such as LOG_LEVEL, GMAIL_QUOTA or MAX_RECIPIENTS; README.md of the repository lists them."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.settings), local.settable)) == 0
    error_message = "settings must be variables that the code knows, and that are not set from anything else: ${join(", ", local.settable)}."
  }
}

variable "sizes" {
  description = "What an instance of a function gets, and how many there may be, where it is to be other than functions.tf says: by function."
  type = map(object({
    concurrency   = optional(number)
    cpu           = optional(string)
    max_instances = optional(number)
    memory        = optional(string)
    min_instances = optional(number)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.sizes), local.code.functions)) == 0
    error_message = "sizes must be of functions: ${join(", ", local.code.functions)}."
  }
}

variable "users" {
  description = "How users of Hire are known: the issuer of their tokens, the audience that these must have, and the address of the issuer's keys."
  type = object({
    audience = string
    issuer   = string
    jwks_url = string
  })

  validation {
    condition     = var.users.audience != "" && alltrue([for u in [var.users.issuer, var.users.jwks_url] : can(regex("^https://[^/?#@\\s]+(/[^?#\\s]*)?$", u))])
    error_message = "users must have an audience, and https:// addresses for issuer and jwks_url."
  }
}
