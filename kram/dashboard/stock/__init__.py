"""The pages of the stock.

`levels.py` goods by how many are left, with the correction beside them · `ledger.py` one variant:
its moves, how it is sold without units · `places.py` warehouses and pick-up points · `transfers.py`
and `stocktakes.py` their papers · `typed.py` what people type there.
"""
