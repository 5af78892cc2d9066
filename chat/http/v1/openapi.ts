/** `GET /v1/openapi.json`: this table of routes, for programs that make clients of it. @module */

import { VERSION } from "../../settings/version.ts";
import { json } from "./json.ts";
import { type Operation, OPERATIONS } from "./operations.ts";
import { ref, ROOM, type Schema, SCHEMAS } from "./schemas.ts";

const PARAMS: Record<string, Schema> = {
  room: ROOM,
  seq: { type: "integer", minimum: 1 },
  emoji: { type: "string", description: "Percent-encoded" },
  secret: { type: "string", pattern: "^sbk_" },
};

let document: Record<string, unknown> | undefined;

export function openapi(): Response {
  return json(200, document ??= describe());
}

function describe(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = "", path = ""] = route.split(" ");
    (paths[path] ??= {})[method.toLowerCase()] = describeOperation(path, operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Switchboard",
      version: VERSION,
      description: "Rooms with a durable log. What a request may do is what the same id may do by a socket.",
    },
    paths,
    security: [{ id: [] }, { bearer: [] }, {}],
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        id: { type: "apiKey", in: "query", name: "id", description: "An id that anybody may use, or that of the key" },
        bearer: { type: "http", scheme: "bearer", description: "A token, a bot's secret, or the key of ?id=" },
      },
    },
  };
}

function describeOperation(path: string, operation: Operation): Record<string, unknown> {
  const { id, summary, query = {}, body, isChange, answers, errors } = operation;
  const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: PARAMS[name!],
  }));
  const inQuery = Object.entries(query).map(([name, schema]) => ({ name, in: "query", schema }));
  const key = isChange ? [{ name: "Idempotency-Key", in: "header", schema: { type: "string" } }] : [];
  const error = { description: "Why not", content: { "application/json": { schema: ref("Error") } } };
  const failures = errors.map((status) => [status, error]);
  return {
    operationId: id,
    summary,
    parameters: [...inPath, ...inQuery, ...key],
    requestBody: body && { required: true, content: asContent(body) },
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, content }]) => [
          status,
          { description, content: content && asContent(content) },
        ]),
      ),
      ...Object.fromEntries(failures),
    },
  };
}

function asContent(schemas: Record<string, Schema>): Record<string, { schema: Schema }> {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]));
}
