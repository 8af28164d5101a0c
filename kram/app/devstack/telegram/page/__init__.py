"""The page with the phones: one HTML document, its script and styles, the files in messages."""
