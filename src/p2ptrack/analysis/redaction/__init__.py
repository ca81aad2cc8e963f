"""WHAT EACH AUDIENCE MAY SEE: what is exempt from publication, and the register without it."""
