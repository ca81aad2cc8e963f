"""The structure of a PDF, as screen readers read it: made from the HTML, in place of what WeasyPrint makes from boxes.

WeasyPrint 70.0 makes one structure element for each box, so whatever a page cuts is opened anew on the
next one. Here each structure element is made once for its HTML element, in the order of the text, and
every piece of text on any page goes to the element that it came from: a table is one `Table` and a list
one `L` by construction. This list says which issue of Kozea/WeasyPrint each step answers; when all are
mended there, this folder and its use in `pdf.py` can be deleted.

`tree`
  - one element for what runs over pages (tables, rows, cells, lists, items, paragraphs, sections): #2903, #2902
  - a nested list stands inside the body of its item, and text after it is read after it: #2874, #2879
  - an item has one body, with a bullet or without: #2497, #1837
  - roles of their own for `dl`, code, quotations and lists of contents, and no needless spans: #2482
  - a link is one element, whatever stands in it and however many lines it has: #185
  - the language of a passage is written: no issue yet
`tables`
  - header cells have a scope: #2508
  - each cell names the headers of its columns, its rows and its group of rows: #2903, which repeats them by page
`boxes`
  - what stands in the margins of pages is an artifact, and so is a repeated head of a table: #1836, #2903
  - leaders and decoration are artifacts; a link has one annotation a line, and none without words: no issue yet
`objects`
  - a link annotation says the words of its link, not its target, and is printed: no issue yet
  - the place of a picture is in the units of the PDF, from the bottom of its page: no issue yet
  - header cells are in the index of names; attached files are in the catalogue: no issue yet

What stays WeasyPrint's: marking each piece of text while it paints (`Stream.marked`), the metadata, the
bookmarks and the fonts. `opacity` would hide text from that marking, so templates do without it.
"""
