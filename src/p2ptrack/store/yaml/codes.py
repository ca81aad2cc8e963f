"""Every fault of a file, its lines and its fields that reading can find: Y100 to Y139."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from p2ptrack.store.yaml.fault import YamlErrorCode

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
