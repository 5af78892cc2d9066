/** The one of the given encodings that the client likes best; undefined where it wants none of them. */
export function acceptsEncodings(request: Pick<Request, "headers">, ...encodings: string[]): string | undefined;
