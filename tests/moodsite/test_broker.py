"""A message in the folder is whole from the moment it can be seen."""

import threading
from concurrent.futures import ThreadPoolExecutor

from kombu import Connection, Exchange, Queue

import moodsite.celery  # noqa: F401 - makes `folder://` known

MESSAGES = 300
ROUNDS = 30


def connection_to(folder):
    (folder / "control").mkdir(exist_ok=True)
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
    }
    return Connection("folder://", transport_options=options)


def test_a_reader_beside_the_writer_gets_every_message_whole(tmp_path):
    def write():
        with connection_to(tmp_path) as connection:
            queue = connection.SimpleQueue("jobs")
            for number in range(MESSAGES):
                queue.put({"number": number})

    writer = threading.Thread(target=write)
    writer.start()
    with connection_to(tmp_path) as connection:
        queue = connection.SimpleQueue("jobs", no_ack=True)
        received = [queue.get(timeout=30).payload["number"] for _ in range(MESSAGES)]
    writer.join()

    assert sorted(received) == list(range(MESSAGES))


def test_many_may_name_a_new_queue_at_once(tmp_path):
    together = threading.Barrier(8)

    def send(name):
        with connection_to(tmp_path) as connection:
            queue = Queue(name, Exchange(name), routing_key=name)
            together.wait()
            connection.Producer().publish({}, exchange=queue.exchange, routing_key=name, declare=[queue])

    with ThreadPoolExecutor(8) as pool:
        for number in range(ROUNDS):
            list(pool.map(send, [f"jobs-{number}"] * 8))
            assert len(list(tmp_path.glob(f"*.jobs-{number}.msg"))) == 8


def test_no_unfinished_file_stays_behind(tmp_path):
    with connection_to(tmp_path) as connection:
        connection.SimpleQueue("jobs").put({})

    assert list(tmp_path.glob("*.part")) == []
