"""Feedback of users for `goldset capture`, with nothing but Python's standard library."""

import json
import os
import urllib.request


def post_signal(**signal) -> dict:
    headers = {"content-type": "application/json"}
    if token := os.environ.get("CAPTURE_TOKEN"):
        headers["authorization"] = f"Bearer {token}"
    endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318").rstrip("/")
    request = urllib.request.Request(f"{endpoint}/signals", json.dumps(signal).encode(), headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)
