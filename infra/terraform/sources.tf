# Exports are defined in us-east-1 of the payer account; the provider of this module must be there for them.

resource "aws_bcmdataexports_export" "bill" {
  count = var.data_export == "NONE" ? 0 : 1
  export {
    name        = "spendlight-${lower(var.data_export)}"
    description = "Cost and usage for Spendlight."
    data_query {
      query_statement      = local.export_queries[var.data_export].statement
      table_configurations = local.export_queries[var.data_export].configurations
    }
    destination_configurations {
      s3_destination {
        s3_bucket = aws_s3_bucket.lake.bucket
        s3_prefix = "data-exports"
        s3_region = local.region
        s3_output_configurations {
          compression = "PARQUET"
          format      = "PARQUET"
          output_type = "CUSTOM"
          overwrite   = "CREATE_NEW_REPORT"
        }
      }
    }
    refresh_cadence {
      frequency = "SYNCHRONOUS"
    }
  }
  tags       = var.tags
  depends_on = [aws_s3_bucket_policy.lake]
}

locals {
  export_queries = jsondecode(file("${path.module}/exports.json"))
}

resource "aws_budgets_budget" "monthly" {
  count        = var.budget_usd > 0 ? 1 : 0
  name         = "spendlight-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"
  tags         = var.tags

  dynamic "notification" {
    for_each = [80, 100]
    content {
      comparison_operator       = "GREATER_THAN"
      notification_type         = "ACTUAL"
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.alerts.arn]
    }
  }
  depends_on = [aws_sns_topic_policy.alerts]
}
