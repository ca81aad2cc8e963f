"""The sandbox in which templates run: with a limit on their time and on the memory that they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

from jinja2 import TemplateRuntimeError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

MAX_SECONDS = 30.0
MAX_TEXT_LENGTH = 20_000_000
MAX_MEMORY = 1 << 30
_MAX_NUMBER_BITS = 1_000_000
_TICKS_BETWEEN_LOOKS = 1_000
_ADVICE = "Use fewer or smaller loops. With p2ptrack render, --allow-slow lifts this limit"


class TemplateLimitError(TemplateRuntimeError):
    """A template takes too much time or memory."""


def _compile_loop(self: CodeGenerator, node: nodes.For, frame: Frame) -> None:
    """Write a loop with a call at the start of its body, so that each of its turns is counted."""
    count = nodes.Call(nodes.EnvironmentAttribute("count_turn"), [], [], None, None)
    node.body.insert(0, nodes.ExprStmt(count).set_lineno(node.lineno))
    CodeGenerator.visit_For(self, node, frame)


_CountingCodeGenerator = type("_CountingCodeGenerator", (CodeGenerator,), {"visit_For": _compile_loop})


class LimitedEnvironment(SandboxedEnvironment):
    """A sandbox that stops a template after a time of the processor, or before it makes a very long text.

    Without a limit a template can take as long as it likes.
    """

    code_generator_class = _CountingCodeGenerator
    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, *, limited: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self._limited = limited
        self._turns = 0
        self._deadline = process_time() + MAX_SECONDS

    def restart_clock(self) -> None:
        """Give the next page the whole time."""
        self._deadline = process_time() + MAX_SECONDS

    def count_turn(self) -> None:
        """Count one turn of a loop or one call. Raises `TemplateLimitError` when the time is over."""
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
    """Stop the work inside when the program would take much more memory than before, where the system can say so.

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
