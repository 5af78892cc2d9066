/** Our own page, as what is measured. @module */

import { online } from "../../browser/lib.ts";
import type { TestServer } from "../../lib/server.ts";
import { type Subject, textOf } from "./subject.ts";

const author = (n: number) => ({ id: `u${n % 40}`, name: `Person ${n % 40}` });

/** The page of a server. */
export function switchboard(server: TestServer): Subject {
  return {
    url: server.url,
    enter: online,
    say: (count, from) =>
      Promise.all(Array.from({ length: count }, (_, i) => {
        const n = from + i;
        return server.log.append("lobby", { ...author(n >> 1), text: textOf(n) });
      })),
    row: "#rows .row",
    log: "#log",
    field: "#field",
  };
}

/** The next reaction, of somebody else each time, to a message. */
export function reactTo(server: TestServer, target: number): (n: number) => Promise<unknown> {
  const emoji = ["👍", "❤️", "😂", "🎉"];
  return (n) =>
    server.log.append("lobby", {
      id: `r${n}`,
      name: `Reader ${n}`,
      nonce: `r${n}`,
      kind: "react",
      target,
      emoji: emoji[n % 4]!,
      on: true,
    });
}
