"""Benchmarks of p2ptrack's commands against fixed reference commands: `make bench`."""
