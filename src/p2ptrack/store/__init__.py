"""Where records live: the only code that opens record files, reads YAML or runs git."""
