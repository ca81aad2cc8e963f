"""HTML pages: the page itself, its templates, Markdown in texts, and charts."""
