"""Analysis of a register's history: differences between versions, events, the register at a revision, and movement."""
