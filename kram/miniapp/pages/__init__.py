"""Public pages, the same for everybody: rendered from structs, then kept by `cache/`.

`handlers.py` one function a page · `goods.py` what the catalogue's cards look like to a template ·
`frame.py` what stands around every page · `theme.py` the templates · `words.py` the words of the
script · `colours.py` the shop's accent, readable · `art.py` pictures for goods without one ·
`headers.py` what a page's answer carries. Nothing of one person is ever in a page.
"""
