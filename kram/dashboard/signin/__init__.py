"""Who asks: cookies in, a `Visitor` for every request, cookies out.

`gate` reads the session's cookies and renews them, `live` asks whether the session still lives,
`middleware` puts the visitor into the request's scope and the cookies and the page's security
headers on the answer, `csrf` refuses every unsafe request that our own page did not send.
"""
