locals {
  # Secrets are no part of it: credentials come from the role, the Slack webhook from its parameter.
  environment = merge(var.environment, {
    SPENDLIGHT_LAKE              = local.lake
    ARCHIVE_BUCKET               = local.bucket
    SINGLE_ACCOUNT_MODE          = tostring(var.single_account_mode)
    CSV_ARCHIVE_AFTER_DAYS       = tostring(var.csv_archive_after_days)
    LOG_LEVEL                    = var.log_level
    LOG_FORMAT                   = "json"
    SES_ENABLED                  = tostring(local.has_mail)
    SES_REGION                   = local.region
    SES_SENDER_EMAIL             = var.ses_sender
    SES_CONFIGURATION_SET        = local.has_mail ? local.set_name : ""
    DIGEST_RECIPIENTS_FINOPS     = join(",", var.digest_recipients_finops)
    DIGEST_RECIPIENTS_EXEC       = join(",", var.digest_recipients_exec)
    ALERT_TOPIC_ARN              = aws_sns_topic.alerts.arn
    GLUE_DATABASE                = var.database_name
    ATHENA_WORKGROUP             = var.workgroup_name
    QUICKSIGHT_DATASET_ID        = local.has_spice ? local.dataset : ""
    AWS_ACCOUNT_ID               = local.account_id
    CENTRAL_ROLE_ARN             = var.central_role_arn
    POWERTOOLS_SERVICE_NAME      = "spendlight"
    POWERTOOLS_METRICS_NAMESPACE = "Spendlight"
  })

  functions = {
    digest = {
      name        = var.digest_function_name
      role_name   = var.digest_role_name
      description = "Daily run: judges days, archives them, mails the digest."
      engine      = true
      retries     = 2
      alone       = true
      environment = {}
    }
    ingest = {
      name        = "${var.function_name_prefix}-ingest"
      role_name   = "${var.function_name_prefix}-ingest-role"
      description = "Looks at the manifests of the exports and brings new deliveries in."
      engine      = true
      retries     = 2
      alone       = true
      environment = {
        EXPORT_LOCATIONS = join(",", concat(
          [for bucket in local.export_buckets : bucket == local.bucket ? "s3://${bucket}/data-exports/" : "s3://${bucket}/"]
        ))
        SIMULATE_EVENTS = tostring(var.simulate_events)
      }
    }
    process = {
      name        = "${var.function_name_prefix}-process"
      role_name   = "${var.function_name_prefix}-process-role"
      description = "Brings a file of cost events in as it lands, and keeps what becomes of mails."
      engine      = true
      retries     = 2
      alone       = false
      environment = {}
    }
    gap-check = {
      name        = "${var.function_name_prefix}-gap-check"
      role_name   = "${var.function_name_prefix}-gap-check-role"
      description = "Looks for missing days and for a daily run that did not take place."
      engine      = true
      retries     = 2
      alone       = false
      environment = { DIGEST_FUNCTION = var.digest_function_name }
    }
    slack-forwarder = {
      name        = "${var.function_name_prefix}-slack-forwarder"
      role_name   = "${var.function_name_prefix}-slack-forwarder-role"
      description = "Forwards alerts to Slack."
      engine      = false
      retries     = 2
      alone       = false
      environment = { SLACK_WEBHOOK_PARAMETER = var.slack_webhook_parameter }
    }
  }
}

module "function" {
  source   = "./modules/function"
  for_each = { for key, function in local.functions : key => function if key != "slack-forwarder" || local.has_slack }

  name               = each.value.name
  role_name          = each.value.role_name
  description        = each.value.description
  package            = "${var.packages_dir}/${each.key}-${var.architecture}.zip"
  architecture       = var.architecture
  runtime            = var.runtime
  memory_mb          = each.value.engine ? var.memory_mb : 512
  scratch_mb         = each.value.engine ? var.scratch_mb : 512
  timeout_seconds    = each.value.engine ? var.timeout_seconds : 120
  environment        = merge(local.environment, each.value.environment)
  policy             = local.policies[each.key]
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  dead_letter_arn    = aws_sqs_queue.dead_letters.arn
  retries            = each.value.retries
  alone              = each.value.alone
  account_id         = local.account_id
}

resource "aws_sqs_queue" "dead_letters" {
  name                              = local.queue
  message_retention_seconds         = 1209600
  sqs_managed_sse_enabled           = local.has_key ? null : true
  kms_master_key_id                 = local.has_key ? var.kms_key_arn : null
  kms_data_key_reuse_period_seconds = local.has_key ? 3600 : null
  tags                              = var.tags
}
