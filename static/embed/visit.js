/** Somebody in the room, without the document: the client, the messages that are shown, and what there is to say about it. @module */

import { loadBefore, loadNewer, loadNewest, refresh } from "../browsing.js";
import { Client } from "../client/client.js";
import { KEEPING } from "../client/keeping.js";
import { idOfHash } from "../client/key.js";
import { sha256 } from "../client/sha256.js";
import { inventName } from "../invented_name.js";
import { Timeline } from "../timeline.js";
import { TokenSite } from "../token_site.js";
import { explainRefusal, isAdmitted, SOCKETS, worldHere } from "./place.js";

/** @import { LinkState } from "../client/link.js" */
/** @import { Of, RoomEvent } from "../client/lines.js" */
/** @import { Item, Place, Room } from "../client/room.js" */
/** What the element asks for. @typedef {{ room: string, name: string | undefined, tokenUrl: string | undefined }} Wanted */
/**
 * What is told. `changed`: something that is shown; `state`: what the connection does; `message`: one came, after the first ones; `another`: the server says that
 * this is another person than before.
 * @typedef {{ changed(): void, state(phase: LinkState["phase"]): void, message(item: Item): void, another(): void }} VisitEvents
 */
/** Why nobody is let in, besides what the server says of it. @typedef {"notAdmitted" | "signInAt" | "siteIsAway" | "siteIsRefused"} Trouble */

export class Visit {
  /** @type {Trouble | undefined} */
  trouble;
  /** Messages of others that came while the reader was further up. */
  unread = 0;
  #on;
  #name;
  #key;
  /** Whether the name is one that the server cannot object to. */
  #invented = false;
  #wasIn = false;
  #began = false;
  #ended = false;
  /** @type {string | undefined} */
  #token;
  /** @type {TokenSite | undefined} */
  #tokens;

  /** It connects when it is started. @param {Wanted} wanted @param {VisitEvents} on */
  constructor({ room, name, tokenUrl }, on) {
    this.#on = on;
    this.world = worldHere();
    const { storage } = this.world;
    this.#key = storage.get("key") ?? this.world.randomHex(16);
    storage.set("key", this.#key);
    this.#name = name ?? storage.get("name") ?? this.#invent();
    // The site may be on plain http, where browsers have no hash of their own.
    const id = idOfHash(sha256(new TextEncoder().encode(this.#key)));
    this.me = { id, name: this.#name };
    this.client = new Client(this.world, {
      keeper: KEEPING,
      url: () => SOCKETS + id,
      hello: () => ({ name: this.#name, key: this.#key, token: this.#token }),
      on: {
        state: (state) => this.#enter(state),
        welcome: (line) => this.#welcome(line),
        refused: (error) => this.#refused(error),
        began: () => {},
        gap: (each) => this.#isShown(each) && this.timeline.gap(),
        received: (each, item) => this.#received(each, item),
        changed: (each, event, place) => this.#changed(each, event, place),
        joined: (each) => this.#joined(each),
        reset: (each) => this.#isShown(each) && loadNewest(this.timeline),
        people: (each) => this.#isShown(each) && on.changed(),
        joinRefused: (each) => this.#shut(each),
        unsent: () => on.changed(),
        stored: () => {},
        expiring: () => this.#tokens?.renew(),
      },
    });
    const { link, rooms, unsent } = this.client;
    unsent.author = this.me;
    /** @type {Timeline} */
    this.timeline = new Timeline(this.client, rooms.open(room), () => on.changed());
    if (tokenUrl === undefined) return;
    this.#tokens = new TokenSite(tokenUrl, link, this.world, {
      took: (token) => {
        this.#token = token;
      },
      missing: (why) => this.#tell(why),
    });
  }

  get room() {
    return this.timeline.room;
  }

  get link() {
    return this.client.link;
  }

  /** What one has written and the server has not stored yet. */
  get unsent() {
    return this.client.unsent.of(this.room.name).filter(({ type }) => type === undefined);
  }

  /** Whether it is known who one is: what is written before that would have no author. */
  get isKnown() {
    return this.#tokens === undefined || this.#wasIn;
  }

  start() {
    this.client.unsent.start();
    if (this.#tokens === undefined) this.link.start();
    else this.#tokens.go();
  }

  /** Ends the connection and all timers. What is not sent waits in the site's storage. */
  end() {
    this.#ended = true;
    this.#tokens?.stop();
    this.client.close();
    this.world.end();
  }

  /** Tries again, because the reader asks for it. */
  retry() {
    if (this.trouble === undefined) this.link.start();
    else this.#tokens?.go();
  }

  /** The reader is back at the page: the network may have changed, or one has signed in meanwhile. */
  wake() {
    if (this.trouble !== undefined) this.#tokens?.hurry();
    else this.link.wake();
  }

  /** @param {string} text @returns {boolean} whether it was taken */
  send(text) {
    const { unsent } = this.client;
    if (unsent.full) return false;
    this.jump();
    unsent.add(this.room.name, { text });
    return true;
  }

  jump() {
    this.unread = 0;
    this.timeline.jump();
  }

  /** The reader is at the newest message, or not. @param {boolean} isThere */
  follow(isThere) {
    this.timeline.follow = isThere;
    if (isThere) this.unread = 0;
    this.#on.changed();
  }

  /** Fetches what is missing before a place. @param {Place & { ordinal?: number }} place @param {() => void} done */
  load(place, done) {
    this.timeline.follow = false;
    loadBefore(this.timeline, place, done);
  }

  /** Fetches what follows, where that was left out. @param {() => void} done */
  loadNewer(done) {
    loadNewer(this.timeline, done);
  }

  #invent() {
    this.#invented = true;
    const name = inventName(this.world);
    this.world.storage.set("name", name);
    return name;
  }

  /** @param {Room} room @returns {boolean} */
  #isShown(room) {
    return room === this.timeline.room;
  }

  /** @param {LinkState} state */
  #enter({ phase }) {
    if (this.#ended) return;
    if (phase === "online") this.trouble = undefined;
    this.#tokens?.follow();
    this.#on.state(phase);
    this.#on.changed();
    if (phase === "waiting" && !this.#wasIn && this.trouble === undefined) this.#doubt();
  }

  /** The chat may be away, or closed to this site. */
  async #doubt() {
    if (await isAdmitted() || this.link.online || this.#ended) return;
    explainRefusal();
    this.#tell("notAdmitted");
    this.link.stop();
  }

  /** @param {Trouble} trouble */
  #tell(trouble) {
    this.trouble = trouble;
    this.#on.changed();
  }

  /** @param {Of<"welcome">} line */
  #welcome({ id, name }) {
    if (this.#wasIn && id !== this.me.id) return this.#on.another();
    this.#wasIn = true;
    this.me = { id, name };
    this.client.unsent.writeAs(this.me);
  }

  /** @param {Of<"error">} error */
  #refused({ code }) {
    // A name of the site's may not be allowed; one that is made up always is.
    if (code !== "bad_command" || this.#invented) return;
    this.#name = this.#invent();
    this.link.start();
  }

  /** @param {Room} room @param {Item} item */
  #received(room, item) {
    if (!this.#isShown(room)) return;
    this.timeline.received(item);
    // What it begins with is no news.
    if (this.#began && item.unknown === undefined) {
      if (!this.timeline.follow && item.id !== this.me.id) this.unread++;
      this.#on.message(item);
    }
    this.#on.changed();
  }

  /** @param {Room} room @param {RoomEvent} event @param {Place} place */
  #changed(room, event, place) {
    if (!this.#isShown(room)) return;
    this.timeline.changed(event, place);
    this.#on.changed();
  }

  /** @param {Room} room */
  #joined(room) {
    if (!this.#isShown(room)) return;
    this.#began = true;
    this.timeline.joined();
    if (this.timeline.doubted !== undefined) refresh(this.timeline);
  }

  /** @param {Room} room */
  #shut(room) {
    if (!this.#isShown(room)) return;
    // What one may not know of is not shown any longer.
    if (room.refused === "no_access") {
      room.recent = [];
      this.timeline.items = [];
    }
    this.#on.changed();
  }
}
