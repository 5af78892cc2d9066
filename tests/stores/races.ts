/** What two processes do to one message at once, for all stores that processes share. @module */

import type { NewEvent } from "../../chat/event/event.ts";
import { by } from "../lib/messages.ts";
import { edit, react, remove } from "./changing.ts";

/** What was before, what one process is about to do, what another one does first, and the answer to the one. */
export const RACES: [name: string, earlier: NewEvent[], mine: NewEvent, theirs: NewEvent, wanted: number | string][] = [
  ["edits what another one edits", [], edit("mine", 0), edit("theirs", 0), "conflict"],
  ["edits what another one deletes", [], edit("mine", 0), remove(), "deleted"],
  ["answers what another one deletes", [], { ...by("mine", "m"), reply: 1 }, remove(), "deleted"],
  ["reacts as another one does", [], react("bob"), react("bob"), "unchanged since 2"],
  ["reacts where another one takes that back", [react("bob")], react("bob"), react("bob", false), 4],
  ["takes back what another one does", [react("bob")], react("bob", false), react("bob", false), "unchanged since 3"],
  [
    "sends again what another one sends",
    [],
    { ...edit("same", 0), nonce: "e" },
    { ...edit("same", 0), nonce: "e" },
    "already 2",
  ],
  [
    "uses a nonce that another one uses",
    [],
    { ...remove(), nonce: "e" },
    { ...edit("theirs", 0), nonce: "e" },
    "nonce_used",
  ],
  [
    "changes its own message that another one stores",
    [],
    { kind: "delete", id: "ada", name: "Ada", nonce: "d", targetNonce: "t" },
    by("theirs", "t"),
    3,
  ],
];
