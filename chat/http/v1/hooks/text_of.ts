/** Makes a message of what a service sends to a hook. @module */

import { TEXT_CHARACTERS } from "../../../limits.ts";
import { areAlerts, textOfAlerts } from "./alerts.ts";
import { textOfGithub } from "./github.ts";
import { at, cut } from "./payload.ts";

/**
 * The text of the message.
 *
 * @param github the header `X-GitHub-Event`, if there is one
 * @returns without a text for an event that nobody needs to read; nothing for a form that is not known
 */
export function textOf(payload: unknown, github: string | null): { text?: string } | undefined {
  if (github !== null) return bounded(textOfGithub(github, payload));
  const text = at(payload, "text");
  if (typeof text === "string") return bounded(text);
  return areAlerts(payload) ? bounded(textOfAlerts(payload)) : undefined;
}

function bounded(text: string | undefined): { text?: string } {
  return text === undefined ? {} : { text: cut(text.toWellFormed(), TEXT_CHARACTERS) };
}
