output "arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "role_arn" {
  description = "ARN of its role."
  value       = aws_iam_role.this.arn
}

output "dead_letter_arn" {
  description = "Where events go that failed for good."
  value       = aws_lambda_function.this.dead_letter_config[0].target_arn
}
