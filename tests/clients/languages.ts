/** The clients for programs, by the language that they are for. @module */

import { connect as connectHere } from "../../static/client/connect.js";
import { testWith, type ToolName } from "../lib/tools.ts";
import { Folder } from "../stores/in_folder.ts";
import type { ProgramChat, ProgramOptions } from "./program.ts";
import { connectPython } from "./python_chat.ts";

/** What a case uses of a client. What it has connected is closed at its end. */
interface Program {
  connect(url: string, options: ProgramOptions): ProgramChat;
  /** A place for what is not sent yet. */
  makeStorage(): unknown;
}

const LANGUAGES: { language: string; needs: ToolName[]; makeProgram(ends: AsyncDisposableStack): Program }[] = [
  {
    language: "JavaScript",
    needs: [],
    makeProgram: (ends) => ({
      connect: (url, options) => ends.use(connectHere(url, options as Parameters<typeof connectHere>[1])),
      makeStorage: areaInMemory,
    }),
  },
  {
    language: "Python",
    needs: ["python3-websockets"],
    makeProgram: (ends) => ({
      connect: (url, options) => ends.use(connectPython(url, options)),
      makeStorage: () => ends.use(new Folder("unsent.json")).file,
    }),
  },
];

/** A case, for the client of each language. */
export function test(
  name: string,
  fn: (connect: Program["connect"], makeStorage: Program["makeStorage"]) => Promise<void>,
): void {
  for (const { language, needs, makeProgram } of LANGUAGES) {
    testWith(needs, {
      name: `${language}: ${name}`,
      async fn() {
        await using ends = new AsyncDisposableStack();
        const { connect, makeStorage } = makeProgram(ends);
        await fn(connect, makeStorage);
      },
    });
  }
}

function areaInMemory(): Storage {
  const texts = new Map<string, string>();
  const area = {
    get length() {
      return texts.size;
    },
    key: (index: number) => [...texts.keys()][index] ?? null,
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
    removeItem: (key: string) => void texts.delete(key),
    clear: () => texts.clear(),
  };
  return area;
}
