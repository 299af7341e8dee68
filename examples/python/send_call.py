"""One call as OpenInference reports it and its feedback, sent with nothing but Python's standard library: `python3 send_call.py`."""

import json
import os
import secrets
import time
import urllib.request

from goldset_signals import post_signal


def span(response_id: str, question: str, text: str) -> dict:
    now = time.time_ns()
    values = {
        "openinference.span.kind": "LLM",
        "llm.model_name": "gpt-4o-mini",
        "llm.provider": "openai",
        "llm.input_messages.0.message.role": "user",
        "llm.input_messages.0.message.content": question,
        "llm.output_messages.0.message.role": "assistant",
        "llm.output_messages.0.message.content": text,
        "llm.token_count.prompt": 12,
        "llm.token_count.completion": 5,
        "session.id": "session-1",
        "gen_ai.response.id": response_id,
    }
    attributes = [{"key": key, "value": {"intValue": str(v)} if isinstance(v, int) else {"stringValue": v}} for key, v in values.items()]
    return {
        "traceId": secrets.token_hex(16),
        "spanId": secrets.token_hex(8),
        "name": "ChatCompletion",
        "startTimeUnixNano": str(now - 500_000_000),
        "endTimeUnixNano": str(now),
        "attributes": attributes,
    }


def send(spans: list) -> None:
    headers = {"content-type": "application/json"}
    if token := os.environ.get("CAPTURE_TOKEN"):
        headers["authorization"] = f"Bearer {token}"
    endpoint = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318").rstrip("/")
    body = {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "openinference.instrumentation.openai"}, "spans": spans}]}]}
    request = urllib.request.Request(f"{endpoint}/v1/traces", json.dumps(body).encode(), headers)
    urllib.request.urlopen(request, timeout=5).close()


if __name__ == "__main__":
    send([span("chatcmpl-python-1", "Where is my parcel?", "It arrives tomorrow.")])
    print(post_signal(response="chatcmpl-python-1", name="thumb", value="up"))
