"""Storefront pages, rendered once and answered before the framework is asked.

`versions.py` knows which edition of a shop is current, `page.py` is one ready answer, `store.py`
keeps answers within a budget of bytes, `layer.py` is the ASGI layer that puts them together, and
`news.py` carries "this shop changed" between processes.
"""
