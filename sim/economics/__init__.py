"""Money, climate and outside yardsticks of a plan: tables in, tables out. Knows no city and no simulator."""
