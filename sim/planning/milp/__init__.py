"""The planner with a solver. PuLP and highspy are used in this folder only."""
