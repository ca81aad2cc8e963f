"""The package format that Word and Excel files share."""
