"""Whose schemas they are."""
