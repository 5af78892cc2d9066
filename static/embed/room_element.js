/** The element: begins when it is put into a page, and ends when it is taken out. @module */

import { make, soon } from "../dom.js";
import { hues } from "../hues.js";
import { word } from "../words.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { look } from "./look.js";
import { State } from "./state.js";
import { Visit } from "./visit.js";
import { speakAs } from "./words.js";

export class RoomElement extends HTMLElement {
  static observedAttributes = ["room", "name", "token-url"];
  /** @type {{ visit: Visit, end(): void } | undefined} */
  #now;
  /** What is being written outlives a connection. */
  #text = () => "";

  connectedCallback() {
    const { lang } = /** @type {HTMLElement} */ (this.closest("[lang]") ?? document.documentElement);
    speakAs([...lang === "" ? [] : [lang], ...navigator.languages]);
    this.#begin();
  }

  disconnectedCallback() {
    this.#end();
  }

  attributeChangedCallback() {
    if (this.#now !== undefined) this.#begin();
  }

  #begin() {
    this.#end();
    const name = this.getAttribute("room") || "lobby";
    const url = this.getAttribute("token-url");
    const tokenUrl = url === null ? undefined : new URL(url, document.baseURI);
    const wanted = { room: name, name: this.getAttribute("name") || undefined, tokenUrl: tokenUrl?.href };
    const visit = new Visit(wanted, {
      changed: () => show(),
      state: (state) => this.#tell("switchboard-state", { state }),
      message: ({ id, name, text, seq }) =>
        this.#tell("switchboard-message", { id, name, text, seq, mine: id === visit.me.id }),
      another: () => this.#begin(),
    });
    const log = new Log(visit, word("messagesIn", { room: name }));
    const composer = new Composer(visit, word("messageTo", { room: `#${name}` }), this.#text());
    const state = new State(visit, tokenUrl?.host ?? "");
    const title = make("bdi", {});
    const head = make("header", {}, make("p", { class: "title" }, title), state.label);
    const show = soon(() => {
      if (this.#now?.visit !== visit) return;
      title.textContent = visit.room.settings?.title || `#${name}`;
      log.show();
      composer.element.hidden = !state.show();
      this.toggleAttribute("data-refused", visit.trouble === "notAdmitted");
      composer.show();
    });
    const label = word("chatRoom", { room: `#${name}` });
    this.#place(make("section", { "aria-label": label }, head, log.element, state.strip, composer.element));
    const ended = new AbortController();
    this.#watch(visit, ended.signal);
    this.#text = () => composer.text;
    this.#now = {
      visit,
      end() {
        ended.abort();
        state.end();
        log.end();
        visit.end();
      },
    };
    show();
    visit.start();
  }

  #end() {
    this.#now?.end();
    this.#now = undefined;
  }

  /** @param {HTMLElement} room */
  #place(room) {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [look, hues];
    root.replaceChildren(room);
  }

  /** A page that goes leaves no socket behind, and one that is shown again begins anew. @param {Visit} visit @param {AbortSignal} signal */
  #watch(visit, signal) {
    for (const type of ["online", "offline", "focus"]) addEventListener(type, () => visit.wake(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || visit.wake(), { signal });
    addEventListener("pagehide", () => visit.end(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#begin(), { signal });
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
