"""Bonus points: earned by orders, spent on the next ones, given for bringing a friend.

Owns `loyalty_settings`, `point_account`, `point_move`.
"""
