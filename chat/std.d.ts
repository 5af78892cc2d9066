/**
 * Types of the functions of `@std` that are used here, because the copy on npm carries none. Only this configuration names them: programs that import the package,
 * and get `@std` from JSR, have its own.
 *
 * @module
 */

declare module "@std/http/etag" {
  /** Gives a strong entity tag for a text, quotes included. */
  export function eTag(entity: string): Promise<string>;
  /** Whether the tag is none of those in an `If-None-Match` header, so that the entity is to be sent. */
  export function ifNoneMatch(value: string | null, etag: string | undefined): boolean;
}

declare module "@std/http/negotiation" {
  /** The one of the given encodings that the client likes best; undefined where it wants none of them. */
  export function acceptsEncodings(request: Pick<Request, "headers">, ...encodings: string[]): string | undefined;
}
