# Runs against the schema server: what the module makes of its variables. `tofu test` from infra/terraform.

variables {
  packages_dir             = "tests/packages"
  ses_sender               = "finops@example.com"
  digest_recipients_finops = ["finops@example.com"]
  alert_emails             = ["finops@example.com"]
}

run "names_by_default" {
  command = apply

  assert {
    condition     = aws_s3_bucket.lake.bucket == "finops-daily-summaries-123456789012"
    error_message = "the bucket's name"
  }
  assert {
    condition     = module.function["digest"].name == "daily-finops-digest"
    error_message = "the digest function's name"
  }
  assert {
    condition     = endswith(module.function["digest"].role_arn, "role/finops-metric-lambda-role")
    error_message = "the digest function's role"
  }
  assert {
    condition     = aws_sns_topic.alerts.name == "finops-alerts"
    error_message = "the topic's name"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.errors["digest"].alarm_name == "finops-digest-lambda-errors"
    error_message = "the alarm's name"
  }
  assert {
    condition     = aws_glue_catalog_database.finops.name == "finops_db"
    error_message = "the database's name"
  }
  assert {
    condition     = output.lake == "s3://finops-daily-summaries-123456789012/lake"
    error_message = "the lake's place"
  }
}

run "the_lake_is_kept" {
  command = apply

  assert {
    condition     = aws_s3_bucket_versioning.lake.versioning_configuration[0].status == "Enabled"
    error_message = "versioning is on"
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.lake.block_public_acls, aws_s3_bucket_public_access_block.lake.block_public_policy,
      aws_s3_bucket_public_access_block.lake.ignore_public_acls, aws_s3_bucket_public_access_block.lake.restrict_public_buckets,
    ])
    error_message = "nothing is public"
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(aws_s3_bucket_policy.lake.policy).Statement :
      statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"
    ])
    error_message = "TLS alone"
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.lake.transition_default_minimum_object_size == "varies_by_storage_class"
    error_message = "small CSV objects move to Deep Archive, too"
  }
  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_lifecycle_configuration.lake.rule :
      length(rule.transition) == 0 || rule.filter[0].prefix == "lake/ou-breakdowns-csv/"
    ])
    error_message = "nothing but mailed CSVs moves to the archive tier"
  }
  assert {
    condition = one([
      for rule in aws_s3_bucket_lifecycle_configuration.lake.rule :
      one(rule.transition[*].days) if rule.id == "mailed-csv-to-deep-archive"
    ]) == 90
    error_message = "CSVs move after 90 days"
  }
  assert {
    condition     = length(aws_s3_bucket_object_lock_configuration.lake) == 0
    error_message = "Object Lock is an option"
  }
}

run "failures_are_told" {
  command = apply

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.errors :
      alarm.statistic == "Sum" && alarm.period == 300 && alarm.evaluation_periods == 1 && alarm.threshold == 0
    && alarm.comparison_operator == "GreaterThanThreshold" && length(alarm.alarm_actions) == 1])
    error_message = "an error is told within 300 seconds"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.duration["digest"].threshold == 720000
    error_message = "80 % of the time limit, in milliseconds"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.not_started.treat_missing_data == "breaching"
    error_message = "a run that was never started is told"
  }
  assert {
    condition     = aws_cloudwatch_event_rule.schedule["daily-run"].schedule_expression == "cron(0 7 * * ? *)"
    error_message = "the daily run starts at 07:00 UTC"
  }
  assert {
    condition     = aws_cloudwatch_event_rule.schedule["did-it-run"].schedule_expression == "cron(0 9 * * ? *)"
    error_message = "a missing run is told by 09:00 UTC"
  }
  assert {
    condition     = alltrue([for function in module.function : function.dead_letter_arn == aws_sqs_queue.dead_letters.arn])
    error_message = "what failed for good is kept in the queue"
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.bounces) == 2
    error_message = "bounces and complaints are told"
  }
}

run "rights_follow_the_switches" {
  command = apply

  assert {
    condition     = !strcontains(local.policies["digest"], "quicksight:") && !strcontains(local.policies["digest"], "kms:")
    error_message = "no rights on what is switched off"
  }
  assert {
    condition     = strcontains(local.policies["ingest"], "organizations:ListAccounts") && !strcontains(local.policies["ingest"], "sts:AssumeRole")
    error_message = "without a central role the function reads Organizations itself"
  }
  assert {
    condition     = !strcontains(local.policies["ingest"], "EXPORT_BUCKET") && !strcontains(local.policies["ingest"], "$${")
    error_message = "every placeholder is filled in"
  }
  assert {
    condition     = length(module.function) == 4
    error_message = "no forwarder without Slack"
  }
}

run "everything_on" {
  command = apply
  variables {
    kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    object_lock_days         = 365
    crawler_enabled          = true
    slack_webhook_parameter  = "/finops/slack-webhook"
    data_export              = "FOCUS"
    export_bucket_arns       = ["arn:aws:s3:::exports-of-payer-two"]
    central_role_arn         = "arn:aws:iam::210987654321:role/FinOpsCentral"
    budget_usd               = 50
    quicksight_principal_arn = "arn:aws:quicksight:us-east-1:123456789012:user/default/finops"
    simulate_events          = true
  }

  assert {
    condition     = strcontains(local.policies["ingest"], "arn:aws:s3:::exports-of-payer-two/*") && strcontains(local.policies["ingest"], "arn:aws:s3:::finops-daily-summaries-123456789012/*")
    error_message = "every bucket with exports may be read"
  }
  assert {
    condition     = strcontains(local.policies["ingest"], "role/FinOpsCentral") && !strcontains(local.policies["ingest"], "organizations:")
    error_message = "with a central role the function itself may not read Organizations"
  }
  assert {
    condition     = strcontains(local.policies["digest"], "dataset/spendlight-ou-breakdown") && strcontains(local.policies["digest"], "kms:GenerateDataKey")
    error_message = "rights on what is switched on"
  }
  assert {
    condition     = length(module.function) == 5 && length(aws_glue_crawler.ou_breakdown) == 1 && length(aws_budgets_budget.monthly) == 1
    error_message = "what is switched on is made"
  }
  assert {
    condition     = aws_s3_bucket_object_lock_configuration.lake[0].rule[0].default_retention[0].days == 365
    error_message = "Object Lock for a year"
  }
}

run "what_becomes_of_mails_is_heard" {
  command = apply

  assert {
    condition = toset(aws_sesv2_configuration_set_event_destination.feedback[0].event_destination[0].matching_event_types) == toset([
      "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "REJECT"
    ])
    error_message = "SES tells of all that becomes of a mail"
  }
  assert {
    condition     = aws_sesv2_configuration_set_event_destination.feedback[0].event_destination[0].sns_destination[0].topic_arn == aws_sns_topic.mail[0].arn
    error_message = "news of mails go to their own topic, not to people"
  }
  assert {
    condition     = aws_sns_topic_subscription.mail[0].endpoint == module.function["process"].arn && aws_lambda_permission.mail[0].source_arn == aws_sns_topic.mail[0].arn
    error_message = "the process function hears of mails, and of no other topic"
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_sns_topic_policy.mail[0].policy).Statement :
      statement.Effect == "Deny" || try(statement.Condition.StringEquals["aws:SourceAccount"], "") == "123456789012"
    ])
    error_message = "nobody but SES of this account tells of mails"
  }
}

run "without_a_sender_nothing_of_ses_is_made" {
  command = plan
  variables {
    ses_sender               = ""
    digest_recipients_finops = []
  }
  assert {
    condition     = length(aws_sns_topic.mail) == 0 && length(aws_lambda_permission.mail) == 0 && length(aws_sesv2_email_identity.sender) == 0
    error_message = "no mail, no topic of mails"
  }
}

run "bad_values_are_refused" {
  command = plan
  variables {
    architecture            = "amd64"
    runtime                 = "nodejs21.x"
    memory_mb               = 128
    timeout_seconds         = 901
    bucket_name             = "Upper_Case"
    lake_prefix             = "/lake/"
    database_name           = "finops-db"
    log_level               = "LOUD"
    log_retention_days      = 42
    data_export             = "CUR"
    ses_sender              = "nobody"
    csv_archive_after_days  = 0
    slack_webhook_parameter = "https://hooks.example.com/secret"
    environment             = { AWS_SECRET_ACCESS_KEY = "x" }
  }
  expect_failures = [
    var.architecture, var.runtime, var.memory_mb, var.timeout_seconds, var.bucket_name, var.lake_prefix, var.database_name,
    var.log_level, var.log_retention_days, var.data_export, var.ses_sender, var.csv_archive_after_days,
    var.slack_webhook_parameter, var.environment,
  ]
}
