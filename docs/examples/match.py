"""Puts a posting, matches a resume in pages, and shows a refusal.

Run it: python match.py http://127.0.0.1:8000

Needs httpx and service/client.py, which may be copied. The key, where the service has keys, is taken from CM_KEY.
"""

from __future__ import annotations

import os
import sys

from service.client import BriefOut, Client, FoundOut, Problem

POSTING = "LCSW or LPC licensed in Texas required. TF-CBT with adolescents after trauma. EMDR preferred. Spanish required."
RESUME = """Jane Example, LCSW
Austin, TX

Licensed Clinical Social Worker, Texas, 2019.

Experience
Therapist, 2019 - present: TF-CBT and family therapy with adolescents after trauma in an outpatient clinic."""


def main() -> None:
    """Run the example."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with Client(address, os.environ.get("CM_KEY")) as client:
        stored = client.put("posting", "example-1", {"title": "Outpatient Therapist", "place": "Austin, TX", "text": POSTING})
        print("stored", stored["id"])

        page = client.match("resume", "brief", text=RESUME, limit=2)
        show(page["matches"])
        if page["next"]:  # the same question with the cursor goes on in the same ranking; client.pages(...) does so to its end
            show(client.match("resume", "brief", text=RESUME, limit=2, cursor=page["next"])["matches"])

        try:
            client.match("resume", id="nobody")
        except Problem as problem:
            print("refused", problem.status, problem.type, problem.detail)


def show(matches: list[FoundOut[BriefOut]]) -> None:
    """Print a line for each match."""
    for found in matches:
        match = found["match"]
        print(f"{found['rank']}. {found['id']} | {match['score']:g} | {match['standing']} {match['standing_words']} | {match['question'] or 'nothing to ask'}")


if __name__ == "__main__":
    main()
