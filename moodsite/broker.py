"""A folder as the broker, for machines without a server: kombu's own, with messages that appear whole.

kombu creates a message's file and then writes it; a worker that looks in between reads an empty file
and ends. Here the file gets its name once it is complete. The file that says which queues there are is
made in the same way; here nobody reads it while another process writes it.
"""

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu's filesystem channel with an atomic `_put` and a table of queues that is read whole."""

    def get_table(self, exchange: str) -> list[Any]:
        """The queues bound to `exchange`, as (routing key, pattern, queue)."""
        with self._table(fcntl.LOCK_SH):
            return super().get_table(exchange)

    def queue_bind(self, *args: Any, **kwargs: Any) -> None:
        """Enter a queue in the table, unless it is there; arguments as in kombu."""
        with self._table(fcntl.LOCK_EX):
            super().queue_bind(*args, **kwargs)

    def _delete(self, *args: Any, **kwargs: Any) -> None:
        with self._table(fcntl.LOCK_EX):
            super()._delete(*args, **kwargs)

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        # The order of names is the order of delivery; wall-clock time keeps it over a restart.
        name = f"{time.time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f"{name}.part"
        unfinished.write_text(dumps(payload))
        unfinished.replace(folder / name)

    @contextmanager
    def _table(self, mode: int) -> Iterator[None]:
        """Hold the table of queues: LOCK_SH to read it, LOCK_EX to write it."""
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "table.lock").open("w") as gate:
            fcntl.flock(gate, mode)
            yield


class Transport(filesystem.Transport):
    """The transport behind `folder://`."""

    Channel = Channel
