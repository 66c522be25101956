variable "build" {
  description = "How the source becomes a container: the bucket and the object it lies in, the Go runtime, the repository for the images, and the service account that builds."
  type = object({
    bucket          = string
    object          = string
    repository      = string
    runtime         = string
    service_account = string
  })
}

variable "environment" {
  description = "The function's environment without secrets and without BEHIND_IAM, by variable. A null is left out."
  type        = map(string)
}

variable "function" {
  description = "What an instance gets: CPUs, memory, requests at once, instances at least and at most, and seconds for a request."
  type = object({
    concurrency   = number
    cpu           = string
    description   = string
    ingress       = string
    max_instances = number
    memory        = string
    min_instances = number
    timeout       = number
  })

  validation {
    condition     = var.function.concurrency == 1 || tonumber(var.function.cpu) >= 1
    error_message = "Several requests at once need a whole CPU."
  }

  validation {
    condition     = contains(["ALLOW_ALL", "ALLOW_INTERNAL_AND_GCLB", "ALLOW_INTERNAL_ONLY"], var.function.ingress)
    error_message = "ingress must be ALLOW_ALL, ALLOW_INTERNAL_AND_GCLB or ALLOW_INTERNAL_ONLY."
  }

  validation {
    condition     = can(regex("^[1-9][0-9]*(Mi|Gi)$", var.function.memory))
    error_message = "memory must be in whole Mi or Gi: 512Mi."
  }

  validation {
    condition     = var.function.min_instances >= 0 && var.function.max_instances >= 1 && var.function.min_instances <= var.function.max_instances
    error_message = "min_instances must be 0 or more, max_instances 1 or more and not fewer."
  }

  validation {
    condition     = var.function.timeout >= 1 && var.function.timeout <= 3600
    error_message = "timeout must be 1 to 3600 seconds."
  }
}

variable "invokers" {
  description = "Who may call, as members of IAM; nobody else may. allUsers opens the function to everybody: it then checks its callers itself."
  type        = set(string)

  validation {
    condition     = length(var.invokers) > 0 && (!contains(var.invokers, "allUsers") || length(var.invokers) == 1)
    error_message = "A function is for allUsers alone, or for service accounts that are named."
  }

  validation {
    condition     = alltrue([for m in var.invokers : m == "allUsers" || can(regex("^serviceAccount:[^@:]+@[^@:]+$", m))])
    error_message = "Callers are allUsers, or serviceAccount:… each."
  }
}

variable "name" {
  description = "Name of the function: its folder, its entry point, its service and its service account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{5,29}$", var.name))
    error_message = "name must be 6 to 30 lower-case letters and digits, beginning with a letter: its service account has it too."
  }
}

variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Region that the function runs in."
  type        = string
}

variable "secrets" {
  description = "The secrets of the function's environment, by variable: the secret's id, and the number of its version."
  type = map(object({
    secret  = string
    version = number
  }))
}

variable "service_account" {
  description = "Email of the service account that the function runs as."
  type        = string
}
