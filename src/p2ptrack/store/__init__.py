"""Storage of registers: the only code that opens record files, reads YAML or runs git."""
