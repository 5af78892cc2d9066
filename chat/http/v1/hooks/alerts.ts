/**
 * Makes messages of alerts as Alertmanager sends them (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), and Grafana, whose form
 * is that one with more fields (its contact point "Webhook").
 *
 * @module
 */

import { at, lineAt, lines, linkAt, listAt } from "./payload.ts";

/** Alerts of one group that are named. */
const ALERTS_SHOWN = 10;

export function areAlerts(payload: unknown): boolean {
  return Array.isArray(at(payload, "alerts")) && typeof at(payload, "status") === "string";
}

export function textOfAlerts(payload: unknown): string {
  const alerts = listAt(payload, "alerts");
  // There may be so many that their sender has left some out.
  const before = Number(lineAt(payload, "truncatedAlerts"));
  const leftOut = Math.max(alerts.length - ALERTS_SHOWN, 0) + (Number.isSafeInteger(before) && before > 0 ? before : 0);
  return lines(
    headingOf(payload, alerts.length),
    ...alerts.slice(0, ALERTS_SHOWN).map(textOfAlert),
    leftOut > 0 ? `and ${leftOut} more` : "",
    linkAt(payload, "externalURL"),
  );
}

function headingOf(payload: unknown, count: number): string {
  const name = lineAt(payload, "commonLabels", "alertname") || lineAt(payload, "groupLabels", "alertname") ||
    lineAt(payload, "receiver");
  const word = lineAt(payload, "status") === "resolved" ? "Resolved" : "Firing";
  return `${word}: ${name}${count > 1 ? ` (${count} alerts)` : ""}`;
}

function textOfAlert(alert: unknown): string {
  const said = lineAt(alert, "annotations", "summary") || lineAt(alert, "annotations", "description") ||
    lineAt(alert, "labels", "instance") || lineAt(alert, "labels", "alertname");
  const link = linkAt(alert, "dashboardURL") || linkAt(alert, "panelURL") || linkAt(alert, "generatorURL");
  const word = lineAt(alert, "status") === "resolved" ? "resolved: " : "";
  return `- ${word}${said} ${link}`.trimEnd();
}
