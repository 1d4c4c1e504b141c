resource "aws_sesv2_configuration_set" "digest" {
  count                  = local.has_mail ? 1 : 0
  configuration_set_name = local.set_name
  delivery_options {
    tls_policy = "REQUIRE"
  }
  reputation_options {
    reputation_metrics_enabled = true
  }
  suppression_options {
    suppressed_reasons = ["BOUNCE", "COMPLAINT"]
  }
  tags = var.tags
}

resource "aws_sesv2_configuration_set_event_destination" "feedback" {
  count                  = local.has_mail ? 1 : 0
  configuration_set_name = aws_sesv2_configuration_set.digest[0].configuration_set_name
  event_destination_name = "feedback"
  event_destination {
    enabled              = true
    matching_event_types = ["BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "REJECT"]
    sns_destination {
      topic_arn = aws_sns_topic.mail[0].arn
    }
  }
  depends_on = [aws_sns_topic_policy.mail]
}

# What became of a mail goes to a topic of its own: the process function keeps it in the lake, and tells people in words, by
# the topic of alerts, where a mail did not arrive.
resource "aws_sns_topic" "mail" {
  count             = local.has_mail ? 1 : 0
  name              = "${var.topic_name}-mail"
  kms_master_key_id = local.has_key ? var.kms_key_arn : null
  tags              = var.tags
}

data "aws_iam_policy_document" "mail" {
  count = local.has_mail ? 1 : 0
  statement {
    sid       = "MailOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.mail[0].arn]
    principals {
      type        = "Service"
      identifiers = ["ses.amazonaws.com"]
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
    resources = [aws_sns_topic.mail[0].arn]
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

resource "aws_sns_topic_policy" "mail" {
  count  = local.has_mail ? 1 : 0
  arn    = aws_sns_topic.mail[0].arn
  policy = data.aws_iam_policy_document.mail[0].json
}

resource "aws_sns_topic_subscription" "mail" {
  count      = local.has_mail ? 1 : 0
  topic_arn  = aws_sns_topic.mail[0].arn
  protocol   = "lambda"
  endpoint   = module.function["process"].arn
  depends_on = [aws_lambda_permission.mail]
}

resource "aws_lambda_permission" "mail" {
  count         = local.has_mail ? 1 : 0
  statement_id  = "mail-feedback"
  action        = "lambda:InvokeFunction"
  function_name = module.function["process"].name
  principal     = "sns.amazonaws.com"
  source_arn    = aws_sns_topic.mail[0].arn
}

# The owner of the address or domain has to confirm it once: SES writes to it, or shows the DNS records.
resource "aws_sesv2_email_identity" "sender" {
  count                  = local.has_mail ? 1 : 0
  email_identity         = var.ses_sender
  configuration_set_name = aws_sesv2_configuration_set.digest[0].configuration_set_name
  tags                   = var.tags
}
