"""Who comes next: owners share first, then each owner's flows (jobs), then the order of arrival.

Both levels are start-time fair queueing (Goyal, Vin, Cheng 1996): whoever has had less than its
share, by cost and not by count, comes first. So a text of one sentence does not wait behind a book,
and an owner with one job does not wait behind another's hundred.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

ItemT = TypeVar("ItemT")


@dataclass(order=True, slots=True)
class _Ticket(Generic[ItemT]):
    tag: float
    late: bool  # of those with one tag, who was put in front comes first
    number: int
    item: ItemT = field(compare=False)
    cost: float = field(compare=False)


class _Flows(Generic[ItemT]):
    """What one owner has queued. A flow keeps its order."""

    def __init__(self) -> None:
        self._tickets: list[_Ticket[ItemT]] = []
        self._finish: dict[str, float] = {}  # tag at which each flow's last item ends
        self._now = 0.0
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._tickets)

    def push(self, flow: str, item: ItemT, cost: float) -> None:
        start = max(self._now, self._finish.get(flow, 0.0))
        self._finish[flow] = start + cost
        heapq.heappush(self._tickets, _Ticket(start, True, next(self._numbers), item, cost))

    def push_front(self, item: ItemT, cost: float) -> None:
        heapq.heappush(self._tickets, _Ticket(self._now, False, next(self._numbers), item, cost))

    def peek(self) -> _Ticket[ItemT]:
        return self._tickets[0]

    def pop(self) -> _Ticket[ItemT]:
        ticket = heapq.heappop(self._tickets)
        self._now = max(self._now, ticket.tag)
        return ticket


class _Turn(NamedTuple):
    start: float  # tag at which the owner's next item begins
    number: int
    owner: str


class FairQueue(Generic[ItemT]):
    """A queue that owners share, and within each its flows.

    Args:
        is_gone: whether nobody waits for an item any more. Such an item is dropped when its turn
            comes, and its owner is not charged for it.
    """

    def __init__(self, is_gone: Callable[[ItemT], bool]) -> None:
        self._is_gone = is_gone
        self._owners: dict[str, _Flows[ItemT]] = {}  # of those with something queued
        self._turns: list[_Turn] = []  # one of each of these owners
        self._finish: dict[str, float] = {}  # tag at which each owner's last turn ended
        self._now = 0.0
        self._numbers = itertools.count()
        self._length = 0
        self.cost = 0.0

    def __len__(self) -> int:
        return self._length

    def push(self, owner: str, flow: str, item: ItemT, cost: float) -> None:
        self._flows_of(owner).push(flow, item, cost)
        self._count(1, cost)

    def push_front(self, owner: str, item: ItemT, cost: float) -> None:
        """Queue what comes before its owner's others: it has waited already, or somebody listens
        for it."""
        self._flows_of(owner).push_front(item, cost)
        self._count(1, cost)

    def peek(self, besides: Collection[str] = ()) -> ItemT | None:
        """The next item, of an owner that is none of `besides`."""
        turn = self._next_turn(besides)
        return None if turn is None else self._owners[turn.owner].peek().item

    def pop(self, besides: Collection[str] = ()) -> ItemT | None:
        """Take what `peek` shows, and charge its owner."""
        turn = self._next_turn(besides)
        if turn is None:
            return None
        ticket = self._owners[turn.owner].pop()
        self._now = max(self._now, turn.start)
        self._finish[turn.owner] = turn.start + ticket.cost
        self._count(-1, -ticket.cost)
        self._end_turn(turn)
        return ticket.item

    def tidy(self) -> None:
        """Let go of items at the front that nobody waits for any more."""
        self._next_turn(())

    def _flows_of(self, owner: str) -> _Flows[ItemT]:
        flows = self._owners.get(owner)
        if flows is None:
            flows = self._owners[owner] = _Flows()
            self._queue_turn(owner)
        return flows

    def _queue_turn(self, owner: str) -> None:
        start = max(self._now, self._finish.get(owner, 0.0))
        heapq.heappush(self._turns, _Turn(start, next(self._numbers), owner))

    def _end_turn(self, turn: _Turn) -> None:
        """Queue an owner's next turn, or forget the owner that has nothing left."""
        if turn is self._turns[0]:
            heapq.heappop(self._turns)
        else:
            self._turns.remove(turn)
            heapq.heapify(self._turns)
        if self._owners[turn.owner]:
            self._queue_turn(turn.owner)
        else:
            del self._owners[turn.owner]
        if not self._owners:
            self._finish.clear()
            self.cost = 0.0  # no drift from adding and subtracting floats

    def _next_turn(self, besides: Collection[str]) -> _Turn | None:
        if not besides:
            while self._turns and not self._has_any(self._turns[0]):
                pass
            return self._turns[0] if self._turns else None
        others = (turn for turn in sorted(self._turns) if turn.owner not in besides)
        return next((turn for turn in others if self._has_any(turn)), None)

    def _has_any(self, turn: _Turn) -> bool:
        """Take what nobody waits for off an owner's front; whether anything is left."""
        flows = self._owners[turn.owner]
        while flows and self._is_gone(flows.peek().item):
            self._count(-1, -flows.pop().cost)
        if not flows:
            self._end_turn(turn)
        return bool(flows)

    def _count(self, items: int, cost: float) -> None:
        self._length += items
        self.cost += cost
