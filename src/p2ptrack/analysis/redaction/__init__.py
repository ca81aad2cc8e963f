"""What each audience may see: exemptions, the redacted register, and tags on exempt text."""
