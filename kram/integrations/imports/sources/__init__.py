"""Files of any format as rows with a number, told apart by what they hold.

`contract.py` what all of them are · `csv_text.py` CSV · `workbook.py` XLSX, with `package.py` its
zip, `sheet.py`, `strings.py`, `merges.py`, `values.py` its parts · `feed.py` YML, with
`yml_categories.py` its tree, `html.py` its descriptions · `xml.py` the hardened reader of both.
"""

from kram.integrations.imports.sources.contract import MOST_ROWS, Format, Record, Source
from kram.integrations.imports.sources.detect import opened

__all__ = ["MOST_ROWS", "Format", "Record", "Source", "opened"]
