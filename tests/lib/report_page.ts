/** Pages with a part that a program writes. @module */

/**
 * A page with another text between `<!-- begin: written by … -->` and `<!-- end: written by … -->`.
 *
 * @throws {Error} if it lacks these lines
 */
export function replacePart(page: string, by: string, text: string): string {
  const [begins, ends] = [`<!-- begin: written by ${by} -->`, `<!-- end: written by ${by} -->`];
  const [begin, end] = [page.indexOf(begins), page.indexOf(ends)];
  if (begin === -1 || end < begin) throw new Error(`the page must have the lines ${begins} and ${ends}`);
  return `${page.slice(0, begin)}${begins}\n\n${text}\n\n${page.slice(end)}`;
}

/** Writes that part of the page at a path. */
export async function writePart(path: string, by: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, replacePart(await Deno.readTextFile(path), by, text));
}
