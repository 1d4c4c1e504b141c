locals {
  # What starts by the clock, UTC.
  schedules = {
    daily-run = {
      function   = "digest"
      expression = var.schedule_expression
      input      = {}
    }
    poll-exports = {
      function   = "ingest"
      expression = var.ingest_schedule_expression
      input      = {}
    }
    weekly-gaps = {
      function   = "gap-check"
      expression = "cron(0 10 ? * MON *)"
      input      = { check = "gaps" }
    }
    did-it-run = {
      function   = "gap-check"
      expression = "cron(0 9 * * ? *)"
      input      = { check = "run" }
    }
  }
}

resource "aws_cloudwatch_event_rule" "schedule" {
  for_each            = local.schedules
  name                = "${var.function_name_prefix}-${each.key}"
  description         = "Starts ${local.functions[each.value.function].name}."
  schedule_expression = each.value.expression
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "schedule" {
  for_each = local.schedules
  rule     = aws_cloudwatch_event_rule.schedule[each.key].name
  arn      = module.function[each.value.function].arn
  # Without an input EventBridge sends its own event, whose time is the run's moment.
  input = length(each.value.input) == 0 ? null : jsonencode(each.value.input)
  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }
}

resource "aws_lambda_permission" "schedule" {
  for_each      = local.schedules
  statement_id  = "schedule-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = module.function[each.value.function].name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule[each.key].arn
}

resource "aws_lambda_permission" "events_bucket" {
  statement_id   = "cost-events"
  action         = "lambda:InvokeFunction"
  function_name  = module.function["process"].name
  principal      = "s3.amazonaws.com"
  source_arn     = aws_s3_bucket.lake.arn
  source_account = local.account_id
}

# Files of cost events are put into inbox/events/ of the bucket, beside the lake, which nobody but Spendlight writes.
resource "aws_s3_bucket_notification" "lake" {
  bucket = aws_s3_bucket.lake.id
  lambda_function {
    id                  = "cost-events"
    lambda_function_arn = module.function["process"].arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "inbox/events/"
  }
  depends_on = [aws_lambda_permission.events_bucket]
}

data "aws_iam_policy_document" "dead_letters" {
  statement {
    sid       = "EventBridge"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [for rule in aws_cloudwatch_event_rule.schedule : rule.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.url
  policy    = data.aws_iam_policy_document.dead_letters.json
}
