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

resource "aws_sesv2_configuration_set_event_destination" "failures" {
  count                  = local.has_mail ? 1 : 0
  configuration_set_name = aws_sesv2_configuration_set.digest[0].configuration_set_name
  event_destination_name = "failures"
  event_destination {
    enabled              = true
    matching_event_types = ["BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"]
    sns_destination {
      topic_arn = aws_sns_topic.alerts.arn
    }
  }
  depends_on = [aws_sns_topic_policy.alerts]
}

# The owner of the address or domain has to confirm it once: SES writes to it, or shows the DNS records.
resource "aws_sesv2_email_identity" "sender" {
  count                  = local.has_mail ? 1 : 0
  email_identity         = var.ses_sender
  configuration_set_name = aws_sesv2_configuration_set.digest[0].configuration_set_name
  tags                   = var.tags
}
