/**
 * Makes one script of a module and everything that it imports, so that the page may have a file for each idea and still
 * load with one request.
 *
 * The modules stand one after the other in one scope, each after those that it imports: an import needs no code, and no two
 * modules of a script may export the same name. Only a module that has a name for itself which another has, too, becomes a function
 * with a scope of its own. A module that another fetches later, by `import("./it.js")`, is a script of its own. It has only what
 * the page's first script lacks: the rest it takes from there, so that no module is there twice. An imported constant that is a
 * number is put in as that number, so that a bound costs nothing but its digits. The text is not parsed: of imports and exports
 * only the forms are understood that our files use, and everything else that could be one is an error.
 *
 * @module
 */

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

/** They come first in each file. */
const IMPORT = /\s*import (?:\* as (\w+)|\{([\w\s,]+)\}) from "(\.\.?\/[\w./]+)";\n/y;
const EXPORT = /^export (?=(?:const|class|function|async function) (\w+))/gm;
const HIDDEN = /^(?:async )?(?:const|let|class|function) (\w+)/gm;
const LAZY = /\bimport\("(\.\.?\/[\w./]+)"\)/g;
/** Anything else that may be an import or an export. A comment at the end of a line is not code; those of whole lines are gone. */
const NOT_UNDERSTOOD = /^[^\S\n]*(?:import|export)\b.*|\bimport\s*[.(].*|^(?:const|let) [[{].*|^var\b.*|^function\*.*/m;
const NUMBER = /^export const ([A-Z][A-Z_]*) = (\d[\d_.]*(?: \* \d[\d_]*)*);$/gm;
const CONSTANT = /(?<![\w$.#"'`])[A-Z][A-Z_]*\b/g;
const INLINE_COMMENT = /\/\*\*.*?\*\//g;

export class Modules {
  readonly #modules = new Map<string, Module>();
  /** The page's first script, by each module that is fetched later. */
  readonly #pages = new Map<string, string>();

  /**
   * Reads them all.
   *
   * @param texts by their names, formatted, without comments that have lines of their own
   * @throws {SyntaxError} if one imports or exports in a way that is not understood, or what is not there, or itself; or if two of
   *   one script export the same name
   */
  constructor(texts: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(texts)) {
      this.#modules.set(name, read(name, text, texts));
    }
    const checked = new Set<string>();
    for (const name of this.#modules.keys()) this.#order(name, checked);
    const wanted = new Set(
      [...this.#modules.values()].flatMap(({ imports, lazy }) => [...imports.map((each) => each.from), ...lazy]),
    );
    for (const name of this.#modules.keys()) if (!wanted.has(name)) this.#claim(name, name);
    for (const name of this.#modules.keys()) this.#checkExports(name);
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

  #checkExports(name: string): void {
    const { own, borrowed } = this.#divide(name);
    const owners = new Map(borrowed.map((each) => [each, "the page's first script"]));
    for (const each of own) {
      for (const exported of this.#modules.get(each)!.exports) {
        const other = owners.get(exported);
        if (other !== undefined) throw new SyntaxError(`Cannot join ${each} with ${other}: both export ${exported}`);
        owners.set(exported, each);
      }
    }
  }

  /** A script that does and exports what a module does. */
  join(name: string): string {
    const { own, borrowed } = this.#divide(name);
    const names = [...borrowed, ...own.flatMap((each) => this.#namesOf(each))];
    const given = new Set([...this.#modules.get(name)!.exports, ...this.#lent(name)]);
    return [
      borrowed.length > 0 ? `import { ${borrowed.join(", ")} } from "${pathTo(this.#pages.get(name)!, name)}";\n` : "",
      ...own.map((each) => this.#codeOf(each, name, names)),
      given.size > 0 ? `export { ${[...given].join(", ")} };\n` : "",
    ].join("");
  }

  /** The modules of a script, and the names that they import from the first script of its page. */
  #divide(name: string): { own: string[]; borrowed: string[] } {
    const page = this.#pages.get(name);
    const there = page === undefined ? new Set() : this.#order(page, new Set());
    const own = [...this.#order(name, new Set())].filter((each) => !there.has(each));
    const imports = own.flatMap((each) => this.#modules.get(each)!.imports).filter(({ from }) => there.has(from));
    return { own, borrowed: [...new Set(imports.flatMap(({ names }) => names))] };
  }

  /** What a page fetches later, by its first script. */
  laterOf(page: string): string[] {
    return [...this.#pages].filter(([, each]) => each === page).map(([name]) => name);
  }

  /** The names that the first script of a page lends. */
  #lent(page: string): string[] {
    return this.laterOf(page).flatMap((name) => this.#divide(name).borrowed).sort();
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

function read(name: string, text: string, texts: Readonly<Record<string, string>>): Module {
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
  for (const each of imports) {
    const numbers = numbersIn(texts[each.from] ?? "");
    code = code.replace(CONSTANT, (found) => each.names.includes(found) ? numbers.get(found) ?? found : found);
    each.names = each.names.filter((name) => !numbers.has(name));
  }
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
