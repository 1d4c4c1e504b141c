# The policies stand as JSON in iam/, for those who make roles by hand; here their names are filled in, and statements of
# what is switched off are left out.

locals {
  policy_names = toset(["digest", "ingest", "process", "gap-check", "slack-forwarder"])

  policy_words = {
    account_id        = local.account_id
    region            = local.region
    bucket            = local.bucket
    prefix            = var.lake_prefix
    database          = var.database_name
    workgroup         = var.workgroup_name
    topic             = var.topic_name
    queue             = local.queue
    dataset           = local.dataset
    sender            = var.ses_sender
    configuration_set = local.set_name
    digest_function   = var.digest_function_name
    prefix_function   = var.function_name_prefix
    kms_key_arn       = var.kms_key_arn
    central_role_arn  = var.central_role_arn
    slack_parameter   = var.slack_webhook_parameter
    export_bucket     = "EXPORT_BUCKET"
  }

  export_buckets = [for arn in concat(var.export_bucket_arns, var.data_export == "NONE" ? [] : [aws_s3_bucket.lake.arn]) : split(":::", arn)[1]]

  switched_off = concat(
    local.has_key ? [] : ["Key"],
    local.has_mail ? [] : ["Mail", "MailAccount"],
    local.has_spice ? [] : ["Spice"],
    local.has_slack ? [] : ["Webhook"],
    var.simulate_events ? [] : ["SimulatedEvents"],
    var.central_role_arn == "" ? ["CentralRole"] : [],
    var.single_account_mode || var.central_role_arn != "" ? ["Organizations"] : [],
    length(local.export_buckets) == 0 ? ["ExportsList", "Exports"] : [],
  )

  policies = {
    for name in local.policy_names : name => jsonencode({
      Version = "2012-10-17"
      Statement = [
        for statement in jsondecode(templatefile("${path.module}/../../iam/lambda-${name}-policy.json", local.policy_words)).Statement :
        merge(statement, {
          Resource = flatten([
            for resource in flatten([statement.Resource]) : strcontains(resource, "EXPORT_BUCKET")
            ? [for bucket in local.export_buckets : replace(resource, "EXPORT_BUCKET", bucket)]
            : [replace(resource, "arn:aws:", "arn:${local.partition}:")]
          ])
        }) if !contains(local.switched_off, statement.Sid)
      ]
    })
  }
}
