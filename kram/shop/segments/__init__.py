"""Who is meant: customers by what they are and did.

Owns `segment`: a rule with a name. `rules.py` is the language, a tree of tagged structs;
`compile_queries.py` makes one statement of it, whose every value is a bound parameter; `service.py`
keeps, previews and asks. A segment is live: nobody is ever written into it, who belongs is asked at
the moment of use.

Invariants: any rule that decodes compiles and runs; it has at most `MOST_PARTS` parts; asking
about one customer (`in_segment`, `segments_of`) reads that customer's own rows alone, however many
others there are.

Orders and payments lie above this slice: it knows the few columns of theirs that people are judged
by (`facts_queries.py`), and a test compares them with the models.

Events: none.
"""
