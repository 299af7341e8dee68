RULES = "Refunds are possible within 14 days. Passwords are reset by mail."

ANSWER_PROMPT = """You answer the customers of a web shop from these rules:
{rules}

Question of {customer}: {question}
Answer with one word: refund, account or other."""
