variable "name" {
  description = "Name of the function."
  type        = string
}

variable "role_name" {
  description = "Name of its role."
  type        = string
}

variable "description" {
  description = "What the function does, for the console."
  type        = string
}

variable "package" {
  description = "Path of its zip."
  type        = string
}

variable "architecture" {
  description = "arm64 or x86_64."
  type        = string
}

variable "runtime" {
  description = "Node runtime."
  type        = string
}

variable "memory_mb" {
  description = "Memory in MB."
  type        = number
}

variable "scratch_mb" {
  description = "Disk in MB."
  type        = number
}

variable "timeout_seconds" {
  description = "Time limit in seconds."
  type        = number
}

variable "environment" {
  description = "Environment variables."
  type        = map(string)
}

variable "policy" {
  description = "The role's policy, JSON."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of environment and logs; empty: AWS's own."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "dead_letter_arn" {
  description = "Queue for events that failed for good."
  type        = string
}

variable "retries" {
  description = "How often Lambda repeats an asynchronous event that failed."
  type        = number
}

variable "alone" {
  description = "Whether only one copy may run at a time."
  type        = bool
}

variable "account_id" {
  description = "Account in which the function may be called."
  type        = string
}
