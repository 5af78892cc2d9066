/**
 * Runs a command-line tool: its arguments checked, its errors as a sentence.
 *
 * @module
 */

import { StoreOpenError } from "../log/message_log.ts";
import { ToolError } from "./snapshot.ts";

/**
 * Runs a tool and ends the process with status 1 if it fails.
 *
 * @param usage how it is called, for whoever called it otherwise
 * @param count how many arguments it takes
 */
export async function runTool(usage: string, count: number, work: (args: string[]) => Promise<void>): Promise<void> {
  try {
    if (Deno.args.length !== count) throw new ToolError(`Usage: ${usage}`);
    await work(Deno.args);
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof StoreOpenError)) throw error;
    say(error.message);
    Deno.exit(1);
  }
}

/** Says something to whoever runs the tool, apart from what it puts out. */
export function say(message: string): void {
  // deno-lint-ignore no-console -- it is a command-line tool
  console.error(message);
}
