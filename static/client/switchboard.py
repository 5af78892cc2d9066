"""The client for programs in Python: rooms as streams that miss nothing, and messages that arrive once.

    from switchboard import connect

    async with connect("wss://chat.example", name="Echo") as chat:
        room = chat.room("lobby")
        async for event in room:
            if event.type == "message" and event.id != chat.id:
                await room.send(f"You said: {event.text}", reply=event)

One file for CPython 3.11 and later; it needs `websockets` 10 or later, and nothing else. Its names are those of the
client for JavaScript. It follows the duties at the end of `chat/protocol.md`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import hashlib
import inspect
import itertools
import json
import logging
import os
import random
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

import websockets

__all__ = [
    "Change", "Chat", "ClosedError", "Gap", "Member", "Message", "People", "Position", "Reaction", "RefusedError",
    "Room", "State", "Stored", "connect",
]

# Every bound. A name ends in its unit: `_S`, `_BYTES`; without one it is a count.
FRAME_BYTES = 65_536
FRAME_LINES = 32
RECEIVED_FRAME_BYTES = 16 * 1024 * 1024
COMMAND_BURST = 30
COMMANDS_PER_S = 10
BYTES_PER_S = 65_536
RATE_SHARE = 0.8  # Of the server's rates: delayed commands arrive in a bunch, and must fit as well.
COMMANDS_WAITING = 200
OPEN_S = 10.0
CLOSE_S = 1.0
TICK_S = 1.0
PING_S = 20.0
DOUBT_S = 3.0  # A command that is unanswered for so long has the server pinged: a frozen one is noticed sooner.
PONG_S = 10.0
REPLY_S = 15.0
BACKOFF_S = 0.5
BACKOFF_MOST_S = 30.0
STABLE_S = 60.0
WAKE_S = 1.0
PENALTY_S = 30.0
SLOW_S = 60.0
RETRY_S = 1.0
PAGE_MESSAGES = 100
QUEUED_EVENTS = 5_000
UNSENT_MESSAGES = 200
PEOPLE = 500
TYPING_S = 6.0

# What a connection ends by that is no bug.
_LOST = (OSError, TimeoutError, websockets.WebSocketException)

_log = logging.getLogger("switchboard")

_Line: TypeAlias = dict[str, Any]
Token: TypeAlias = str | Callable[[], str | Awaitable[str]]


class RefusedError(Exception):
    """The server refuses something. `code` is the protocol's."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class ClosedError(Exception):
    """The connection was closed, or the room left, before that was stored."""


class Position(NamedTuple):
    """A place in a room: everything up to it was taken. As JSON it is a list, which `Chat.room` takes as well."""

    epoch: str
    seq: int
    ordinal: int | None = None


class Stored(NamedTuple):
    """Where something is stored. `durability` (`fsync`, `os` or `memory`) is absent if the server's answer was lost."""

    epoch: str
    seq: int
    durability: str | None = None


class Member(NamedTuple):
    """Somebody who is in a room."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """How many have reacted so, and whether one is among them."""

    emoji: str
    count: int
    mine: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it was when it came; `changed` says what becomes of it."""

    type: ClassVar[Literal["message"]] = "message"
    epoch: str
    seq: int
    id: str
    name: str
    text: str
    ts: int
    nonce: str | None = None
    rev: int | None = None
    version: int = 0
    deleted: bool = False
    reactions: tuple[Reaction, ...] = ()
    reply: int | None = None
    replies: int = 0
    mentions: tuple[str, ...] = ()

    def changed(self, event: Change | Message, me: str = "") -> Message:
        """This message with a later event in it. `me`: the own id, to know one's own reactions.

        An event that is not of this message, or is in it already, changes nothing.
        """
        if self.epoch != event.epoch:
            return self
        if isinstance(event, Message):
            is_new = event.reply == self.seq and event.seq > (self.rev or self.seq)
            return dataclasses.replace(self, replies=self.replies + 1, rev=event.seq) if is_new else self
        if event.target != self.seq or event.kind not in _EFFECTS:
            return self
        message = self
        if event.seq > (self.rev or self.seq):
            message = dataclasses.replace(self, rev=event.seq, **_EFFECTS[event.kind](self, event))
        if event.kind != "react" or event.id != me:
            return message
        # Whether or not it was counted already: the copies that come with the run of events do not say by whom.
        marked = (
            dataclasses.replace(each, mine=event.on) if each.emoji == event.emoji else each
            for each in message.reactions
        )
        return dataclasses.replace(message, reactions=tuple(marked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to a message (`edit`, `delete`, `react`), or to the room; or something of a newer server."""

    type: ClassVar[Literal["change"]] = "change"
    epoch: str
    seq: int
    kind: str
    id: str = ""
    name: str = ""
    ts: int = 0
    nonce: str | None = None
    target: int | None = None
    text: str = ""
    version: int = 0
    mentions: tuple[str, ...] = ()
    deleted: bool = False
    emoji: str = ""
    on: bool = False
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # All that came with it.


@dataclass(frozen=True, slots=True)
class Gap:
    """Something is missing before the next event.

    `trimmed`: the server does not keep it; `missed` says how many messages, if that is known. `epoch`: the store has
    begun another life, and its numbers begin anew. `changes`: no message is missing, but messages from before may have
    been changed or deleted since.
    """

    type: ClassVar[Literal["gap"]] = "gap"
    reason: Literal["trimmed", "epoch", "changes"]
    missed: int | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Who is there, as far as the server names them, and the ids of those who are typing."""

    type: ClassVar[Literal["people"]] = "people"
    members: tuple[Member, ...]
    typing: tuple[str, ...]


Event: TypeAlias = Message | Change | Gap | People
Target: TypeAlias = int | Message


@dataclass(frozen=True, slots=True)
class State:
    """What the connection is doing.

    `retry_at`: when it tries again, as `time.time()`; `reason`: why there was no token. `refused`: the server does not
    let it in, by the `reason`, and it does not try again.
    """

    phase: Literal["connecting", "online", "waiting", "refused", "closed"]
    retry_at: float | None = None
    reason: Exception | None = None


def connect(
    url: str, *, name: str | None = None, identity: str | None = None, id: str | None = None,
    token: Token | None = None, storage: str | os.PathLike[str] | None = None,
) -> Chat:
    """Connects, and stays connected until it is closed. It is called where an event loop runs.

    Args:
        url: where the chat is: `wss://chat.example`, `https://example.org/chat`.
        name: what others see.
        identity: the secret of an id that nobody else can take, 128 random bits or more, kept by you. Without it, `id`
            and `token`, one is made up for this connection.
        id: instead of that, an id that anybody may use; messages under it cannot be edited or deleted.
        token: instead of that, what proves who this is: a token, the secret of a bot, or a function that gets one; it
            is called for each connection, and again when a token is about to expire.
        storage: a file in which messages wait that are not stored yet, of one program at a time; else they wait in
            memory.

    Raises:
        ValueError: the URL, or what is in the file, cannot be used.
    """
    return Chat(url, name, identity, id, token, storage)


class Chat:
    """One connection, and the rooms that are followed on it. `connect` makes it; `async with` closes it."""

    def __init__(
        self, url: str, name: str | None, identity: str | None, id: str | None, token: Token | None,
        storage: str | os.PathLike[str] | None,
    ) -> None:
        is_anonymous = identity is None and id is None and token is None
        self._key = secrets.token_hex(16) if is_anonymous else identity
        self._token = token
        self._name = name
        path = id if self._key is None else _id_of(self._key)
        #: The own id; empty before the first welcome, if a token says it.
        self.id = "" if token is not None else str(path)
        #: What the connection is doing.
        self.state = State("connecting")
        self._rooms: dict[str, Room] = {}
        self._listeners: list[tuple[str, Callable[[Any], None]]] = []
        self._timers: set[asyncio.TimerHandle] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._outbox = _Outbox(self, storage)
        self._link = _Link(_address_of(url, path or secrets.token_hex(8)), self)
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def __aenter__(self) -> Chat:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def room(self, name: str, *, after: Position | Sequence[Any] | Literal["start", "now"] | None = None) -> Room:
        """A room: joined once it is read from or written to, and the same object each time.

        `after` says where its stream begins, unless it has begun: behind a position that was kept, with the oldest
        message that the server keeps (`start`), or with what comes from now on (`now`, the default).
        """
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = Room(name, self)
            if self.state.phase in ("closed", "refused"):
                room._end(self.state.reason)
        if after is not None and after != "now":
            room._begin("start" if after == "start" else Position(*after))
        return room

    def on(self, type: Literal["state", "failed"], run: Callable[[Any], None]) -> Callable[[], None]:
        """Has a function called with each `State`, or (`failed`) with a dict of the `room`, the `text` and the `reason`
        of what an earlier program had left in the storage and the server refuses. What it returns ends that."""
        listener = (type, run)
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def wake(self) -> None:
        """Looks at the connection at once, or tries again: for whoever learns that the network has changed."""
        self._link.wake()

    async def close(self) -> None:
        """Ends the connection and its streams. What is not stored yet fails, and stays in the storage."""
        if self.state.phase != "closed":
            self._finish(State("closed", reason=self.state.reason))
        self._running.cancel()
        await asyncio.gather(self._running, *self._tasks, return_exceptions=True)

    # What follows is for the rest of this file.

    async def _run(self) -> None:
        for name in self._outbox.rooms:
            self.room(name)._follow()
        try:
            await self._link.run()
        except RefusedError as reason:
            self._finish(State("refused", reason=reason))
        except Exception as error:
            _log.exception("The client failed")
            self._finish(State("refused", reason=RefusedError("client_failed", str(error))))

    def _enter(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._tell("state", state)

    def _finish(self, state: State) -> None:
        for timer in self._timers:
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        for room in list(self._rooms.values()):
            room._end(state.reason)
        self._outbox.close(state.reason)
        self._enter(state)

    def _tell(self, type: str, what: object) -> None:
        for listened, run in list(self._listeners):
            if listened == type:
                run(what)

    def _later(self, seconds: float, run: Callable[[], object]) -> None:
        def ring() -> None:
            self._timers.discard(timer)
            run()

        timer = asyncio.get_running_loop().call_later(seconds, ring)
        self._timers.add(timer)

    async def _hello(self) -> _Line:
        hello: _Line = {"type": "hello", "features": ["changes"]}
        if self._name is not None:
            hello["name"] = self._name
        if self._token is not None:
            hello["token"] = await _value_of(self._token)
        elif self._key is not None:
            hello["key"] = self._key
        return hello

    def _welcomed(self, line: _Line) -> None:
        self.id = line["id"]
        self._enter(State("online"))
        self._outbox.claim()

    def _up(self) -> None:
        for room in list(self._rooms.values()):
            if room._is_followed:
                room._join()

    def _down(self) -> None:
        for room in self._rooms.values():
            room._joined = False

    def _push(self, line: _Line) -> None:
        if line["type"] == "pong":
            for name, head in line["heads"].items():
                if name in self._rooms and _has(head, {"epoch": str, "seq": int}):
                    self._rooms[name]._compare(head)
        elif line["type"] == "expiring":
            self._start(self._renew())
        elif (room := self._rooms.get(line.get("room", ""))) is not None and room._joined:
            room._push(line)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self) -> None:
        if not callable(self._token):
            return
        try:
            token = await _value_of(self._token)
        except Exception as error:
            # The server closes the connection in time, and then it is asked for again.
            return _log.warning("Cannot get a new token: %s", error)
        self._link.ask({"type": "token", "token": token}, lambda _: None)

    def _history(self, room: Room, asked: _Line, done: Callable[[_Line | None], None]) -> None:
        """Reads a page, in spite of refusals for a time. `done` gets nothing if it cannot be had now."""
        if not room._joined:
            return done(None)
        epoch = room._place.epoch if room._place is not None else None

        def answered(line: _Line) -> None:
            code = line.get("code")
            if code is not None and room._joined and ("retryAfterMs" in line or code in ("unavailable", "link_down")):
                return self._later(_seconds(line, RETRY_S), lambda: self._history(room, asked, done))
            if line["type"] != "history" or line["epoch"] != epoch or room._place is None or room._place.epoch != epoch:
                return done(None)
            for message in line["messages"]:
                self._outbox.seen(room, message)
            done(line)

        self._link.ask({"type": "history", "room": room.name, **asked}, answered)


class Room:
    """A room that is followed, or written to. `Chat.room` gives it.

    `async for` goes through its events, in their order, without end. A room has one stream: a loop goes on where the
    one before it stopped. It raises `RefusedError` if the room cannot be read, or not any more.
    """

    def __init__(self, name: str, chat: Chat) -> None:
        self.name = name
        #: The place of the last event that was taken from the stream: `Chat.room` goes on behind it.
        self.position: Position | None = None
        self._chat = chat
        self._is_followed = False
        self._joined = False
        self._is_joining = False
        # Everything up to it was put into the queue, or told as a gap, or lies before the beginning.
        self._place: Position | None = None
        # Counts the breaks of that: an answer to what was asked before one is of no use.
        self._run = 0
        self._is_streaming = False
        self._is_from_start = False
        # Behind this one messages are read page by page, up to the place. What is new waits on the server meanwhile.
        self._older: Position | None = None
        self._is_paging = False
        self._first = 1
        self._queue: deque[tuple[Event, Position | None]] = deque()
        self._newest: Position | None = None
        self._is_full = False
        self._arrived = asyncio.Event()
        # Those who wait for it to be joined, or for a page.
        self._entering: set[asyncio.Future[None]] = set()
        self._asking: set[asyncio.Future[_Line | None]] = set()
        self._ended = False
        self._error: Exception | None = None
        self._members: dict[str, str] = {}
        self._typing: dict[str, float] = {}

    @property
    def members(self) -> tuple[Member, ...]:
        """Those who are in it, as far as the server names them."""
        return tuple(Member(id, name) for id, name in self._members.items())

    def __aiter__(self) -> AsyncIterator[Event]:
        self._begin("now")
        return self

    async def __anext__(self) -> Event:
        self._begin("now")
        while not self._queue:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        event, self.position = self._queue.popleft()
        if self._is_full and len(self._queue) <= QUEUED_EVENTS / 2:
            self._is_full = False
            self._go_on()
        return event

    def send(
        self, text: str, *, reply: Target | None = None, mentions: Iterable[str] | None = None,
        nonce: str | None = None,
    ) -> asyncio.Future[Stored]:
        """Sends a message. It is stored once, however often the connection is lost meanwhile.

        `nonce` is your own mark for it, 1 to 64 visible characters: of all that one id sends to a room with one, one is
        stored, over restarts of the program, too.

        It is on its way when this returns; to await the result is to wait until it is stored. That raises
        `RefusedError`, or `ClosedError` if the connection is closed before that.
        """
        intent: _Line = {"type": "publish", "text": text}
        if mentions is not None:
            intent["mentions"] = list(mentions)
        if reply is not None:
            intent["reply"] = _seq_of(reply)
        return self._send(intent, self._life_of(reply), nonce)

    async def edit(self, message: Target, text: str) -> Stored:
        """Replaces the text of a message of one's own; of one given by its number alone, whatever its text is now."""
        epoch = self._life_of(message)
        version = message.version if isinstance(message, Message) else await self._version(message)
        return await self._send({"type": "edit", "target": _seq_of(message), "version": version, "text": text}, epoch)

    def remove(self, message: Target) -> asyncio.Future[Stored]:
        """Deletes a message."""
        return self._send({"type": "delete", "target": _seq_of(message)}, self._life_of(message))

    def react(self, message: Target, emoji: str, on: bool = True) -> asyncio.Future[Stored]:
        """Reacts to a message, or takes that back."""
        intent: _Line = {"type": "react", "target": _seq_of(message), "emoji": emoji, "on": on}
        return self._send(intent, self._life_of(message))

    def typing(self) -> None:
        """Shows the others for some seconds that one is typing."""
        if self._joined:
            self._chat._link.tell({"type": "typing", "room": self.name})

    async def history(self, *, before: int | None = None, limit: int = PAGE_MESSAGES) -> list[Message]:
        """Messages that were there before, as they are now, the oldest first; `before`: a `seq`, else the newest."""
        self._follow()
        while True:
            await self._enter()
            asked = {"limit": limit} if before is None else {"before": before, "limit": limit}
            answer: asyncio.Future[_Line | None] = asyncio.get_running_loop().create_future()
            self._asking.add(answer)
            try:
                self._chat._history(self, asked, functools.partial(_answer, answer))
                line = await answer
            finally:
                self._asking.discard(answer)
            if line is not None:
                found = (_message_of(each, line["epoch"]) for each in line["messages"])
                return [message for message in found if message is not None]
            if self._joined:
                raise RefusedError("unavailable", "The server did not send the messages")

    def leave(self) -> None:
        """Follows it no more: its stream ends, and what is not stored yet fails."""
        if not self._ended:
            self._give_up(None)

    # What follows is for the rest of this file.

    def _follow(self) -> None:
        if not self._is_followed and not self._ended:
            self._is_followed = True
            self._join()

    def _begin(self, where: Position | Literal["start", "now"]) -> None:
        """Begins the stream, unless it has begun."""
        if self._is_streaming or self._ended:
            return self._follow()
        self._is_streaming = True
        # It may have been joined to be written to: it begins anew, where it is told to.
        if where != "now":
            self._run += 1
            self._is_from_start = where == "start"
            self._place = self._newest = None if where == "start" else where
            if self._is_followed:
                self._join()
        self._follow()

    def _join(self) -> None:
        """Joins, or joins again because something was lost."""
        link = self._chat._link
        if self._is_joining or self._ended or not link.open:
            return
        self._is_joining = True
        after, run = self._place, self._run
        command: _Line = {"type": "join", "room": self.name}
        if after is not None:
            command["after"] = {key: value for key, value in after._asdict().items() if value is not None}

        def answered(line: _Line) -> None:
            self._is_joining = False
            if self._ended:
                return
            if line["type"] == "joined":
                return self._enter_run(line, after) if run == self._run else self._join()
            if line["code"] == "link_down":
                # Else it is joined once the link is up again.
                return self._chat._later(RETRY_S, self._join_again) if link.open else None
            if "retryAfterMs" not in line and line["code"] != "unavailable":
                return self._give_up(RefusedError(line["code"], line["message"]))
            self._chat._later(_seconds(line, BACKOFF_MOST_S), self._join_again)

        link.ask(command, answered)

    def _join_again(self) -> None:
        if not self._joined or self._is_held:
            self._join()

    @property
    def _is_held(self) -> bool:
        """Whether what comes is passed over, and its place stays: it is asked for again."""
        return self._is_full or self._older is not None

    def _enter_run(self, line: _Line, after: Position | None) -> None:
        """The room is joined."""
        self._joined = True
        self._first = line.get("first", 1)
        self._members = _names_of(line.get("members", ()))
        now = Position(line["epoch"], line["seq"], line.get("ordinal"))
        is_same_life = after is not None and after.epoch == now.epoch and after.seq <= now.seq
        for event in line["messages"]:
            self._chat._outbox.seen(self, event, now.epoch)
        if after is None:
            self._place = now
            if self._is_from_start:
                self._older = Position(now.epoch, self._first - 1, 0 if self._first == 1 else None)
        elif not is_same_life or not (self._is_held or line.get("recovered")):
            is_all = not line["messages"] or line["messages"][0]["seq"] <= self._first
            self._break(now, line.get("missed") if is_all else None)
        elif not self._is_held:
            for event in line["messages"]:
                self._event(event)
            if self._place is not None and self._place.seq == now.seq and now.ordinal is not None:
                self._place = now
        self._people()
        for entering in self._entering:
            _answer(entering, None)
        self._entering.clear()
        if self._older is not None:
            self._go_on()
        self._chat._outbox.pump(self.name)

    def _break(self, now: Position, missed: int | None) -> None:
        """What happened is not told one by one; what is kept of it is read page by page."""
        before = self._older or self._place
        self._run += 1
        self._place = now
        if not self._is_streaming or before is None:
            return
        is_same_life = before.epoch == now.epoch and before.seq <= now.seq
        is_whole = is_same_life and before.seq + 1 >= self._first
        # Of a stream that begins with the oldest message, nothing is missing before that.
        if not self._is_from_start:
            reason: Any = "changes" if is_whole else "trimmed" if is_same_life else "epoch"
            self._put(Gap(reason, 0 if is_whole else missed if is_same_life else None))
        self._older = before if is_whole else Position(now.epoch, self._first - 1, None)

    def _go_on(self) -> None:
        """Goes on behind what is in the queue, unless that is full."""
        if self._is_full or not self._joined:
            return
        if self._older is None:
            return self._join()
        if self._is_paging:
            return
        self._is_paging = True
        older, run = self._older, self._run

        def read(line: _Line | None) -> None:
            self._is_paging = False
            if self._ended:
                return
            if run != self._run:
                return self._go_on()
            if line is None:
                # The store may have another life, which a room that is held is not told of. It goes on once it is joined again.
                return self._chat._later(RETRY_S, self._join_again) if self._joined else None
            self._take_page(line, older)
            self._go_on()

        self._chat._history(self, {"after": older.seq, "limit": PAGE_MESSAGES}, read)

    def _take_page(self, line: _Line, older: Position) -> None:
        assert self._place is not None
        to = min(int(_count_in(line, "to", older.seq)), self._place.seq)
        ordinal = older.ordinal
        before = line.get("ordinal")
        if type(before) is int:
            if ordinal is not None and before > ordinal:
                # They were removed since the page before was read.
                self._put(Gap("trimmed", before - ordinal))
            ordinal = before
        for each in line["messages"]:
            message = _message_of(each, line["epoch"])
            if message is None or not older.seq < message.seq <= to:
                continue
            ordinal = None if ordinal is None else ordinal + 1
            self._put(message, Position(message.epoch, message.seq, ordinal))
        is_over = to >= self._place.seq or to <= older.seq
        self._older = None if is_over else Position(older.epoch, to, ordinal)

    def _push(self, line: _Line) -> None:
        type = line["type"]
        if type == "presence":
            self._presence(line)
        elif type == "removed":
            self._give_up(RefusedError(line["code"]))
        elif self._is_held:
            return
        elif type == "typing":
            self._types(line["id"])
        elif type == "reset":
            self._first = line["first"]
            self._break(Position(line["epoch"], line["head"]), None)
            if self._older is not None:
                self._go_on()
            self._chat._outbox.pump(self.name)
        # Whatever its type: a newer server may know more kinds of events.
        elif _has(line, {"seq": int}):
            self._event(line)

    def _event(self, line: _Line) -> None:
        place = self._place
        if place is None or line["seq"] <= place.seq:
            return
        if line["seq"] > place.seq + 1:
            return self._join()
        message = _message_of(line, place.epoch)
        ordinal = place.ordinal if message is None or place.ordinal is None else place.ordinal + 1
        self._place = Position(place.epoch, line["seq"], ordinal)
        self._chat._outbox.seen(self, line)
        if message is not None and self._typing.pop(message.id, None) is not None:
            self._people()
        self._put(message or _change_of(line, place.epoch), self._place)

    def _put(self, event: Event, position: Position | None = None) -> None:
        if not self._is_streaming:
            return
        if position is not None:
            self._newest, self._is_from_start = position, False
        self._queue.append((event, self._newest))
        self._is_full = self._is_full or len(self._queue) >= QUEUED_EVENTS
        self._arrived.set()

    def _compare(self, head: _Line) -> None:
        """The server has sent everything up to a position: if it was not reached, something was lost."""
        if not self._joined or self._is_held or self._place is None:
            return
        if head["epoch"] != self._place.epoch or head["seq"] > self._place.seq:
            self._join()

    def _presence(self, line: _Line) -> None:
        if "members" in line:
            self._members = _names_of(line["members"])
        for id in line["leaves"]:
            self._members.pop(id, None)
        for id, name in _names_of(line["joins"]).items():
            if len(self._members) < PEOPLE:
                self._members[id] = name
        self._people()

    def _types(self, id: str) -> None:
        if len(self._typing) >= PEOPLE:
            return
        until = self._typing[id] = time.monotonic() + TYPING_S

        def over() -> None:
            if self._typing.get(id) == until:
                del self._typing[id]
                self._people()

        self._chat._later(TYPING_S, over)
        self._people()

    def _people(self) -> None:
        """The newest news of people is enough."""
        people = People(self.members, tuple(self._typing))
        if self._queue and self._queue[-1][0].type == "people":
            self._queue[-1] = (people, self._queue[-1][1])
        elif not self._is_full:
            self._put(people)

    async def _enter(self) -> None:
        if self._ended:
            raise self._error or ClosedError("It was closed before that")
        if not self._joined:
            entering: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._entering.add(entering)
            await entering

    async def _version(self, seq: int) -> int:
        found = await self.history(before=seq + 1, limit=1)
        return found[0].version if found and found[0].seq == seq else 0

    def _life_of(self, about: Target | None) -> str | None:
        """The life of the store in which a number means that message: the present one, if the message does not say."""
        if isinstance(about, Message):
            return about.epoch
        return None if about is None or self._place is None else self._place.epoch

    def _send(self, intent: _Line, epoch: str | None, nonce: str | None = None) -> asyncio.Future[Stored]:
        self._follow()
        return self._chat._outbox.add(self, {**intent, "nonce": nonce or secrets.token_hex(16)}, epoch)

    def _give_up(self, error: RefusedError | None) -> None:
        if self._joined or self._is_joining:
            self._chat._link.ask({"type": "leave", "room": self.name}, lambda _: None)
        self._end(error)
        self._chat._rooms.pop(self.name, None)
        self._chat._outbox.forget(self.name, error)

    def _end(self, error: Exception | None) -> None:
        if self._ended:
            return
        self._ended, self._error = True, error
        self._joined = False
        self._arrived.set()
        waiting: list[asyncio.Future[Any]] = [*self._entering, *self._asking]
        for each in waiting:
            _fail(each, error or ClosedError("It was closed before that"))
        self._entering.clear()


class _Outbox:
    """What is not known to be stored: each is sent, in the order of its room and under its nonce, until it is."""

    #: Asking again may help.
    _AGAIN = frozenset({"rate_limited", "unavailable", "store_full", "too_many_lines"})

    def __init__(self, chat: Chat, path: str | os.PathLike[str] | None) -> None:
        self._chat = chat
        self._path = path
        # By the identity of its entry: a program may use a nonce twice.
        self._waiting: dict[int, asyncio.Future[Stored]] = {}
        # Rooms of which one is under way, or that are held back: what comes after must not overtake.
        self._busy: set[str] = set()
        # Rooms that take no messages for a while, only changes of messages.
        self._slow: set[str] = set()
        self._is_due = False
        self._has_warned = False
        self._entries: list[_Line] = _load(path)

    @property
    def rooms(self) -> set[str]:
        return {entry["room"] for entry in self._entries}

    def add(self, room: Room, intent: _Line, epoch: str | None) -> asyncio.Future[Stored]:
        stored: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        if room._ended:
            _fail(stored, room._error or ClosedError("It was closed before that"))
        elif len(self._entries) >= UNSENT_MESSAGES:
            what = f"Cannot send: {UNSENT_MESSAGES} messages and changes wait to be stored"
            stored.set_exception(RefusedError("too_many_unsent", what))
        else:
            command = {**intent, "room": room.name}
            entry = {"room": room.name, "id": self._chat.id, "epoch": epoch, "command": command}
            self._entries.append(entry)
            self._waiting[id(entry)] = stored
            self._touch()
        return stored

    def claim(self) -> None:
        """The own id is known. Under another one a nonce means nothing: sent so, a message might appear twice."""
        for entry in list(self._entries):
            entry["id"] = entry["id"] or self._chat.id
            if entry["id"] != self._chat.id:
                self._fail(entry, RefusedError("other_id", "It was written under another identity"))

    def pump(self, name: str) -> None:
        """Sends the next one of a room, if it can be."""
        room = self._chat._rooms.get(name)
        if room is None or name in self._busy or not room._joined or room._place is None:
            return
        may_not = "publish" if name in self._slow else None
        mine = (each for each in self._entries if each["room"] == name)
        entry = next((each for each in mine if each["command"]["type"] != may_not), None)
        if entry is None:
            return
        # Before the welcome of a connection with a token nobody knows whose it is.
        if self._chat.state.phase != "online":
            return self._hold(name, TICK_S / 10)
        if len(_text_of(entry["command"]).encode()) > FRAME_BYTES - 64:
            self._fail(entry, RefusedError("too_big", "It is too big"))
        else:
            command = entry["command"]
            if "target" in command or "reply" in command:
                # Given before anything was known of the room, a number means a message of this life, however often it is sent.
                entry["epoch"] = entry["epoch"] or room._place.epoch
                command = {**command, "epoch": entry["epoch"]}
            self._busy.add(name)
            return self._chat._link.ask(command, lambda line: self._answered(entry, room, line))
        self.pump(name)

    def seen(self, room: Room, event: _Line, epoch: str | None = None) -> None:
        """What was seen in the room is stored, whatever has become of the answer."""
        if not self._entries or event.get("id") != self._chat.id:
            return
        epoch = epoch or (room._place.epoch if room._place is not None else "")
        for entry in list(self._entries):
            if entry["room"] == room.name and _is_same(entry["command"], event):
                self._settle(entry, Stored(epoch, event["seq"]))

    def forget(self, name: str, error: Exception | None) -> None:
        """Nobody follows the room any more."""
        for entry in [each for each in self._entries if each["room"] == name]:
            self._fail(entry, error or ClosedError("The room was left before that"))
        self._busy.discard(name)

    def close(self, reason: Exception | None) -> None:
        """What waits stays in the storage, for the next program."""
        self._save()
        for stored in self._waiting.values():
            _fail(stored, reason or ClosedError("It was closed before that"))
        self._waiting.clear()

    def _answered(self, entry: _Line, room: Room, line: _Line) -> None:
        name, code = entry["room"], line.get("code")
        self._busy.discard(name)
        # It was seen, or given up, meanwhile.
        if not any(each is entry for each in self._entries):
            return self.pump(name)
        if code is None:
            # Else it crossed a reset: its epoch is over, or not known here yet. The nonce makes it one message.
            if room._place is None or line.get("epoch") != room._place.epoch:
                return self._hold(name, RETRY_S)
            self._settle(entry, Stored(line["epoch"], line["seq"], line.get("durability")))
        elif code == "link_down":
            # Once the link is up again its room is joined, and it goes; while it is, too much waits to be sent.
            return self._hold(name, RETRY_S) if self._chat._link.open else None
        elif code == "slow_mode":
            # It may be ended before.
            self._hold(name, min(_seconds(line, RETRY_S), SLOW_S), self._slow)
        elif code in self._AGAIN:
            return self._hold(name, _seconds(line, RETRY_S))
        else:
            self._fail(entry, RefusedError(code, line["message"]))
        self.pump(name)

    def _hold(self, name: str, seconds: float, held: set[str] | None = None) -> None:
        held = self._busy if held is None else held

        def again() -> None:
            held.discard(name)
            self.pump(name)

        held.add(name)
        self._chat._later(seconds, again)

    def _settle(self, entry: _Line, place: Stored) -> None:
        stored = self._remove(entry)
        if stored is not None:
            _answer(stored, place)

    def _fail(self, entry: _Line, error: Exception) -> None:
        stored = self._remove(entry)
        if stored is not None:
            return _fail(stored, error)
        what = {"room": entry["room"], "text": entry["command"].get("text"), "reason": error}
        self._chat._tell("failed", what)

    def _remove(self, entry: _Line) -> asyncio.Future[Stored] | None:
        self._entries = [each for each in self._entries if each is not entry]
        self._touch()
        return self._waiting.pop(id(entry), None)

    def _touch(self) -> None:
        """Saves once for all that is added in one turn, and before any of it is sent."""
        def turn() -> None:
            self._is_due = False
            self._save()
            for name in self.rooms:
                self.pump(name)

        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(turn)

    def _save(self) -> None:
        if self._path is None:
            return
        try:
            new = f"{os.fspath(self._path)}.new"
            with open(new, "w", encoding="utf-8") as file:
                json.dump({"entries": self._entries}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._path)
            self._has_warned = False
        except OSError as error:
            if not self._has_warned:
                _log.warning("Cannot keep unsent messages in %s: %s", self._path, error)
            self._has_warned = True


class _Asked(NamedTuple):
    """A command that waits for its reply."""

    reply: Callable[[_Line], None]
    due: float


class _Pace:
    """A token bucket: commands are sent no faster than the server takes them."""

    def __init__(self) -> None:
        self._burst, self._per_s = COMMAND_BURST * RATE_SHARE, COMMANDS_PER_S * RATE_SHARE
        self._tokens, self._filled = self._burst, time.monotonic()

    def adopt(self, limits: _Line) -> None:
        """Adopts the server's rates."""
        self._burst = RATE_SHARE * _count_in(limits, "commandBurst", COMMAND_BURST)
        self._per_s = RATE_SHARE * _count_in(limits, "commandsPerSecond", COMMANDS_PER_S)

    def take(self, size: int) -> float:
        """Takes what a line of so many bytes costs. Returns the seconds to wait before that is possible, or 0."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._per_s)
        self._filled = now
        cost = max(1.0, size * COMMANDS_PER_S / BYTES_PER_S)
        if self._tokens < min(cost, self._burst):
            return max(0.001, (min(cost, self._burst) - self._tokens) / self._per_s)
        self._tokens -= cost
        return 0


class _Link:
    """One WebSocket that speaks `chat.v1`, kept up: it paces commands, finds their replies, pings, and comes back."""

    def __init__(self, url: str, chat: Chat) -> None:
        self._url = url
        self._chat = chat
        self.open = False
        self._asked: dict[str, _Asked] = {}
        self._queue: deque[str] = deque()
        self._queued = asyncio.Event()
        self._refs = itertools.count()
        self._pace = _Pace()
        self._failures = 0
        # Why there was no token.
        self._problem: Exception | None = None
        # Whether it was said that there is no connection, and why there is none.
        self._is_told = False
        self._why: object = None
        self._opened = self._ping_due = self._pinged = 0.0
        self._woken = asyncio.Event()
        self._woken_at = float("-inf")
        self._leave_at: float | None = None

    async def run(self) -> None:
        """Keeps the connection up. Raises `RefusedError` if the server does not let it in."""
        while True:
            self._chat._enter(State("connecting"))
            self._problem = self._why = None
            code = await self._connect()
            self._tell_lost(code)
            now = time.monotonic()
            bound = min(BACKOFF_MOST_S, BACKOFF_S * 2**self._failures)
            if self._leave_at is not None:
                least = wait = max(0.0, self._leave_at - now)
            else:
                least = PENALTY_S if code == 1008 else 0.0
                wait = least + random.random() * bound
                self._failures = min(self._failures + 1, 16)
            self._leave_at = None
            self._chat._enter(State("waiting", retry_at=time.time() + wait, reason=self._problem))
            await asyncio.sleep(least)
            await self._sleep(wait - least)

    def _tell_lost(self, code: int) -> None:
        """Says once, not with each try, that there is no connection."""
        if not self._is_told:
            _log.warning("Not connected, trying again: %s", self._why or f"the connection ended with {code}")
        self._is_told = True

    def _tell_back(self) -> None:
        # A warning as well: a program that has set up no logging prints nothing that is less.
        if self._is_told:
            _log.warning("Connected again")
        self._is_told = False

    def wake(self) -> None:
        now = time.monotonic()
        if now - self._woken_at < WAKE_S:
            return
        self._woken_at = now
        self._ping_due = 0.0
        self._woken.set()

    def ask(self, command: _Line, reply: Callable[[_Line], None]) -> None:
        """Sends a command once the pace allows. `reply` gets the answer, in the order in which lines come: an `error`
        with the code `link_down` if the connection ends first, or `unavailable` if the server leaves it unanswered."""
        if not self.open or len(self._asked) >= COMMANDS_WAITING:
            error = {"type": "error", "code": "link_down", "message": "Not connected"}
            asyncio.get_running_loop().call_soon(reply, error)
            return
        self._enqueue({**command, "ref": self._await(reply, time.monotonic() + REPLY_S)})

    def tell(self, command: _Line) -> None:
        """Sends a command that nobody waits for, unless others are waiting."""
        if self.open and not self._queue:
            self._enqueue(command)

    def _await(self, reply: Callable[[_Line], None], due: float = float("inf")) -> str:
        ref = str(next(self._refs))
        self._asked[ref] = _Asked(reply, due)
        return ref

    def _enqueue(self, command: _Line) -> None:
        self._queue.append(_text_of(command))
        self._queued.set()

    async def _connect(self) -> int:
        """Connects, and stays so while that lasts. Returns the close code."""
        try:
            hello = await self._chat._hello()
        except Exception as error:
            self._problem = error
            self._why = f"cannot get a token: {error}"
            return 1006
        try:
            socket: Any = await websockets.connect(
                self._url, subprotocols=[websockets.Subprotocol("chat.v1")], open_timeout=OPEN_S, close_timeout=CLOSE_S,
                ping_interval=None, compression=None, max_size=RECEIVED_FRAME_BYTES,
            )
        except _LOST as error:
            self._why = error
            return 1006
        tasks: list[asyncio.Task[None]] = []
        try:
            self._begin(hello)
            work = (self._read(socket), self._write(socket), self._watch(socket))
            tasks = [asyncio.create_task(each) for each in work]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                failure = task.exception()
                if failure is not None and not isinstance(failure, _LOST):
                    raise failure
                self._why = failure or self._why
            return socket.close_code or 1006
        except BaseException:
            # It ends from this side.
            await self._say_goodbye(socket)
            raise
        finally:
            self._release()
            for task in tasks:
                task.cancel()
            # Nobody waits for the other side: it may be gone.
            socket.transport.abort()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _say_goodbye(self, socket: Any) -> None:
        try:
            async with asyncio.timeout(CLOSE_S):
                await socket.close()
        except _LOST:
            pass

    def _begin(self, hello: _Line) -> None:
        self._pace = _Pace()
        self._opened = time.monotonic()
        self._pinged, self._ping_due = 0.0, float("inf")
        self.open = True
        self._enqueue({**hello, "ref": self._await(self._greeted)})
        # In the same frame, not after the welcome: that saves the time of a round trip.
        self._chat._up()

    def _greeted(self, line: _Line) -> None:
        if line["type"] == "welcome":
            self._opened = time.monotonic()
            self._ping_due = self._opened + PING_S
            self._pace.adopt(line["limits"])
            self._tell_back()
            self._chat._welcomed(line)
        elif line["code"] == "link_down":
            return
        elif line["code"] == "unavailable" or (line["code"] == "expired" and callable(self._chat._token)):
            # It cannot tell now who this is, or there is a newer token: another time it can.
            raise ConnectionError(line["message"])
        else:
            raise RefusedError(line["code"], line["message"])

    async def _read(self, socket: Any) -> None:
        while True:
            for text in str(await socket.recv()).split("\n"):
                line = _decode(text)
                if line is None:
                    continue
                if "ref" in line:
                    asked = self._asked.pop(str(line["ref"]), None)
                    if asked is not None:
                        asked.reply(line)
                elif line["type"] == "reconnect":
                    self._leave_at = time.monotonic() + line["afterMs"] / 1000
                    self._woken.set()
                else:
                    self._chat._push(line)

    async def _write(self, socket: Any) -> None:
        while True:
            await self._queued.wait()
            frame: list[str] = []
            size, wait = 0, 0.0
            while self._queue and len(frame) < FRAME_LINES and wait == 0:
                length = len(self._queue[0].encode()) + 1
                if frame and size + length > FRAME_BYTES:
                    break
                wait = self._pace.take(length)
                if wait == 0:
                    size += length
                    frame.append(self._queue.popleft())
            if not self._queue:
                self._queued.clear()
            if frame:
                await socket.send("\n".join(frame))
            await asyncio.sleep(wait)

    async def _watch(self, socket: Any) -> None:
        """Ends when the connection is to be given up."""
        while True:
            now = time.monotonic()
            leaves_in = TICK_S if self._leave_at is None else max(0.0, self._leave_at - now)
            await self._sleep(min(TICK_S, leaves_in))
            now = time.monotonic()
            if self._leave_at is not None and now >= self._leave_at:
                return
            if self._chat.state.phase != "online":
                if now - self._opened > OPEN_S:
                    return
                continue
            if now - self._opened > STABLE_S:
                self._failures = 0
            if self._pinged and now - self._pinged > PONG_S:
                return
            is_in_doubt = any(due - REPLY_S + DOUBT_S < now for _, due in self._asked.values())
            if not self._pinged and (now > self._ping_due or is_in_doubt):
                async with asyncio.timeout(PONG_S):
                    await self._ping(socket)
            for ref, asked in list(self._asked.items()):
                if asked.due <= now and self._asked.pop(ref, None) is not None:
                    error = {"type": "error", "code": "unavailable", "message": "The server did not answer"}
                    asked.reply(error)

    async def _ping(self, socket: Any) -> None:
        self._pinged = time.monotonic()
        self._ping_due = self._pinged + PING_S

        def answered(line: _Line) -> None:
            self._pinged = 0.0
            if line["type"] == "pong":
                self._chat._push(line)

        # Past the queue: a ping that waits would make a busy connection look dead.
        await socket.send(_text_of({"type": "ping", "ref": self._await(answered)}))

    def _release(self) -> None:
        """The connection is over: every command that waits for its reply has none."""
        self.open = False
        self._queue.clear()
        self._queued.clear()
        asked, self._asked = self._asked, {}
        self._chat._down()
        for each in asked.values():
            each.reply({"type": "error", "code": "link_down", "message": "The connection was lost"})

    async def _sleep(self, seconds: float) -> None:
        """Sleeps, unless it is woken."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()


# What an event does to a message: the same as the server does, by the same cases.
_EFFECTS: dict[str, Callable[[Message, Change], dict[str, Any]]] = {
    # Of an edit that was deleted, the deletion follows.
    "edit": lambda message, change: (
        {} if change.deleted else {"text": change.text, "version": change.version, "mentions": change.mentions}
    ),
    "delete": lambda message, change: {"text": "", "deleted": True, "version": 0, "mentions": (), "reactions": ()},
    "react": lambda message, change: {"reactions": _counted(message.reactions, change.emoji, 1 if change.on else -1)},
}

# The fields without which one could not be used.
_NEEDS: dict[str, dict[str, type]] = {"edit": {"text": str, "version": int}, "react": {"emoji": str, "on": bool}}

# The same of a line.
_FIELDS: dict[str, dict[str, type]] = {
    "welcome": {"id": str, "name": str, "limits": dict},
    "joined": {"room": str, "epoch": str, "seq": int, "messages": list},
    "ok": {},
    "history": {"room": str, "epoch": str, "messages": list},
    "error": {"code": str, "message": str},
    "pong": {"heads": dict},
    "presence": {"room": str, "joins": list, "leaves": list},
    "typing": {"room": str, "id": str},
    "removed": {"room": str, "seq": int, "code": str},
    "reset": {"room": str, "epoch": str, "first": int, "head": int},
    "expiring": {"inMs": int},
    "reconnect": {"afterMs": int},
}


def _has(line: Any, fields: Mapping[str, type]) -> bool:
    """Whether it has these. A number is a count, a place or a time."""
    if not isinstance(line, dict):
        return False
    return all(_is(line.get(field), kind) for field, kind in fields.items())


def _is(value: Any, kind: type) -> bool:
    if kind is int and isinstance(value, int):
        return not isinstance(value, bool) and value >= 0
    return isinstance(value, kind)


def _decode(text: str) -> _Line | None:
    """Reads a line. One that is not as it must be is passed over; of an unknown type, unless it may be an event."""
    try:
        line = json.loads(text) if text else None
    except ValueError:
        return None
    if not isinstance(line, dict) or not _has(line, {"type": str}) or not _has(line, _FIELDS.get(line["type"], {})):
        return None
    if line["type"] in ("joined", "history"):
        line["messages"] = [event for event in line["messages"] if _has(event, {"seq": int})]
    return line


def _message_of(line: _Line, epoch: str) -> Message | None:
    if "kind" in line or not _has(line, {"seq": int, "id": str, "name": str, "text": str, "ts": int}):
        return None
    if line.get("type", "message") != "message":
        return None
    reactions = tuple(
        Reaction(each["emoji"], each["count"], bool(each.get("mine")))
        for each in line.get("reactions", ()) if _has(each, {"emoji": str, "count": int})
    )
    known = {key: line[key] for key in _MESSAGE_FIELDS if key in line}
    mentions = tuple(line.get("mentions", ()))
    return Message(epoch=epoch, **{**known, "reactions": reactions, "mentions": mentions})


def _change_of(line: _Line, epoch: str) -> Change:
    known = {key: line[key] for key in _CHANGE_FIELDS if key in line}
    kind = str(line.get("kind", line.get("type", "")))
    mentions = tuple(line.get("mentions", ()))
    if not _has(line, _NEEDS.get(kind, {})):
        # It has its place in the run, and changes nothing.
        known.pop("target", None)
    return Change(epoch=epoch, fields=line, **{**known, "kind": kind, "mentions": mentions})


_MESSAGE_FIELDS = {field.name for field in dataclasses.fields(Message)} - {"epoch"}
_CHANGE_FIELDS = {field.name for field in dataclasses.fields(Change)} - {"epoch", "fields"}


def _counted(reactions: tuple[Reaction, ...], emoji: str, by: int) -> tuple[Reaction, ...]:
    has = any(each.emoji == emoji for each in reactions)
    counted = (
        dataclasses.replace(each, count=each.count + by) if each.emoji == emoji else each
        for each in (reactions if has else (*reactions, Reaction(emoji, 0)))
    )
    return tuple(each for each in counted if each.count > 0)


def _is_same(command: _Line, event: _Line) -> bool:
    """Whether an event that came is a command that was sent. The text of a message may be another one by now."""
    if command["nonce"] != event.get("nonce"):
        return False
    if command["type"] != "publish":
        return bool(command["type"] == event.get("kind"))
    return "kind" not in event and ("rev" in event or event.get("text") == command["text"])


def _names_of(members: Iterable[Any]) -> dict[str, str]:
    return {each["id"]: each["name"] for each in members if _has(each, {"id": str, "name": str})}


def _seq_of(target: Target) -> int:
    return target.seq if isinstance(target, Message) else target


def _seconds(line: _Line, otherwise: float) -> float:
    return _count_in(line, "retryAfterMs", 1000 * otherwise) / 1000


def _count_in(line: _Line, field: str, otherwise: float) -> float:
    return float(line[field]) if _has(line, {field: int}) else otherwise


def _text_of(command: _Line) -> str:
    text = json.dumps(command, ensure_ascii=False)
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        # A lone surrogate, about which the server has something to say.
        return json.dumps(command)


def _answer(future: asyncio.Future[Any], result: object) -> None:
    # Whoever waited may have given up.
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if future.done():
        return
    future.set_exception(error)
    if isinstance(error, ClosedError):
        # Whoever does not wait for it need not hear of it.
        future.exception()


async def _value_of(token: Token) -> str:
    value = token() if callable(token) else token
    return await value if inspect.isawaitable(value) else value


def _id_of(key: str) -> str:
    return "k-" + hashlib.sha256(key.encode()).hexdigest()[:32]


def _address_of(url: str, id: str) -> str:
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError(f"Cannot connect to {url}: it must begin with wss: or https:")
    return urlunsplit((scheme, parts.netloc, f"{parts.path.rstrip('/')}/ws/{quote(id, safe='')}", "", ""))


def _load(path: str | os.PathLike[str] | None) -> list[_Line]:
    if path is None or not os.path.exists(path):
        return []
    try:
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)["entries"]
        wanted = {"room": str, "id": str, "command": dict}
        if not isinstance(entries, list) or not all(_has(entry, wanted) for entry in entries):
            raise ValueError("it holds something else")
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"Cannot use {os.fspath(path)} for unsent messages: {error}") from error
    return entries
