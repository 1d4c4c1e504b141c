# What Athena sees. Tables and views stand in tables.json and views.json, which are printed from the product's own schema and
# questions (a test holds them together), so that a table never says other than the files hold, and a view asks what the
# product asks.

locals {
  tables = jsondecode(file("${path.module}/tables.json"))
  views  = jsondecode(file("${path.module}/views.json"))

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
  # One line, one row: a reader gets all of it or, while it is being replaced, all of the one before.
  json = {
    input   = "org.apache.hadoop.mapred.TextInputFormat"
    output  = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    library = "org.openx.data.jsonserde.JsonSerDe"
    serde   = { "serialization.format" = "1" }
    table   = { classification = "json" }
  }
  formats = { parquet = local.parquet, csv = local.csv, json = local.json }
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

# Views in the form in which Athena keeps them in Glue. The names in their texts are those of this database.
resource "aws_glue_catalog_table" "view" {
  for_each           = local.views
  database_name      = aws_glue_catalog_database.finops.name
  name               = each.key
  description        = "Presto View" # engines take a description for the comment by which they know a view
  table_type         = "VIRTUAL_VIEW"
  parameters         = { presto_view = "true", comment = "Presto View" }
  view_expanded_text = "/* Presto View */"
  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = each.value.sql
    catalog     = "awsdatacatalog"
    schema      = var.database_name
    columns     = [for column in each.value.columns : { name = column.name, type = column.view_type }]
  }))} */"

  storage_descriptor {
    # A view is stored nowhere; engines refuse to read a table whose storage says nothing at all.
    ser_de_info {
      name                  = "-"
      serialization_library = "-"
    }
    dynamic "columns" {
      for_each = each.value.columns
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
  depends_on = [aws_glue_catalog_table.table]
}

moved {
  from = aws_glue_catalog_table.finops_daily_summary
  to   = aws_glue_catalog_table.view["finops_daily_summary"]
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
