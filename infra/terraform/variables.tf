# Where things live and what they are called ---------------------------------------------------------------------------

variable "bucket_name" {
  description = "Name of the lake's bucket. Empty: finops-daily-summaries-<account id>."
  type        = string
  default     = ""
  validation {
    condition     = var.bucket_name == "" || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "A bucket's name has 3 to 63 lower-case letters, digits, dots and dashes."
  }
}

variable "lake_prefix" {
  description = "Folder of the lake in the bucket, without slashes at its ends."
  type        = string
  default     = "lake"
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$", var.lake_prefix))
    error_message = "The prefix is one or more names of letters, digits, dashes and underscores, parted by slashes."
  }
}

variable "digest_function_name" {
  description = "Name of the function that does the daily run."
  type        = string
  default     = "daily-finops-digest"
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,50}$", var.digest_function_name))
    error_message = "A function's name has at most 50 letters, digits, dashes and underscores here."
  }
}

variable "function_name_prefix" {
  description = "Begins the names of the other functions: <prefix>-ingest, -process, -gap-check, -slack-forwarder."
  type        = string
  default     = "finops"
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,40}$", var.function_name_prefix))
    error_message = "The prefix has at most 40 letters, digits, dashes and underscores."
  }
}

variable "digest_role_name" {
  description = "Name of the role of the digest function; the other roles are named <function>-role."
  type        = string
  default     = "finops-metric-lambda-role"
  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.digest_role_name))
    error_message = "A role's name has at most 64 letters, digits and the signs + = , . @ _ -."
  }
}

variable "topic_name" {
  description = "Name of the SNS topic that tells of failures and alerts."
  type        = string
  default     = "finops-alerts"
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.topic_name))
    error_message = "A topic's name has letters, digits, dashes and underscores."
  }
}

variable "errors_alarm_name" {
  description = "Name of the alarm on errors of the digest function."
  type        = string
  default     = "finops-digest-lambda-errors"
  validation {
    condition     = length(var.errors_alarm_name) >= 1 && length(var.errors_alarm_name) <= 255
    error_message = "An alarm's name has 1 to 255 characters."
  }
}

variable "crawler_name" {
  description = "Name of the optional crawler over ou-breakdowns/."
  type        = string
  default     = "finops-ou-breakdown-crawler"
  validation {
    condition     = length(var.crawler_name) >= 1 && length(var.crawler_name) <= 255
    error_message = "A crawler's name has 1 to 255 characters."
  }
}

variable "database_name" {
  description = "Name of the Glue database."
  type        = string
  default     = "finops_db"
  validation {
    condition     = can(regex("^[a-z0-9_]{1,255}$", var.database_name))
    error_message = "Athena takes lower-case letters, digits and underscores."
  }
}

variable "workgroup_name" {
  description = "Name of the Athena workgroup."
  type        = string
  default     = "finops"
  validation {
    condition     = can(regex("^[a-zA-Z0-9._-]{1,128}$", var.workgroup_name))
    error_message = "A workgroup's name has at most 128 letters, digits, dots, dashes and underscores."
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
}

# The functions --------------------------------------------------------------------------------------------------------

variable "packages_dir" {
  description = "Folder of the zips that `npm run package:lambda` makes: <function>-<architecture>.zip."
  type        = string
}

variable "architecture" {
  description = "arm64 (cheaper) or x86_64."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64."
  }
}

variable "runtime" {
  description = "Runtime of the functions."
  type        = string
  default     = "nodejs22.x"
  validation {
    condition     = contains(["nodejs22.x", "nodejs24.x"], var.runtime)
    error_message = "nodejs22.x or nodejs24.x."
  }
}

variable "memory_mb" {
  description = "Memory of the functions that hold the engine (digest, ingest, process), in MB. CPU grows with it."
  type        = number
  default     = 3008
  validation {
    condition     = var.memory_mb >= 1024 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "A whole number of MB from 1024 to 10240."
  }
}

variable "scratch_mb" {
  description = "Disk of the functions that hold the engine, in MB: sorting spills there."
  type        = number
  default     = 4096
  validation {
    condition     = var.scratch_mb >= 512 && var.scratch_mb <= 10240 && floor(var.scratch_mb) == var.scratch_mb
    error_message = "A whole number of MB from 512 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Time limit of the functions that hold the engine. A run near it saves its step and calls itself again."
  type        = number
  default     = 900
  validation {
    condition     = var.timeout_seconds >= 60 && var.timeout_seconds <= 900
    error_message = "60 to 900 seconds."
  }
}

variable "environment" {
  description = "More environment variables of all functions, named as in .env.example."
  type        = map(string)
  default     = {}
  validation {
    condition = length(setintersection(keys(var.environment), [
      "SPENDLIGHT_LAKE", "ARCHIVE_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    ])) == 0
    error_message = "The module sets SPENDLIGHT_LAKE and ARCHIVE_BUCKET, and access keys never belong here."
  }
}

variable "log_level" {
  description = "LOG_LEVEL of all functions."
  type        = string
  default     = "INFO"
  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], var.log_level)
    error_message = "DEBUG, INFO, WARNING, ERROR or CRITICAL."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps the functions' logs."
  type        = number
  default     = 90
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827], var.log_retention_days)
    error_message = "One of the numbers of days that CloudWatch Logs takes."
  }
}

variable "schedule_expression" {
  description = "When the daily run starts, UTC."
  type        = string
  default     = "cron(0 7 * * ? *)"
  validation {
    condition     = can(regex("^cron\\(.+\\)$", var.schedule_expression))
    error_message = "An expression of EventBridge such as cron(0 7 * * ? *)."
  }
}

variable "ingest_schedule_expression" {
  description = "How often the manifests of the exports are looked at."
  type        = string
  default     = "rate(1 hour)"
  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.ingest_schedule_expression))
    error_message = "An expression of EventBridge such as rate(1 hour)."
  }
}

variable "simulate_events" {
  description = "Whether the ingest function writes simulated cost events. Refused on a lake of real bills."
  type        = bool
  default     = false
}

# Keeping --------------------------------------------------------------------------------------------------------------

variable "kms_key_arn" {
  description = "Key for bucket, topic, queue and logs. Empty: the keys that AWS keeps for each service."
  type        = string
  default     = ""
  validation {
    condition     = var.kms_key_arn == "" || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "The ARN of a KMS key, not of an alias."
  }
}

variable "csv_archive_after_days" {
  description = "After so many days mailed CSVs move to Glacier Deep Archive. Parquet never does."
  type        = number
  default     = 90
  validation {
    condition     = var.csv_archive_after_days >= 1 && floor(var.csv_archive_after_days) == var.csv_archive_after_days
    error_message = "A whole number of days, at least 1."
  }
}

variable "object_lock_days" {
  description = "Days for which no version of an object can be deleted by anybody (compliance mode). 0: no Object Lock. It can only be chosen when the bucket is made."
  type        = number
  default     = 0
  validation {
    condition     = var.object_lock_days >= 0 && floor(var.object_lock_days) == var.object_lock_days
    error_message = "A whole number of days, 0 for none."
  }
}

variable "force_destroy" {
  description = "Whether `destroy` may delete a bucket that holds objects. For trials only."
  type        = bool
  default     = false
}

# Athena and Glue ------------------------------------------------------------------------------------------------------

variable "athena_scan_limit_bytes" {
  description = "An Athena query that would read more is stopped (at least 10 MB). 100 GB cost 0.50 USD at 5 USD per TB."
  type        = number
  default     = 107374182400
  validation {
    condition     = var.athena_scan_limit_bytes >= 10485760
    error_message = "Athena takes limits from 10485760 bytes on."
  }
}

variable "crawler_enabled" {
  description = "Whether a crawler looks over ou-breakdowns/ at 08:00 UTC. The daily run registers its partitions itself."
  type        = bool
  default     = false
}

# Mail and alerts ------------------------------------------------------------------------------------------------------

variable "ses_enabled" {
  description = "Whether the digest goes out by SES. Without it, it is kept in the lake and sent to nobody."
  type        = bool
  default     = true
}

variable "ses_sender" {
  description = "Address that the digest comes from; its identity is made here and has to be confirmed. Empty: SES is not set up."
  type        = string
  default     = ""
  validation {
    condition     = var.ses_sender == "" || can(regex("^[^@\\s]+@[^@\\s]+$", var.ses_sender))
    error_message = "An e-mail address."
  }
}

variable "digest_recipients_finops" {
  description = "Who gets the daily digest."
  type        = list(string)
  default     = []
}

variable "digest_recipients_exec" {
  description = "Who gets the executives' page."
  type        = list(string)
  default     = []
}

variable "alert_emails" {
  description = "Who is told by e-mail of failures and alerts. Each address has to confirm its subscription once."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "E-mail addresses."
  }
}

variable "slack_webhook_parameter" {
  description = "Name of an SSM parameter (SecureString) that holds the Slack webhook. Empty: no forwarding to Slack."
  type        = string
  default     = ""
  validation {
    condition     = var.slack_webhook_parameter == "" || can(regex("^/[A-Za-z0-9/_.-]+$", var.slack_webhook_parameter))
    error_message = "The full name of a parameter, beginning with a slash."
  }
}

# Sources --------------------------------------------------------------------------------------------------------------

variable "data_export" {
  description = "Data export to make: NONE, CUR2 or FOCUS (1.2). Exports are made in us-east-1 of the payer: see README."
  type        = string
  default     = "NONE"
  validation {
    condition     = contains(["NONE", "CUR2", "FOCUS"], var.data_export)
    error_message = "NONE, CUR2 or FOCUS."
  }
}

variable "export_bucket_arns" {
  description = "More buckets that hold exports (of other payers, of Data Exports that exist). The functions may read them."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for arn in var.export_bucket_arns : can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+$", arn))])
    error_message = "ARNs of buckets, without a path."
  }
}

variable "central_role_arn" {
  description = "Role of the organization's management or delegated account that may read Organizations. Empty: this account's own right."
  type        = string
  default     = ""
  validation {
    condition     = var.central_role_arn == "" || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.central_role_arn))
    error_message = "The ARN of a role."
  }
}

variable "single_account_mode" {
  description = "Whether Organizations is left alone and the account map file alone counts."
  type        = bool
  default     = false
}

# Optional services ----------------------------------------------------------------------------------------------------

variable "budget_usd" {
  description = "Monthly AWS budget over the whole account, in USD, told at 80 and 100 %. 0: none."
  type        = number
  default     = 0
  validation {
    condition     = var.budget_usd >= 0
    error_message = "0 or more."
  }
}

variable "quicksight_principal_arn" {
  description = "QuickSight user or group that owns data source and data set. Empty: QuickSight is left alone."
  type        = string
  default     = ""
  validation {
    condition     = var.quicksight_principal_arn == "" || can(regex("^arn:aws[a-z-]*:quicksight:[a-z0-9-]+:[0-9]{12}:(user|group)/.+$", var.quicksight_principal_arn))
    error_message = "The ARN of a QuickSight user or group."
  }
}
