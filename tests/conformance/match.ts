/**
 * The little language of `cases.json`: a template says what is sent, a pattern what is expected.
 *
 * - `"$name"` is a variable: where it has no value yet, a pattern gives it the one that it meets, and a template a fresh one (`$room…` the
 *   name of a room, all others a random text). `"$name+2"` is a number that lies so far behind it. Inside a text it is `"${name}"`.
 * - `"*"` in a pattern is anything that is there, `"-"` that nothing is.
 * - A field's name may have variables in it, too. Fields that a pattern does not name do not count. Lists have their length; `{"$some":…}` is a list of
 *   which something fits.
 *
 * @module
 */

export type Json = string | number | boolean | null | Json[] | { [field: string]: Json | undefined };
export type Fields = { [field: string]: Json | undefined };

const VARIABLE = /^\$([a-zA-Z][\w.]*)(?:\+(\d+))?$/;

/** The variables of one run of a case. */
export class Variables {
  readonly #values = new Map<string, Json>();

  get(name: string): Json {
    let value = this.#values.get(name);
    if (value === undefined) {
      value = name.startsWith("room") ? `conform-${randomHex(8)}` : randomHex(16);
      this.#values.set(name, value);
    }
    return value;
  }

  set(name: string, value: Json): void {
    this.#values.set(name, value);
  }

  /** A template with the values in it. */
  fill(template: Json): Json {
    if (Array.isArray(template)) return template.map((each) => this.fill(each));
    if (isFields(template)) {
      const entries = Object.entries(template).filter(([, each]) => each !== undefined);
      return Object.fromEntries(entries.map(([field, each]) => [this.#interpolate(field), this.fill(each!)]));
    }
    if (typeof template !== "string") return template;
    const [, name, offset] = VARIABLE.exec(template) ?? [];
    if (name === undefined) return this.#interpolate(template);
    const value = this.get(name);
    return offset === undefined ? value : Number(value) + Number(offset);
  }

  /** Compares, and gives values to variables. @returns what differs; nothing if it fits */
  match(pattern: Json, value: Json | undefined, where = "it"): string | undefined {
    const differs = `${where} is ${JSON.stringify(value)}`;
    if (pattern === "-") return value === undefined ? undefined : differs;
    if (value === undefined) return `${where} is missing`;
    if (pattern === "*") return undefined;
    const [, name, offset] = typeof pattern === "string" ? VARIABLE.exec(pattern) ?? [] : [];
    if (name !== undefined && offset === undefined && !this.#values.has(name)) return void this.set(name, value);
    if (Array.isArray(pattern)) {
      if (!Array.isArray(value)) return differs;
      if (value.length !== pattern.length) return `${where} has ${value.length} entries: ${JSON.stringify(value)}`;
      return first(pattern.map((each, index) => () => this.match(each, value[index], `${where}[${index}]`)));
    }
    if (isFields(pattern)) {
      if (pattern.$some !== undefined) {
        const fits = Array.isArray(value) && value.some((each) => this.fits(pattern.$some!, each));
        return fits ? undefined : `${differs}, of which nothing is ${JSON.stringify(pattern.$some)}`;
      }
      if (!isFields(value)) return differs;
      const inside = (field: string) => where === "it" ? field : `${where}.${field}`;
      return first(
        Object.entries(pattern).map(([field, each]) => () =>
          this.match(each!, value[this.#interpolate(field)], inside(field))
        ),
      );
    }
    const wanted = this.fill(pattern);
    return wanted === value ? undefined : `${differs} instead of ${JSON.stringify(wanted)}`;
  }

  /** Whether it fits; variables keep their values if not. */
  fits(pattern: Json, value: Json): boolean {
    const before = new Map(this.#values);
    if (this.match(pattern, value) === undefined) return true;
    this.#values.clear();
    for (const [name, kept] of before) this.#values.set(name, kept);
    return false;
  }

  #interpolate(text: string): string {
    return text.replaceAll(/\$\{([\w.]+)\}/g, (_, name) => String(this.get(name)));
  }
}

/** A case has failed: the server or the client does not do what it must. */
export class Failed extends Error {}

export function isFields(value: Json | undefined): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function first(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const differs = check();
    if (differs !== undefined) return differs;
  }
  return undefined;
}

export function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}
