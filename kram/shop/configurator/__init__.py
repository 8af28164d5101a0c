"""Goods that a shopper puts together: steps, choices, rules, and what was chosen.

Owns `configurator` (one product's definition, one JSON document) and `design` (a saved selection).

Invariants:
- a definition whose rules contradict is never stored (`soundness.py`, bounded work): each choice
  can be part of something that can be sold;
- a design is never changed: whoever opens its link and changes something saves another; saving the
  same selection twice gives the same design;
- a selection is checked and priced here alone, by `rules.py`, at the definition of the moment: when
  it is saved, when it is put into a cart, when the cart is shown and when the order is placed;
- a line is a variant and a design (`lines.LineKey`); what the design adds comes as an `Offer` like
  any other: its price, its words, its parts. Parts are summed with all other lines, as a bundle's;
- an order keeps words and price; a `seal` tells whether a shopper saw what they are about to get.

`definition.py` the document · `selection.py` what was chosen · `rules.py` pure: check, price, what
is ruled out · `solver.py`, `soundness.py` pure: definitions that make no sense · `service.py`
define, save, open · `lines.py` lines of a cart or order as offers · `models.py` · `queries.py` ·
`errors.py`. Events out: `catalog.changed.v1`, when a definition changes.
"""
