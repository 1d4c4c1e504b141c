# The lake: the only state there is. Versioned, encrypted, never public, reached by TLS alone.

resource "aws_s3_bucket" "lake" {
  bucket              = local.bucket
  force_destroy       = var.force_destroy
  object_lock_enabled = var.object_lock_days > 0
  tags                = var.tags
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "lake" {
  bucket = aws_s3_bucket.lake.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id
  rule {
    bucket_key_enabled = local.has_key
    apply_server_side_encryption_by_default {
      sse_algorithm     = local.has_key ? "aws:kms" : "AES256"
      kms_master_key_id = local.has_key ? var.kms_key_arn : null
    }
  }
}

resource "aws_s3_bucket_object_lock_configuration" "lake" {
  count  = var.object_lock_days > 0 ? 1 : 0
  bucket = aws_s3_bucket.lake.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = var.object_lock_days
    }
  }
  depends_on = [aws_s3_bucket_versioning.lake]
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id
  # A day's CSV is mostly smaller than 128 KB: by default S3 would leave it where it is.
  transition_default_minimum_object_size = "varies_by_storage_class"

  rule {
    id     = "mailed-csv-to-deep-archive"
    status = "Enabled"
    filter {
      prefix = "${var.lake_prefix}/ou-breakdowns-csv/"
    }
    transition {
      days          = var.csv_archive_after_days
      storage_class = "DEEP_ARCHIVE"
    }
    noncurrent_version_transition {
      noncurrent_days = var.csv_archive_after_days
      storage_class   = "DEEP_ARCHIVE"
    }
  }

  rule {
    id     = "query-results-go"
    status = "Enabled"
    filter {
      prefix = "athena-results/"
    }
    expiration {
      days = 7
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  rule {
    id     = "parts-of-broken-uploads-go"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.lake]
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.lake.arn, "${aws_s3_bucket.lake.arn}/*"]
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

  dynamic "statement" {
    for_each = var.data_export == "NONE" ? [] : [true]
    content {
      sid       = "DataExportsWriteHere"
      actions   = ["s3:PutObject", "s3:GetBucketPolicy"]
      resources = [aws_s3_bucket.lake.arn, "${aws_s3_bucket.lake.arn}/data-exports/*"]
      principals {
        type        = "Service"
        identifiers = ["bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account_id]
      }
      condition {
        test     = "StringLike"
        variable = "aws:SourceArn"
        values = [
          "arn:${local.partition}:cur:us-east-1:${local.account_id}:definition/*",
          "arn:${local.partition}:bcm-data-exports:us-east-1:${local.account_id}:export/*",
        ]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "lake" {
  bucket     = aws_s3_bucket.lake.id
  policy     = data.aws_iam_policy_document.bucket.json
  depends_on = [aws_s3_bucket_public_access_block.lake]
}
