SELECT year, month, day, COUNT(*) AS row_count
FROM ou_breakdown
GROUP BY year, month, day
ORDER BY year, month, day
