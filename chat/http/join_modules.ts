/**
 * Makes one script of a module and everything that it imports, so that the page may have a file for each idea and still
 * load with one request.
 *
 * Each module becomes a function that is called once, with its own scope, and returns the module's exports. The
 * text is not parsed: of imports and exports only the forms are understood that our files use, and everything else that could be
 * one is an error.
 *
 * @module
 */

/** A module whose imports and exports are known. */
interface Module {
  /** Where its exports are in the joined script. */
  variable: string;
  imports: { statement: string; from: string; names: string[]; bindings: string }[];
  exports: string[];
  code: string;
}

/** They come first in each file. */
const IMPORT = /import (?:\* as (\w+)|\{([\w\s,]+)\}) from "(\.\.?\/[\w./]+)";\n/y;
const EXPORT = /^export (?=(?:const|class|function|async function) (\w+))/gm;
/** Anything else that may be an import or an export. A comment at the end of a line is not code; those of whole lines are gone. */
const NOT_UNDERSTOOD = /^[^\S\n]*(?:import|export)\b.*|\bimport\s*[.(].*/m;
const INLINE_COMMENT = /\/\*\*.*?\*\//g;

export class Modules {
  readonly #modules = new Map<string, Module>();

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
  }

  /** A script that does and exports what a module does. */
  join(name: string): string {
    const { variable, exports } = this.#modules.get(name)!;
    const scripts = Array.from(this.#order(name, new Set()), (each) => this.#wrap(each));
    if (exports.length > 0) scripts.push(`export const { ${exports.join(", ")} } = ${variable};\n`);
    return scripts.join("");
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

  #wrap(name: string): string {
    const { variable, imports, exports, code } = this.#modules.get(name)!;
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
      from: new URL(specifier!, `file:///${name}`).pathname.slice(1),
      names: names.map((each) => each.split(" ")[0]!),
      bindings: all ?? `{ ${names.join(", ").replaceAll(" as ", ": ")} }`,
    });
  }
  const exports: string[] = [];
  const code = text.slice(end).replace(EXPORT, (_, exported: string) => {
    exports.push(exported);
    return "";
  });
  const [problem] = NOT_UNDERSTOOD.exec(code.replace(INLINE_COMMENT, "")) ?? [];
  if (problem !== undefined) throw new SyntaxError(`Cannot join ${name}: this is not understood: ${problem}`);
  return { variable, imports, exports, code };
}
