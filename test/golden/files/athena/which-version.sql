SELECT lake_version, committed_at, rules_version, judged_until
FROM current_loads
