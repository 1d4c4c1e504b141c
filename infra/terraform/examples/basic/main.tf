# Spendlight in one account: digest by mail, failures by mail. See ../../README.md.

terraform {
  required_version = ">= 1.8"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { Application = "spendlight" }
  }
}

variable "region" {
  description = "Region of the lake. Data Exports can only be made by this module in us-east-1."
  type        = string
  default     = "us-east-1"
}

variable "packages_dir" {
  description = "Folder of the zips that `npm run package:lambda` makes."
  type        = string
  default     = "../../../../dist/lambda"
}

variable "sender" {
  description = "Address that the digest comes from."
  type        = string
}

variable "recipients" {
  description = "Who gets the digest, and is told when it fails."
  type        = list(string)
}

module "spendlight" {
  source = "../.."

  packages_dir             = var.packages_dir
  ses_sender               = var.sender
  digest_recipients_finops = var.recipients
  alert_emails             = var.recipients
  data_export              = var.region == "us-east-1" ? "CUR2" : "NONE"
  budget_usd               = 50
}

output "lake" {
  description = "Where the lake is."
  value       = module.spendlight.lake
}

output "bucket" {
  description = "Name of the bucket."
  value       = module.spendlight.bucket
}

output "inbox" {
  description = "Where files of cost events are put."
  value       = module.spendlight.inbox
}

output "functions" {
  description = "Names of the functions."
  value       = module.spendlight.functions
}

output "topic_arn" {
  description = "Topic that tells of failures and alerts."
  value       = module.spendlight.topic_arn
}

output "dead_letters_url" {
  description = "Queue of events that failed for good."
  value       = module.spendlight.dead_letters_url
}

output "workgroup" {
  description = "Athena workgroup."
  value       = module.spendlight.workgroup
}

output "database" {
  description = "Glue database."
  value       = module.spendlight.database
}
