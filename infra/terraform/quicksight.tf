# QuickSight has to be subscribed to by hand once, and allowed to read the bucket and the workgroup (see README).

resource "aws_quicksight_data_source" "athena" {
  count          = local.has_spice ? 1 : 0
  data_source_id = "spendlight-athena"
  name           = "Spendlight"
  type           = "ATHENA"
  parameters {
    athena {
      work_group = aws_athena_workgroup.finops.name
    }
  }
  permission {
    principal = var.quicksight_principal_arn
    actions = [
      "quicksight:DescribeDataSource",
      "quicksight:DescribeDataSourcePermissions",
      "quicksight:PassDataSource",
    ]
  }
  tags = var.tags
}

resource "aws_quicksight_data_set" "ou_breakdown" {
  count       = local.has_spice ? 1 : 0
  data_set_id = local.dataset
  name        = "Spendlight daily breakdown"
  import_mode = "SPICE"
  physical_table_map {
    physical_table_map_id = "ou-breakdown"
    relational_table {
      data_source_arn = aws_quicksight_data_source.athena[0].arn
      catalog         = "AwsDataCatalog"
      schema          = var.database_name
      name            = "finops_daily_summary"
      input_columns {
        name = "billingdate"
        type = "DATETIME"
      }
      input_columns {
        name = "ou"
        type = "STRING"
      }
      input_columns {
        name = "service"
        type = "STRING"
      }
      input_columns {
        name = "linkedaccount"
        type = "STRING"
      }
      input_columns {
        name = "cost"
        type = "DECIMAL"
      }
    }
  }
  permissions {
    principal = var.quicksight_principal_arn
    actions = [
      "quicksight:CreateIngestion",
      "quicksight:DescribeDataSet",
      "quicksight:DescribeDataSetPermissions",
      "quicksight:DescribeIngestion",
      "quicksight:ListIngestions",
      "quicksight:PassDataSet",
    ]
  }
  tags = var.tags
}
