"""Customers: found, looked at, joined, handed out, forgotten; and the segments they are in."""
