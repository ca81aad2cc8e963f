"""Trackers in Word, Excel, CSV and HTML become records: readers, mapping of headings, rows, cells and the account."""
