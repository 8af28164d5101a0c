"""What makes orders cheaper, as the staff sets it up.

`listing.py` all promotions · `edit.py` one of them · `rule_form.py` its rule as a form · `codes.py`
its codes, and their file · `gift_cards.py` cards · `rules.py` taxes and bonus points.
"""
