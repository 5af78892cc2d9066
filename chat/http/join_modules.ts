/**
 * Makes one script of a module and everything that it imports, so that the page may have a file for each idea and still
 * load with one request.
 *
 * The modules stand one after the other in one scope, each after those that it imports: an import needs no code, and no two
 * modules of a script may export the same name. Only a module that has a name for itself which another has, too, becomes a function
 * with a scope of its own. A module that another fetches later, by `import("./it.js")`, is a script of its own. No module is in two
 * scripts of a page: what the first script has, the others take from there; and what several others need is in that which the page's
 * own module fetches first. An imported constant that is a number is put in as that number, so that a bound costs nothing but its digits.
 * The text is not parsed: of imports and exports only the forms are understood that our files use, and everything else that could be one
 * is an error. What `import.meta.url` says is the address of the script.
 *
 * @module
 */

import { setImmediate as turn } from "node:timers/promises";

/** A module whose imports and exports are known. */
interface Module {
  imports: { statement: string; from: string; names: string[] }[];
  /** What it fetches later. */
  lazy: string[];
  exports: string[];
  /** The other names that it has outside of its functions. */
  hidden: string[];
  code: string;
}

/** Where the modules of a page are. */
interface Homes {
  /** The script that has a module. */
  scripts: ReadonlyMap<string, string>;
  /** The modules that a script has, in the order in which they are joined. */
  modules: ReadonlyMap<string, readonly string[]>;
}

/** They come first in each file. */
const IMPORT = /\s*import (?:\* as (\w+)|\{([\w\s,]+)\}) from "(\.\.?\/[\w./]+)";\n/y;
const EXPORT = /^export (?=(?:const|class|function|async function) (\w+))/gm;
const HIDDEN = /^(?:async )?(?:const|let|class|function) (\w+)/gm;
const LAZY = /\bimport\("(\.\.?\/[\w./]+)"\)/g;
/** Anything else that may be an import or an export. A comment at the end of a line is not code; those of whole lines are gone. */
const NOT_UNDERSTOOD =
  /^[^\S\n]*(?:import|export)\b.*|\bimport\s*(?:\(|\.(?!meta\.url\b)).*|^(?:const|let) [[{].*|^var\b.*|^function\*.*/m;
const NUMBER = /^export const ([A-Z][A-Z_]*) = (\d[\d_.]*(?: \* \d[\d_]*)*);$/gm;
const CONSTANT = /(?<![\w$.#"'`])[A-Z][A-Z_]*\b/g;
const INLINE_COMMENT = /\/\*\*.*?\*\//g;
/** They are read between two turns of the event loop, which takes a few milliseconds. */
const MODULES_A_TURN = 16;

export class Modules {
  readonly #modules = new Map<string, Module>();
  readonly #orders = new Map<string, ReadonlySet<string>>();
  /** The page's first script, by each module that is fetched later. */
  readonly #pages = new Map<string, string>();
  readonly #homes = new Map<string, Homes>();

  private constructor() {}

  /**
   * Reads them all. The event loop takes turns meanwhile: those of the page take so long that everybody who is connected would feel it.
   *
   * @param texts by their names, formatted, without comments that have lines of their own
   * @throws {SyntaxError} if one imports or exports in a way that is not understood, or what is not there, or itself; or if two of
   *   one script export the same name
   */
  static async read(texts: Readonly<Record<string, string>>): Promise<Modules> {
    const modules = new Modules();
    const names = Object.keys(texts);
    const numbers = new Map<string, ReadonlyMap<string, string>>();
    await inTurns(names, (name) => numbers.set(name, numbersIn(texts[name]!)));
    await inTurns(names, (name) => modules.#modules.set(name, read(name, texts[name]!, numbers)));
    await inTurns(names, (name) => modules.#order(name));
    modules.#claimAll();
    await inTurns(names, (name) => modules.#checkExports(name));
    return modules;
  }

  /** A module that no other wants is that of a page. */
  #claimAll(): void {
    const wanted = new Set(
      [...this.#modules.values()].flatMap(({ imports, lazy }) => [...imports.map((each) => each.from), ...lazy]),
    );
    for (const name of this.#modules.keys()) if (!wanted.has(name)) this.#claim(name, name);
  }

  /** Notes which page's first script begins what a module fetches later. */
  #claim(name: string, page: string): void {
    for (const later of [...this.#order(name)].flatMap((each) => this.#modules.get(each)!.lazy)) {
      if (!this.#modules.has(later)) throw new SyntaxError(`Cannot join ${name}: there is no ${later}`);
      const known = this.#pages.get(later);
      if (known === page) continue;
      if (known !== undefined) throw new SyntaxError(`Cannot join ${later}: both ${known} and ${page} fetch it`);
      this.#pages.set(later, page);
      this.#claim(later, page);
    }
  }

  #checkExports(name: string): void {
    const owners = new Map(this.#borrowed(name).map(({ name, from }) => [name, from]));
    for (const each of this.#own(name)) {
      for (const exported of this.#modules.get(each)!.exports) {
        const other = owners.get(exported);
        if (other !== undefined) throw new SyntaxError(`Cannot join ${each} with ${other}: both export ${exported}`);
        owners.set(exported, each);
      }
    }
  }

  /** A script that does and exports what a module does. */
  join(name: string): string {
    const own = this.#own(name);
    const borrowed = this.#borrowed(name);
    const names = [...borrowed.map(({ name }) => name), ...own.flatMap((each) => this.#namesOf(each))];
    const given = new Set([...this.#modules.get(name)!.exports, ...this.#lent(name)]);
    const imports = Map.groupBy(borrowed, ({ from }) => from);
    return [
      ...Array.from(
        imports,
        ([from, all]) => `import { ${all.map(({ name }) => name).join(", ")} } from "${pathTo(from, name)}";\n`,
      ),
      ...own.map((each) => this.#codeOf(each, name, names)),
      given.size > 0 ? `export { ${[...given].join(", ")} };\n` : "",
    ].join("");
  }

  #homesOf(page: string): Homes {
    const known = this.#homes.get(page);
    if (known !== undefined) return known;
    const homes = new Map<string, string>();
    const later = this.laterOf(page);
    const put = (names: Iterable<string>, script: string) => {
      for (const each of names) if (!homes.has(each)) homes.set(each, script);
    };
    put(this.#order(page), page);
    const needs = new Map(later.map((each) => [each, this.#needs(each, later)]));
    const second = this.#modules.get(page)!.lazy[0];
    if (second !== undefined) {
      const uses = [...needs.values()].flat();
      put(this.#order(second), second);
      for (const each of uses.filter((each, i) => uses.indexOf(each) < i)) put(this.#order(each), second);
    }
    for (const [each, names] of needs) put(names, each);
    const found = { scripts: homes, modules: Map.groupBy(homes.keys(), (each) => homes.get(each)!) };
    this.#homes.set(page, found);
    return found;
  }

  /** What a module needs that it does not get with one of the scripts that it needs. @param scripts those that are fetched later */
  #needs(name: string, scripts: string[]): string[] {
    const all = [...this.#order(name)];
    const others = all.filter((each) => each !== name && scripts.includes(each));
    const got = new Set(others.flatMap((each) => [...this.#order(each)]));
    return all.filter((each) => !got.has(each));
  }

  /** The modules of a script. */
  #own(name: string): readonly string[] {
    const page = this.#pages.get(name);
    if (page === undefined) return [...this.#order(name)];
    return this.#homesOf(page).modules.get(name) ?? [];
  }

  /** The names that a script imports from others of its page. */
  #borrowed(name: string): { name: string; from: string }[] {
    const page = this.#pages.get(name);
    if (page === undefined) return [];
    const homes = this.#homesOf(page).scripts;
    const imports = this.#own(name).flatMap((each) => this.#modules.get(each)!.imports);
    // A script that is part of another one is only another name for that.
    if (homes.get(name) !== name) imports.push({ statement: "", from: name, names: this.#modules.get(name)!.exports });
    const froms = imports.flatMap(({ from, names }) => names.map((each) => [each, homes.get(from)!] as const));
    return Array.from(new Map(froms), ([each, from]) => ({ name: each, from })).filter(({ from }) => from !== name);
  }

  /** What a page fetches later, by its first script. */
  laterOf(page: string): string[] {
    return [...this.#pages].filter(([, each]) => each === page).map(([name]) => name);
  }

  /** The names that others of a page import from a script. */
  #lent(script: string): string[] {
    const borrowed = this.laterOf(this.#pages.get(script) ?? script).flatMap((each) => this.#borrowed(each));
    return borrowed.filter(({ from }) => from === script).map(({ name }) => name).sort();
  }

  /** A module behind all that it imports, and they behind what they import. */
  #order(name: string, path: string[] = []): ReadonlySet<string> {
    const known = this.#orders.get(name);
    if (known !== undefined) return known;
    if (path.includes(name)) throw new SyntaxError(`Cannot join ${[...path, name].join(" → ")}: they are a ring`);
    const order = new Set<string>();
    for (const { statement, from, names } of this.#modules.get(name)!.imports) {
      const imported = this.#modules.get(from);
      const missing = imported === undefined ? from : names.find((each) => !imported.exports.includes(each));
      if (missing !== undefined) throw new SyntaxError(`Cannot join ${name}: there is no ${missing}: ${statement}`);
      for (const each of this.#order(from, [...path, name])) order.add(each);
    }
    this.#orders.set(name, order.add(name));
    return order;
  }

  #namesOf(name: string): string[] {
    const { exports, hidden } = this.#modules.get(name)!;
    return [...exports, ...hidden];
  }

  /** @param names those of all modules of the script */
  #codeOf(name: string, script: string, names: string[]): string {
    const { exports, hidden, code } = this.#modules.get(name)!;
    const text = code.replace(LAZY, (_, specifier: string) => `import("${pathTo(nameOf(specifier, name), script)}")`);
    const isAlone = hidden.every((each) => names.indexOf(each) === names.lastIndexOf(each));
    if (isAlone) return `// ${name}\n${text}`;
    const all = `{ ${exports.join(", ")} }`;
    return `// ${name}\nconst ${all} = (() => {\n${text}return ${all};\n})();\n`;
  }
}

async function inTurns(names: readonly string[], run: (name: string) => void): Promise<void> {
  for (const [i, name] of names.entries()) {
    if (i % MODULES_A_TURN === 0) await turn();
    run(name);
  }
}

/** @param numbers the constants of each module that are numbers */
function read(name: string, text: string, numbers: ReadonlyMap<string, ReadonlyMap<string, string>>): Module {
  const imports: (Module["imports"][number] & { all: string | undefined })[] = [];
  let end = 0;
  // It fails after the last, and begins at the start of the next text again.
  for (let found: RegExpExecArray | null; (found = IMPORT.exec(text)) !== null; end = IMPORT.lastIndex) {
    const [statement, all, some = "", specifier] = found;
    const names = some.split(",").map((each) => each.trim()).filter((each) => each !== "");
    if (names.some((each) => each.includes(" "))) throw notUnderstood(name, statement.trim());
    imports.push({ statement: statement.trim(), from: nameOf(specifier!, name), names, all });
  }
  let code = text.slice(end).replace(INLINE_COMMENT, "");
  for (const { statement, names, all } of imports) {
    if (all === undefined) continue;
    // `limits.FLUSH_MS` has the name FLUSH_MS in the script.
    code = code.replace(new RegExp(`(?<![\\w$.#])${all}\\.(\\w+)`, "g"), (_, each: string) => {
      names.push(each);
      return each;
    });
    if (new RegExp(`(?<![\\w$.#])${all}\\b`).test(code)) throw notUnderstood(name, statement);
  }
  const constants = new Map<string, string>();
  for (const each of imports) {
    const known = numbers.get(each.from);
    for (const name of each.names) if (known?.has(name)) constants.set(name, known.get(name)!);
    each.names = each.names.filter((name) => !known?.has(name));
  }
  if (constants.size > 0) code = code.replace(CONSTANT, (found) => constants.get(found) ?? found);
  const exports = Array.from(code.matchAll(EXPORT), ([, each]) => each!);
  const hidden = Array.from(code.matchAll(HIDDEN), ([, each]) => each!);
  code = code.replace(EXPORT, "");
  const [problem] = NOT_UNDERSTOOD.exec(code.replace(LAZY, "")) ?? [];
  if (problem !== undefined) throw notUnderstood(name, problem);
  const lazy = Array.from(code.matchAll(LAZY), ([, specifier]) => nameOf(specifier!, name));
  return { imports: imports.filter(({ names }) => names.length > 0), lazy, exports, hidden, code };
}

/** The constants that a module exports which are numbers, or products of such. */
function numbersIn(text: string): Map<string, string> {
  const product = (value: string) =>
    value.replaceAll("_", "").split(" * ").reduce((all, each) => all * Number(each), 1);
  return new Map(Array.from(text.matchAll(NUMBER), ([, name, value]) => [name!, String(product(value!))]));
}

function notUnderstood(name: string, problem: string): SyntaxError {
  return new SyntaxError(`Cannot join ${name}: this is not understood: ${problem}`);
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
