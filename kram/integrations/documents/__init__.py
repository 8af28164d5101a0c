"""Papers about orders as PDF: invoice, packing slip, receipt.

`content.py` what a paper says, from rows · `templates/documents/` how it says it (Jinja2, in the
order's language) · `pdf.py` HTML to PDF by fpdf2, with Noto Sans out of a package.

The same content gives the same bytes for ever: the file's date is the document's own. A paper is
drawn in a thread and given up after `SECONDS`.
"""

from kram.integrations.documents.content import Paper
from kram.integrations.documents.render import Papers, papers

__all__ = ["Paper", "Papers", "papers"]
