"""What customers say of goods, and which they like.

Owns `review`, `product_rating`, `favourite`.

A review is stars, perhaps a text and photos, once for each customer and product; writing it again
changes it. `rules.py` says what a person has to look at before it is shown: links, swear words,
haste, copies, and words of who did not buy. The rest is shown at once. `is_bought` means a
delivered order; an order that is delivered later marks what was said before.

Invariants: the rating of a product is exactly its published reviews; it changes in the transaction
that publishes, hides or changes one, by one statement that adds, under the review's row lock.

Events in: `order.delivered.v1`. Events out: `review.created.v1`, `review.edited.v1`,
`review.published.v1`, `review.rejected.v1`, `review.replied.v1`, `review.photo_removed.v1` and
the timer `review.photo_taken.v1` (for the files).
"""
