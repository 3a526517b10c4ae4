"""The project starts."""


def test_healthz_says_that_the_process_answers(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
