"""Every YAML mistake that p2ptrack explains: Y100 to Y139 about the file and its lines, Y140 to Y169 about a value."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from p2ptrack.diagnostics import Severity
from p2ptrack.values import dataclass


@dataclass(frozen=True, slots=True)
class YamlErrorCode:
    """One kind of mistake. `message` and `fix` are templates, filled from the officer's own line.

    The first line of `fix` is a sentence; the lines after it are YAML to paste.
    """

    code: str
    title: str
    why: str
    message: str
    fix: str
    example: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class YamlFinding:
    """A mistake at characters `start` to `end` of a text, with its message and fix."""

    error_code: YamlErrorCode
    start: int
    end: int
    message: str
    fix: str


def make_finding(error_code: YamlErrorCode, span: tuple[int, int], *, fix: str = "", **details: object) -> YamlFinding:
    """Return the finding at this span.

    `details` fill the templates; `fix` replaces the usual advice without filling a template.
    """
    message = error_code.message.format(**details)
    return YamlFinding(error_code, *span, message, fix or error_code.fix.format(**details))


CHANGE_LINE = "Change the line to:\n{line}"
QUOTE_TEXT = "Put the text in quotes:\n{line}"

BLOCK_FOR_VALUE = "{advice}:\n{block}"

UNREADABLE = YamlErrorCode(
    "Y100",
    "A line that cannot be read",
    "Reading stops at this line, so everything after it would be lost.",
    "This line cannot be read. The mistake may also be in the line above it.",
    "Write one field on each line, for example `title: Review the contracts register`. "
    "Put text with special characters in quotes.",
    "--- }x",
)
NOT_UTF8 = YamlErrorCode(
    "Y101",
    "A file that is not saved as UTF-8",
    "Pound signs, dashes and accents would change into other characters on another computer.",
    "This file is not saved as UTF-8. It looks like {encoding}{character}.",
    "Save the file again as UTF-8. In Notepad, choose File, Save as, and set Encoding to UTF-8.",
    "a file saved by an older program as “Unicode” or “ANSI”",
)
TOO_LARGE = YamlErrorCode(
    "Y102",
    "A file over 1 MiB",
    "A record is text that people write. A file of this size is something else.",
    "This file has {size} bytes. A record can have at most 1,048,576 (1 MiB).",
    "Keep a large document elsewhere and add a link to it under `evidence`.",
    "a spreadsheet saved under a record's name",
)
EMPTY_FILE = YamlErrorCode(
    "Y103",
    "A file without fields",
    "A record without fields would be missing from every list.",
    "This file has no fields.",
    "Add {fields}.",
    "# to be written",
)
NOT_A_RECORD = YamlErrorCode(
    "Y104",
    "A file that does not begin with a field",
    "A record is a set of fields, each with its name.",
    "This file begins with {what}. A record begins with a field name.",
    "Begin the file with {fields}, one field on each line.",
    "- id: A01\n- title: Review",
)
CONTROL_CHARACTER = YamlErrorCode(
    "Y105",
    "An invisible control character",
    "It usually comes from another program. It changes how the text is read, and nobody can see it.",
    "This line contains an invisible character: {name} (U+{number}).",
    "Write the line without this character:\n{line}",
    "title: Review<U+0000> contracts",
)
BIDI_CONTROL = YamlErrorCode(
    "Y106",
    "An invisible character that reverses the writing direction",
    "It makes the text look different from what is stored.",
    "This line contains an invisible character that reverses the writing direction: {name} (U+{number}).",
    "Write the line without this character:\n{line}",
    "title: Review <U+202E>contracts",
)
INVISIBLE_SPACE = YamlErrorCode(
    "Y107",
    "A character that only looks like a space",
    "A no-break space looks like a space but is not one, so the field name or its value would not be recognised.",
    "{where} there is {name} (U+{number}). It looks like a space or like nothing, but it is read as a letter.",
    "Use an ordinary space, or none:\n{line}",
    "title:<U+00A0>Review",
)
TAB_INDENT = YamlErrorCode(
    "Y108",
    "A tab at the start of a line",
    "Editors show tabs with different widths, so nobody can see which lines belong together.",
    "This line is indented with a tab.",
    "Replace the tab with spaces, so that the line is indented as far as the lines it belongs with.",
    "updates:\n<tab>- text: Done",
)
MERGE_CONFLICT = YamlErrorCode(
    "Y109",
    "A merge conflict that is not resolved",
    "Two people changed the same lines, and nobody has decided yet which version is right.",
    "Two people changed these lines, and git kept both versions between marker lines. This is a marker line.",
    "Combine the two versions into the text that is right. Then remove every marker line "
    "(`<<<<<<<`, `=======`, `>>>>>>>`).",
    "<<<<<<< HEAD\nstatus: complete\n=======\nstatus: on_hold\n>>>>>>> branch",
)
DOCUMENT_MARKER = YamlErrorCode(
    "Y110",
    "A line that ends the record",
    "Everything after this line would be lost.",
    "A line of `{marker}` ends the record here.",
    "Put each record in a file of its own. Within one record, leave out the `{marker}` line.",
    "id: A01\n---\nid: A02",
)
DIRECTIVE = YamlErrorCode(
    "Y111",
    "A line that begins with %",
    "A line that begins with `%` is an instruction to a YAML program, not part of the record.",
    "A line cannot begin with `%`.",
    "If the line is text, put it in quotes after a field name. An instruction such as `%YAML 1.2` is not needed.",
    "%YAML 1.2",
)
TOO_DEEP = YamlErrorCode(
    "Y112",
    "Too many lists inside one another",
    "No field of a record is nested this deep.",
    "The 17th list or group inside another begins here. A record can have at most 16.",
    "If the brackets are part of the text, put the whole text in quotes.",
    "title: [[[[[[[[[[[[[[[[[[[[",
)
TOO_MANY_ERRORS = YamlErrorCode(
    "Y113",
    "More mistakes than are listed",
    "A file with a hundred mistakes is probably not a record.",
    "This file has more mistakes, from here on.",
    "Fix the mistakes listed above, then run p2ptrack check again.",
    "a spreadsheet saved under a record's name",
)
TEXT_OUTSIDE_FIELD = YamlErrorCode(
    "Y114",
    "A line of text outside its field",
    "A text over several lines is one text only if each line is indented as part of it.",
    "This line continues the text above, but it is not indented as part of it.",
    BLOCK_FOR_VALUE,
    "updates:\n  - date: 1 February 2027\n    text: All records have been checked and the\nregister is now complete.",
)
TEXT_IN_COMMENT = YamlErrorCode(
    "Y115",
    "A line of text that is read as a comment",
    "A line that begins with `#` is a comment, so no paper prints it.",
    "This line begins with `#` and is read as a comment, so it is not part of the text above.",
    "{advice} If it is a comment, put a space after `#` and begin the line in column {column}.\n{block}",
    "updates:\n  - date: 1 February 2027\n    text: What is left is lot\n    #4 of the contract.",
)
COMMENT_OR_TEXT = YamlErrorCode(
    "Y116",
    "A comment that may be a line of text",
    "A line that begins with `#` is a comment, so no paper prints it.",
    "This line is read as a comment, but it may be part of the text above.",
    "If it is a comment, nothing needs to be done. {advice}\n{block}",
    "note: What is left is lot\n# 4 of the contract.",
    Severity.NOTE,
)
FOREIGN_COMMENT = YamlErrorCode(
    "Y117",
    "A comment that does not begin with #",
    "Only `#` begins a comment. A value that begins with other characters is printed.",
    "This value begins with `{text}`, as a comment does in other languages. Here it is the text of the field.",
    "If it is a comment, begin it with `#`:\n{line}",
    "note: // for officers",
    Severity.WARNING,
)
LFS_POINTER = YamlErrorCode(
    "Y118",
    "A Git LFS pointer",
    "The record itself is kept elsewhere and was not fetched, so it would be missing from every list and paper.",
    "This is a Git LFS pointer. The file itself was not fetched.",
    "Run: git lfs pull",
    "version https://git-lfs.github.com/spec/v1\nsize 1234",
)
ENCRYPTED = YamlErrorCode(
    "Y119",
    "An encrypted file",
    "An encrypted record cannot be read, so it would be missing from every list and paper.",
    "This file is encrypted with {program}.",
    "Decrypt it first{command}.",
    "$ANSIBLE_VAULT;1.1;AES256",
)
DUPLICATE_KEY = YamlErrorCode(
    "Y120",
    "A field that appears twice",
    "Only one of the two would be read, and nobody would notice.",
    "`{key}` appears twice. The first is in line {line}.",
    "Write `{key}:` once, with the value that is right.",
    "title: Review\ntitle: Renew",
)
KEY_NOT_TEXT = YamlErrorCode(
    "Y121",
    "A list or group instead of a field name",
    "The name of a field is a word.",
    "A field name must come here, but there is a list, a group or nothing.",
    "Write a field name, a colon and a space before the value, for example `title: Review`.",
    "[R1, R2]: done",
)
MERGE_KEY = YamlErrorCode(
    "Y122",
    "A merge key (<<)",
    "It copies fields from another place, and a reader cannot see which.",
    "`<<` copies fields from another place. A register cannot use it.",
    "Write the fields themselves, one on each line.",
    "<<: *defaults",
)
ANCHOR = YamlErrorCode(
    "Y123",
    "A value that begins with &",
    "YAML reads `&` at the start of a value as a label, and drops the word after it.",
    "A value that begins with `&` loses its first word, because YAML reads it as a label.",
    "Leave that word out if it is not part of the text. Otherwise put the text in quotes:\n{line}",
    "title: &Co contracts",
)
ALIAS = YamlErrorCode(
    "Y124",
    "A value that begins with *",
    "YAML reads `*` at the start of a value as a reference to a label.",
    "A value that begins with `*` is read as a reference to another place, not as text.",
    QUOTE_TEXT,
    "title: *urgent* review",
)
TAG = YamlErrorCode(
    "Y125",
    "A value that begins with !",
    "YAML reads `!` at the start of a value as the name of a type, and drops it.",
    "A value that begins with `!` loses its first word, because YAML reads it as the name of a type.",
    QUOTE_TEXT,
    "title: !important",
)
NULL_WORD = YamlErrorCode(
    "Y126",
    "A word that means “no value”",
    "Other programs read it as no value. In a register every value is text, so a paper would print the word.",
    "`{text}` is not a value.",
    'If there is no value, remove the field. If you mean the word itself, write `"{text}"` in quotes.',
    "target: null",
)
CODE_FENCE = YamlErrorCode(
    "Y127",
    "A line that marks a block of code",
    "Programs that show records as code put such a line before and after them. A record has none.",
    "This line marks a block of code in Markdown. It is not part of the record.",
    "Leave this line out.",
    "```yaml\nid: A01\n```",
)
BOLD_NAME = YamlErrorCode(
    "Y128",
    "A field name in bold",
    "Markdown writes bold words between asterisks. In a record they are part of the name, so the field is "
    "not recognised.",
    "The name of this field stands between asterisks, as bold words do in Markdown.",
    "Write the name without asterisks:\n{line}",
    "**title:** Review",
)
NO_COLON = YamlErrorCode(
    "Y130",
    "A line without a field name",
    "It belongs to no field, so it would be lost.",
    "This line has no field name with a colon, and it does not continue the line above.",
    "Begin the line with the name of its field and a colon. If it continues the value above, indent it further.",
    "status: complete\nsince March",
)
NO_SPACE_AFTER_COLON = YamlErrorCode(
    "Y131",
    "No space after the colon",
    "Without the space, the name and the value are one word.",
    "There is no space between the colon and the value.",
    "Put a space after the colon:\n{line}",
    "title:Review",
)
NO_SPACE_AFTER_DASH = YamlErrorCode(
    "Y132",
    "No space after the dash",
    "Without the space, the dash is part of the text and the line is not part of a list.",
    "There is no space between the dash and the text after it.",
    "Put a space after the dash:\n{line}",
    "recommendations:\n  -R1\n  -R2",
)
INDENTATION = YamlErrorCode(
    "Y133",
    "A line that does not line up",
    "The indentation of a line shows what it belongs to.",
    "This line begins in column {column}, but the lines it belongs with begin in column {expected}.",
    "Begin the line in column {expected}:\n{line}",
    "id: A01\n  title: Review",
)
UNEXPECTED_LIST = YamlErrorCode(
    "Y134",
    "A list where a field is expected",
    "A line that begins with a dash belongs to a list, and there is no list here.",
    "This line begins with {marker}, as in a list, but a field name is expected here.",
    "Write the name of the list on the line above, for example `updates:`. Indent the dash at least as far.",
    "id: A01\n- R1",
)
JOINED_LIST = YamlErrorCode(
    "Y135",
    "A list after a value",
    "The line above already has a value, so the dash becomes part of its text.",
    "This line begins with a dash, but the line above already has a value. Both are read as one text.",
    "Put each entry of the list on its own line below the name, after a dash. "
    "If it is one text, put the whole text in quotes.",
    "recommendations: R1\n  - R2",
)
FIELD_IN_OPEN_LIST = YamlErrorCode(
    "Y136",
    "A field where a list continues",
    "The lines above belong to a list, and each of its entries begins with a dash.",
    "The lines above belong to a list. This line must begin with a dash or belong to the entry above it.",
    "For a new entry, put a dash and a space before it. Otherwise indent it as far as the text of the entry above.",
    "- id: A01\n  title: Review\nstatus: open\nteam: Legal",
)
INDENTED_BLANK_LINE = YamlErrorCode(
    "Y137",
    "An empty line with too many spaces",
    "The first line of a text sets its indentation, even if the line contains only spaces.",
    "This line contains only spaces, and it is indented further than the text below it.",
    "Remove the spaces from this line.",
    "text: |\n      \n  Review",
)
WRONG_LIST_MARKER = YamlErrorCode(
    "Y138",
    "A list entry without a hyphen",
    "Word processors turn the hyphen of a list into a dash or a dot, and then it is not read as a list.",
    "A list entry begins with a hyphen, but this line begins with {name}.",
    "Begin the line with a hyphen and a space:\n{line}",
    "recommendations:\n  • R1",
)
TEXT_ENDS_IN_COLON = YamlErrorCode(
    "Y139",
    "A line of text that ends in a colon",
    "It is read as the name of a field without a value, and such a field is left out.",
    "This line ends in a colon. It is read as the name of a field without a value, so it would be lost.",
    "Indent the line as far as the text that it belongs to, or write it without the colon.",
    "id: A01\nThe reasons are these:",
)
UNCLOSED_QUOTE = YamlErrorCode(
    "Y140",
    "A quote that is never closed",
    "Everything after it would be read as part of the text.",
    "The quote that begins here is never closed.",
    "Close the quote:\n{line}",
    'title: "Review',
)
TEXT_AFTER_QUOTE = YamlErrorCode(
    "Y141",
    "Text after the closing quote",
    "A value that begins with a quote ends at the next one.",
    "The value ends at the second quote, but more text follows it.",
    QUOTE_TEXT,
    'title: "Review" of contracts',
)
CURLY_QUOTES = YamlErrorCode(
    "Y142",
    "Curly quotes around a value",
    "Only straight quotes mark a value. Curly quotes become part of the text.",
    "Curly quotes, as word processors type them, become part of the text.",
    "Use straight quotes, or none:\n{line}",
    "title: “Review”",
)
BAD_ESCAPE = YamlErrorCode(
    "Y143",
    "A backslash in double quotes",
    "In double quotes, a backslash begins the code of another character.",
    "In double quotes, a backslash begins the code of another character. `{text}` is not a code.",
    "Use single quotes:\n{line}",
    'link: "S:\\Data"',
)
ESCAPED_CONTROL = YamlErrorCode(
    "Y144",
    "A code for an invisible character",
    "The text would contain a character that nobody can see or that changes how a screen behaves.",
    "In double quotes, `{text}` is the code of an invisible character: {name} (U+{number}).",
    "Use single quotes:\n{line}",
    'title: "Review\\e[31m"',
)
HIDDEN_BY_COMMENT = YamlErrorCode(
    "Y150",
    "Text lost after #",
    "After a space, `#` begins a comment, and the rest of the line is dropped.",
    "A space and `#` begin a comment, so `{lost}` would be lost.",
    QUOTE_TEXT,
    "title: Contract #4 review",
)
COLON_IN_VALUE = YamlErrorCode(
    "Y151",
    "A colon inside a value",
    "A colon ends the name of a field, so a second one makes the line ambiguous.",
    "The value contains a colon, which is read as the end of another field name.",
    QUOTE_TEXT,
    "title: Review: phase two",
)
TEXT_AFTER_BRACKETS = YamlErrorCode(
    "Y152",
    "Text after a closing bracket",
    "`[` begins a list and `{` begins a group of fields, and nothing may follow its closing bracket.",
    "A value that begins with `{text}` is read as {what}, but more text follows it.",
    QUOTE_TEXT,
    "title: [DRAFT] Review",
)
RESERVED_CHARACTER = YamlErrorCode(
    "Y153",
    "A value that begins with @, ` or %",
    "YAML reserves these characters.",
    "A value cannot begin with {text}.",
    QUOTE_TEXT,
    "title: @home",
)
MISPLACED_BLOCK_MARKER = YamlErrorCode(
    "Y154",
    "A value that begins with | or >",
    "`|` and `>` mean that the text is on the lines below, so nothing may follow them.",
    "`{text}` at the start of a value means that the text is on the lines below, so nothing may follow it.",
    QUOTE_TEXT,
    "title: > 5 days late",
)
INDICATOR_IN_VALUE = YamlErrorCode(
    "Y155",
    "A value that begins with a character that YAML reserves",
    "A dash with a space, `?`, `:`, a comma and a closing bracket have another meaning at the start of a value.",
    "A value cannot begin with `{text}`.",
    QUOTE_TEXT,
    "title: - Review",
)
SPLIT_BY_COMMA = YamlErrorCode(
    "Y156",
    "A comma that ends a value in { }",
    "Inside `{` and `}` a comma ends the value, and the words after it become a field without a value.",
    "Inside the brackets a comma ends the value, so `{text}` is read as the name of another field.",
    QUOTE_TEXT,
    "response: {text: Agreed, and noted}",
)
UNCLOSED_BRACKET = YamlErrorCode(
    "Y157",
    "A bracket that is never closed",
    "Everything after it would be read as part of the list.",
    "The bracket `{text}` that opens here is never closed with `{closing}`.",
    "Close the bracket:\n{line}",
    "recommendations: [R1, R2",
)
BRACKET_IN_VALUE = YamlErrorCode(
    "Y158",
    "A bracket or a question mark inside a value in [ ] or { }",
    "Inside brackets, another bracket or a question mark begins a new list, group or field.",
    "Inside brackets, `{text}` begins a new list, group or field.",
    QUOTE_TEXT,
    "parts: [{id: R1.1, text: members [of the board] decide}]",
)
TEXT_IN_BRACES = YamlErrorCode(
    "Y159",
    "Text in curly brackets",
    "Curly brackets contain fields with their values.",
    "Curly brackets contain fields with their values, but `{text}` has none.",
    QUOTE_TEXT,
    "title: {DRAFT}",
)
EXTRA_COMMA = YamlErrorCode(
    "Y160",
    "Nothing before a comma",
    "Inside brackets each comma ends an entry, so there must be an entry before it.",
    "Inside brackets there must be an entry before `{text}`.",
    CHANGE_LINE,
    "recommendations: [R1, , R2]",
)
MISSING_COMMA = YamlErrorCode(
    "Y161",
    "A missing comma",
    "Inside brackets there is a comma between two entries.",
    "Inside brackets there must be a comma before this entry.",
    "Put a comma between the two entries:\n{line}",
    "sources: [{id: a} {id: b}]",
)
JOINED_NAMES = YamlErrorCode(
    "Y162",
    "Two names read as one",
    "Without a dash or a comma before it, a line continues the name above, and the two people count as one.",
    "This line continues the name above, so both are read as one: `{text}`.",
    "If it is one name, write it on one line. If this is a second name, put a {marker} before it:\n{lines}",
    "supporting:\n  - Head of Procurement\n    Chief Internal Auditor",
    Severity.WARNING,
)

YAML_ERRORS: Mapping[str, YamlErrorCode] = MappingProxyType(
    {code.code: code for code in tuple(globals().values()) if isinstance(code, YamlErrorCode)}
)
"""Every code by its name; the documentation is generated from it."""
