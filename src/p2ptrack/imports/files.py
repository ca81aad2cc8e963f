"""Recognise a file by its content, not by its name, and read it within limits."""

from __future__ import annotations

import importlib.util
import re
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from p2ptrack.errors import OperationError, describe_os_error
from p2ptrack.imports.grid import ImportedFile

MAX_BYTES = 50 * 1024 * 1024
_MAX_RATIO = 100
_MAX_UNPACKED = 500 * 1024 * 1024
_START = 4096
_SMALL = 1024 * 1024
"""A part that unpacks to at most this size is harmless, whatever its compression ratio."""

DAMAGE = (
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, RecursionError, EOFError, OSError),
    *(NotImplementedError, BadZipFile, zlib.error),  # zipfile raises the first for a compression that it lacks
)
"""The errors that libraries raise for a damaged file. They check little of its content."""
INSTALL_ADVICE = 'To import Word, Excel and HTML files, install the libraries: pip install "p2ptrack[import]"'
_HTML = re.compile(
    rb"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<(?:!doctype )?html|<!--|<head|<body|<table|<meta)", re.IGNORECASE
)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file. Raises `OperationError` where it cannot be read or is too large."""
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            raise OperationError(f"{path.name} is larger than 50 MB, the limit of an import.")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise OperationError(f"{path} cannot be read: {describe_os_error(error)}.") from None
    if len(data) > MAX_BYTES:
        raise OperationError(f"{path.name} is larger than 50 MB, the limit of an import.")
    return data


def read_grids(data: bytes, name: str) -> ImportedFile:
    """Return the grids in the bytes of a file. Raises `OperationError` for anything but Word, Excel, CSV and HTML."""
    if not data.strip(b"\x00 \r\n\t"):
        raise OperationError(f"{name} is empty.")
    _refuse_other_files(data, name)
    if data.startswith(b"PK"):
        return _read_package(data, name)
    start = data[:_START]
    if _HTML.match(start.removeprefix(b"\xef\xbb\xbf")) or (b"<table" in data[:65536].lower() and b"<" in start[:200]):
        from p2ptrack.imports.text_readers import read_html

        return _read_with("lxml", lambda: read_html(data, name), name, "a web page")
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise OperationError(f"{name} is not a Word, Excel, CSV or HTML file.")
    from p2ptrack.imports.text_readers import read_csv

    return read_csv(data, name)


_OTHER_FILES = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is an old Word or Excel file, or has a password. Open it, remove the password, and save it as .docx or .xlsx.",
    ),
    (b"%PDF", "is a PDF. Import the Word or Excel file that it was made from."),
    (b"{\\rtf", "is an RTF file. Open it in Word and save it as .docx."),
    (b"\x89PNG", "is a picture."),
    (b"\xff\xd8\xff", "is a picture."),
    (b"GIF8", "is a picture."),
    (b"MIME-Version:", "is a web archive. Open it in Excel or Word and save it as .xlsx or .docx."),
    (b"\x1f\x8b", "is a compressed file. Unpack it first."),
)


def _refuse_other_files(data: bytes, name: str) -> None:
    for signature, sentence in _OTHER_FILES:
        if data.lstrip()[: len(signature)] == signature or data.startswith(signature):
            raise OperationError(f"{name} {sentence}")
    if b"<?mso-application" in data[:_START]:
        raise OperationError(f"{name} is an XML file of Office 2003. Open it and save it as .xlsx or .docx.")


def _read_package(data: bytes, name: str) -> ImportedFile:
    try:
        with ZipFile(BytesIO(data)) as package:
            check_package(package, name)
            names = set(package.namelist())
    except DAMAGE as error:
        raise OperationError(f"{name} is damaged: it cannot be unpacked.") from error
    if "word/document.xml" in names:
        from p2ptrack.imports.docx_reader import read_docx

        return _read_with("lxml", lambda: read_docx(data, name), name, "a Word document")
    if "xl/workbook.xml" in names:
        from p2ptrack.imports.xlsx_reader import read_xlsx

        return _read_with("openpyxl", lambda: read_xlsx(data, name), name, "an Excel workbook")
    if "content.xml" in names:
        raise OperationError(f"{name} is an OpenDocument file. Save it as .docx or .xlsx.")
    if "xl/workbook.bin" in names:
        raise OperationError(f"{name} is a binary workbook (.xlsb). Save it as .xlsx.")
    raise OperationError(f"{name} is not a Word, Excel, CSV or HTML file.")


def check_package(package: ZipFile, name: str) -> None:
    """Raise `OperationError` for a package that unpacks to too much, is encrypted or declares entities."""
    total = 0
    for entry in package.infolist():
        total += entry.file_size
        if entry.flag_bits & 1:
            raise OperationError(f"{name} is protected with a password. Remove it and import the file again.")
        if entry.file_size > _SMALL and entry.file_size > _MAX_RATIO * max(entry.compress_size, 1):
            raise OperationError(f"{name} is not read: it unpacks to more than {_MAX_RATIO} times its size.")
    if total > _MAX_UNPACKED:
        raise OperationError(f"{name} is not read: it unpacks to more than 500 MB.")
    for entry in package.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with package.open(entry) as stream:
                start = stream.read(4096)
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise OperationError(f"{name} is not read: it declares XML entities, which no Office program writes.")


def _read_with(library: str, read: Callable[[], ImportedFile], name: str, kind: str) -> ImportedFile:
    if importlib.util.find_spec(library) is None:
        raise OperationError(f"{name} is {kind}. {INSTALL_ADVICE}")
    try:
        return read()
    except DAMAGE as error:
        raise OperationError(f"{name} is damaged: it cannot be read as {kind}.") from error


def describe_lack_of_table(path: Path, headings: str) -> str:
    """Return the error of a file without any table, with how to make one of paragraphs. `headings` are examples."""
    steps = "In Word, select the paragraphs, choose Insert, Table and Convert Text to Table, and add the headings."
    advice = f" {steps}" if path.suffix.casefold() in {".docx", ".docm"} else ""
    return (
        f"{path.name} has no table. p2ptrack reads a table with one row for each item, below headings such as "
        f"{headings}.{advice}"
    )
