"""WHAT THE HISTORY MEANS: states of records as git kept them, told as differences, events and movement."""
