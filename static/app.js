/**
 * The page: puts the client, the log and the composer together, and shows what is around the log. Read it first; then
 * `client/client.js`, `timeline.js`, `log_view.js`, `composer.js` and `text.js`.
 *
 * @module
 */

import * as limits from "./limits.js";
import { Client } from "./client/client.js";
import { browserWorld } from "./client/world.js";
import { Composer } from "./composer.js";
import * as dialogs from "./dialogs.js";
import { hueOf, initialOf, LogView } from "./log_view.js";
import { Reading } from "./reading.js";
import { Timeline } from "./timeline.js";
import { isBlank } from "./visible.js";

/** @typedef {import("./client/room.js").Room} Room */

/**
 * The elements that are more than an `HTMLElement` to us; a test holds the page to it.
 * @typedef {object} Elements
 * @property {HTMLFormElement} composer
 * @property {HTMLTextAreaElement} field
 * @property {HTMLButtonElement} send
 * @property {HTMLButtonElement} jump
 * @property {HTMLTemplateElement} row
 * @property {HTMLInputElement} join-room
 * @property {HTMLInputElement} welcome-name
 */

/**
 * The element with an id, which the page has.
 *
 * @template {string} Id
 * @overload
 * @param {Id} id
 * @returns {Id extends keyof Elements ? Elements[Id] : HTMLElement}
 */
/** @param {string} id */
function byId(id) {
  return document.getElementById(id);
}

const me = { id: "", key: /** @type {string | undefined} */ (undefined), name: "" };
/** Whether the name is one that the server cannot object to. */
let invented = false;
/** @type {Room} */
let room;

/** @type {Timeline} */
let timeline;

const world = browserWorld();
const { storage } = world;
const { link, rooms, unsent } = new Client(world, {
  url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/${encodeURIComponent(me.id)}`,
  hello: () => ({ name: me.name, key: me.key }),
  on: {
    state: showLink,
    welcome: (welcome) => setName(welcome.name),
    refused(error) {
      // A name kept from earlier may not be allowed any more; one that is made up always is.
      if (error.code !== "bad_command" || invented) return;
      setName(inventName());
      link.start();
    },
    began: (begun, line) => reading.began(begun, line),
    gap: (changed, missed) => reading.gap(changed, missed),
    received(changed, item) {
      const news = reading.received(changed, item);
      if (changed !== room) return;
      timeline.received(item);
      view.changed();
      if (reading.of(room).divider === item) view.restyle();
      if (!news) return;
      view.came();
      announce(item);
    },
    joined(joined) {
      if (joined === room) view.changed();
      soon(showRooms);
    },
    reset(changed) {
      if (changed === room) timeline.loadNewest();
    },
    people(changed) {
      if (changed === room) soon(showPeople);
    },
    joinRefused: (refused, reason) => say(`#${refused.name} cannot be joined now: ${reason}`),
    unsent(name) {
      if (name === room?.name) view.changed();
    },
  },
});

const reading = new Reading(storage, () => soon(showRooms));

const view = new LogView({
  log: byId("log"),
  top: byId("top"),
  rows: byId("rows"),
  pending: byId("pending"),
  jump: byId("jump"),
  template: byId("row"),
}, {
  entries: (room) => unsent.of(room.name),
  id: () => me.id,
  divider: (room) => reading.of(room).divider,
  moved: watchReading,
  retry: (entry) => unsent.retry(entry),
  remove: (entry) => unsent.remove(entry),
});

const composer = new Composer(
  storage,
  { form: byId("composer"), field: byId("field"), send: byId("send"), hint: byId("hint") },
  {
    send(text) {
      if (unsent.full) return false;
      reading.of(room).divider = undefined;
      view.restyle();
      unsent.add(room.name, text);
      dismissGreeting();
      view.toBottom();
      return true;
    },
    typing: () => link.tell({ type: "typing", room: room.name }),
    page: (pages) => view.page(pages),
  },
);

/** Two words that make a name for who has none yet. */
function inventName() {
  invented = true;
  const manner = "Amber Brisk Calm Clever Copper Gentle Hazel Ivory Jolly Lucky Merry Quiet Silver Sunny Swift Velvet"
    .split(" ");
  const bird = "Crane Dove Finch Heron Ibis Jay Kestrel Lark Martin Owl Plover Robin Starling Swallow Tern Wren".split(
    " ",
  );
  const dice = parseInt(world.randomHex(1), 16);
  return `${manner[dice >> 4]} ${bird[dice & 15]}`;
}

/**
 * Who this browser is, made up on the first visit. The id belongs to a key where the browser can hash (HTTPS and
 * localhost); elsewhere it is a random free one.
 */
async function findIdentity() {
  if (crypto.subtle === undefined) {
    me.id = storage.get("id") ?? "web-" + world.randomHex(8);
    return storage.set("id", me.id);
  }
  me.key = storage.get("key") ?? world.randomHex(16);
  storage.set("key", me.key);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(me.key));
  me.id = "k-" + Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} name as it now is */
function setName(name) {
  me.name = name;
  storage.set("name", name);
  unsent.author = { id: me.id, name };
  byId("me-name").textContent = name;
  byId("me-face").textContent = initialOf(name);
  byId("me").className = hueOf(me.id);
}

/**
 * Changes the own name, here and on the server.
 *
 * @param {string} wanted
 * @param {(problem: string) => void} done gets what is wrong with it, or nothing
 */
function rename(wanted, done) {
  const name = wanted.trim();
  if (isBlank(name)) return done("A name has at least one character that can be seen");
  if (!link.online) {
    invented = false;
    setName(name);
    return done("");
  }
  link.ask({ type: "rename", name }, (line) => {
    if (line.type !== "ok") return done(line.message);
    setName(line.name ?? name);
    done("");
  });
}

// --- Rooms ---

/** What may be a room's name, made of what somebody wrote. @param {string} text */
function roomName(text) {
  const name = text.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return name.slice(0, limits.ROOM_CHARACTERS);
}

/** The room that the address names. */
function addressed() {
  let [, name = ""] = /^\/r\/([^/]+)/.exec(location.pathname) ?? [];
  try {
    name = decodeURIComponent(name);
  } catch {
    // Anybody can write such an address: it is taken as it is.
  }
  return roomName(name) || "lobby";
}

/** Shows a room. @param {string} name @param {boolean} [record] whether the address changes */
function go(name, record = true) {
  const known = [...rooms].length;
  if (rooms.get(name) === undefined && known >= limits.ROOMS) {
    return say(`${limits.ROOMS} rooms at most: leave one first`);
  }
  if (record && name !== room?.name) history.pushState(null, "", `/r/${name}`);
  room = rooms.open(name);
  keepRoom(name, true);
  if (timeline?.room === room) timeline.jump();
  else {
    if (timeline !== undefined) reading.left(timeline.room);
    timeline = new Timeline(rooms, room, () => view.changed());
  }
  byId("room-name").textContent = name;
  composer.show(name);
  view.show(timeline);
  closePanels();
  watchReading();
  showRooms();
  showPeople();
}

/** @param {Room} left */
function leave(left) {
  if (unsent.of(left.name).length > 0) {
    return say(`#${left.name} has messages that are not sent yet`);
  }
  rooms.close(left);
  keepRoom(left.name, false);
  if (left === room) go([...rooms][0]?.name ?? "lobby");
  else showRooms();
  listed.get(room)?.anchor.focus();
}

/** Remembers a room as followed, or forgets it; other tabs have theirs in the same list. @param {string} name @param {boolean} is */
function keepRoom(name, is) {
  const names = new Set(storage.getJson("rooms", /** @type {string[]} */ ([])));
  if (is) names.add(name);
  else names.delete(name);
  storage.set("rooms", JSON.stringify([...names].slice(-limits.ROOMS)));
}

// --- What is around the log ---

/** @type {Set<() => void>} */
const due = new Set();

/** Runs something once, after what else comes in a moment. @param {() => void} show */
function soon(show) {
  if (due.size === 0) {
    setTimeout(() => {
      const shows = [...due];
      due.clear();
      for (const each of shows) each();
    }, document.hidden ? limits.FLUSH_HIDDEN_MS : limits.FLUSH_MS);
  }
  due.add(show);
}

/** @param {string} tag @param {string} className @param {...(Node | string)} children */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children);
  return element;
}

/**
 * What the list has of each room. Were it made anew whenever a message comes, the focus and a press on it would be lost.
 * @type {WeakMap<Room, Record<"item" | "anchor" | "badge" | "close", HTMLElement>>}
 */
const listed = new WeakMap();

/** @param {Room} each */
function listRoom(each) {
  const badge = make("span", "badge");
  const anchor = make("a", "", make("span", "hash", "#"), make("span", "label", each.name), badge);
  anchor.setAttribute("href", `/r/${each.name}`);
  const close = make("button", "leave", "×");
  close.setAttribute("aria-label", `Leave #${each.name}`);
  close.addEventListener("click", () => leave(each));
  const made = { item: make("li", "", anchor, close), anchor, badge, close };
  listed.set(each, made);
  return made;
}

function showRooms() {
  const all = [...rooms].sort((a, b) => a.name < b.name ? -1 : 1);
  const list = byId("room-list");
  all.forEach((each, i) => {
    const { item, anchor, badge, close } = listed.get(each) ?? listRoom(each);
    anchor.ariaCurrent = each === room ? "page" : null;
    const { unread } = reading.of(each);
    badge.hidden = unread === 0;
    if (unread > 0) badge.replaceChildren(String(unread), make("span", "unseen", " unread"));
    close.hidden = all.length === 1;
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  while (list.childElementCount > all.length) list.lastElementChild?.remove();
  const unread = all.reduce((sum, each) => sum + reading.of(each).unread, 0);
  document.title = `${unread > 0 ? `(${unread}) ` : ""}#${room.name} · Switchboard`;
  const elsewhere = unread - reading.of(room).unread;
  byId("rooms-badge").hidden = elsewhere === 0;
  byId("rooms-badge").textContent = String(elsewhere);
}

function showPeople() {
  showTyping();
  const people = [...room.members].sort(([a, nameA], [b, nameB]) =>
    Number(b === me.id) - Number(a === me.id) || nameA.localeCompare(nameB)
  );
  const count = room.memberCount;
  byId("people-count").textContent = String(count);
  byId("people-label").textContent = count === 1 ? "1 person here" : `${count} people here`;
  byId("people-total").textContent = String(count);
  byId("people-list").replaceChildren(...people.map(([id, name]) => {
    const label = make("bdi", "label", name);
    label.dir = "auto";
    const face = make("span", "face", initialOf(name));
    face.setAttribute("aria-hidden", "true");
    const item = make("li", hueOf(id) + (id !== me.id && room.typing.has(id) ? " typing" : ""), face, label);
    item.title = id;
    if (id === me.id) item.append(make("span", "you", "you"));
    return item;
  }));
  if (count > people.length) {
    byId("people-list").append(
      make("li", "rest", people.length === 0 ? `${count} people` : `and ${count - people.length} more`),
    );
  }
}

function showTyping() {
  const names = [...room.typing.keys()].filter((id) => id !== me.id).map((id) => room.members.get(id) ?? "Somebody");
  const line = byId("typing");
  line.replaceChildren();
  if (names.length === 0) return;
  if (names.length > 3) return line.append("Several people are typing …");
  names.forEach((name, i) => {
    const label = make("bdi", "", name);
    label.dir = "auto";
    line.append(i === 0 ? "" : i === names.length - 1 ? " and " : ", ", label);
  });
  line.append(names.length === 1 ? " is typing …" : " are typing …");
}

// --- The link ---

let bannerTimer = 0;
let countdownTimer = 0;

/** @param {import("./client/link.js").LinkState} state */
function showLink(state) {
  const words = { online: "Connected", connecting: "Connecting", waiting: "Offline", refused: "Refused" };
  byId("status").dataset.phase = state.phase;
  byId("status-text").textContent = words[state.phase];
  if (state.phase === "online") {
    clearTimeout(bannerTimer);
    bannerTimer = 0;
    clearInterval(countdownTimer);
    // The banner was read out; its going is not.
    if (!byId("banner").hidden) byId("announcer").textContent = "Connected again";
    byId("banner").hidden = true;
  } else if (!byId("banner").hidden) showBanner();
  else if (bannerTimer === 0) bannerTimer = setTimeout(showBanner, limits.BANNER_MS);
}

function showBanner() {
  const { phase, reason } = link.state;
  const text = phase === "refused"
    ? `The server does not let this page in: ${reason}`
    : navigator.onLine
    ? "No connection. What you write is kept and sent later."
    : "You are offline. What you write is kept and sent later.";
  if (byId("banner-text").textContent !== text) byId("banner-text").textContent = text;
  byId("banner").hidden = false;
  clearInterval(countdownTimer);
  countdownTimer = setInterval(showCountdown, 1000);
  showCountdown();
}

function showCountdown() {
  const { phase, retryAtMs } = link.state;
  const seconds = Math.max(0, Math.ceil(((retryAtMs ?? 0) - Date.now()) / 1000));
  byId("banner-countdown").textContent = phase === "connecting"
    ? "Trying …"
    : phase === "waiting"
    ? `Next try in ${seconds} s`
    : "";
}

// --- Reading ---

let readingTimer = 0;

/** Notes whether the reader looks at the newest message. */
function watchReading() {
  reading.set(room, timeline.follow && document.visibilityState === "visible" && document.hasFocus());
  // How far one has read is written down now and then, not with each message: it goes to the disk.
  readingTimer ||= setInterval(() => reading.set(room, reading.of(room).now), 1000);
}

let noticeTimer = 0;

/** Tells everybody something, for a while. @param {string} what */
function say(what) {
  byId("notice").textContent = what;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => byId("notice").textContent = "", limits.NOTICE_MS);
}

let announcedMs = -Infinity;
let announceTimer = 0;
let unannounced = 0;

/** Tells a screen reader what came, not more often than one can listen. @param {{ name: string, text: string }} item */
function announce(item) {
  unannounced++;
  if (announceTimer !== 0) return;
  announceTimer = setTimeout(() => {
    byId("announcer").textContent = unannounced === 1
      ? `${item.name}: ${item.text.slice(0, 200)}`
      : `${unannounced} new messages`;
    announcedMs = performance.now();
    announceTimer = unannounced = 0;
  }, Math.max(100, announcedMs + limits.ANNOUNCE_MS - performance.now()));
}

// --- Panels, dialogs, keys ---

/** @param {string} name */
function openPanel(name) {
  closePanels();
  byId(name).classList.add("open");
  byId("scrim").classList.add("open");
  byId(name + "-open").setAttribute("aria-expanded", "true");
  byId("main").inert = true;
  byId(name).tabIndex = -1;
  byId(name).focus();
}

function closePanels() {
  byId("main").inert = false;
  byId("scrim").classList.remove("open");
  for (const name of ["rooms", "people"]) {
    const wasOpen = byId(name).classList.contains("open");
    byId(name).classList.remove("open");
    byId(name + "-open").setAttribute("aria-expanded", "false");
    if (wasOpen) byId(name + "-open").focus();
  }
}

/** @param {"askName" | "pickRoom" | "showHelp"} which */
function open(which) {
  dialogs[which]({
    name: () => me.name,
    rename,
    rooms: () => [...rooms].map((each) => ({ name: each.name, unread: reading.of(each).unread })),
    roomName,
    go,
  });
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const { target } = event;
  const writing = target instanceof Element && target.matches("input, textarea, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "Escape") closePanels();
  if (document.querySelector("dialog[open]") || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "k") open("pickRoom");
  else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    step(event.key === "ArrowUp" ? -1 : 1);
  } else if (plain && !writing && event.key === "/") composer.focus();
  else if (plain && !writing && event.key === "?") open("showHelp");
  else return;
  event.preventDefault();
}

/** Goes to the next room of the list, or the one before. @param {number} by */
function step(by) {
  const names = [...rooms].map(({ name }) => name).sort();
  go(names.at((names.indexOf(room.name) + by) % names.length) ?? room.name);
}

function listen() {
  byId("retry").addEventListener("click", () => link.start());
  byId("me").addEventListener("click", () => open("askName"));
  byId("help").addEventListener("click", () => open("showHelp"));
  for (const name of ["rooms", "people"]) byId(name + "-open").addEventListener("click", () => openPanel(name));
  byId("scrim").addEventListener("click", closePanels);
  // A window wide enough has its panels beside the log, which must not stay shut off.
  matchMedia("(max-width: 68rem)").addEventListener("change", closePanels);
  byId("log").addEventListener("pointerover", LogView.explainTime);
  byId("room-list").addEventListener("click", (event) => {
    const anchor = event.target instanceof Element && event.target.closest("a");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(roomName(anchor.querySelector(".label")?.textContent ?? ""));
  });
  byId("join-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = roomName(byId("join-room").value);
    byId("join-room").value = "";
    if (name !== "") go(name);
  });
  addEventListener("keydown", pressed);
  // Another tab has changed the name: it is the same person's.
  addEventListener("storage", ({ key, newValue }) => {
    if (key === "switchboard.name" && newValue && newValue !== me.name) rename(newValue, () => {});
  });
  addEventListener("popstate", () => go(addressed(), false));
  for (const type of ["focus", "blur"]) addEventListener(type, watchReading);
  for (const type of ["online", "pageshow", "focus"]) addEventListener(type, () => link.wake());
  addEventListener("offline", () => link.wake());
  addEventListener("pagehide", () => reading.set(room, reading.of(room).now));
  // Where the on-screen keyboard covers the page instead of shrinking it.
  visualViewport?.addEventListener("resize", () => {
    const covered = innerHeight - (visualViewport?.height ?? innerHeight) * (visualViewport?.scale ?? 1);
    document.body.style.blockSize = covered > limits.KEYBOARD_PX ? `${innerHeight - covered}px` : "";
    if (covered > limits.KEYBOARD_PX) scrollTo(0, 0);
  });
  document.addEventListener("visibilitychange", () => {
    watchReading();
    if (!document.hidden) link.wake();
  });
}

/** On the first visit: asks for a name, without getting in the way. */
function greet() {
  const form = byId("welcome");
  form.hidden = storage.get("greeted") !== null;
  byId("welcome-name").value = me.name;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rename(byId("welcome-name").value, (problem) => {
      byId("welcome-name").setCustomValidity(problem);
      if (problem !== "") return void byId("welcome-name").reportValidity();
      dismissGreeting();
      composer.focus();
    });
  });
  byId("welcome-name").addEventListener("input", () => byId("welcome-name").setCustomValidity(""));
}

function dismissGreeting() {
  byId("welcome").hidden = true;
  storage.set("greeted", "yes");
}

async function start() {
  go(addressed(), false);
  listen();
  await findIdentity();
  reading.id = me.id;
  setName(storage.get("name") ?? inventName());
  greet();
  unsent.start();
  const followed = storage.getJson("rooms", /** @type {string[]} */ ([]));
  for (const name of [...followed, ...unsent.rooms]) if (roomName(name) === name) rooms.open(name);
  showRooms();
  link.start();
  if (matchMedia("(hover: hover)").matches) composer.focus();
}

start();
