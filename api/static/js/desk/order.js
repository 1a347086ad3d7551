/** A new order: who calls, what is needed, where. */
import { ask, part, shown } from "../ask.js";
import { control, given, maybe, one, textOf } from "../dom.js";
import { listUnder } from "../list.js";
import { pressOf } from "../press.js";
import { clearErrors, say, showProblem } from "../say.js";
import { open, put } from "./case.js";
import { here, markOpen, refresh } from "./queue.js";
import { mapShows, markPlace, sayOnMap, showOnMap } from "./stage.js";
import { side, state, words } from "./state.js";

/** @typedef {{code: string, name: string, initials: string, function: string, arrive_min: number | null}} Item */

const MOST_ITEMS = 12;
/** @type {Item[]} */
const items = given("desk-items");

/** The form, while it is open. */
export const form = () => /** @type {HTMLFormElement | null} */ (maybe("#new-order", side));

/**
 * Rank an item for a text: 0 when it begins with it, 1 when it holds it, 9 when neither.
 * @param {Item} item
 * @param {string} text
 * @returns {number}
 */
export const rankOf = (item, text) => {
  const t = text.toLowerCase();
  if (item.code.toLowerCase().endsWith(t) || item.initials.startsWith(t) || item.name.startsWith(text))
    return 0;
  return item.initials.includes(t) || item.name.includes(text) ? 1 : 9;
};

/** @param {string} text */
const itemRows = (text) =>
  items
    .map((item) => ({ rank: text ? rankOf(item, text) : 0, item }))
    .filter(({ rank }) => rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_ITEMS)
    .map(({ item }) => ({
      title: item.name,
      right: item.arrive_min ? `≤ ${item.arrive_min} ${words.minute}` : "",
      text: `${item.code} · ${item.function}`,
      item,
    }));

/**
 * Set or take away the place of the new order.
 * @param {import("./state.js").Place | null} place
 * @param {string} text
 */
export const setPlace = (place, text) => {
  state.place = place;
  sayOnMap("");
  const lamp = maybe("[data-place]", side);
  if (lamp) {
    lamp.textContent = text;
    lamp.className = `lamp ${place ? "ok" : "idle"}`;
  }
  const error = maybe('[data-error-for="lon"]', side);
  if (error) error.hidden = true;
  if (place) markPlace(place);
};

/** @param {any} resident */
const setCaller = (resident) => {
  state.caller = resident;
  one("[data-caller]", side).hidden = !resident;
  one("[data-stranger]", side).hidden = Boolean(resident);
  if (!resident) return;
  one("[data-caller-name]", side).textContent = `${resident.name} ${resident.no}`;
  one("[data-caller-phone]", side).textContent = resident.phone;
  one("[data-caller-address]", side).textContent = resident.address;
};

/** Order for somebody who is not the one who was found. */
export const forAnother = () => {
  setCaller(null);
  setPlace(null, words.pick);
};

/** @param {HTMLFormElement} at @returns {[string, string] | null} Field and what it lacks. */
const lacks = (at) => {
  if (!control(at, "item").value) return ["item", words.choose_item];
  return state.place ? null : ["lon", words.pick];
};

/** @param {Record<string, string>} text */
const bodyOf = (text) => {
  const { caller, place } = state;
  const moved = caller && place && (place.lon !== caller.lon || place.lat !== caller.lat);
  return {
    item: text.item,
    channel: "phone",
    note: text.note,
    ...(caller
      ? { resident: caller.no }
      : { contact: { name: text.name, phone: text.phone, address: text.address } }),
    ...(!caller || moved ? place : {}),
    ...(text.wanted_at ? { wanted_at: `${text.wanted_at}:00+08:00` } : {}),
    ...(text.max_price ? { max_price_fen: Math.round(Number(text.max_price) * 100) } : {}),
  };
};

/** @param {SubmitEvent} event */
const place = async (event) => {
  event.preventDefault();
  const at = /** @type {HTMLFormElement} */ (event.target);
  clearErrors(at);
  const missing = lacks(at);
  if (missing) {
    showProblem({ field: missing[0], detail: missing[1] }, at);
    if (missing[0] === "item") one("#need", at).focus();
    return;
  }
  try {
    const order = await ask("POST", "/api/v1/orders", bodyOf(textOf(at)), {
      form: at,
      press: pressOf(at),
    });
    say(`${words.placed} ${order.no}`, "ok");
    refresh();
    await open(order.no);
  } catch (problem) {
    shown(problem);
  }
};

/** Open the form. @param {{resident?: any, stranger?: string}} [caller] */
export const newOrder = async ({ resident = null, stranger = "" } = {}) => {
  Object.assign(state, { no: "", place: null });
  markOpen();
  put(await part("/desk/new"), false);
  history.replaceState(null, "", `/desk${here()}`);
  if (!mapShows("")) showOnMap("", here());
  const at = /** @type {HTMLFormElement} */ (form());
  setCaller(resident);
  if (resident) setPlace({ lon: resident.lon, lat: resident.lat }, resident.address);
  sayOnMap(resident ? "" : words.pick);
  control(at, /^[+＋\d０-９()（） -]+$/.test(stranger) ? "phone" : "name").value = stranger;
  const need = /** @type {HTMLInputElement} */ (one("#need", at));
  need.addEventListener("input", () => {
    control(at, "item").value = "";
  });
  listUnder(
    need,
    one("#need-found", at),
    itemRows,
    ({ title, item }) => {
      need.value = title;
      control(at, "item").value = item.code;
      one('[data-error-for="item"]', at).hidden = true;
      one('[type="submit"]', at).focus();
    },
    { always: true },
  );
  at.addEventListener("submit", place);
  (resident || stranger ? need : control(at, "phone")).focus();
};

/** @param {string} text */
const findCaller = async (text) => {
  if (!text) return null;
  if (/^[AST]\d{3,}/i.test(text)) return [{ title: text.toUpperCase(), no: text.toUpperCase() }];
  const url = `/api/v1/residents?limit=8&text=${encodeURIComponent(text)}`;
  const found = await ask("GET", url, undefined, { quiet: true });
  /** @type {{title: string, right?: string, text?: string, no?: string, resident?: any, stranger?: string}[]} */
  const rows = found.items.map((/** @type {any} */ r) => ({
    title: `${r.name} ${r.no}`,
    right: r.phone,
    text: `${r.address} · ${words.new_for}`,
    resident: r,
  }));
  const stranger = rows.length ? words.unknown_caller : `${words.no_found}：${words.unknown_caller}`;
  return [...rows, { title: stranger, stranger: text }];
};

const caller = /** @type {HTMLInputElement} */ (one("#caller"));
listUnder(caller, one("#caller-found"), findCaller, (row) => {
  caller.value = "";
  caller.blur();
  if ("no" in row && row.no) open(row.no);
  else newOrder(row);
});

/* A link of a person's page opens the form for them: a number of the register, or a telephone. */
const wanted = new URLSearchParams(location.search).get("for");
if (wanted)
  findCaller(wanted).then((rows) => {
    const row = rows?.[0];
    if (row && rows.length < 3) newOrder(row);
  });
