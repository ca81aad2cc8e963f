"""Papers for Word, with real styles, lists, headings and tables that survive pasting elsewhere.

The XML is written here because python-docx, tried for the whole of it, saved 52 of 691 lines and took ten times as long
(49 s instead of 5 for a table of 10,000 rows). It has no interface for links, bookmarks, fields, contents, numbering,
repeated table headings, captions and alternative texts.
"""
