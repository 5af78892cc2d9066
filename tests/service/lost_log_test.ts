/** The program goes on whatever becomes of its log, and whatever throws where nothing catches it. @module */

import { assert, assertEquals, assertLess } from "../lib/assert.ts";
import { ChatClient, PlainClient } from "../lib/client.ts";
import { eventually } from "../lib/patience.ts";
import { lastingPort } from "../lib/port.ts";
import { makeFolder, run, ServiceProcess } from "../lib/process.ts";
import { testWith } from "../lib/tools.ts";

/** Starts the program with its standard output at a path. */
async function startLoggingTo(path: string) {
  const port = lastingPort();
  const service = ServiceProcess.spawn({
    // A pipe is opened for both ways: to be opened for writing only, it would have to have a reader.
    command: ["bash", "-c", `exec "$0" "$@" 1<> '${path}'`, Deno.execPath(), "run", "-A", "main.ts"],
    args: ["--port", `${port}`, "--chat-store", "memory:", "--metrics", "on"],
  });
  const at = { url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` };
  await eventually(() => metrics(at), "it to serve", 60_000);
  return Object.assign(service, { at });
}

type At = { url: string; wsUrl: string };

/** Its counts; undefined while it does not answer. */
async function metrics({ url }: At): Promise<Map<string, number> | undefined> {
  const response = await fetch(`${url}/metrics`).catch(() => undefined);
  if (response === undefined) return undefined;
  const text = await response.text();
  return new Map(Array.from(text.matchAll(/^switchboard_(\w+) (\d+)/gm), ([, name, n]) => [name!, Number(n)]));
}

async function count(at: At, name: string): Promise<number> {
  return (await metrics(at))!.get(name)!;
}

/** Connections come and go, each of which is a line of the log. */
async function comeAndGo(at: At, connections: number): Promise<void> {
  for (let round = 0; round < connections; round += 50) {
    const crowd = await Promise.all(
      Array.from({ length: 50 }, (_, index) => PlainClient.open(at, `c${round + index}`)),
    );
    await Promise.all(crowd.map((client) => client[Symbol.asyncDispose]()));
  }
  await eventually(async () => await count(at, "connections") === 0, "all to be gone");
}

async function chats(at: At): Promise<void> {
  await using ada = await ChatClient.open(at, "ada", "lobby");
  await using bob = await PlainClient.open(at, "bob");
  await ada.publish("lobby", "still here");
  await bob.untilFrame("Client #ada says: still here");
}

/** The lines of the log, but for one that was cut where the disk was full. */
function readLog(text: string): { event: string; message?: string }[] {
  return text.split("\n").filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
}

/** How many lines the log says it lacks. */
function missing(text: string): number {
  const told = readLog(text).map(({ message }) => /^(\d+) lines? could not be written since 2/.exec(message ?? ""));
  return told.reduce((sum, match) => sum + Number(match?.[1] ?? 0), 0);
}

Deno.test("with its output on a full device it starts, serves, counts what it could not write, and stops", async () => {
  await using service = await startLoggingTo("/dev/full");
  await comeAndGo(service.at, 500);
  await chats(service.at);
  await eventually(async () => await count(service.at, "log_dropped_total") > 500, "the lines to be counted");
  assertEquals(await service.stop(), 0);
});

testWith("root", {
  name: "on a disk that fills while it runs the chat goes on, and once there is room the log says what it lacks",
  async fn() {
    await using disk = await mountDisk();
    await Deno.writeFile(`${disk.path}/filler`, new Uint8Array(1024 * 1024 - 16 * 1024));
    const path = `${disk.path}/log`;
    await using service = await startLoggingTo(path);
    await comeAndGo(service.at, 500);
    await eventually(async () => await count(service.at, "log_dropped_total") > 0, "the disk to be full");
    await chats(service.at);
    const dropped = await count(service.at, "log_dropped_total");
    await Deno.remove(`${disk.path}/filler`);
    await eventually(async () => missing(await Deno.readTextFile(path)) >= dropped, "the log to say so");
    assertEquals(await service.stop(), 0);
    const text = await Deno.readTextFile(path);
    assertEquals(readLog(text).at(-1)!.event, "stopped");
    const told = readLog(text).filter(({ event }) => event === "connect" || event === "disconnect").length;
    // Of the one write that failed it is not known how much is there: what is counted as missing is at least what is.
    assert(told + missing(text) >= 1_004, `${told} told, ${missing(text)} missing`);
    assertLess(told + missing(text), 1_004 + 40);
  },
});

/** Starts the program with its standard output on a pipe in a folder, and fills that. */
async function startOnFullPipe(folder: { path: string }) {
  const path = `${folder.path}/pipe`;
  await run("mkfifo", path);
  const service = await startLoggingTo(path);
  await comeAndGo(service.at, 500);
  await eventually(async () => await count(service.at, "log_waiting_bytes") > 1_000, "the pipe to be full");
  return Object.assign(service, { path });
}

Deno.test("on a pipe that nobody empties the chat goes on; nothing is lost if somebody does", async () => {
  await using folder = await makeFolder();
  await using service = await startOnFullPipe(folder);
  await chats(service.at);
  const reading = new Response((await Deno.open(service.path)).readable).text();
  await eventually(async () => await count(service.at, "log_waiting_bytes") === 0, "it to be emptied");
  assertEquals(await service.stop(), 0);
  const log = readLog(await reading);
  assertEquals(log.filter(({ event }) => event === "disconnect").length, 502);
  assertEquals(log.at(-1)!.event, "stopped");
});

Deno.test("a pipe that nobody empties does not keep it from stopping", async () => {
  await using folder = await makeFolder();
  await using service = await startOnFullPipe(folder);
  assertEquals(await service.stop(), 0);
});

Deno.test("a bug in a socket's event, a timer or a listener is told and counted, and ends nobody's chat", async () => {
  await using service = await ServiceProcess.start({
    command: [Deno.execPath(), "run", "-A", "tests/service/throwing_service.ts"],
    args: ["--port", "0", "--chat-store", "memory:", "--metrics", "on"],
  });
  await using ada = await PlainClient.open(service, "ada");
  await using bob = await PlainClient.open(service, "bob");
  const places = ["socket opened", "socket message", "timer", "listener", "signal", "promise", "object"];
  ada.send("hi");
  await bob.untilFrame("Client #ada says: hi");
  service.kill("SIGUSR1");
  {
    await using _carol = await PlainClient.open(service, "carol");
  }
  places.push("socket closed");
  const told = () => service.told("trouble").map(({ error }) => String(error));
  await eventually(() => places.every((place) => told().some((error) => error.includes(place))), "all to be told");
  ada.send("still here");
  await bob.untilFrame("Client #ada says: still here");
  const response = await fetch(`${service.url}/metrics`);
  const counted = Number(/^switchboard_trouble_total (\d+)$/m.exec(await response.text())![1]);
  await eventually(() => told().length >= counted, "all that are counted to be told");
  assertEquals(told().length, counted);
  assertEquals(await service.stop(), 0);
});

/** A disk of 1 MiB. */
async function mountDisk(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await makeFolder();
  await run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path);
  return {
    path: folder.path,
    async [Symbol.asyncDispose]() {
      await run("umount", "--lazy", folder.path);
      await folder[Symbol.asyncDispose]();
    },
  };
}
