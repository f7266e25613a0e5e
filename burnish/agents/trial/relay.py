"""Runs inside an agent's container: carries connections over its own stdin and stdout.

The container has no network, only its own loopback. What connects to `PORT` there is carried out
to the model; what burnish opens is carried in to the agent. `python3 -I -c` runs this text, so it
uses the standard library alone, and nothing of burnish.

A frame is a kind (O open, D data, C close), the connection's number and a length, both four bytes,
and that many bytes. Odd numbers are opened here, even ones by burnish.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys

AGENT_PORT = 8080
PORT = 11434
HEAD = struct.Struct(">cII")
PIECE = 65536


class Relay:
    """Every connection that is open."""

    def __init__(self, output: asyncio.StreamWriter) -> None:
        self.output = output
        self.writers: dict[int, asyncio.StreamWriter] = {}
        self.early: dict[int, list[bytes]] = {}  # what came before the agent took the call
        self.last = -1
        self.tasks: set[asyncio.Task[None]] = set()

    async def say(self, kind: bytes, number: int, data: bytes = b"") -> None:
        """Write one frame; waits while nobody reads."""
        self.output.write(HEAD.pack(kind, number, len(data)) + data)
        await self.output.drain()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The agent called its model."""
        self.last += 2
        number = self.last
        self.writers[number] = writer
        await self.say(b"O", number)
        await self.pump(number, reader)

    async def enter(self, number: int) -> None:
        """Burnish calls the agent."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", AGENT_PORT)
        except OSError:
            self.early.pop(number, None)
            await self.say(b"C", number)
            return
        if number not in self.early:  # given up meanwhile
            writer.close()
            return
        for data in self.early.pop(number):
            writer.write(data)
        self.writers[number] = writer
        await self.pump(number, reader)

    async def pump(self, number: int, reader: asyncio.StreamReader) -> None:
        """Carry what one end says until it says no more."""
        try:
            while data := await reader.read(PIECE):
                await self.say(b"D", number, data)
        except OSError:
            pass
        await self.say(b"C", number)

    async def obey(self, frames: asyncio.StreamReader) -> None:
        """Do as the frames from outside say, until there are no more."""
        while True:
            kind, number, size = HEAD.unpack(await frames.readexactly(HEAD.size))
            data = await frames.readexactly(size) if size else b""
            writer = self.writers.get(number)
            if kind == b"O":
                self.early[number] = []
                task = asyncio.create_task(self.enter(number))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
            elif kind == b"D" and writer is not None:
                writer.write(data)
            elif kind == b"D" and number in self.early:
                self.early[number].append(data)
            elif kind == b"C":
                self.early.pop(number, None)
                self.writers.pop(number, None)
                if writer is not None:
                    writer.close()


async def main() -> None:
    """Carry until burnish goes."""
    loop = asyncio.get_running_loop()
    frames = asyncio.StreamReader(limit=1 << 20)
    protocol = asyncio.StreamReaderProtocol(frames)
    await loop.connect_read_pipe(lambda: protocol, sys.stdin.buffer)
    transport, flow = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
    relay = Relay(asyncio.StreamWriter(transport, flow, None, loop))
    await asyncio.start_server(relay.accept, "127.0.0.1", PORT)
    await relay.say(b"R", 0)  # ready
    try:
        await relay.obey(frames)
    except asyncio.IncompleteReadError:
        os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
