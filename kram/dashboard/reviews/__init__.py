"""Reviews: the queue that a person works through, and what the shop answers."""
