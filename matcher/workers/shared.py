"""Something large that every task needs, sent to a worker once and unpacked there once."""

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

KEPT = 2
"""So many unpacked values stay in a process: a sweep needs one, two may take turns in tests."""

_received: dict[str, bytes] = {}
_unpacked: OrderedDict[str, Any] = OrderedDict()


@dataclass(frozen=True)
class Shared:
    """A pickled value by its hash; `content` is None where the worker has received it before."""

    digest: str
    content: bytes | None

    @classmethod
    def of(cls, value: Any) -> "Shared":
        """Pack a value."""
        content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return cls(sha256(content).hexdigest(), content)

    @property
    def label(self) -> "Shared":
        """Give it without its content, for workers that receive that when they start."""
        return Shared(self.digest, None)

    def receive(self) -> None:
        """Keep the content in this process, for labels to refer to."""
        if self.content is not None:
            _received[self.digest] = self.content

    def value(self) -> Any:
        """Unpack the value, once in a process; it is shared by all tasks there, so never changed.

        Raises KeyError where a label comes to a process that did not receive the content.
        """
        if self.digest not in _unpacked:
            content = _received[self.digest] if self.content is None else self.content
            _unpacked[self.digest] = pickle.loads(content)
            if len(_unpacked) > KEPT:
                _unpacked.popitem(last=False)
        return _unpacked[self.digest]
