"""What a record is: no disk, no clock."""
