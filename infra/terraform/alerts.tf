# Failures are told within five minutes, by another way than the one that failed.

resource "aws_sns_topic" "alerts" {
  name              = var.topic_name
  kms_master_key_id = local.has_key ? var.kms_key_arn : null
  tags              = var.tags
}

data "aws_iam_policy_document" "alerts" {
  statement {
    sid       = "ServicesOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "alerts" {
  arn    = aws_sns_topic.alerts.arn
  policy = data.aws_iam_policy_document.alerts.json
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = toset(var.alert_emails)
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_sns_topic_subscription" "slack" {
  count     = local.has_slack ? 1 : 0
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "lambda"
  endpoint  = module.function["slack-forwarder"].arn
}

resource "aws_lambda_permission" "slack" {
  count         = local.has_slack ? 1 : 0
  statement_id  = "alerts"
  action        = "lambda:InvokeFunction"
  function_name = module.function["slack-forwarder"].name
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.alerts.arn
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = { for key, function in local.functions : key => function if contains(["digest", "ingest", "process", "gap-check"], key) }
  alarm_name          = each.key == "digest" ? var.errors_alarm_name : "${each.value.name}-errors"
  alarm_description   = "${each.value.name} failed. Look at its log group; docs/disaster-recovery.md says what to do."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = module.function[each.key].name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "duration" {
  for_each            = { for key, function in local.functions : key => function if function.engine }
  alarm_name          = "${each.value.name}-duration"
  alarm_description   = "${each.value.name} came within a fifth of its time limit: give it more memory, or let Athena do the work."
  namespace           = "AWS/Lambda"
  metric_name         = "Duration"
  dimensions          = { FunctionName = module.function[each.key].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = var.timeout_seconds * 1000 * 0.8
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  tags                = var.tags
}

# The check at 09:00 tells a run that did not take place; this alarm tells where the check itself did not start either.
resource "aws_cloudwatch_metric_alarm" "not_started" {
  alarm_name          = "${var.digest_function_name}-not-started"
  alarm_description   = "The daily run was not started for a day. Look at the EventBridge rule and at the function."
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = { FunctionName = module.function["digest"].name }
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${local.queue}-not-empty"
  alarm_description   = "An event failed for good and waits in ${local.queue}."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "bounces" {
  for_each            = local.has_mail ? toset(["Bounce", "Complaint"]) : toset([])
  alarm_name          = "${var.digest_function_name}-${lower(each.value)}"
  alarm_description   = "A mail met a ${lower(each.value)}. Spendlight names the address: spendlight status."
  namespace           = "AWS/SES"
  metric_name         = each.value
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
  tags                = var.tags
}
