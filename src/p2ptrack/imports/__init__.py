"""Import of trackers in Word, Excel, CSV and HTML: readers, mapping of headings, rows, cells and the report."""
