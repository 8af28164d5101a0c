"""The storefront: what a shopper sees, inside Telegram and in a plain browser.

Everything is below `/m/{shop}/`. Pages are public and the same for everybody (`pages/`), rendered
once for every edition of a shop and language, and answered by a layer in front of the framework
(`cache/`). What is one person's comes as JSON after sign-in (`api/`): by Telegram's launch data,
or as a guest. `assets/storefront/` is the script: `host/` where it runs (one module alone knows
Telegram), `net/` who asks, `cart/`, `app/` moving between pages, `screens/` one file a page,
`looks/` the style. Templates are `templates/miniapp/themes/market/`.

`services.py` is what `app` must give, `routes.py` what it gets. Nothing here imports aiogram.
"""
