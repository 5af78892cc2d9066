/** Which listener the servers of a test file have: there are two, and the same must hold for both. @module */

/** `plain`: `Deno.serve`. `guarded`: what `GUARD=on` listens by. */
export type Listener = "plain" | "guarded";

let chosen: Listener = "plain";

/** The one that a server started now gets. */
export function listener(): Listener {
  return chosen;
}

/** Gives the servers of this file that one from now on. */
export function listenBy(name: Listener): void {
  chosen = name;
}
