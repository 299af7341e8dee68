"""A FastAPI application whose model calls and feedback go to `goldset capture`."""

from fastapi import FastAPI, Request
from openai import OpenAI
from openinference.instrumentation import using_session
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from goldset_signals import post_signal

tracing = TracerProvider()
tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIInstrumentor().instrument(tracer_provider=tracing)
app, openai = FastAPI(), OpenAI()


@app.post("/answer")
def answer(question: str, session: str) -> dict:
    with using_session(session):
        completion = openai.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": question}])
    return {"id": completion.id, "text": completion.choices[0].message.content}


@app.post("/feedback")
async def feedback(request: Request) -> dict:
    given = await request.json()
    return post_signal(response=given["id"], name="thumb", value=given["value"])
