/** Makes messages of what GitHub sends: https://docs.github.com/webhooks/webhook-events-and-payloads. @module */

import { at, lineAt, lines, linkAt, listAt } from "./payload.ts";

/** Commits of one push that are named. */
const COMMITS_SHOWN = 5;

/** By the header `X-GitHub-Event`. Each gives nothing for what nobody needs to read. */
const EVENTS: Record<string, (payload: unknown) => string | undefined> = {
  ping: (payload) => lines(`GitHub sends here what happens in ${whereOf(payload)}`, lineAt(payload, "zen")),
  push,
  pull_request: pullRequest,
  issues: (payload) =>
    ["opened", "closed", "reopened"].includes(actionOf(payload))
      ? lines(
        `${whoOf(payload)} ${actionOf(payload)} issue ${titleOf(payload, "issue")}`,
        linkAt(payload, "issue", "html_url"),
      )
      : undefined,
  issue_comment: (payload) =>
    actionOf(payload) === "created"
      ? lines(
        `${whoOf(payload)} commented on ${titleOf(payload, "issue")}`,
        quoted(lineAt(payload, "comment", "body")),
        linkAt(payload, "comment", "html_url"),
      )
      : undefined,
  workflow_run: (payload) => finished(payload, "workflow_run", lineAt(payload, "workflow_run", "head_branch")),
  check_run: (payload) => finished(payload, "check_run", lineAt(payload, "check_run", "check_suite", "head_branch")),
  release: (payload) =>
    actionOf(payload) === "published"
      ? lines(
        `${whoOf(payload)} published ${named(payload)} of ${whereOf(payload)}`,
        linkAt(payload, "release", "html_url"),
      )
      : undefined,
};

/** @param event what happened, by GitHub's name for it */
export function textOfGithub(event: string, payload: unknown): string | undefined {
  return Object.hasOwn(EVENTS, event) ? EVENTS[event]!(payload) : undefined;
}

function push(payload: unknown): string | undefined {
  const [, kind = "", branch = ""] = /^refs\/(heads|tags)\/(.*)$/.exec(lineAt(payload, "ref")) ?? [];
  const what = `${kind === "tags" ? "the tag" : "the branch"} ${branch} of ${whereOf(payload)}`;
  if (at(payload, "deleted") === true) return `${whoOf(payload)} deleted ${what}`;
  const commits = listAt(payload, "commits");
  if (kind === "tags" || commits.length === 0) {
    const made = at(payload, "created") === true ? "made" : "moved";
    return lines(`${whoOf(payload)} ${made} ${what}`, linkAt(payload, "compare"));
  }
  const count = `${commits.length} ${commits.length === 1 ? "commit" : "commits"}`;
  const pushed = at(payload, "forced") === true ? "force-pushed" : "pushed";
  return lines(
    `${whoOf(payload)} ${pushed} ${count} to ${branch} of ${whereOf(payload)}`,
    ...commits.slice(0, COMMITS_SHOWN).map((commit) =>
      `- ${lineAt(commit, "id").slice(0, 7)} ${firstLine(at(commit, "message"))}`
    ),
    commits.length > COMMITS_SHOWN ? `and ${commits.length - COMMITS_SHOWN} more` : "",
    linkAt(payload, "compare"),
  );
}

function pullRequest(payload: unknown): string | undefined {
  const isMerged = at(payload, "pull_request", "merged") === true;
  const said: Record<string, string> = {
    opened: "opened",
    closed: isMerged ? "merged" : "closed",
    reopened: "reopened",
    ready_for_review: "asks for a review of",
  };
  const action = actionOf(payload);
  if (!Object.hasOwn(said, action)) return undefined;
  return lines(
    `${whoOf(payload)} ${said[action]} pull request ${titleOf(payload, "pull_request")}`,
    linkAt(payload, "pull_request", "html_url"),
  );
}

/** What ran for a commit, and how it ended. */
function finished(payload: unknown, field: "workflow_run" | "check_run", branch: string): string | undefined {
  if (actionOf(payload) !== "completed") return undefined;
  const conclusion = lineAt(payload, field, "conclusion");
  const ended = conclusion === "success" ? "succeeded" : conclusion === "failure" ? "failed" : `ended: ${conclusion}`;
  const where = branch === "" ? whereOf(payload) : `${branch} of ${whereOf(payload)}`;
  return lines(`${lineAt(payload, field, "name")} on ${where} ${ended}`, linkAt(payload, field, "html_url"));
}

function actionOf(payload: unknown): string {
  return lineAt(payload, "action");
}

function whoOf(payload: unknown): string {
  return lineAt(payload, "sender", "login") || lineAt(payload, "pusher", "name") || "Somebody";
}

function whereOf(payload: unknown): string {
  return lineAt(payload, "repository", "full_name") || lineAt(payload, "organization", "login") || "GitHub";
}

/** `octo/site#7: Mend the door` */
function titleOf(payload: unknown, field: "issue" | "pull_request"): string {
  return `${whereOf(payload)}#${lineAt(payload, field, "number")}: ${lineAt(payload, field, "title")}`;
}

function named(payload: unknown): string {
  const [tag, name] = [lineAt(payload, "release", "tag_name"), lineAt(payload, "release", "name")];
  return name === "" || name === tag ? tag : `${tag} (${name})`;
}

function quoted(line: string): string {
  return line === "" ? "" : `> ${line}`;
}

function firstLine(message: unknown): string {
  return typeof message === "string" ? lineAt({ line: message.trimStart().split("\n", 1)[0] }, "line") : "";
}
