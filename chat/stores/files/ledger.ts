/**
 * The ledger of erasures beside a store's file: whom to erase again in a copy that is put in the store's place, because it was made before they
 * were erased. The store itself notes what was done in it, so a copy that has the same mark needs nothing.
 *
 * It has ids and marks, and nothing of what was erased. It grows by one line of at most a few hundred bytes an erasure.
 *
 * @module
 */

/** An erasure: of whom, and its mark. */
export interface Erasure {
  id: string;
  mark: string;
}

function pathOf(store: string): string {
  return `${store}-erased`;
}

/** Adds an erasure, and returns once it is on the disk. */
export function note(store: string, erasure: Erasure): void {
  using file = Deno.openSync(pathOf(store), { append: true, create: true });
  // A line of which a crash left only the beginning must not swallow this one.
  const bytes = new TextEncoder().encode(`\n${JSON.stringify(erasure)}\n`);
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  file.syncSync();
}

/** The last erasure of each id. A line that is none is passed over: a crash may have cut it. */
export function erasuresOf(store: string): Erasure[] {
  const found = new Map<string, Erasure>();
  for (const line of read(pathOf(store)).split("\n")) {
    const erasure = parse(line);
    if (erasure !== undefined) found.set(erasure.id, erasure);
  }
  return Array.from(found.values());
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function parse(line: string): Erasure | undefined {
  try {
    const { id, mark } = JSON.parse(line);
    return typeof id === "string" && typeof mark === "string" ? { id, mark } : undefined;
  } catch {
    return undefined;
  }
}
