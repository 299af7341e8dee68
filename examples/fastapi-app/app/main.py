from fastapi import FastAPI
from openai import AsyncOpenAI
from pydantic import BaseModel

from .prompts import ANSWER_PROMPT, RULES

app = FastAPI()
client = AsyncOpenAI()


class Question(BaseModel):
    customer: str
    text: str


@app.post("/answer")
async def answer(question: Question) -> dict[str, str]:
    completion = await client.chat.completions.create(
        model="gpt-6-luna",
        messages=[
            {
                "role": "user",
                "content": ANSWER_PROMPT.format(rules=RULES, customer=question.customer, question=question.text),
            }
        ],
    )
    return {"answer": completion.choices[0].message.content or ""}
