MSCK REPAIR TABLE daily_costs_loads
