/** What other services send becomes a message that people can read. The bodies are shortened from the documents of these services. @module */

import { TEXT_CHARACTERS } from "../../../../chat/limits.ts";
import { textOf } from "../../../../chat/http/v1/hooks/text_of.ts";
import { assert, assertEquals } from "../../../lib/assert.ts";

const repository = { full_name: "octo/site", clone_url: "https://github.com/octo/site.git" };
const sender = { login: "ada" };
const HERE = { repository, sender };
const URL = "https://github.com/octo/site";

const commit = (id: string, message: string) => ({ id: `${id}bcdef0123456789`, message, author: { name: "Ada" } });

const GITHUB: [event: string, what: string, payload: Record<string, unknown>, text: string | undefined][] = [
  ["ping", "a new hook", {
    ...HERE,
    zen: "Keep it logically awesome.",
    hook: { config: { url: "https://chat.example/v1/hooks/sbk_1", secret: "********" } },
  }, "GitHub sends here what happens in octo/site\nKeep it logically awesome."],
  ["push", "two commits", {
    ...HERE,
    ref: "refs/heads/main",
    compare: `${URL}/compare/a...b`,
    commits: [commit("4f2a", "Mend the door\n\nIt squeaked."), commit("77a0", "Paint it")],
  }, `ada pushed 2 commits to main of octo/site\n- 4f2abcd Mend the door\n- 77a0bcd Paint it\n${URL}/compare/a...b`],
  [
    "push",
    "many commits, by force",
    {
      ...HERE,
      ref: "refs/heads/fix/door",
      forced: true,
      compare: `${URL}/compare/a...b`,
      commits: Array.from({ length: 7 }, (_, n) => commit("000", `c${n}`)),
    },
    `ada force-pushed 7 commits to fix/door of octo/site\n${
      [0, 1, 2, 3, 4].map((n) => `- 000bcde c${n}`).join("\n")
    }\nand 2 more\n${URL}/compare/a...b`,
  ],
  [
    "push",
    "a tag",
    { ...HERE, ref: "refs/tags/v1", created: true, commits: [], compare: `${URL}/compare/v1` },
    `ada made the tag v1 of octo/site\n${URL}/compare/v1`,
  ],
  [
    "push",
    "the end of a branch",
    { ...HERE, ref: "refs/heads/old", deleted: true, commits: [] },
    "ada deleted the branch old of octo/site",
  ],
  ["pull_request", "a new one", {
    ...HERE,
    action: "opened",
    pull_request: { number: 7, title: "Mend the door", html_url: `${URL}/pull/7`, merged: false },
  }, `ada opened pull request octo/site#7: Mend the door\n${URL}/pull/7`],
  ["pull_request", "a merge", {
    ...HERE,
    action: "closed",
    pull_request: { number: 7, title: "Mend the door", html_url: `${URL}/pull/7`, merged: true },
  }, `ada merged pull request octo/site#7: Mend the door\n${URL}/pull/7`],
  ["pull_request", "a label", { ...HERE, action: "labeled", pull_request: { number: 7 } }, undefined],
  ["issues", "a new one", {
    ...HERE,
    action: "opened",
    issue: { number: 8, title: "It squeaks\u202e", html_url: `${URL}/issues/8` },
  }, `ada opened issue octo/site#8: It squeaks\n${URL}/issues/8`],
  ["issues", "somebody who is to do it", { ...HERE, action: "assigned", issue: { number: 8 } }, undefined],
  ["issue_comment", "a comment", {
    ...HERE,
    action: "created",
    issue: { number: 8, title: "It squeaks" },
    comment: { body: "Oil it.\r\n\r\nTwice.", html_url: `${URL}/issues/8#issuecomment-1` },
  }, `ada commented on octo/site#8: It squeaks\n> Oil it. Twice.\n${URL}/issues/8#issuecomment-1`],
  ["workflow_run", "its end", {
    ...HERE,
    action: "completed",
    workflow_run: { name: "CI", head_branch: "main", conclusion: "failure", html_url: `${URL}/actions/runs/1` },
  }, `CI on main of octo/site failed\n${URL}/actions/runs/1`],
  ["workflow_run", "its beginning", { ...HERE, action: "requested", workflow_run: { name: "CI" } }, undefined],
  ["check_run", "its end", {
    ...HERE,
    action: "completed",
    check_run: {
      name: "lint",
      conclusion: "timed_out",
      check_suite: { head_branch: "main" },
      html_url: `${URL}/runs/2`,
    },
  }, `lint on main of octo/site ended: timed_out\n${URL}/runs/2`],
  ["release", "a new one", {
    ...HERE,
    action: "published",
    release: { tag_name: "v1.0.0", name: "The door", html_url: `${URL}/releases/tag/v1.0.0` },
  }, `ada published v1.0.0 (The door) of octo/site\n${URL}/releases/tag/v1.0.0`],
  ["release", "one that is deleted", { ...HERE, action: "deleted", release: { tag_name: "v1" } }, undefined],
  ["star", "what is not known here", { ...HERE, action: "created" }, undefined],
  ["constructor", "what is no event", HERE, undefined],
];

for (const [event, what, payload, text] of GITHUB) {
  Deno.test(`GitHub's ${event}, ${what}, is ${text === undefined ? "no message" : "read in a glance"}`, () => {
    assertEquals(textOf(payload, event), text === undefined ? {} : { text });
  });
}

/** As Alertmanager sends it, version 4. */
const ALERTMANAGER = {
  version: "4",
  groupKey: '{}:{alertname="InstanceDown"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "chat",
  groupLabels: { alertname: "InstanceDown" },
  commonLabels: { alertname: "InstanceDown", severity: "page" },
  commonAnnotations: {},
  externalURL: "http://alertmanager.example:9093",
  alerts: [{
    status: "firing",
    labels: { alertname: "InstanceDown", instance: "db-1:9100" },
    annotations: { summary: "Instance db-1:9100 is down" },
    startsAt: "2026-01-01T00:00:00Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0",
    fingerprint: "1a30ba71cca2921f",
  }, {
    status: "resolved",
    labels: { alertname: "InstanceDown", instance: "db-2:9100" },
    annotations: {},
    generatorURL: "",
  }],
};

/** As Grafana's contact point "Webhook" sends it. */
const GRAFANA = {
  receiver: "chat",
  status: "resolved",
  orgId: 1,
  alerts: [{
    status: "resolved",
    labels: { alertname: "High memory", zone: "eu-1" },
    annotations: { description: "The system has high memory usage", runbook_url: "https://wiki.example/1" },
    generatorURL: "https://grafana.example/alerting/1/edit",
    silenceURL: "https://grafana.example/alerting/silence/new?matchers=x",
    dashboardURL: "https://grafana.example/d/dash",
    panelURL: "https://grafana.example/d/dash?viewPanel=1",
    values: { B: 44.2 },
  }],
  groupLabels: {},
  commonLabels: { alertname: "High memory" },
  externalURL: "https://grafana.example/",
  version: "1",
  title: "[RESOLVED] High memory",
  state: "ok",
  message: "**Resolved**\n\nValue: B=44.2\nLabels:\n - alertname = High memory",
};

Deno.test("alerts of Alertmanager and of Grafana are read in a glance, with the links that lead on", () => {
  assertEquals(
    textOf(ALERTMANAGER, null)?.text,
    [
      "Firing: InstanceDown (2 alerts)",
      "- Instance db-1:9100 is down http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0",
      "- resolved: db-2:9100",
      "http://alertmanager.example:9093",
    ].join("\n"),
  );
  assertEquals(
    textOf(GRAFANA, null)?.text,
    [
      "Resolved: High memory",
      "- resolved: The system has high memory usage https://grafana.example/d/dash",
      "https://grafana.example/",
    ].join("\n"),
  );
  const many = { ...ALERTMANAGER, truncatedAlerts: 5, alerts: Array(30).fill(ALERTMANAGER.alerts[0]) };
  assert(textOf(many, null)!.text!.includes("\nand 25 more\n"));
});

Deno.test("a text is passed on as it is, and nothing that is no form of this is", () => {
  assertEquals(textOf({ text: "*deployed*\n4f2a", username: "x" }, null), { text: "*deployed*\n4f2a" });
  for (const payload of [{}, { text: 7 }, { alerts: [] }, { status: "firing", alerts: {} }, [], null, "text", 7]) {
    assertEquals(textOf(payload, null), undefined, JSON.stringify(payload));
  }
});

Deno.test("whatever is sent, a message is not too long, and has no address with a password or of another kind", () => {
  const long = "x\u{1F600}".repeat(TEXT_CHARACTERS);
  const text = textOf({ text: long }, null)!.text!;
  assertEquals([Array.from(text).length, text.at(-1), text.isWellFormed()], [TEXT_CHARACTERS, "…", true]);
  const alert = {
    status: "firing",
    labels: { alertname: long },
    annotations: { summary: long },
    generatorURL: URL + long,
  };
  const all = { ...ALERTMANAGER, commonLabels: { alertname: long }, alerts: Array(30).fill(alert) };
  assert(Array.from(textOf(all, null)!.text!).length <= TEXT_CHARACTERS);
  for (const url of ["https://ada:secret@host.example/", "javascript:alert(1)", "https://host.example/a b"]) {
    const { text } = textOf({ ...ALERTMANAGER, alerts: [{ ...alert, generatorURL: url }], externalURL: url }, null)!;
    assert(!text!.includes(url), text);
  }
});

Deno.test("payloads whose parts are of other kinds than they should be break nothing", () => {
  const kinds = [null, 7, "x", [], {}, [null], { a: null }, true];
  for (const [event, , payload] of GITHUB) {
    for (const kind of kinds) {
      for (const field of Object.keys(payload)) {
        textOf({ ...payload, [field]: kind }, event);
        const inner = payload[field];
        if (typeof inner !== "object" || inner === null) continue;
        for (const part of Object.keys(inner)) textOf({ ...payload, [field]: { ...inner, [part]: kind } }, event);
      }
    }
  }
  for (const kind of kinds) {
    for (const field of Object.keys(GRAFANA)) textOf({ ...GRAFANA, [field]: kind }, null);
    textOf({ ...GRAFANA, alerts: [kind, { ...GRAFANA.alerts[0], annotations: kind, labels: kind }] }, null);
  }
});
