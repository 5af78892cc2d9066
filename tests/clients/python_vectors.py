"""Reads the cases of what an event makes of a message from standard input, and prints what the client makes of each."""

import dataclasses
import json
import sys
from typing import Any

import switchboard


NAMES = {field.name for field in dataclasses.fields(switchboard.Message)} - {"epoch"}


def told(message: switchboard.Message) -> dict[str, Any]:
    """As the cases spell it: what is as it always is, is left out."""
    fields = {name: getattr(message, name) for name in NAMES}
    reactions = [
        {"emoji": each.emoji, "count": each.count, **({"mine": True} if each.mine else {})} for each in message.reactions
    ]
    kept = {**fields, "reactions": reactions, "mentions": list(message.mentions)}
    always = ("seq", "id", "name", "text", "ts")
    return {name: value for name, value in kept.items() if name in always or value}


for case in json.load(sys.stdin):
    message = switchboard._message_of(case["message"], "one")
    event = switchboard._message_of(case["event"], "one") or switchboard._change_of(case["event"], "one")
    assert message is not None
    after = message.changed(event, case.get("me", ""))
    assert after.changed(event, case.get("me", "")) == after, "a repeat changes nothing"
    print(json.dumps(told(after)))
