"""The pages of this folder."""

from kram.dashboard.promotions import codes, edit, gift_cards, listing, rules

PAGES = (
    listing.promotions_page,
    edit.new_promotion_page,
    edit.new_promotion,
    edit.show_promotion,
    edit.change_promotion,
    edit.switch_promotion,
    codes.add_code,
    codes.generate_codes,
    codes.download_codes,
    gift_cards.gift_cards_page,
    gift_cards.issue_gift_cards,
    gift_cards.block_gift_card,
    rules.taxes_page,
    rules.change_taxes,
    rules.points_page,
    rules.change_points,
)
