output "lake" {
  description = "Where the lake is, for `spendlight --lake`."
  value       = local.lake
}

output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.lake.bucket
}

output "inbox" {
  description = "Where files of cost events are put to be brought in as they land."
  value       = "s3://${local.bucket}/inbox/events/"
}

output "functions" {
  description = "Names of the functions."
  value       = { for key, function in module.function : key => function.name }
}

output "roles" {
  description = "ARNs of the functions' roles."
  value       = { for key, function in module.function : key => function.role_arn }
}

output "topic_arn" {
  description = "Topic that tells of failures and alerts."
  value       = aws_sns_topic.alerts.arn
}

output "dead_letters_url" {
  description = "Queue of events that failed for good."
  value       = aws_sqs_queue.dead_letters.url
}

output "database" {
  description = "Glue database."
  value       = aws_glue_catalog_database.finops.name
}

output "workgroup" {
  description = "Athena workgroup."
  value       = aws_athena_workgroup.finops.name
}

output "dataset_id" {
  description = "QuickSight data set, empty where QuickSight is left alone."
  value       = local.has_spice ? local.dataset : ""
}
