SELECT year, month, day, Service, SUM(DailyCost) AS DailyCost
FROM ou_breakdown
WHERE OU = 'Marketing' AND year = 2025 AND month BETWEEN 7 AND 9
GROUP BY year, month, day, Service
ORDER BY year, month, day, Service
