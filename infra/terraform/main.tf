data "aws_caller_identity" "this" {}
data "aws_region" "this" {}
data "aws_partition" "this" {}

locals {
  account_id = data.aws_caller_identity.this.account_id
  region     = data.aws_region.this.region
  partition  = data.aws_partition.this.partition
  bucket     = var.bucket_name == "" ? "finops-daily-summaries-${local.account_id}" : var.bucket_name
  lake       = "s3://${local.bucket}/${var.lake_prefix}"
  has_key    = var.kms_key_arn != ""
  has_mail   = var.ses_enabled && var.ses_sender != ""
  has_slack  = var.slack_webhook_parameter != ""
  has_spice  = var.quicksight_principal_arn != ""
  set_name   = "spendlight-digest"
  dataset    = "spendlight-ou-breakdown"
  queue      = "${var.function_name_prefix}-dead-letters"
}
