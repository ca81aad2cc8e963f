"""What these tests make (links, pipes, odd names) Windows does not let everybody make."""

from __future__ import annotations

import os

collect_ignore_glob = ["test_*.py"] if os.name == "nt" else []
