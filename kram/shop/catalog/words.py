"""A forgiving search without an index: every typed word must occur somewhere."""

_MOST_WORDS = 8
_LONGEST_TEXT = 100
_ESCAPED = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def patterns(typed: str) -> list[str]:
    """One ILIKE pattern a word; what a person types is never a wildcard. At most eight."""
    words = typed.replace("\0", " ")[:_LONGEST_TEXT].split()
    return [f"%{word.translate(_ESCAPED)}%" for word in words[:_MOST_WORDS]]
