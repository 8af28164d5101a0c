"""The merchant's door: pages of a shop in the browser (Jinja2, htmx); forms work without scripts.

- `routes.routes(services)` is the door as one router; `services` says what it needs of the house,
  `door` is what is made once of that; `problems` turns failures into pages.
- `signin/` who asks (cookies, sessions, CSRF); `people` the signed-in person and the desk they sit
  at: every handler below a shop's address names its permission in `opt`, or fails.
- `pages/` how to answer: `view` renders a page or leads to another one, `forms` keeps what was
  typed beside what is wrong with it, `flash` carries a message over one redirect, `labels` names
  stored values.
- One package a page: `account` `opening` `home` `orders` `catalog` `stock` `imports` `bot`
  `webhooks` `settings`. Templates in `templates/dashboard/`, one macro file a component; styles and
  scripts in `assets/`.

A form is answered by 303 to a page, or by itself with a status of 4xx and its errors; scripts make
both happen in place (`hx-boost`). Nothing here decides about goods, orders or money: use cases of
the lower floors do, in a transaction that the handler opens.
"""
