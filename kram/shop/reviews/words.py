"""Beginnings of swear words, by language; a text with one of them is looked at by a person.

Only the certain ones: a list that is too long holds honest reviews ("хлібчик", "Scunthorpe").
Words are compared by their beginning, letters between them and look-alikes aside (`rules.py`).
"""

from collections.abc import Mapping
from types import MappingProxyType

SWEARING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "uk": ("хуй", "хує", "хуї", "хуя", "пизд", "їбат", "йоба", "їбан", "заїб", "виїб", "бляд",
               "курва", "мудак", "підар", "підор", "гівн", "лайно", "сука"),
        "ru": ("хуй", "хуе", "хуё", "хуя", "пизд", "ебат", "ебан", "ёбан", "заеб", "выеб", "наеб",
               "бляд", "блят", "мудак", "пидор", "пидар", "говн", "сука", "гандон", "шлюх"),
        "en": ("fuck", "motherf", "shit", "bitch", "cunt", "asshole", "dickhead", "bastard",
               "nigger", "faggot", "whore"),
    }
)  # fmt: skip
