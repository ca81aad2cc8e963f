"""Every fault of a value that reading can find: Y140 to Y169."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from p2ptrack.store.yaml.fault import YamlErrorCode

UNCLOSED_QUOTE = YamlErrorCode(
    "Y140",
    "A quote that is never closed",
    "Everything after it would be read as a part of the text.",
    "The quote that begins here is never closed.",
    "{line}",
    'title: "Review',
)
TEXT_AFTER_QUOTE = YamlErrorCode(
    "Y141",
    "Text after the closing quote",
    "When a value begins with a quote, it ends at the next one.",
    "The value ends at the second quote, and more text follows it.",
    "{line}",
    'title: "Review" of contracts',
)
CURLY_QUOTES = YamlErrorCode(
    "Y142",
    "Curly quotes used as quotes",
    "Only straight quotes mark a value; curly ones become a part of the text.",
    "Curly quotes, as word processors type them, become a part of the text.",
    "{line}",
    "title: “Review”",
)
BAD_ESCAPE = YamlErrorCode(
    "Y143",
    "A backslash in double quotes",
    "In double quotes a backslash begins a code for another character.",
    "In double quotes a backslash and what follows it stand for another character; `{text}` stands for none.",
    "{line}",
    'link: "S:\\Data"',
)
ESCAPED_CONTROL = YamlErrorCode(
    "Y144",
    "A code for a character that cannot be seen",
    "The text would hold a character that cannot be seen or that steers the screen.",
    "In double quotes `{text}` stands for {name} (U+{number}), a character that cannot be seen.",
    "{line}",
    'title: "Review\\e[31m"',
)
HIDDEN_BY_COMMENT = YamlErrorCode(
    "Y150",
    "A value that loses its end to #",
    "After a space, `#` begins a comment, and the rest of the line is dropped.",
    "A space and `#` begin a comment, so `{lost}` would be lost.",
    "{line}",
    "title: Contract #4 review",
)
COLON_IN_VALUE = YamlErrorCode(
    "Y151",
    "A colon inside a value",
    "A colon begins a value, so a second one makes the line ambiguous.",
    "The value holds a colon, which is read as the end of another field's name.",
    "{line}",
    "title: Review: phase two",
)
TEXT_AFTER_BRACKETS = YamlErrorCode(
    "Y152",
    "A value that begins with a bracket",
    "`[` begins a list and `{{` begins a group of fields, and both must fill the value.",
    "A value that begins with `{text}` is read as {what}, and this one goes on after it.",
    "{line}",
    "title: [DRAFT] Review",
)
RESERVED_CHARACTER = YamlErrorCode(
    "Y153",
    "A value that begins with @, ` or %",
    "YAML keeps these signs for itself.",
    "A value may not begin with {text}.",
    "{line}",
    "title: @home",
)
MISPLACED_BLOCK_MARKER = YamlErrorCode(
    "Y154",
    "A value that begins with | or >",
    "`|` and `>` announce a text on the lines below; nothing may follow them.",
    "`{text}` at the start of a value announces a text on the lines below, so nothing may follow it.",
    "{line}",
    "title: > 5 days late",
)
INDICATOR_IN_VALUE = YamlErrorCode(
    "Y155",
    "A value that begins with a sign that YAML keeps",
    "A dash with a space, `?`, `:`, a comma or a closing bracket means something else at the start of a value.",
    "A value may not begin with `{text}`.",
    "{line}",
    "title: - Review",
)
SPLIT_BY_COMMA = YamlErrorCode(
    "Y156",
    "A comma that ends a value in { }",
    "Between `{{` and `}}` a comma ends the value, and the words after it become a field without a value.",
    "Between the brackets a comma ends the value, so `{text}` is read as the name of another field.",
    "{line}",
    "response: {text: Agreed, and noted}",
)
UNCLOSED_BRACKET = YamlErrorCode(
    "Y157",
    "A bracket that is never closed",
    "Everything after it would be read as a part of the list.",
    "The bracket `{text}` that opens here is never closed by `{closing}`.",
    "{line}",
    "recommendations: [R1, R2",
)
BRACKET_IN_VALUE = YamlErrorCode(
    "Y158",
    "A bracket or a question mark inside a value in [ ] or { }",
    "Between brackets, another bracket or a question mark begins something of its own.",
    "Between brackets `{text}` begins something of its own, so the text around it must be in quotes.",
    "{line}",
    "parts: [{id: R1.1, text: members [of the board] decide}]",
)
TEXT_IN_BRACES = YamlErrorCode(
    "Y159",
    "Text in curly brackets",
    "Curly brackets hold fields with their values.",
    "A curly bracket begins a group of fields with their values, and `{text}` holds none.",
    "{line}",
    "title: {DRAFT}",
)
EXTRA_COMMA = YamlErrorCode(
    "Y160",
    "Nothing before a comma",
    "Between brackets each comma ends an entry, so something must stand before it.",
    "Between brackets something must stand before `{text}`.",
    "{line}",
    "recommendations: [R1, , R2]",
)
MISSING_COMMA = YamlErrorCode(
    "Y161",
    "A comma that is missing",
    "Between brackets a comma stands between two entries.",
    "Between brackets a comma must stand before this.",
    "{line}",
    "sources: [{id: a} {id: b}]",
)

VALUE_ERRORS: Mapping[str, YamlErrorCode] = MappingProxyType(
    {each.code: each for each in tuple(globals().values()) if isinstance(each, YamlErrorCode)}
)
