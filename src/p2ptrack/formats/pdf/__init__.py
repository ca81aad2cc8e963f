"""PDF/UA-1 papers: the HTML paper laid out by WeasyPrint, with a structure tree made from the HTML.

WeasyPrint 70.0 makes its structure from boxes and opens an element again on each page. Here every HTML element makes
one structure element, in the order of the text, so a table is one `Table` and a list one `L`. This list names the issue
of Kozea/WeasyPrint behind each step. When all are fixed, `tags.py` and `tag_tree.py` can be deleted.

`tag_tree`
  - one element for what continues over pages (tables, rows, cells, lists, items, paragraphs, sections): #2903, #2902
  - a nested list is inside the body of its item, and text after it is read after it: #2874, #2879
  - an item has one body, with a bullet or without: #2497, #1837
  - `dl`, code, quotations and lists of contents have their own roles, without needless spans: #2482
  - a link is one element, whatever is in it and however many lines it has: #185
  - the language of a passage is written: no issue yet
  - header cells have a scope: #2508
  - each cell names the headers of its columns, its rows and its group of rows: #2903, which repeats them by page
`tags`
  - page margins are artifacts, and so is a repeated head of a table: #1836, #2903
  - leaders and decoration are artifacts; a link has one annotation a line, and none without text: no issue yet
  - a link annotation has the text of its link instead of its target, and is printed: no issue yet
  - the place of a picture is in units of the PDF, from the bottom of its page: no issue yet
  - header cells are in the index of names; attached files are in the catalogue: no issue yet

WeasyPrint still marks each piece of text while it paints (`Stream.marked`) and writes metadata, bookmarks and fonts.
Text with CSS `opacity` would escape that marking, so templates do without it.
"""
