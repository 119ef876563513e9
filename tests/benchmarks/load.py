"""Load from a process of its own: `python load.py` reads a job as JSON and prints what it measured as JSON.

Threads with kept-alive connections send a fixed number of requests to one loopback server.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from urllib.parse import urlencode


def prepared(request: dict) -> tuple[str, str, str | None, dict]:
    """Method, path, body and headers."""
    if not request.get("form"):
        return "GET", request["path"], None, request["headers"]
    headers = {**request["headers"], "Content-Type": "application/x-www-form-urlencoded"}
    return "POST", request["path"], urlencode(request["form"]), headers


def run(job: dict) -> dict:
    """Send `count` requests over `threads` connections, each of which takes turns among its own; the seconds that took
    and how many failed."""
    share = job["count"] // job["threads"]
    failures: list[str] = []
    ready = threading.Barrier(job["threads"] + 1)

    def visit(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", job["port"], timeout=30)
        every = job["requests"]
        own = [prepared(each) for each in every[number :: job["threads"]] or [every[number % len(every)]]]
        ready.wait()
        for turn in range(share):
            request = own[turn % len(own)]
            connection.request(*request)
            reply = connection.getresponse()
            reply.read()
            if reply.status != 200:
                failures.append(f"{request[1]}: {reply.status}")
        connection.close()

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(job["threads"])]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return {
        "seconds": time.perf_counter() - started,
        "requests": share * job["threads"],
        "failures": failures[:5],
    }


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
