"""Every fault of a file, its lines and its fields that reading can find: Y100 to Y139."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from p2ptrack.diagnostics import Severity

# What a fault of reading is, and a finding of one in a text.


@dataclass(frozen=True, slots=True)
class YamlErrorCode:
    """One kind of fault: `message` and `fix` are filled from the officer's own line where they hold `{names}`."""

    code: str
    title: str
    why: str
    message: str
    fix: str
    example: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class YamlFinding:
    """A fault at characters `start` to `end` of a text, in words about that text."""

    error_code: YamlErrorCode
    start: int
    end: int
    message: str
    fix: str


def make_finding(
    error_code: YamlErrorCode, span: tuple[int, int], *, fix: object = "", **details: object
) -> YamlFinding:
    """Return the finding of this fault at this span, its message and its fix filled with `words`.

    `fix` is put instead where a better one is known than the fault's own.
    """
    return YamlFinding(
        error_code, *span, error_code.message.format(**details), str(fix or error_code.fix).format(**details)
    )


UNREADABLE = YamlErrorCode(
    "Y100",
    "A line that cannot be read",
    "Reading stops at such a line, so what follows it would be lost.",
    "This line cannot be read. Something here, or in the line above it, is not written as a record is.",
    "one field a line, as in `title: Review the contracts register`, with text that holds special signs in quotes",
    "--- id: A01",
)
NOT_UTF8 = YamlErrorCode(
    "Y101",
    "A file that is not UTF-8",
    "Pounds, dashes and accents would turn into other signs on the next machine.",
    "This file is not saved as UTF-8. It looks like {encoding}{character}.",
    "the file anew as UTF-8 (in Notepad: File, Save as, Encoding: UTF-8)",
    "a file saved by an older program as “Unicode” or “ANSI”",
)
TOO_LARGE = YamlErrorCode(
    "Y102",
    "A file over 1 MiB",
    "A record is text that people wrote; a file of this size is something else.",
    "This file has {size} bytes. A record may have at most 1,048,576.",
    "a link to a large document under `evidence`, not the document itself",
    "a spreadsheet saved under a record's name",
)
EMPTY_FILE = YamlErrorCode(
    "Y103",
    "A file that holds nothing",
    "A record that is empty would vanish from every list.",
    "This file holds no fields.",
    "{example} and, on the next line, `title:` and a title; or delete the file",
    "# to be written",
)
NOT_A_RECORD = YamlErrorCode(
    "Y104",
    "A file that does not begin with fields",
    "A record is a list of fields, each with its name.",
    "This file begins with {what}. It must begin with a field and its name.",
    "{example} on the first line, with nothing before `id`",
    "- id: A01\n- title: Review",
)
CONTROL_CHARACTER = YamlErrorCode(
    "Y105",
    "A character that cannot be seen",
    "It comes from another program, changes how the text is read, and nobody can see it.",
    "Here stands {name} (U+{number}), a character that cannot be seen.",
    "the line again by hand, without it",
    "title: Review<U+0000> contracts",
)
BIDI_CONTROL = YamlErrorCode(
    "Y106",
    "A character that turns the writing direction",
    "It makes text read otherwise than it is stored.",
    "Here stands {name} (U+{number}), which turns the direction of the text after it.",
    "the line again by hand, without it",
    "title: Review <U+202E>contracts",
)
INVISIBLE_SPACE = YamlErrorCode(
    "Y107",
    "A space that is none",
    "A no-break space looks like a space and is not one; the field's name or its value would not be found.",
    "{where} stands {name} (U+{number}), which looks like a space or like nothing and is read as a letter.",
    "the same with an ordinary space, or none: {line}",
    "title:<U+00A0>Review",
)
TAB_INDENT = YamlErrorCode(
    "Y108",
    "A tab at the start of a line",
    "How far a tab reaches differs between editors, so the line would belong to something else on the next machine.",
    "This line is indented with a tab.",
    "spaces instead of the tab, as many as in the lines that it belongs with",
    "updates:\n<tab>- text: Done",
)
MERGE_CONFLICT = YamlErrorCode(
    "Y109",
    "A marker of a merge conflict",
    "Two people changed the same lines, and nobody has decided yet.",
    "Two people changed these lines, and git left both versions here, between markers; this is one of them.",
    "the version that is right, and delete the other and every marker line (`<<<<<<<`, `=======`, `>>>>>>>`)",
    "<<<<<<< HEAD\nstatus: complete\n=======\nstatus: on_hold\n>>>>>>> branch",
)
DOCUMENT_MARKER = YamlErrorCode(
    "Y110",
    "A line that ends the record",
    "What follows such a line would be lost.",
    "A line of `{marker}` ends the record here.",
    "one record a file: delete this line, or move what follows it to a file of its own",
    "id: A01\n---\nid: A02",
)
DIRECTIVE = YamlErrorCode(
    "Y111",
    "A line that begins with %",
    "Such a line is an instruction to the program that reads the file, not a part of the record.",
    "A line may not begin with `%`.",
    "the record without this line",
    "%YAML 1.2",
)
TOO_DEEP = YamlErrorCode(
    "Y112",
    "Lists within lists, too deep",
    "No field of a record is nested this deep.",
    "Here begins the 17th list or group within another. A record has at most 16.",
    "the text in quotes, if these brackets are a part of it",
    "title: [[[[[[[[[[[[[[[[[[[[",
)
TOO_MANY_ERRORS = YamlErrorCode(
    "Y113",
    "More faults than are listed",
    "A file with a hundred faults is seldom a record.",
    "This file has more faults than these, from here on.",
    "what is listed above it right first, then check again",
    "a spreadsheet saved under a record's name",
)
DUPLICATE_KEY = YamlErrorCode(
    "Y120",
    "A field that stands twice",
    "One of the two would win without a word.",
    "The field `{key}` stands twice. The first is in line {line}.",
    "`{key}:` once, with the value that is right, and delete the other line",
    "title: Review\ntitle: Renew",
)
KEY_NOT_TEXT = YamlErrorCode(
    "Y121",
    "A field without a plain name",
    "The name of a field is a word.",
    "Here stands a list, a group or nothing where the name of a field must stand.",
    "a name, a colon and a space first, as in `title: {text}`",
    "[R1, R2]: done",
)
MERGE_KEY = YamlErrorCode(
    "Y122",
    "A merge key (<<)",
    "It copies fields from elsewhere, and nobody sees which.",
    "`<<` copies fields from another place. Registers do not use it.",
    "the fields themselves, one a line",
    "<<: *defaults",
)
ANCHOR = YamlErrorCode(
    "Y123",
    "A value that begins with &",
    "YAML takes `&` at the start of a value for a label, and drops the word after it.",
    "A value that begins with `&` loses its first word: it is read as a label.",
    "{line}",
    "title: &Co contracts",
)
ALIAS = YamlErrorCode(
    "Y124",
    "A value that begins with *",
    "YAML takes `*` at the start of a value for a reference to a label.",
    "A value that begins with `*` is read as a reference to another place, not as text.",
    "{line}",
    "title: *urgent* review",
)
TAG = YamlErrorCode(
    "Y125",
    "A value that begins with !",
    "YAML takes `!` at the start of a value for the name of a type, and drops it.",
    "A value that begins with `!` loses its first word: it is read as the name of a type.",
    "{line}",
    "title: !important",
)
NULL_WORD = YamlErrorCode(
    "Y126",
    "A word for nothing",
    "Other programs read it as no value; here every value is text, and a paper would print it.",
    "`{text}` is not a value. Leave the field empty if there is none.",
    '`{key}:` with nothing after it, or `"{text}"` in quotes if it is a word',
    "target: null",
)
NO_COLON = YamlErrorCode(
    "Y130",
    "A line without a field's name",
    "It belongs to no field, so it would be lost.",
    "This line has no field name with a colon, and it does not continue the line above.",
    "`note: {line}`, with the right name for `note`; or indent the line, if it continues the text above it",
    "title: Review the contracts\nregister",
)
NO_SPACE_AFTER_COLON = YamlErrorCode(
    "Y131",
    "No space after the colon",
    "Without the space the name and the value are one word.",
    "There must be a space between the colon and the value.",
    "{line}",
    "title:Review",
)
NO_SPACE_AFTER_DASH = YamlErrorCode(
    "Y132",
    "No space after the dash",
    "Without the space the dash is a part of the text and the list is none.",
    "There must be a space between the dash and what follows it.",
    "{line}",
    "recommendations:\n  -R1\n  -R2",
)
INDENTATION = YamlErrorCode(
    "Y133",
    "A line that does not line up",
    "What a line belongs to is told by how far it is indented.",
    "This line begins in column {column}, and the lines that it belongs with begin in column {wanted}.",
    "`{line}`, beginning in column {wanted}",
    "id: A01\n  title: Review",
)
UNEXPECTED_LIST = YamlErrorCode(
    "Y134",
    "A list where a field must stand",
    "A line that begins with a dash belongs to a list, and no list is open here.",
    "This line begins with a dash, as in a list, but a field with its name must stand here.",
    "the name of the list on a line above it, as in `updates:`, and the dash at least as far to the right",
    "id: A01\n- R1",
)
JOINED_LIST = YamlErrorCode(
    "Y135",
    "A list that is joined to the value above",
    "The line above already holds a value, so the dash becomes a part of its text.",
    "This line begins with a dash, but the line above already has a value, so both are read as one text.",
    "all entries of the list on lines of their own below the name, each after a dash; or the whole text in quotes",
    "recommendations: R1\n  - R2",
)
FIELD_IN_OPEN_LIST = YamlErrorCode(
    "Y136",
    "A field where a list goes on",
    "The lines above belong to a list, and each of its entries begins with a dash.",
    "The lines above belong to a list, so this line must begin with a dash or belong to the entry above it.",
    "a dash and a space before it, or indent it as far as the text of the entry above",
    "- id: A01\ntitle: Review",
)
INDENTED_BLANK_LINE = YamlErrorCode(
    "Y137",
    "An empty line with too many spaces",
    "The first line of a text says how far it is indented, even where it holds nothing but spaces.",
    "This line holds only spaces, and more of them than stand before the text below it.",
    "an empty line without spaces",
    "text: |\n      \n  Review",
)
WRONG_LIST_MARKER = YamlErrorCode(
    "Y138",
    "A list with another sign than a hyphen",
    "Word processors turn the hyphen of a list into a dash or a dot, and then no list is read.",
    "An entry of a list begins with a hyphen, and this line with {name}.",
    "{line}",
    "recommendations:\n  • R1",
)
TEXT_ENDS_IN_COLON = YamlErrorCode(
    "Y139",
    "A line of text that ends in a colon",
    "It is read as the name of a field without a value, and such a field is left out.",
    "This line ends in a colon, so it is read as the name of a field without a value, and it would be lost.",
    "the line as far to the right as the text that it belongs to, or without its colon",
    "id: A01\nThe reasons are these:",
)

STRUCTURE_ERRORS: Mapping[str, YamlErrorCode] = MappingProxyType(
    {each.code: each for each in tuple(globals().values()) if isinstance(each, YamlErrorCode)}
)


# Every fault of a value that reading can find: Y140 to Y169.


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

YAML_ERRORS: Mapping[str, YamlErrorCode] = MappingProxyType({**STRUCTURE_ERRORS, **VALUE_ERRORS})
"""Every code by its name; the documentation is generated from it."""
