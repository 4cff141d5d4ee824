"""So many tries a minute from one address, counted in this process alone."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from formsvc import clock

_MOST_ADDRESSES: Final = 10_000


class Limiter:
    """Counts tries. `most` are let through in any `span`; each process counts for itself."""

    def __init__(self, *, most: int, span: timedelta = timedelta(minutes=1)) -> None:
        self.most = most
        self.span = span
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, address: str) -> bool:
        """Count a try and say whether it may go on; one that may not is not counted."""
        now = clock.now()
        with self._lock:
            tries = self._tries.setdefault(address, deque())
            self._tries.move_to_end(address)
            while tries and now - tries[0] >= self.span:
                tries.popleft()
            while len(self._tries) > _MOST_ADDRESSES:
                self._tries.popitem(last=False)
            if len(tries) >= self.most:
                return False
            tries.append(now)
            return True
