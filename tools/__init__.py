"""What `make` runs. The standard library only: some of it runs before anything is installed."""
