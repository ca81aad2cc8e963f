"""A paper in Word: real styles, lists, headings and tables, which survive being pasted elsewhere."""
