/** What a caller may mean by words, and where by the name of a place or a house. */
import { ask } from "../ask.js";
import { given } from "../dom.js";
import { meaningsOf } from "./foresee.js";
import { state, words } from "./state.js";

/** @typedef {{code: string, name: string, initials: string, function: string, urgency: string, arrive_min: number | null}} Item */

const MOST_ITEMS = 12;
const MOST_PLACES = 8;
/** @type {Item[]} */
const items = given("desk-items");
/** @type {{name: string, lon: number, lat: number}[]} */
const places = given("desk-places");

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

/** Before anything is said, what the called number offers comes first. @param {Item} item */
const offeredFirst = ({ code, urgency }) => (state.offered.includes(code) && urgency !== "emergency" ? 0 : 1); // Enter alone never raises an alarm

/** @param {string} text */
const itemRows = (text) =>
  items
    .map((item) => ({ rank: text ? rankOf(item, text) : offeredFirst(item), item }))
    .filter(({ rank }) => rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_ITEMS)
    .map(({ item }) => ({
      title: item.name,
      right: words.kind_order,
      text: `${item.code} · ${item.function}${item.arrive_min ? ` · ≤ ${item.arrive_min} ${words.minute}` : ""}`,
      wanted: "order",
      code: item.code,
    }));

/** What words may mean: as the server understands them, then services by name, initials or code. @param {string} said */
export const wishRows = async (said) => {
  const meant = await meaningsOf(said);
  const rows = meant.map(({ wanted, code, name, word, alarm }) => ({
    title: name || words.kind_question,
    right: alarm ? words.alarm : words[`kind_${wanted}`],
    text: `${code} · ${word}`,
    wanted,
    code,
  }));
  const known = new Set(rows.map(({ code }) => code));
  return [...rows, ...itemRows(said).filter(({ code }) => !known.has(code))];
};

/** Where a text may be: communities and streets by name, houses of the register by address. @param {string} text */
export const placeRows = async (text) => {
  if (!text) return null;
  const named = places.filter(({ name }) => name.includes(text)).slice(0, MOST_PLACES);
  const url = `/api/v1/residents?limit=${MOST_PLACES}&text=${encodeURIComponent(text)}`;
  const found = await ask("GET", url, undefined, { quiet: true }).catch(() => ({ items: [] }));
  /** @type {Map<string, {title: string, text: string, lon: number, lat: number}>} */
  const houses = new Map();
  for (const { address, lon, lat } of found.items)
    houses.set(address, { title: address, text: words.registered_house, lon, lat });
  const rows = [...houses.values(), ...named.map((p) => ({ title: p.name, text: words.middle_of, ...p }))];
  return rows.length ? rows : null;
};
