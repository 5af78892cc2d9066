"""Lets a test use the client for Python: it is told by lines of JSON on its input what to do, and answers by lines.

The first line is what to connect with. After that each line has an `id`, which its answer has as well; lines without one
say what happened by itself.
"""

import asyncio
import dataclasses
import json
import os
import sys
from typing import Any

from switchboard import Chat, ClosedError, Event, Message, Position, RefusedError, Room, State, connect

READ_AHEAD = 200


def say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def told(event: Event) -> dict[str, Any]:
    return {"type": event.type, **dataclasses.asdict(event)}


def place(position: Position | None) -> dict[str, Any] | None:
    return None if position is None else position._asdict()


def reason(error: BaseException) -> dict[str, Any]:
    return {"name": type(error).__name__, "code": getattr(error, "code", None), "message": str(error)}


def target(given: Any) -> int | Message | None:
    if given is None or isinstance(given, int):
        return given
    version, epoch = given.get("version", 0), given.get("epoch", "")
    return Message(epoch=epoch, seq=given["seq"], id="", name="", text="", ts=0, version=version)


class Tokens:
    """The test is asked for each token."""

    def __init__(self) -> None:
        self.asked: dict[int, asyncio.Future[str]] = {}

    async def __call__(self) -> str:
        asked = len(self.asked)
        self.asked[asked] = asyncio.get_running_loop().create_future()
        say(note="token", asked=asked)
        return await self.asked[asked]

    def give(self, asked: int, token: str = "", problem: str | None = None) -> None:
        if problem is None:
            self.asked[asked].set_result(token)
        else:
            self.asked[asked].set_exception(RuntimeError(problem))


class Driver:
    """One chat, and its rooms."""

    def __init__(self, chat: Chat, tokens: "Tokens") -> None:
        self.tokens = tokens
        self.chat = chat
        self.read: dict[str, asyncio.Queue[Any]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.watching: list[asyncio.Task[None]] = []
        chat.on("state", self.tell_state)
        chat.on("failed", lambda failed: say(note="failed", **{**failed, "reason": reason(failed["reason"])}))

    def tell_state(self, state: State) -> None:
        why = None if state.reason is None else reason(state.reason)
        say(note="state", id=self.chat.id, phase=state.phase, reason=why)

    def start(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.end)
        return task

    def end(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        # A bug of the client, or of this driver.
        if not task.cancelled() and task.exception() is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "A task failed", "exception": task.exception()})
            os._exit(70)

    async def close(self) -> None:
        for task in self.watching:
            task.cancel()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=1)

    async def answer(self, id: int, command: dict[str, Any]) -> None:
        try:
            say(id=id, result=await self.carry_out(**command))
        except (RefusedError, ClosedError) as error:
            say(id=id, error=reason(error))

    async def carry_out(self, do: str, room: str = "", **given: Any) -> Any:
        if do == "close":
            return await self.chat.close()
        if do == "token":
            return self.tokens.give(**given)
        if do == "wake":
            return self.chat.wake()
        if do == "room":
            after = given.get("after")
            known = self.chat.room(room, after=after if isinstance(after, str) else after and Position(**after))
            if room not in self.read:
                self.read[room] = asyncio.Queue(READ_AHEAD)
                self.watching.append(self.start(self.watch(known)))
            return None
        return await self.act(do, self.chat.room(room), given)

    async def act(self, do: str, room: Room, given: dict[str, Any]) -> Any:
        match do:
            case "next":
                return await self.next(room)
            case "send":
                given["reply"] = target(given.get("reply"))
                return (await room.send(**given))._asdict()
            case "edit":
                return (await room.edit(target(given["target"]), given["text"]))._asdict()
            case "remove":
                return (await room.remove(target(given["target"])))._asdict()
            case "react":
                return (await room.react(target(given["target"]), given["emoji"], given["on"]))._asdict()
            case "typing":
                return room.typing()
            case "leave":
                return room.leave()
            case "history":
                return [told(message) for message in await room.history(**given)]
            case _:
                raise ValueError(do)

    async def next(self, room: Room) -> list[Any]:
        """The next events with their places, at least one; nothing if there is none any more."""
        queue = self.read[room.name]
        if queue.empty():
            self.start(self.fill(room, queue))
        first = await queue.get()
        found = [first]
        while not queue.empty():
            found.append(queue.get_nowait())
        return found

    async def fill(self, room: Room, queue: "asyncio.Queue[Any]") -> None:
        if getattr(room, "is_filled", False):
            return
        room.is_filled = True
        try:
            async for event in room:
                await queue.put({"event": told(event), "position": place(room.position)})
            await queue.put({})
        except RefusedError as error:
            await queue.put({"error": reason(error)})

    async def watch(self, room: Room) -> None:
        members = None
        while True:
            if room.members != members:
                members = room.members
                say(note="members", room=room.name, members=[each._asdict() for each in members])
            await asyncio.sleep(0.02)


async def main() -> None:
    lines = asyncio.StreamReader(limit=1_000_000)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    options, tokens = json.loads(await lines.readline()), Tokens()
    if options.pop("asks"):
        options["token"] = tokens
    async with connect(**options) as chat:
        driver = Driver(chat, tokens)
        while line := await lines.readline():
            command = json.loads(line)
            driver.start(driver.answer(command.pop("id"), command))
        # Its streams end by that, and so those hear of it who wait for more.
        await chat.close()
        await driver.close()


asyncio.run(main())
