"""A paper in Excel: one table a sheet, with numbers that are numbers and days that are days."""
