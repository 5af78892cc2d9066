/** The browser's driver; see `packages.ts` for why it is named here. @module */

export {
  type Browser,
  type BrowserContextOptions,
  type CDPSession,
  chromium,
  firefox,
  type Locator,
  type Page,
} from "npm:playwright-core@1.65.1";
