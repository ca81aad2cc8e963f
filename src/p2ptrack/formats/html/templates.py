"""Template files, the register's own first, then the packaged ones, and the sandbox in which they run."""

from __future__ import annotations

import base64
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from time import process_time
from types import CodeType
from typing import Any
from xml.parsers import expat

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from p2ptrack.diagnostics import escape_control_characters
from p2ptrack.errors import OperationError, describe_os_error
from p2ptrack.phrases import quote
from p2ptrack.store.templates import LOGO_FILES, PACKAGED, find_template, list_unused_logos

MAX_ELEMENTS = 20_000
MAX_SVG_DEPTH = 100
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^\"')]+)|^#(.+)$")
_TOO_MUCH = "Simplify it, or save it as PNG"


class PictureError(ValueError):
    """A picture that no page can show. The message is the rest of a sentence that begins with the file."""


@dataclass(slots=True)
class _Element:
    references: list[str]
    children: list[_Element] = field(default_factory=list)
    size: int = 0
    depth: int = 0
    is_open: bool = False


def check_svg(data: bytes) -> None:
    """Raise `PictureError` for a picture that is not SVG, refers to itself or would take very long to draw."""
    root, by_id = _parse(data)
    if _measure(root, by_id, 1) > MAX_ELEMENTS:
        raise PictureError(f"draws more than {MAX_ELEMENTS:,} elements. {_TOO_MUCH}")


def _parse(data: bytes) -> tuple[_Element, dict[str, _Element]]:
    by_id: dict[str, _Element] = {}
    open_elements = [_Element([])]
    parser = expat.ParserCreate()

    def start(_name: str, attributes: dict[str, str]) -> None:
        references = (match for value in attributes.values() for match in _REFERENCE.finditer(value))
        element = _Element([match[1] or match[2] for match in references])
        open_elements[-1].children.append(element)
        by_id.setdefault(attributes.get("id", ""), element)
        open_elements.append(element)
        if len(open_elements) > MAX_SVG_DEPTH:
            raise PictureError(f"has more than {MAX_SVG_DEPTH} elements inside one another. {_TOO_MUCH}")

    def end(_name: str) -> None:
        open_elements.pop()

    def refuse_entity(*_: object) -> None:
        raise PictureError("declares an entity, which no picture needs. Save it again as SVG")

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = start, end, refuse_entity
    try:
        parser.ParseFile(BytesIO(data))
    except expat.ExpatError as error:
        raise PictureError(f"is not an SVG picture, or is damaged ({error}). Save it again as SVG") from error
    return open_elements[0], by_id


def _measure(element: _Element, by_id: dict[str, _Element], depth: int) -> int:
    """Return how many elements are drawn for one. Each is measured once, however often it is used."""
    if element.is_open:
        raise PictureError("has an element that refers to itself. Save it again as SVG")
    if depth + element.depth > MAX_SVG_DEPTH:
        raise PictureError(f"has more than {MAX_SVG_DEPTH} elements inside one another. {_TOO_MUCH}")
    if not element.size:
        element.is_open = True
        targets = [by_id[name] for name in element.references if name in by_id]
        parts = [*element.children, *targets]
        element.size = 1 + sum(_measure(part, by_id, depth + 1) for part in parts)
        element.depth = 1 + max((part.depth for part in parts), default=0)
        element.is_open = False
    return element.size


# Style sheets: parsed as browsers parse them, with pictures and fonts inlined.

MAX_NESTING = 50
"""The most nested brackets in a style sheet. No real one has as many."""

_FETCHING_RULES = frozenset({"import", "document", "-moz-document"})
_STRING_FUNCTIONS = frozenset({"image-set", "-webkit-image-set", "image", "src"})
"""Functions in which a string is an address."""
_SUBSTITUTIONS = frozenset({"var", "env", "attr"})
_MISTAKES = {"bad-url": "an address that is not closed", "bad-string": "a text that is not closed"}


class StyleError(ValueError):
    """A style that a page cannot have, with its line. The message is the rest of a sentence that begins with it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def inline_assets(css: str, encode: Callable[[str], str | None]) -> str:
    """Return a style sheet without comments, in which each address is what `encode` returns for it.

    `encode` returns None for an address that is not a picture or a font in the templates folder. Raises `StyleError`
    for these, and for anything else that a reader's browser would fetch.
    """
    import tinycss2  # the packaged style sheets need no check

    nodes = tinycss2.parse_component_value_list(css, skip_comments=True)
    for node, function in _walk(nodes):
        _check_node(node, function)
        if node.type == "url" or (node.type == "string" and function in {"url", *_STRING_FUNCTIONS}):
            _replace_address(node, encode)
    text: str = tinycss2.serialize(nodes)
    return text.replace("</", "<\\/")  # nothing in a style may end the element of the page


def _walk(nodes: Iterable[Any], function: str = "", depth: int = 0) -> Iterator[tuple[Any, str]]:
    """Yield every part of a style sheet with the innermost function that it is in."""
    for node in nodes:
        yield node, function
        if depth >= MAX_NESTING:
            raise StyleError(node.source_line, f"has more than {MAX_NESTING} brackets inside each other")
        if node.type == "function":
            yield from _walk(node.arguments, node.lower_name, depth + 1)
        elif node.type in {"() block", "[] block", "{} block"}:
            yield from _walk(node.content, function, depth + 1)


def _check_node(node: Any, function: str) -> None:
    line = node.source_line
    if node.type == "at-keyword" and node.lower_value in _FETCHING_RULES:
        raise StyleError(line, f"fetches {quote(f'@{node.lower_value}')}, but a paper is one file")
    if node.type == "function" and node.lower_name in _SUBSTITUTIONS and function in {"url", *_STRING_FUNCTIONS}:
        raise StyleError(line, f"has an address in {node.lower_name}(), which cannot be checked")
    if node.type == "error" and node.kind in _MISTAKES:
        raise StyleError(line, f"has {_MISTAKES[node.kind]}")


def _replace_address(node: Any, encode: Callable[[str], str | None]) -> None:
    address = node.value.strip()
    if address.casefold().startswith("data:") or address.startswith("#"):
        return
    encoded = encode(address)
    if encoded is None:
        raise StyleError(node.source_line, f"fetches {quote(address)}, but a paper is one file")
    node.value = encoded
    node.representation = f'url("{encoded}")' if node.type == "url" else f'"{encoded}"'


_MEDIA_TYPES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".otf": "font/otf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TEMPLATE_SUFFIX = ".html"
# Jinja's own errors, and those of the expressions in a template.
_TEMPLATE_ERRORS = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    SyntaxError,
)


def read_template(file: Path) -> str:
    """Return a template's text. Raises `OperationError` when it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise OperationError(f"{file} is not UTF-8 text. Save it again as UTF-8.") from error
    except OSError as error:
        raise _describe_unreadable_file(file, error) from error


def read_asset(file: Path) -> bytes:
    """Return the content of a picture or font. Raises `OperationError` when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise _describe_unreadable_file(file, error) from error


def _describe_unreadable_file(file: Path, error: OSError) -> OperationError:
    return OperationError(f"{file} cannot be read: {describe_os_error(error)}. Correct that and try again.")


def load_stylesheet(name: str, folders: tuple[Path, ...]) -> str:
    """Return a style sheet to put inside a page, with the pictures and fonts of its folder inlined.

    Raises `OperationError` with the line when it would fetch anything from elsewhere.
    """
    file = find_template(name, folders)
    if file is None:
        return ""
    css = read_template(file)
    if file.parent == PACKAGED:
        return _CSS_COMMENT.sub(lambda match: "\n" * match.group().count("\n"), css)
    try:
        return inline_assets(css, lambda address: _encode_asset(address, folders))
    except StyleError as error:
        place = escape_control_characters(f"{file}:{error.line}")
        raise OperationError(f"{place} {error}. Name a picture or a font in the templates folder.") from error


def _encode_asset(address: str, folders: tuple[Path, ...]) -> str | None:
    """Return a picture or font of the templates as a `data:` URI, or None when the address is not one."""
    asset = find_template(address, folders) if address else None
    if asset is None or asset.suffix.casefold() not in _MEDIA_TYPES:
        return None
    return encode_data_uri(asset)


def encode_data_uri(file: Path) -> str:
    """Return a picture or font as a `data:` URI, so that a paper needs no other file."""
    if file.suffix.casefold() == ".svg":
        _require_drawable(file)
    content = base64.b64encode(read_asset(file)).decode("ascii")
    return f"data:{_MEDIA_TYPES[file.suffix.casefold()]};base64,{content}"


def load_logo(folders: tuple[Path, ...]) -> str:
    """Return the council's logo as a `data:` URI, or nothing."""
    file = find_logo(folders)
    return encode_data_uri(file) if file else ""


def find_logo(folders: tuple[Path, ...]) -> Path | None:
    """Return the file of the council's logo, or None. The register's own logo precedes a packaged one.

    Raises `OperationError` for one that no page could show.
    """
    for folder in folders:
        for name in LOGO_FILES:
            file = find_template(name, (folder,))
            if file is not None:
                _require_picture(file)
                return file
    return None


def describe_logo(folders: tuple[Path, ...]) -> str:
    """Return which logo papers have, or nothing. Raises `OperationError` for one that is not used or not a picture."""
    sentences = list_unused_logos(folders)
    png = find_template("logo.png", folders)
    try:
        load_logo(folders)
        if png:
            read_png(png)
    except OperationError as error:
        sentences.append(str(error))
    if sentences:
        raise OperationError(" ".join(sentences))
    names = " and ".join(name for name in LOGO_FILES if find_template(name, folders))
    return names if png or not names else f"{names}. Word needs logo.png beside it"


PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_PNG_DOTS = 25_000_000
_PNG_SIZE = slice(16, 24)
_PNG_END = b"IEND\xaeB`\x82"


def read_png(file: Path) -> bytes:
    """Return the content of a PNG picture. Raises `OperationError` when it is damaged or not a PNG."""
    data = read_asset(file)
    size = data[_PNG_SIZE]
    if not data.startswith(PNG_SIGNATURE) or not (any(size[:4]) and any(size[4:])) or _PNG_END not in data:
        raise OperationError(f"{file} is not a PNG picture, or is damaged. Save it again as PNG.")
    if int.from_bytes(size[:4]) * int.from_bytes(size[4:]) > _MAX_PNG_DOTS:
        raise OperationError(f"{file} has more than {_MAX_PNG_DOTS:,} dots. Save it again in a smaller size.")
    return data


def _require_picture(file: Path) -> None:
    """Raise `OperationError` for a logo that no page could show."""
    if file.suffix == ".png":
        read_png(file)
    else:
        _require_drawable(file)


def _require_drawable(file: Path) -> None:
    """Raise `OperationError` for a damaged SVG picture, or one that would take very long to draw."""
    try:
        check_svg(read_asset(file))
    except PictureError as error:
        raise OperationError(f"{file} {error}.") from error


class TemplateLoader(BaseLoader):
    """Loads Jinja templates from these folders only."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders

    def load(self, environment: Environment, name: str, values: MutableMapping[str, Any] | None = None) -> Template:
        """Return a template. Raises `TemplateSyntaxError` also for one that Jinja or Python cannot compile."""
        try:
            return super().load(environment, name, values)
        except TemplateError:
            raise
        except (ValueError, ArithmeticError, LookupError, RecursionError, SyntaxError, MemoryError) as error:
            raise TemplateSyntaxError(
                _describe_kind(error), 0, name, str(find_template(name, self._folders))
            ) from error

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the text, the file and whether the text is up to date, as Jinja requires."""
        del environment
        if not template.endswith(TEMPLATE_SUFFIX):
            raise TemplateRuntimeError(f"it includes {quote(template)}, which does not end in {TEMPLATE_SUFFIX}")
        file = find_template(template, self._folders)
        if file is None:
            raise TemplateNotFound(template)
        return read_template(file), str(file), lambda: True


class _CompiledTemplates(BytecodeCache):
    """The templates that this run has compiled: each paper has an environment of its own, and most share them."""

    def __init__(self) -> None:
        self._codes: dict[tuple[type[Environment], str, str], CodeType] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the key of a template. Jinja's own fails for a folder whose name is not UTF-8."""
        return f"{name}|{filename}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the compiled template of the same file, text and kind of environment, where there is one."""
        bucket.code = self._codes.get((type(bucket.environment), bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        if bucket.code is not None:
            self._codes[type(bucket.environment), bucket.key, bucket.checksum] = bucket.code


COMPILED_TEMPLATES = _CompiledTemplates()

_ADDRESS_ATTRIBUTES = frozenset({"src", "srcset", "data", "poster", "background", "action", "formaction"})
_LINKING_ELEMENTS = frozenset({"link", "base", "use", "image", "feimage"})
"""Elements whose `href` is fetched. That of `a` is followed only by a reader who chooses to."""


def require_closed_page(page: str, folders: tuple[Path, ...], own_files: frozenset[str] = frozenset()) -> None:
    """Raise `OperationError` when a template of the register makes a page that fetches something or contains a script.

    `own_files` are the addresses of files beside the page that it may fetch.
    """
    if has_own_templates(folders):
        _PageGuard(folders, own_files).feed(page)


def has_own_templates(folders: tuple[Path, ...]) -> bool:
    """Whether a register has templates of pages of its own, which need a sandbox."""
    return any(find_own_templates(folder) for folder in folders if folder != PACKAGED)


def find_own_templates(folder: Path) -> tuple[Path, ...]:
    """Return the templates of pages in a register's folder."""
    return tuple(sorted(folder.rglob(f"*{TEMPLATE_SUFFIX}")))


class _PageGuard(HTMLParser):
    def __init__(self, folders: tuple[Path, ...], own_files: frozenset[str]) -> None:
        super().__init__()
        self._folders = folders
        self._own_files = own_files
        self._element = ""

    def handle_data(self, data: str) -> None:
        """Check a style sheet that the page itself has."""
        if self._element == "style":
            self._check_style(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check one element, as the page has it."""
        self._element = tag
        if tag in {"script", "iframe", "object", "embed"}:
            raise self._error(f"holds a <{tag}>, but a paper holds no programs and no other pages")
        for name, value in attrs:
            address = (value or "").strip()
            is_address = name in _ADDRESS_ATTRIBUTES or (tag in _LINKING_ELEMENTS and name.endswith("href"))
            if is_address and not address.startswith(("data:", "#")) and address not in self._own_files:
                raise self._error(f"fetches {quote(address)} in <{tag}>, but a paper is one file")
            if name.startswith("on") or address.casefold().startswith("javascript:"):
                raise self._error(f"holds a program in <{tag} {name}>, but a paper holds none")
            if name == "http-equiv" and address.casefold() == "refresh":
                raise self._error("leads to another page by itself, but a paper is one file")
            if name == "style":
                self._check_style(address)

    def _check_style(self, css: str) -> None:
        try:
            inline_assets(css, lambda _address: None)
        except StyleError as error:
            raise self._error(f"{error}, in a style") from error

    def _error(self, fault: str) -> OperationError:
        files = ", ".join(
            str(file) for folder in self._folders if folder != PACKAGED for file in find_own_templates(folder)
        )
        return OperationError(f"A template of the register {fault}. Correct it in: {escape_control_characters(files)}")


@contextmanager
def locate_template_errors(folders: tuple[Path, ...]) -> Iterator[None]:
    """Turn an error of a template into a message with its file and line. Raises `OperationError`."""
    try:
        yield
    except _TEMPLATE_ERRORS as error:
        location = _locate_error(error, folders)
        if location is None and isinstance(error, TemplateRuntimeError):
            raise OperationError(f"The paper cannot be made: {_describe_kind(error)}.") from error
        if location is None:
            raise
        advice = "Correct it there, or remove the file to use the packaged one."
        raise OperationError(f"{location} {_describe_error(error)} {advice}") from error


def _locate_error(error: Exception, folders: tuple[Path, ...]) -> str | None:
    """Return the file and line of the innermost template in the traceback, or None when no template is involved."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename}:{error.lineno}" if error.lineno else error.filename
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
            return f"{frame.filename}:{frame.lineno}"
    return ", ".join(map(str, folders)) if isinstance(error, TemplateNotFound) else None


def _describe_error(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"has no template named {error.name}."
    return f"is a template that does not work: {_describe_kind(error)}."


def _describe_kind(error: Exception) -> str:
    if isinstance(error, RecursionError | MemoryError):
        return "it has too many brackets inside one another"
    text = error.message or "" if isinstance(error, TemplateError) else str(error)
    return text.strip().rstrip(".") or type(error).__name__


# The sandbox, with a limit on the time and memory of templates.

MAX_SECONDS = 30.0
MAX_TEXT_LENGTH = 20_000_000
MAX_MEMORY = 1 << 30
_MAX_NUMBER_BITS = 1_000_000
_TICKS_BETWEEN_LOOKS = 1_000
_ADVICE = "Use fewer or smaller loops. With p2ptrack render, --allow-slow lifts this limit"


class TemplateLimitError(TemplateRuntimeError):
    """A template takes too much time or memory."""


def _compile_loop(self: CodeGenerator, node: nodes.For, frame: Frame) -> None:
    """Compile a loop with a call at the start of its body, which counts each iteration."""
    count = nodes.Call(nodes.EnvironmentAttribute("count_turn"), [], [], None, None)
    node.body.insert(0, nodes.ExprStmt(count).set_lineno(node.lineno))
    CodeGenerator.visit_For(self, node, frame)


_CountingCodeGenerator = type("_CountingCodeGenerator", (CodeGenerator,), {"visit_For": _compile_loop})


class LimitedEnvironment(SandboxedEnvironment):
    """A sandbox that stops a template after a limit of processor time, or before it makes a very long text.

    Without a limit a template can take any time.
    """

    code_generator_class = _CountingCodeGenerator
    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, *, limited: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self._limited = limited
        self._turns = 0
        self._deadline = process_time() + MAX_SECONDS

    def restart_clock(self) -> None:
        """Start the time limit again for the next page."""
        self._deadline = process_time() + MAX_SECONDS

    def count_turn(self) -> None:
        """Count one iteration of a loop or one call. Raises `TemplateLimitError` when the time is over."""
        self._turns += 1
        if self._limited and not self._turns % _TICKS_BETWEEN_LOOKS and process_time() > self._deadline:
            raise TemplateLimitError(f"it runs for more than {MAX_SECONDS:.0f} seconds. {_ADVICE}")

    def call(self, context: Context, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function or a macro of a template, and count the call."""
        self.count_turn()
        return super().call(context, function, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate. Raises `TemplateLimitError` for a result that would be very long."""
        if self._limited and _estimate_length(operator, left, right) > MAX_TEXT_LENGTH:
            raise TemplateLimitError(f"it makes a text or a number that is very long. {_ADVICE}")
        return super().call_binop(context, operator, left, right)


def _estimate_length(operator: str, left: Any, right: Any) -> int:
    if operator == "*":
        pairs = ((left, right), (right, left))
        lengths = (len(text) * times for text, times in pairs if hasattr(text, "__len__") and isinstance(times, int))
        return max(lengths, default=0)
    if operator == "**" and isinstance(left, int) and isinstance(right, int):
        return MAX_TEXT_LENGTH + 1 if left.bit_length() * right > _MAX_NUMBER_BITS else 0
    return 0


@contextmanager
def limit_memory(*, limited: bool = True) -> Iterator[None]:
    """Stop the work inside when the program would use much more memory than before, on systems that report memory.

    Raises `TemplateLimitError`.
    """
    with _limit_address_space(limited):
        try:
            yield
        except MemoryError as error:
            message = f"it needs more memory than {MAX_MEMORY >> 30} GB. {_ADVICE}"
            raise TemplateLimitError(message).with_traceback(error.__traceback__) from None


@contextmanager
def _limit_address_space(limited: bool) -> Iterator[None]:
    pages = Path("/proc/self/statm")
    if not limited or not pages.exists():
        yield
        return
    import resource

    used = int(pages.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = [used + MAX_MEMORY, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(allowed), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
