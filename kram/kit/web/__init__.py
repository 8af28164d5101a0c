"""What every door needs of HTTP: answers for failures, and armour around the application.

`problems.py` turns failures into RFC 9457 answers, `asgi.py` wraps the application from outside
(request id, measuring, security headers, body limit), `client.py` says whose limit a request
counts against, `operations.py` answers the machinery around us. Nothing else in `kit` knows of
Litestar.
"""
