/** The browsers that the page is tried in, and how each is started. @module */

import { type Browser, chromium, firefox } from "../lib/playwright.ts";
import { pathOf, type ToolName } from "../lib/tools.ts";

/** A name that is not localhost: a plain-HTTP origin, as a phone on the same network has. */
export const PLAIN_HOST = "phone.test";

interface Kind {
  /** What it needs of the machine. */
  tool: ToolName;
  /** What is said behind the name of a test. */
  suffix: string;
  launch(): Promise<Browser>;
}

/** Those that are tried. */
export const BROWSERS = {
  chromium: {
    tool: "chromium",
    suffix: "",
    launch: (executablePath = pathOf("chromium")) =>
      chromium.launch({
        executablePath,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
        ],
      }),
  },
  firefox: {
    tool: "firefox-esr",
    suffix: " (Firefox)",
    launch: async () =>
      withoutMedia(
        await firefox.launch({
          executablePath: pathOf("firefox-esr"),
          // The one that a distribution has, by WebDriver BiDi, and not one that was changed for tests.
          channel: "moz-firefox",
          firefoxUserPrefs: {
            "network.dns.localDomains": PLAIN_HOST,
            // A mouse (2) that can hover (4): without a screen it takes the machine for one without.
            "ui.primaryPointerCapabilities": 6,
            "ui.allPointerCapabilities": 6,
          },
        }),
      ),
  },
} as const satisfies Record<string, Kind>;

/** The name of a browser. */
export type BrowserName = keyof typeof BROWSERS;

const wanted = Deno.env.get("BROWSER") ?? (Deno.env.get("CI") ? "all" : "chromium");

/** Whether tests in this browser are wanted: with `CI` set all are, and otherwise the one that `BROWSER` names, or Chromium. */
export function isWanted(name: BrowserName): boolean {
  return wanted === "all" || wanted === name;
}

/** The part of the driver that speaks WebDriver BiDi. */
interface Session {
  send(method: string, params: unknown): Promise<unknown>;
}

/** The driver sets the colours of every page, by a command that Firefox 153 does not have yet: it is left out. */
function withoutMedia(browser: Browser): Browser {
  const { _connection: connection } = browser as unknown as {
    _connection: { toImpl(browser: unknown): { _browserSession: Session } };
  };
  const sessions: Session = Object.getPrototypeOf(connection.toImpl(browser)._browserSession);
  const { send } = sessions;
  sessions.send = function (method, params) {
    return method === "emulation.setMediaFeaturesOverride" ? Promise.resolve({}) : send.call(this, method, params);
  };
  return browser;
}
