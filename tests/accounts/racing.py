"""Threads on a database that they share for real."""

import threading

from django.db import connections


def in_threads(work, count: int) -> list[object]:
    """What `work` returned or raised in each of `count` threads that start together."""
    return together(*[work] * count)


def together(*works) -> list[object]:
    """What each of `works` returned or raised, each in a thread of its own, in the order they ended."""
    outcomes: list[object] = []
    start = threading.Barrier(len(works))

    def run(work) -> None:
        start.wait()
        try:
            outcomes.append(work())
        except Exception as problem:  # noqa: BLE001
            outcomes.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
