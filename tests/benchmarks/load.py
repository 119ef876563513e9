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


def run(job: dict) -> dict:
    """Send `count` requests over `threads` connections; the seconds that took and how many failed."""
    share = job["count"] // job["threads"]
    failures: list[str] = []
    ready = threading.Barrier(job["threads"] + 1)

    def visit(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", job["port"], timeout=30)
        request = job["requests"][number % len(job["requests"])]
        body = urlencode(request["form"]) if request.get("form") else None
        headers = dict(request["headers"])
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        ready.wait()
        for _ in range(share):
            connection.request("POST" if body else "GET", request["path"], body, headers)
            reply = connection.getresponse()
            reply.read()
            if reply.status != 200:
                failures.append(f"{request['path']}: {reply.status}")
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
