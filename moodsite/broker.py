"""A folder as the broker, for machines without a server: kombu's own, with messages that appear whole.

kombu creates a message's file and then writes it; a worker that looks in between reads an empty file
and ends. Here the file gets its name once it is complete.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu's filesystem channel with an atomic `_put`."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        # The order of names is the order of delivery; wall-clock time keeps it over a restart.
        name = f"{time.time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        unfinished = folder / f"{name}.part"
        unfinished.write_text(dumps(payload))
        unfinished.replace(folder / name)


class Transport(filesystem.Transport):
    """The transport behind `folder://`."""

    Channel = Channel
