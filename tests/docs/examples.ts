/** The examples of the page for developers, as a reader copies them. @module */

const page = await Deno.readTextFile(new URL("../../static/docs.html", import.meta.url));

/**
 * An example.
 *
 * @param name its `data-example`
 * @param host what takes the place of `localhost:8000`, as the page's script does it
 * @throws {Error} if there is none of that name
 */
export function example(name: string, host: string): string {
  const found = new RegExp(`<code data-example="${name}">([^<]*)</code>`).exec(page);
  if (found === null) throw new Error(`There is no example ${name}, or it has markup inside`);
  return decode(found[1]!).replaceAll("localhost:8000", host);
}

/** The names of all examples. */
export function exampleNames(): string[] {
  return Array.from(page.matchAll(/data-example="([^"]*)"/g), ([, name]) => name!);
}

function decode(html: string): string {
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
