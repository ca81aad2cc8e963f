"""Records, the programme and their fields. Nothing here reads a disk or a clock."""
