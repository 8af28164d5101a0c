"""Which choices can be part of a whole selection at all, within bounded work.

Choices are bits. A search keeps those taken and those ruled out, and branches only where a rule or
a step still asks for one of several; a branch never tries again what an earlier one took. Whatever
nothing asks for stays away, which breaks no rule. That is complete: it finds a selection if there
is one. Contradictions can be made exponentially hard, so the work is counted.
"""

from collections.abc import Iterator, Mapping

import msgspec

from kram.shop.configurator.definition import Definition, Picking, RuleKind

MOST_WORK = 20_000
"""Nodes of all searches together: about half a second of a core at the largest definition."""


class TooTangled(Exception):
    """The bound was reached before the answer."""


class _Group(msgspec.Struct, frozen=True):
    step: str
    members: int
    least: int
    most: int
    is_ruled: bool


class Puzzle:
    """A definition as bits, and how much work is left."""

    def __init__(self, definition: Definition, work: int = MOST_WORK) -> None:
        self.work = work
        self.ids = [choice.id for choice in definition.choices()]
        bits = {each: 1 << place for place, each in enumerate(self.ids)}
        self._enemies = dict.fromkeys(bits.values(), 0)
        self._wishes: list[tuple[int, int]] = []
        for rule in definition.rules:
            bit, others = bits[rule.choice], [bits[each] for each in rule.others]
            if rule.kind is RuleKind.REQUIRES:
                self._wishes.append((bit, sum(set(others))))
                continue
            for other in others:
                self._enemies[bit] |= other
                self._enemies[other] |= bit
        ruled = sum(bit for bit, enemies in self._enemies.items() if enemies)
        for bit, others_mask in self._wishes:
            ruled |= bit | others_mask
        self._groups = [_group(step, bits, ruled) for step in definition.picking()]

    def unreachable(self) -> list[str]:
        """The choices that no whole selection contains. Raises: TooTangled."""
        never, seen = [], 0
        for place, choice in enumerate(self.ids):
            if not seen >> place & 1:
                found = self._search(1 << place, 0)
                if found is None:
                    never.append(choice)
                else:
                    seen |= found
        return never

    def is_solvable(self) -> bool:
        """Raises: TooTangled."""
        return self._search(0, 0) is not None

    def guilty(self) -> list[str]:
        """The steps each of which, asking for nothing, would make it solvable. Raises:
        TooTangled."""
        groups, found = self._groups, []
        for place, group in enumerate(groups):
            relaxed = msgspec.structs.replace(group, least=0)
            self._groups = [*groups[:place], relaxed, *groups[place + 1 :]]
            if group.least and self.is_solvable():
                found.append(group.step)
        self._groups = groups
        return found

    def _search(self, taken: int, out: int) -> int | None:
        """The choices of a whole selection with `taken` and without `out`; None: there is none."""
        self.work -= 1
        if self.work < 0:
            raise TooTangled
        out |= self._ruled_out(taken)
        if taken & out or not self._fits(taken, out):
            return None
        candidates = self._asked_for(taken, out)
        if candidates is None:
            return taken
        for bit in _bits(candidates & ~out):
            found = self._search(taken | bit, out)
            if found is not None:
                return found
            out |= bit
        return None

    def _ruled_out(self, taken: int) -> int:
        out = 0
        for bit in _bits(taken):
            out |= self._enemies[bit]
        for group in self._groups:
            if (group.members & taken).bit_count() == group.most:
                out |= group.members & ~taken
        return out

    def _fits(self, taken: int, out: int) -> bool:
        return all(
            (group.members & taken).bit_count() <= group.most
            and (group.members & ~out).bit_count() >= group.least
            for group in self._groups
        )

    def _asked_for(self, taken: int, out: int) -> int | None:
        """One of these must be taken yet. A step whose choices no rule names always finds enough of
        them, so there is nothing to try."""
        for bit, others in self._wishes:
            if taken & bit and not taken & others:
                return others
        for group in self._groups:
            if group.is_ruled and (group.members & taken).bit_count() < group.least:
                return group.members & ~taken
        return None


def _group(step: Picking, bits: Mapping[str, int], ruled: int) -> _Group:
    members = sum(bits[choice.id] for choice in step.choices)
    most = len(step.choices) if step.most is None else step.most
    return _Group(step.id, members, step.least, most, bool(members & ruled))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest
