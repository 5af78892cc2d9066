/** What there is to say of the connection and of one's place in the room: in the head in a word, and above the field where one has to know more. @module */

import { button, make } from "../dom.js";
import { endLabel } from "../exact_formats.js";
import { BANNER_MS } from "../limits.js";
import { reasonOf } from "../refusals.js";
import { whyUnwritable } from "../unwritable.js";
import { word } from "../words.js";

/** @import { Visit } from "./visit.js" */
/** Why one cannot write, or has to wait; and what the reader can do about it. @typedef {{ said: string, act?: [label: string, press: () => void] }} Notice */

export class State {
  #visit;
  /** Where tokens come from, to name it. */
  #site;
  #timer = 0;
  #isLong = false;
  #shown = "";
  /** In a word. */
  label = make("p", { class: "status quiet" });
  /** In a sentence. */
  strip = make("div", { class: "strip", role: "status" });

  /** @param {Visit} visit @param {string} site */
  constructor(visit, site) {
    this.#visit = visit;
    this.#site = site;
  }

  /** It is shown no more. */
  end() {
    clearTimeout(this.#timer);
  }

  /** @returns {boolean} whether one can write */
  show() {
    const { link, room, trouble } = this.#visit;
    const { phase } = link.state;
    const said = phase === "online" ? "" : word(phase);
    if (this.label.textContent !== said) this.label.textContent = said;
    this.label.dataset.phase = trouble === undefined ? phase : "refused";
    this.#wait(phase === "online");
    const away = this.#away();
    const closed = this.#closed();
    this.#tell(away ?? closed);
    const isIn = room.epoch !== "" || phase !== "refused";
    return isIn && trouble === undefined && closed === undefined;
  }

  /** A short interruption is nobody's concern. @param {boolean} isOnline */
  #wait(isOnline) {
    if (isOnline) {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#isLong = false;
    } else {
      this.#timer ||= setTimeout(() => {
        this.#isLong = true;
        this.show();
      }, BANNER_MS);
    }
  }

  /** @returns {Notice | undefined} */
  #away() {
    const { link, trouble, unsent } = this.#visit;
    const { phase, error } = link.state;
    const retry = () => this.#visit.retry();
    if (trouble === "notAdmitted") return { said: word("notAdmitted") };
    if (trouble !== undefined) return { said: word(trouble, { site: this.#site }), act: [word("retryNow"), retry] };
    if (phase === "refused" && error !== undefined) {
      return { said: word("notLetIn", { reason: reasonOf(error) }), act: [word("retryNow"), retry] };
    }
    if (phase === "online" || !this.#isLong) return undefined;
    const where = word(navigator.onLine ? "noConnection" : "youAreOffline");
    return { said: unsent.length > 0 ? `${where} ${word("keptAndSentLater")}` : where, act: [word("retryNow"), retry] };
  }

  /** @returns {Notice | undefined} */
  #closed() {
    const { room, client, link } = this.#visit;
    if (room.joined) {
      const said = whyUnwritable(this.#visit);
      return said === undefined ? undefined : { said };
    }
    const { refused, refusedUntilMs: untilMs } = room;
    if (refused === undefined || !link.online) return undefined;
    if (refused === "no_access") return { said: word("noAccessHere") };
    if (refused === "banned") {
      return {
        said: untilMs === undefined ? word("bannedHere") : word("bannedHereUntil", { until: endLabel(untilMs) }),
      };
    }
    const again = () => client.rooms.join(room);
    if (refused === "kicked") return { said: word("sentOutHere"), act: [word("joinAgain"), again] };
    return { said: word("cannotJoin", { room: `#${room.name}`, reason: reasonOf({ code: refused }) }) };
  }

  /** @param {Notice | undefined} notice */
  #tell(notice) {
    const said = notice?.said ?? "";
    if (said === this.#shown) return;
    this.#shown = said;
    this.strip.replaceChildren(said);
    if (notice?.act !== undefined) this.strip.append(" ", button(...notice.act));
  }
}
