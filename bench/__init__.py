"""What p2ptrack costs, as ratios measured in one run: `make bench`."""
