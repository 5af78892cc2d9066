/**
 * The servers that are measured: ours as it ships, and its peers, each as small as its project's own example.
 *
 * @module
 */

import { join } from "@std/path";
import { LOCK } from "../lib/packages.ts";
import type { DialectName } from "./load/spec.ts";
import { type Launch, output, works } from "./processes.ts";

const here = import.meta.dirname!;
const root = join(here, "..", "..");
const peers = join(here, "peers");
/** Where npm installs the peers; git ignores it. */
const cache = join(root, ".bench");

/** Exactly these, so that two runs measure the same thing. */
const PACKAGES = ["ws@8.23.0", "socket.io@4.8.4", "bun@1.4.5"];
/** µWebSockets.js is not on npm; these are others' copies of it. The first one that this machine can load is used. */
const UWS_PACKAGES = ["@btc-vision/uwebsockets.js@20.57.0", "@trufflesuite/uws-js-unofficial@20.30.0-unofficial.0"];

/** A server that can be started. */
export interface Server {
  /** What `--only` calls it. */
  name: string;
  /** What the tables call it. */
  title: string;
  dialect: DialectName;
  /** Its software, with versions. */
  version: string;
  /** @param directory an empty one that it may write to @param port where to listen; any, if 0 */
  launch(directory: string, port: number): Launch;
}

/** A server that cannot be had on this machine. */
export interface LeftOut {
  name: string;
  title: string;
  /** Why, in words for the report. */
  reason: string;
}

/** Installs the peers where they are missing, and says which servers there are. */
export async function findServers(): Promise<{ servers: Server[]; leftOut: LeftOut[]; bun: string | undefined }> {
  const npm = await install();
  const found: (Server | LeftOut)[] = [
    ...await ours(),
    onDeno("naive", "A `for … send` loop on Deno"),
    onDeno("batching", "A bare loop on Deno that sends every 20 ms"),
    await onNode("ws", "ws", "ws", npm),
    await onNode("socketio", "Socket.IO", "socket.io", npm, "socketio"),
    await uws(npm),
    await bunPeer(npm),
    await fastapi(),
  ];
  const isServer = (one: Server | LeftOut): one is Server => "launch" in one;
  return {
    servers: found.filter(isServer),
    leftOut: found.filter((one): one is LeftOut => !isServer(one)),
    bun: await bunBinary(),
  };
}

/** The command of `deno task start`, for a folder where the server finds its data or makes it. */
export async function shippedCommand(): Promise<string[]> {
  return [Deno.execPath(), "run", LOCK, ...await shippedFlags(), join(root, "main.ts"), "--listen"];
}

async function shippedFlags(): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const [, , ...shipped]: string[] = tasks.start.command.split(" ");
  return shipped.filter((arg) => arg.startsWith("--") && arg !== "--listen");
}

async function ours(): Promise<(Server | LeftOut)[]> {
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const run = await shippedCommand();
  // A few senders stand for many people, so they may not be held to one person's rate.
  const env = { RATE_LIMIT: "off", METRICS: "on", HOST: "127.0.0.1" };
  const software = `${version}, Deno ${Deno.version.deno}`;
  const server: Server = {
    name: "ours",
    title: "Switchboard",
    dialect: "chat",
    version: `${software}, its default store (SQLite, fsync)`,
    launch: (directory, port) => ({ argv: [...run, "--port", String(port)], env, cwd: directory }),
  };
  const plain: Server = { ...server, name: "ours-plain", title: "Switchboard, plain text", dialect: "plain" };
  const guarded: Server = {
    ...server,
    name: "ours-guard",
    title: "Switchboard, `GUARD=on`",
    version: `${software}, by \`node:http\` and \`ws\``,
    launch: (directory, port) => ({ ...server.launch(directory, port), env: { ...env, GUARD: "on" } }),
  };
  return [server, plain, guarded];
}

function onDeno(name: string, title: string): Server {
  return {
    name,
    title,
    dialect: "plain",
    version: `Deno ${Deno.version.deno}`,
    launch: () => ({ argv: [Deno.execPath(), "run", "--no-config", "--allow-net", join(peers, `${name}.ts`)] }),
  };
}

async function onNode(
  name: string,
  title: string,
  module: string,
  npm: string | undefined,
  dialect: DialectName = "plain",
): Promise<Server | LeftOut> {
  if (npm !== undefined) return { name, title, reason: npm };
  const script = await copied(`${name}.mjs`);
  const version = `${module} ${await versionOf(module)}, Node ${await nodeVersion()}`;
  return { name, title, dialect, version, launch: () => ({ argv: ["node", script] }) };
}

async function uws(npm: string | undefined): Promise<Server | LeftOut> {
  const [name, title] = ["uws", "µWebSockets.js"];
  if (npm !== undefined) return { name, title, reason: npm };
  const script = await copied("uws.mjs");
  for (const spec of UWS_PACKAGES) {
    const module = spec.slice(0, spec.lastIndexOf("@"));
    // Where its binary does not load, one of the packages quietly turns into another server, written in JavaScript.
    const isNative = `process.exit(/native code/.test(require("${module}").App) ? 0 : 1)`;
    if (await output({ argv: ["node", "-e", isNative], cwd: cache }) === undefined) continue;
    const version = `${module} ${await versionOf(module)}, Node ${await nodeVersion()}`;
    return {
      name,
      title,
      dialect: "plain",
      version,
      launch: () => ({ argv: ["node", script], env: { UWS_PACKAGE: module } }),
    };
  }
  return { name, title, reason: "none of its copies on npm has a binary that loads on this machine" };
}

async function bunPeer(npm: string | undefined): Promise<Server | LeftOut> {
  const [name, title] = ["bun", "Bun"];
  const binary = await bunBinary();
  if (binary === undefined) return { name, title, reason: npm ?? "npm installed no binary that runs on this machine" };
  const script = await copied("bun.mjs");
  const version = `Bun ${await output({ argv: [binary, "--version"] })}`;
  return { name, title, dialect: "plain", version, launch: () => ({ argv: [binary, script] }) };
}

async function fastapi(): Promise<Server | LeftOut> {
  const [name, title] = ["fastapi", "FastAPI on uvicorn"];
  const show = "import fastapi, uvicorn, websockets, platform; " +
    'print(f"FastAPI {fastapi.__version__}, uvicorn {uvicorn.__version__}, Python {platform.python_version()}")';
  for (const python of ["python3", "/usr/bin/python3"]) {
    const version = await output({ argv: [python, "-c", show] });
    if (version === undefined) continue;
    const script = join(peers, "fastapi_peer.py");
    return { name, title, dialect: "plain", version, launch: () => ({ argv: [python, script] }) };
  }
  return { name, title, reason: "no python3 that has fastapi, uvicorn and websockets" };
}

/** @returns why nothing can be installed, if so */
async function install(): Promise<string | undefined> {
  if (!await works(["node", "--version"])) return "Node is not installed";
  await Deno.mkdir(cache, { recursive: true });
  const wanted = [...PACKAGES, ...UWS_PACKAGES];
  const marker = join(cache, "installed.txt");
  if (await Deno.readTextFile(marker).catch(() => "") === wanted.join("\n")) return undefined;
  await Deno.writeTextFile(join(cache, "package.json"), '{ "private": true }\n');
  const npm = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", ...wanted];
  if (await output({ argv: npm, cwd: cache }) === undefined) return "npm could not install it";
  await Deno.writeTextFile(marker, wanted.join("\n"));
  return undefined;
}

/** Node looks for packages beside the script, so the scripts go where the packages are. */
async function copied(script: string): Promise<string> {
  const copy = join(cache, script);
  await Deno.copyFile(join(peers, script), copy);
  return copy;
}

async function bunBinary(): Promise<string | undefined> {
  const binary = join(cache, "node_modules", ".bin", "bun");
  return await works([binary, "--version"]) ? binary : undefined;
}

async function versionOf(module: string): Promise<string> {
  return JSON.parse(await Deno.readTextFile(join(cache, "node_modules", module, "package.json"))).version;
}

async function nodeVersion(): Promise<string> {
  return (await output({ argv: ["node", "--version"] }))!.slice(1);
}
