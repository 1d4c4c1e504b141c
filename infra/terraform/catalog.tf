# What Athena sees. The columns stand in tables.json, which is printed from the product's own schema (a test holds both
# together), so that a table never says other than the files hold.

locals {
  tables = jsondecode(file("${path.module}/tables.json"))

  parquet = {
    input   = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
    library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    serde   = { "serialization.format" = "1" }
    table   = { classification = "parquet" }
  }
  csv = {
    input   = "org.apache.hadoop.mapred.TextInputFormat"
    output  = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    library = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
    serde   = { separatorChar = ",", quoteChar = "\"" }
    table   = { classification = "csv", "skip.header.line.count" = "1" }
  }
  formats = { parquet = local.parquet, csv = local.csv }
}

resource "aws_glue_catalog_database" "finops" {
  name        = var.database_name
  description = "Spendlight: daily breakdown, cost lines, rollup, restatements."
}

resource "aws_glue_catalog_table" "table" {
  for_each      = local.tables
  database_name = aws_glue_catalog_database.finops.name
  name          = each.key
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"
  parameters    = merge(local.formats[each.value.format].table, { EXTERNAL = "TRUE" })

  dynamic "partition_keys" {
    for_each = each.value.partition_keys
    content {
      name = partition_keys.value.name
      type = partition_keys.value.type
    }
  }

  storage_descriptor {
    location      = "${local.lake}/${each.value.prefix}/"
    input_format  = local.formats[each.value.format].input
    output_format = local.formats[each.value.format].output
    ser_de_info {
      serialization_library = local.formats[each.value.format].library
      parameters            = local.formats[each.value.format].serde
    }
    dynamic "columns" {
      for_each = each.value.columns
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }

  # Partitions are added by the daily run; nothing here may take them for a drift.
  lifecycle {
    ignore_changes = [parameters["transient_lastDdlTime"]]
  }
}

# The view of requirement A4, in the form in which Athena keeps views in Glue.
resource "aws_glue_catalog_table" "finops_daily_summary" {
  database_name      = aws_glue_catalog_database.finops.name
  name               = "finops_daily_summary"
  description        = "The daily breakdown, one row per day, OU, service and account."
  table_type         = "VIRTUAL_VIEW"
  parameters         = { presto_view = "true", comment = "Presto View" }
  view_expanded_text = "/* Presto View */"
  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = "SELECT BillingDate, OU, Service, LinkedAccount, DailyCost AS Cost FROM ${var.database_name}.ou_breakdown"
    catalog     = "awsdatacatalog"
    schema      = var.database_name
    columns = [
      { name = "billingdate", type = "date" },
      { name = "ou", type = "varchar" },
      { name = "service", type = "varchar" },
      { name = "linkedaccount", type = "varchar" },
      { name = "cost", type = "decimal(38,15)" },
    ]
  }))} */"

  storage_descriptor {
    dynamic "columns" {
      for_each = [for column in local.tables["ou_breakdown"].columns : {
        name = column.name == "dailycost" ? "cost" : column.name
        type = column.type
      }]
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
  depends_on = [aws_glue_catalog_table.table]
}

resource "aws_athena_workgroup" "finops" {
  name        = var.workgroup_name
  description = "Queries of Spendlight and of its readers; each is stopped at the scan limit."
  tags        = var.tags
  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.athena_scan_limit_bytes
    engine_version {
      selected_engine_version = "Athena engine version 3"
    }
    result_configuration {
      output_location = "s3://${local.bucket}/athena-results/"
      encryption_configuration {
        encryption_option = local.has_key ? "SSE_KMS" : "SSE_S3"
        kms_key_arn       = local.has_key ? var.kms_key_arn : null
      }
    }
  }
}

# The crawler is for those who want Glue to find partitions by itself; the daily run does not need it.
data "aws_iam_policy_document" "crawler_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["glue.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

data "aws_iam_policy_document" "crawler" {
  statement {
    sid       = "Breakdowns"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.lake.arn}/${var.lake_prefix}/ou-breakdowns/*"]
  }
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.lake.arn]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${var.lake_prefix}/ou-breakdowns/*"]
    }
  }
  statement {
    sid = "Catalog"
    actions = [
      "glue:BatchCreatePartition",
      "glue:BatchGetPartition",
      "glue:CreatePartition",
      "glue:GetDatabase",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTables",
      "glue:UpdatePartition",
      "glue:UpdateTable",
    ]
    resources = [
      "arn:${local.partition}:glue:${local.region}:${local.account_id}:catalog",
      aws_glue_catalog_database.finops.arn,
      "arn:${local.partition}:glue:${local.region}:${local.account_id}:table/${var.database_name}/ou_breakdown",
    ]
  }
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws-glue/crawlers:*"]
  }
  dynamic "statement" {
    for_each = local.has_key ? [true] : []
    content {
      sid       = "Key"
      actions   = ["kms:Decrypt"]
      resources = [var.kms_key_arn]
    }
  }
}

resource "aws_iam_role" "crawler" {
  count              = var.crawler_enabled ? 1 : 0
  name               = "${var.crawler_name}-role"
  assume_role_policy = data.aws_iam_policy_document.crawler_trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "crawler" {
  count  = var.crawler_enabled ? 1 : 0
  name   = var.crawler_name
  role   = aws_iam_role.crawler[0].id
  policy = data.aws_iam_policy_document.crawler.json
}

resource "aws_glue_crawler" "ou_breakdown" {
  count         = var.crawler_enabled ? 1 : 0
  name          = var.crawler_name
  database_name = aws_glue_catalog_database.finops.name
  role          = aws_iam_role.crawler[0].arn
  schedule      = "cron(0 8 * * ? *)"
  tags          = var.tags
  # An existing table is followed, never made anew with guessed types.
  catalog_target {
    database_name = aws_glue_catalog_database.finops.name
    tables        = [aws_glue_catalog_table.table["ou_breakdown"].name]
  }
  configuration = jsonencode({
    Version       = 1.0
    CrawlerOutput = { Partitions = { AddOrUpdateBehavior = "InheritFromTable" } }
  })
  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = "LOG"
  }
}
