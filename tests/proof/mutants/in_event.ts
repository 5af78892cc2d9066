/** Bugs in the events: what they do, what is stored of them, what is told of them. @module */

import { inSimulation, inTest, type Mutant } from "./mutant.ts";

const KINDS = "chat/event/kinds.ts";
const EDIT = "chat/event/edit.ts";
const DELETE = "chat/event/delete.ts";
const REACT = "chat/event/react.ts";
const DECIDE_TEST = "tests/event/decide_test.ts";
const APPLY_TEST = "tests/event/apply_test.ts";
const RANDOM_TEST = "tests/event/random_test.ts";

/** An edit is stored with its text, and read again with that if a condition on its target holds. */
function keepsOldText(condition: string): [file: string, find: string, replace: string] {
  const recall = "recall(change, target) {";
  return [
    EDIT,
    `forgets: ["text", "version", "mentions"],\n  ${recall}`,
    `forgets: [],\n  ${recall}\n    if (${condition}) return change;`,
  ];
}

export const IN_EVENT: readonly Mutant[] = [
  inTest(RANDOM_TEST, "the rule of rev", "a change is taken whatever the message's rev", [
    KINDS,
    `target !== message.seq || event.seq <= revOf(message)`,
    `target !== message.seq || event.seq <= message.seq`,
  ]),
  inTest(RANDOM_TEST, "the rule of rev", "a change that is as old as the message's rev is taken again", [
    KINDS,
    `event.seq <= revOf(message)`,
    `event.seq < revOf(message)`,
  ]),
  inTest(RANDOM_TEST, "the rule of rev", "a change leaves the message's rev as it was", [
    KINDS,
    `{ ...changed, rev: event.seq }`,
    `changed`,
  ]),
  inTest(RANDOM_TEST, "the rule of rev", "an edit that is replayed takes its version from the time of its author", [
    EDIT,
    `return mentions === undefined ? { ...change, text, version } : { ...change, text, version, mentions };`,
    `return mentions === undefined ? { ...change, text } : { ...change, text, mentions };`,
  ]),
  inTest(RANDOM_TEST, "overwritten is never read", "an edit is stored with its text, and replayed with it", [
    EDIT,
    `forgets: ["text", "version", "mentions"],
  recall(change, target) {`,
    `forgets: [],
  recall(change, target) {
    if (target !== undefined && !target.deleted) return change;`,
  ]),
  inTest(APPLY_TEST, "stored without the text", "a store keeps the old text of an edit", [
    EDIT,
    `forgets: ["text", "version", "mentions"]`,
    `forgets: ["version", "mentions"]`,
  ]),
  inTest(APPLY_TEST, "a text that is gone", "an edit of a deleted message is replayed as if there were one", [
    EDIT,
    `target === undefined || target.deleted`,
    `target === undefined`,
  ]),
  inTest(DECIDE_TEST, "conflict", "an edit replaces a version that its author has not seen", [
    EDIT,
    `if (version !== (target.version ?? 0)) return "conflict";`,
    ``,
  ]),
  inTest(DECIDE_TEST, "too_late", "a message can be edited for ever", [
    EDIT,
    `if (now - target.ts > editMs) return "too_late";`,
    ``,
  ]),
  inTest(DECIDE_TEST, "an edit of another's", "everybody may edit a message", [
    EDIT,
    `if (target.id !== id) return "not_allowed";`,
    ``,
  ]),
  inTest(DECIDE_TEST, "a deletion of another's", "everybody may delete a message", [
    DELETE,
    `if (target.id !== id && !moderates?.(target.id)) return "not_allowed";`,
    ``,
  ]),
  inTest(APPLY_TEST, "an edit without mentions", "an edit leaves the mentions of the text before it", [
    EDIT,
    `{ ...rest, text, version } :`,
    `{ ...message, text, version } :`,
  ]),
  inTest(APPLY_TEST, "a deletion takes the text", "a deleted message keeps its text", [
    DELETE,
    `text: "",`,
    `text: message.text,`,
  ]),
  inTest(APPLY_TEST, "a deletion takes mentions", "a deleted message keeps its reactions", [
    DELETE,
    `"reply", "replies",`,
    `"reply", "replies", "reactions",`,
  ]),
  inTest(APPLY_TEST, "why a message was deleted", "everybody is sent why a message was deleted", [
    DELETE,
    `hides: ["reason"],`,
    ``,
  ]),
  inTest(DECIDE_TEST, "a reaction that stands", "a reaction that stands is stored again", [
    REACT,
    `if (on === reacted) return "unchanged";`,
    ``,
  ]),
  inTest(RANDOM_TEST, "different ids", "a reaction that is taken back is still counted", [
    REACT,
    `count: one.count + by`,
    `count: Math.max(one.count + by, 1)`,
  ]),
  inTest(RANDOM_TEST, "the rule of rev", "an answer leaves the rev of the message that it answers", [
    KINDS,
    `{ ...changed, rev: event.seq }`,
    `isMessage(event) ? changed : { ...changed, rev: event.seq }`,
  ]),
  inTest(DECIDE_TEST, "the same content", "an edit under a used nonce passes for another with other mentions", [
    EDIT,
    `says: ["text", "mentions"]`,
    `says: ["text"]`,
  ]),
  inTest(DECIDE_TEST, "the same content", "a reaction under a used nonce passes for its removal", [
    REACT,
    `says: ["emoji", "on"]`,
    `says: ["emoji"]`,
  ]),
  inTest(DECIDE_TEST, "the same content", "a message under a used nonce passes for an answer", [
    KINDS,
    `event.reply ?? null, event`,
    `null, event`,
  ]),
  inTest(DECIDE_TEST, "the same content", "a change under a used nonce passes for one of another message", [
    KINDS,
    `[event.kind, targetOf(event), ...`,
    `[event.kind, null, ...`,
  ]),
  inTest(APPLY_TEST, "fallback", "an event of a newer kind has a fallback line of nothing", [
    KINDS,
    `?? "(something that this version cannot show)"`,
    `?? ""`,
  ]),
  inSimulation("an edit is acknowledged, and its message keeps its text", [
    EDIT,
    `return mentions === undefined ? { ...rest, text, version } : { ...rest, text, version, mentions };`,
    `return mentions === undefined ? { ...rest, version } : { ...rest, version, mentions };`,
  ]),
  inSimulation(
    "a client that comes back is sent a text that was replaced",
    keepsOldText("target !== undefined && !target.deleted"),
  ),
  inSimulation("a client that comes back is sent a text that was deleted", keepsOldText("target?.deleted")),
  inSimulation("of two edits that do not know of each other the later one wins", [
    EDIT,
    `if (version !== (target.version ?? 0)) return "conflict";`,
    ``,
  ]),
  inSimulation("a first edit is refused", [EDIT, `version !== (target.version ?? 0)`, `version !== target.version`]),
  inSimulation("anybody puts words into another's mouth", [EDIT, `if (target.id !== id) return "not_allowed";`, ``]),
  inSimulation("who reacts twice is counted twice", [REACT, `if (on === reacted) return "unchanged";`, ``]),
  inSimulation("a deleted message is answered", [
    KINDS,
    `return facts.target.deleted ? "deleted" : undefined;`,
    `return;`,
  ]),
];
