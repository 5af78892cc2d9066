"""A client of the tutorials' kind: sends each line of its input, prints each message."""

import asyncio
import sys

import websockets


async def main(url: str) -> None:
    async with websockets.connect(url) as socket:
        print("open", flush=True)

        async def send_lines() -> None:
            lines = asyncio.StreamReader()
            await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
            )
            while line := await lines.readline():
                await socket.send(line.decode().rstrip("\n"))
            await socket.close()

        sending = asyncio.create_task(send_lines())
        async for message in socket:
            print(message, flush=True)
        await sending


asyncio.run(main(sys.argv[1]))
