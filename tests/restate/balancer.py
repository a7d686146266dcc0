#!/usr/bin/env python3
"""One address for several processes: hands a new connection to the next one that can be reached, as a TCP balancer does.

  balancer.py ADDRESS:PORT ADDRESS:PORT…      the first is its own
"""
import asyncio
import itertools
import sys


async def carry(reader, writer):
    try:
        while text := await reader.read(65536):
            writer.write(text)
            await writer.drain()
    except OSError:
        pass  # the other side learns it by the end of its connection
    finally:
        writer.close()


async def main(own, *others):
    turn = itertools.count()

    async def accept(reader, writer):
        first = next(turn)
        for more in range(len(others)):
            host, port = others[(first + more) % len(others)].split(":")
            try:
                there = await asyncio.open_connection(host, int(port))
            except OSError:
                continue
            await asyncio.gather(carry(reader, there[1]), carry(there[0], writer))
            return
        writer.close()

    host, port = own.split(":")
    server = await asyncio.start_server(accept, host, int(port))
    print("listens", flush=True)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
