/** A parser of scripts; see `packages.ts` for why it is named here. @module */

// deno-lint-ignore no-import-prefix -- a name in deno.json would be downloaded when the server starts
import { parse } from "npm:acorn@8.15.0";

/** A node of the tree that the parser makes of a script. */
type Node = { type: string } & Record<string, unknown>;
/** What each name means that is declared here; other names mean what they do around it. */
type Scope = { meanings: Map<string, string>; around?: Scope };

/** What the parser says of the text only, or of its form. */
const PASSED_OVER = new Set(["start", "end", "raw", "shorthand"]);

/**
 * All that a script says, in its order, but for the names that it chose: a variable is said by the place of its declaration among all of
 * them, and a private name by its place among those of its class. So two scripts of the same meaning do the same.
 *
 * @throws {SyntaxError} if it is no script, or uses a private name that its class has not
 */
export function meaningOf(text: string): string[] {
  const said: string[] = [];
  let count = 0;
  let privateNames = new Map<unknown, number>();

  function bind(pattern: unknown, { meanings }: Scope): void {
    for (const { type, name, ...parts } of nodesIn(pattern)) {
      if (type === "Identifier") meanings.set(String(name), `variable ${count++}`);
      // Of a property the value is bound, and not its key; of a default the left side.
      else if (type === "Property") bind(parts.value, { meanings });
      else if (type === "AssignmentPattern") bind(parts.left, { meanings });
      else bind([parts.properties, parts.elements, parts.argument], { meanings });
    }
  }

  function declare(statements: unknown, scope: Scope): void {
    for (const { type, ...parts } of nodesIn(statements)) {
      if (type === "VariableDeclaration" && parts.kind === "var") throw new SyntaxError("A var has other scopes");
      if (type === "VariableDeclaration") bind(nodesIn(parts.declarations).map(({ id }) => id), scope);
      else if (type === "FunctionDeclaration" || type === "ClassDeclaration") bind(parts.id, scope);
      else if (type === "ExportNamedDeclaration") declare(parts.declaration, scope);
      else if (type === "ImportDeclaration") bind(nodesIn(parts.specifiers).map(({ local }) => local), scope);
    }
  }

  /** The scope that a node makes for what it has in it. */
  function within(node: Node, around: Scope): Scope {
    const scope = { meanings: new Map(), around };
    if (/^(Program|BlockStatement|StaticBlock|ClassBody)$/.test(node.type)) declare(node.body, scope);
    else if (node.type === "SwitchStatement") declare(nodesIn(node.cases).flatMap((each) => each.consequent), scope);
    else if (/^For/.test(node.type)) declare([node.init, node.left], scope);
    else if (node.type === "CatchClause") bind(node.param, scope);
    else if (/Function/.test(node.type)) bind([node.type === "FunctionExpression" && node.id, node.params], scope);
    else if (node.type === "ClassExpression") bind(node.id, scope);
    else return around;
    return scope;
  }

  function say(given: unknown, around: Scope): void {
    const value = longForm(given);
    if (Array.isArray(value)) { for (const each of value) say(each, around); }
    else if (!isNode(value)) said.push(JSON.stringify(value) ?? String(value));
    else if (value.type === "Identifier") said.push(meaningIn(around, String(value.name)));
    else if (value.type === "PrivateIdentifier") said.push(`private ${placeOf(value.name, privateNames)}`);
    else sayNode(value, around);
  }

  function sayNode(node: Node, around: Scope): void {
    said.push(node.type);
    const outerNames = privateNames;
    if (node.type === "ClassBody") privateNames = new Map();
    const scope = within(node, around);
    for (const [field, value] of Object.entries(node)) {
      if (field === "type" || PASSED_OVER.has(field)) continue;
      if (isNode(value) && isWord(node, field)) said.push(`word ${value.name ?? value.value}`);
      else say(field === "kind" && value === "const" ? "let" : value, scope);
    }
    privateNames = outerNames;
  }

  say(parse(text, { ecmaVersion: "latest", sourceType: "module" }), { meanings: new Map() });
  return said;
}

function placeOf(name: unknown, names: Map<unknown, number>): number {
  if (!names.has(name)) names.set(name, names.size);
  return names.get(name)!;
}

function meaningIn({ meanings, around }: Scope, name: string): string {
  return meanings.get(name) ?? (around === undefined ? `not declared ${name}` : meaningIn(around, name));
}

/** `undefined`, `true` or `false`, where something shorter stands for it. */
function longForm(value: unknown): unknown {
  if (!isNode(value) || value.type !== "UnaryExpression" || !isNode(value.argument)) return value;
  const text = `${value.operator} ${value.argument.raw}`;
  if (text === "void 0") return { type: "Identifier", name: "undefined" };
  return text === "! 0" || text === "! 1" ? { type: "Literal", value: text === "! 0" } : value;
}

/** Whether a name in a field of a node is that of a property, or of an import or export. */
function isWord(node: Node, field: string): boolean {
  const value = node[field];
  if (!isNode(value) || !/^(Identifier|Literal)$/.test(value.type)) return false;
  return (field === "key" || field === "property") && !node.computed || field === "imported" || field === "exported";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function nodesIn(value: unknown): Node[] {
  return [value].flat(Infinity).filter(isNode);
}
