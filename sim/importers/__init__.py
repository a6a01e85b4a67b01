"""Files from outside, read into the tables of this package."""
