"""What the records mean: pure functions of the register and a day."""
