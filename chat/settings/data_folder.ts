/**
 * The folder of the default store, which nobody has to create.
 *
 * @module
 */

import { reasonOf, StartError } from "../base/errors.ts";
import { DEFAULT_STORE } from "./store_name.ts";

/**
 * Makes the folder where the store is the default one.
 *
 * @throws {StartError} if it cannot be made
 */
export function makeDataFolder(store: string): void {
  if (store !== DEFAULT_STORE) return;
  try {
    Deno.mkdirSync("data", { recursive: true });
  } catch (error) {
    const isFile = error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotADirectory;
    throw new StartError(
      `Cannot make the folder data for the messages: ${isFile ? "there is a file of that name" : reasonOf(error)}. ` +
        "Start it in another folder, or name another place with CHAT_STORE=sqlite:PATH",
    );
  }
}
