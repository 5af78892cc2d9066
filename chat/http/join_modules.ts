/**
 * Makes one script of a module and everything that it imports, so that the page may have a file for each idea and still
 * load with one request.
 *
 * Each module becomes a function that is called once, with its own scope, and returns the module's exports. A module that
 * another fetches later, by `import("./it.js")`, is a script of its own. It has only what the page's first script lacks: the
 * rest it takes from there, so that no module is there twice. The text is not parsed: of imports and exports only the
 * forms are understood that our files use, and everything else that could be one is an error.
 *
 * @module
 */

/** A module whose imports and exports are known. */
interface Module {
  /** Where its exports are in the joined script. */
  variable: string;
  imports: { statement: string; from: string; names: string[]; bindings: string }[];
  /** What it fetches later. */
  lazy: string[];
  exports: string[];
  code: string;
}

/** They come first in each file. */
const IMPORT = /import (?:\* as (\w+)|\{([\w\s,]+)\}) from "(\.\.?\/[\w./]+)";\n/y;
const EXPORT = /^export (?=(?:const|class|function|async function) (\w+))/gm;
const LAZY = /\bimport\("(\.\.?\/[\w./]+)"\)/g;
/** Anything else that may be an import or an export. A comment at the end of a line is not code; those of whole lines are gone. */
const NOT_UNDERSTOOD = /^[^\S\n]*(?:import|export)\b.*|\bimport\s*[.(].*/m;
const INLINE_COMMENT = /\/\*\*.*?\*\//g;

export class Modules {
  readonly #modules = new Map<string, Module>();
  /** The page's first script, by each module that is fetched later. */
  readonly #pages = new Map<string, string>();

  /**
   * Reads them all.
   *
   * @param texts by their names, without comments that have lines of their own
   * @throws {SyntaxError} if one imports or exports in a way that is not understood, or what is not there, or itself
   */
  constructor(texts: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(texts)) {
      this.#modules.set(name, read(name, text, `$${this.#modules.size}`));
    }
    const checked = new Set<string>();
    for (const name of this.#modules.keys()) this.#order(name, checked);
    const wanted = new Set(
      [...this.#modules.values()].flatMap(({ imports, lazy }) => [...imports.map((each) => each.from), ...lazy]),
    );
    for (const name of this.#modules.keys()) if (!wanted.has(name)) this.#claim(name, name);
  }

  /** Notes which page's first script begins what a module fetches later. */
  #claim(name: string, page: string): void {
    for (const later of [...this.#order(name, new Set())].flatMap((each) => this.#modules.get(each)!.lazy)) {
      if (!this.#modules.has(later)) throw new SyntaxError(`Cannot join ${name}: there is no ${later}`);
      const known = this.#pages.get(later);
      if (known === page) continue;
      if (known !== undefined) throw new SyntaxError(`Cannot join ${later}: both ${known} and ${page} fetch it`);
      this.#pages.set(later, page);
      this.#claim(later, page);
    }
  }

  /** A script that does and exports what a module does. */
  join(name: string): string {
    const { variable, exports } = this.#modules.get(name)!;
    const { own, borrowed } = this.#divide(name);
    const scripts = own.map((each) => this.#wrap(each, name));
    if (borrowed.length > 0) {
      const names = borrowed.map((each) => `"${each}" as ${this.#modules.get(each)!.variable}`);
      scripts.unshift(`import { ${names.join(", ")} } from "${pathTo(this.#pages.get(name)!, name)}";\n`);
    }
    if (exports.length > 0) scripts.push(`export const { ${exports.join(", ")} } = ${variable};\n`);
    const lent = this.#lent(name).map((each) => `${this.#modules.get(each)!.variable} as "${each}"`);
    if (lent.length > 0) scripts.push(`export { ${lent.join(", ")} };\n`);
    return scripts.join("");
  }

  /** The modules of a script, and those that they import from the first script of its page. */
  #divide(name: string): { own: string[]; borrowed: string[] } {
    const page = this.#pages.get(name);
    const there = page === undefined ? new Set() : this.#order(page, new Set());
    const own = [...this.#order(name, new Set())].filter((each) => !there.has(each));
    const imported = own.flatMap((each) => this.#modules.get(each)!.imports.map(({ from }) => from));
    return { own, borrowed: [...new Set(imported)].filter((each) => there.has(each)) };
  }

  /** What the first script of a page lends, by names that stay the same in the page's next version. */
  #lent(page: string): string[] {
    const later = [...this.#pages].filter(([, each]) => each === page).map(([name]) => name);
    return [...new Set(later.flatMap((name) => this.#divide(name).borrowed))].sort();
  }

  /** Adds a module to the others, after those that it imports. */
  #order(name: string, others: Set<string>, path: string[] = []): Set<string> {
    if (path.includes(name)) throw new SyntaxError(`Cannot join ${[...path, name].join(" → ")}: they are a ring`);
    if (others.has(name)) return others;
    for (const { statement, from, names } of this.#modules.get(name)!.imports) {
      const imported = this.#modules.get(from);
      const missing = imported === undefined ? from : names.find((each) => !imported.exports.includes(each));
      if (missing !== undefined) throw new SyntaxError(`Cannot join ${name}: there is no ${missing}: ${statement}`);
      this.#order(from, others, [...path, name]);
    }
    return others.add(name);
  }

  #wrap(name: string, script: string): string {
    const { variable, imports, exports, code: text } = this.#modules.get(name)!;
    const code = text.replace(LAZY, (_, specifier: string) => `import("${pathTo(nameOf(specifier, name), script)}")`);
    const bound = imports.map(({ bindings, from }) => `const ${bindings} = ${this.#modules.get(from)!.variable};\n`);
    const given = exports.length > 0 ? `return { ${exports.join(", ")} };\n` : "";
    return `// ${name}\nconst ${variable} = (() => {\n${bound.join("")}${code}${given}})();\n`;
  }
}

function read(name: string, text: string, variable: string): Module {
  const imports: Module["imports"] = [];
  let end = 0;
  // It fails after the last, and begins at the start of the next text again.
  for (let found: RegExpExecArray | null; (found = IMPORT.exec(text)) !== null; end = IMPORT.lastIndex) {
    const [statement, all, some = "", specifier] = found;
    const names = some.split(",").map((each) => each.trim()).filter((each) => each !== "");
    imports.push({
      statement,
      from: nameOf(specifier!, name),
      names: names.map((each) => each.split(" ")[0]!),
      bindings: all ?? `{ ${names.join(", ").replaceAll(" as ", ": ")} }`,
    });
  }
  const exports: string[] = [];
  const code = text.slice(end).replace(EXPORT, (_, exported: string) => {
    exports.push(exported);
    return "";
  });
  const said = code.replace(INLINE_COMMENT, "");
  const [problem] = NOT_UNDERSTOOD.exec(said.replace(LAZY, "")) ?? [];
  if (problem !== undefined) throw new SyntaxError(`Cannot join ${name}: this is not understood: ${problem}`);
  const lazy = Array.from(said.matchAll(LAZY), ([, specifier]) => nameOf(specifier!, name));
  return { variable, imports, lazy, exports, code };
}

/** The file that a module names so. */
function nameOf(specifier: string, name: string): string {
  return new URL(specifier, `file:///${name}`).pathname.slice(1);
}

/** How a script names a file. */
function pathTo(name: string, script: string): string {
  const up = script.split("/").length - 1;
  return up === 0 ? `./${name}` : "../".repeat(up) + name;
}
