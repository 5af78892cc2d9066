/** The server as a browser meets it, through every proxy before it. @module */

import type { Settings } from "../../settings/table.ts";
import { broken, type Finding, note, ok, unsafe } from "./finding.ts";

const PATIENCE_MS = 10_000;
/** By how much the clocks may differ before times look wrong to people. */
const CLOCK_MS = 60_000;
/** How many causes of causes are looked at: they may form a ring. */
const CAUSES = 5;
const NOBODY = "doctor-nobody";

/** @param url of the page, as people open it */
export async function judgeDoor(url: URL, settings: Settings): Promise<Finding[]> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
  } catch (error) {
    return [broken(`${url} cannot be reached: ${innermost(error as Error)}`)];
  }
  // Where a proxy has led it: the page's files and its socket are below there.
  const page = new URL(response.url);
  page.pathname = page.pathname.replace(/\/?$/, "/");
  const found = [response.ok ? ok(`${url} is served`) : broken(`${url} is answered with ${response.status}`)];
  if (url.protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    found.push(unsafe(`${url} is not encrypted: everybody on the way can read along`));
  }
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Math.abs(date - Date.now()) > CLOCK_MS) {
    found.push(note("The clock of this machine and that of the server differ"));
  }
  return [...found, ...await judgeSockets(page, settings)];
}

/** What the system or the library says, behind Deno's "fetch failed". */
function innermost(error: Error): string {
  let told = error;
  for (let depth = 0; depth < CAUSES && told.cause instanceof Error; depth++) told = told.cause;
  return told.message;
}

async function judgeSockets(url: URL, settings: Settings): Promise<Finding[]> {
  const { origin } = url;
  const own = await connect(url, { Origin: origin });
  const found: Finding[] = [];
  if (own === undefined) {
    found.push(broken(
      `No socket is opened for the page of ${origin}: the proxy must pass on Upgrade, Connection and Host, or ORIGINS must name ${origin}`,
    ));
    return found;
  }
  found.push(ok(`A socket is opened for the page of ${origin}`));
  for (const other of ["https://evil.example", "null"]) {
    const isMeant = settings.ORIGINS.some((allowed) => allowed === "*" || allowed === other);
    if (isMeant || await connect(url, { Origin: other }) === undefined) continue;
    found.push(unsafe(`A socket is opened for a page of ${other} as well: does the proxy change Origin, or Host?`));
  }
  const { IDENTITY_HEADER } = settings;
  if (IDENTITY_HEADER !== undefined) {
    const seen = await connect(url, { Origin: origin, [IDENTITY_HEADER]: NOBODY });
    found.push(
      seen === `t-${NOBODY}`
        ? unsafe(
          `Anybody can say who they are: the proxy passes on the ${IDENTITY_HEADER} that a client sends. It must remove it`,
        )
        : ok(`The ${IDENTITY_HEADER} that a client sends does not count`),
    );
  }
  return found;
}

/** Deno's takes headers, which that of browsers does not. */
const DenoSocket = WebSocket as unknown as new (
  url: URL,
  options: { protocols: string[]; headers: Record<string, string> },
) => WebSocket;

/** Opens a socket and says hello. @returns the id that was given, or empty if it was not let in; undefined if there was no socket */
function connect(url: URL, headers: Record<string, string>): Promise<string | undefined> {
  const path = new URL(`ws/${NOBODY}`, url);
  path.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = new DenoSocket(path, { protocols: ["chat.v1"], headers });
  const timer = setTimeout(() => socket.close(), PATIENCE_MS);
  let id: string | undefined;
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ref: "1" }));
  socket.onerror = () => {};
  socket.onmessage = ({ data }) => {
    const line = JSON.parse(String(data).split("\n")[0]!);
    id = line.type === "welcome" ? String(line.id) : "";
    socket.close();
  };
  socket.onclose = () => {
    clearTimeout(timer);
    resolve(id);
  };
  return promise;
}
