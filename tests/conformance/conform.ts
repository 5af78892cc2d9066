/**
 * `deno task conform`: which duties of `chat/protocol.md` a server does, whoever wrote it.
 *
 *     deno task conform ws://localhost:8000 [--restart http://localhost:9000/] [--json]
 *
 * It uses rooms and ids of its own, and leaves them behind. `--restart` is an address that is asked by `POST` to kill the server and to start it
 * again, and answers once it listens: without it some duties are not tried. Ends with 0 if none fails.
 *
 * @module
 */

import { parseArgs } from "node:util";
import cases from "./cases.json" with { type: "json" };
import { playServerCase, type ServerCase, type Verdict } from "./server_cases.ts";

const USAGE = "Usage: deno task conform ws://HOST [--restart URL] [--json]";
const MARKS = { holds: "✓", fails: "✗", "not tried": "–" } as const;

/** Plays every case for servers. @param told called with each verdict as it comes */
export async function conform(
  options: Parameters<typeof playServerCase>[1],
  told: (verdict: Verdict) => void = () => {},
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const each of cases.server as ServerCase[]) {
    const verdict = await playServerCase(each, options);
    verdicts.push(verdict);
    told(verdict);
  }
  return verdicts;
}

if (import.meta.main) {
  const { values, positionals } = parsed();
  const [url] = positionals;
  if (url === undefined || positionals.length > 1 || !/^(ws|http)s?:$/.test(URL.parse(url)?.protocol ?? "")) {
    say(USAGE);
    Deno.exit(2);
  }
  const restart = values.restart === undefined ? undefined : () => post(values.restart!);
  const verdicts = await conform(
    { url, restart },
    (verdict) => say(values.json ? JSON.stringify(verdict) : row(verdict)),
  );
  const count = (result: Verdict["result"]) => verdicts.filter((each) => each.result === result).length;
  if (!values.json) say(`\n${count("holds")} hold, ${count("fails")} fail, ${count("not tried")} were not tried`);
  Deno.exit(count("fails") > 0 ? 1 : 0);
}

/** The flags; ends the program if they cannot be used. */
function parsed() {
  const options = { restart: { type: "string" }, json: { type: "boolean" } } as const;
  try {
    return parseArgs({ args: Deno.args, options, allowPositionals: true });
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    Deno.exit(2);
  }
}

function row({ duty, result, why }: Verdict): string {
  return `${MARKS[result]} ${duty}${why === undefined ? "" : `\n    ${result}: ${why}`}`;
}

async function post(url: string): Promise<void> {
  const response = await fetch(url, { method: "POST" });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Cannot restart the server: ${url} answered ${response.status}`);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
}
