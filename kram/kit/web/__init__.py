"""What every door needs of HTTP: answers for failures, and armour around the application.

`problems.py` turns failures into RFC 9457 answers, `asgi.py` wraps the application from outside
(request id, security headers, body limit). Nothing else in `kit` knows of Litestar.
"""
