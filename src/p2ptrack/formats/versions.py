"""What a paper's bytes depend on besides the register: the versions of everything that has a hand in them."""

from __future__ import annotations

import platform
import zlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version

from p2ptrack import __version__
from p2ptrack.formats import pdf

_EVERY = ("jinja2", "markdown-it-py")
PACKAGES = (*_EVERY, "weasyprint", "pydyf", "font-source-sans-pro", "font-source-serif-pro")
"""What pip installs, by the names that it knows."""


def versions(formats: Iterable[str]) -> Mapping[str, str]:
    """Return the version of each program that makes papers in these formats. Raises `CannotGoOn` without Pango."""
    whole = "pdf" in set(formats)
    packages = {name: version(name) for name in (PACKAGES if whole else _EVERY)}
    system = {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return {"p2ptrack": __version__, **system, **packages, **({"pango": _pango()} if whole else {})}


def _pango() -> str:
    number: int = pdf.load().text.ffi.pango.pango_version()
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
