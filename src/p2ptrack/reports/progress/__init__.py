"""The parts of the committee's view: what it is asked, the figures, and the lists that they are counted from."""
