/** The imports of our files, types included, as Deno itself sees them. @module */

import manifest from "../../deno.json" with { type: "json" };
import { ROOT, run } from "./process.ts";

export type Imports = Map<string, string[]>;

interface Info {
  modules: { specifier: string; dependencies?: { code?: Target; type?: Target }[] }[];
}
interface Target {
  specifier?: string;
}

/** Where the program, the package and the tools beside it begin. */
export const SERVICE: string[] = ["main.ts", "chat/mod.ts", ...filesIn("chat/tools/")];

/** Types that belong to no file: they are known everywhere. */
export const AMBIENT: string[] = manifest.compilerOptions.types.map((path) => path.replace("./", ""));

/** Our files that an entry reaches. */
export async function readImports(...entries: string[]): Promise<Imports> {
  const imports: Imports = new Map();
  for (const entry of entries) {
    const { modules }: Info = JSON.parse(await run(Deno.execPath(), "info", "--json", entry));
    for (const { specifier, dependencies = [] } of modules) {
      const name = ours(specifier);
      const targets = dependencies.flatMap(({ code, type }) => [ours(code?.specifier), ours(type?.specifier)]);
      if (name && !AMBIENT.includes(name)) {
        imports.set(name, [...new Set(targets.filter((target) => target !== undefined))]);
      }
    }
  }
  return imports;
}

function ours(specifier: string | undefined): string | undefined {
  return specifier?.startsWith(`file://${ROOT}`) ? specifier.slice(`file://${ROOT}`.length) : undefined;
}

export function filesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(`${ROOT}${folder}`), ({ name }) => folder + name).filter((name) =>
    /\.(ts|js)$/.test(name)
  );
}

/** The files in a folder and below, with their texts. */
export function* textsIn(folder: string, ending = /\.(ts|js|mjs)$/): Generator<[string, string]> {
  for (const { name, isDirectory } of Deno.readDirSync(ROOT + folder)) {
    if (isDirectory) yield* textsIn(`${folder}${name}/`, ending);
    else if (ending.test(name)) yield [folder + name, Deno.readTextFileSync(ROOT + folder + name)];
  }
}
