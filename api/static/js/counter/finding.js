/** Who, what and where, found while somebody types. */
import { ask } from "../ask.js";
import { given } from "../dom.js";
import { words } from "./state.js";

const MOST = 10;
/** @type {{code: string, name: string, initials: string, function: string, urgency: string}[]} */
const items = given("counter-items");
/** @type {{name: string, lon: number, lat: number}[]} */
const places = given("counter-places");

/** @param {string} text @returns {Promise<any[]>} */
const residents = async (text) => {
  const url = `/api/v1/residents?limit=${MOST}&text=${encodeURIComponent(text)}`;
  const found = await ask("GET", url, undefined, { quiet: true }).catch(() => ({ items: [] }));
  return found.items;
};

/** People of the register, masked. @param {string} text */
export const peopleRows = async (text) => {
  if (!text) return null;
  const rows = (await residents(text)).map((one) => ({
    ...one,
    title: one.name,
    right: one.phone,
    text: `${one.no} · ${one.address}`,
  }));
  return rows.length ? rows : null;
};

/** @param {string} text */
const itemRows = (text) => {
  const said = text.toLowerCase();
  const fits = items.filter(
    ({ code, name, initials, urgency }) =>
      urgency !== "emergency" &&
      (name.includes(text) || initials.includes(said) || code.toLowerCase().endsWith(said)),
  );
  return fits.slice(0, MOST).map(({ code, name, function: group }) => ({
    title: name,
    right: words.order,
    text: `${code} · ${group}`,
    kind: "order",
    code,
  }));
};

/** What words may mean; a question is always among it. @param {string} text */
export const wishRows = async (text) => {
  if (!text) return null;
  const body = { words: text.slice(0, 60) };
  const spoken = /[^\p{ASCII}]/u.test(text);
  const told = spoken
    ? await ask("POST", "/api/v1/intake/check", body, { quiet: true }).catch(() => null)
    : null;
  const meant = (told?.meanings ?? [])
    .filter((/** @type {any} */ one) => one.code && !one.alarm)
    .map((/** @type {any} */ one) => ({
      title: one.name,
      right: words[one.wanted],
      text: one.code,
      kind: one.wanted,
      code: one.code,
    }));
  const known = new Set(meant.map((/** @type {any} */ one) => one.code));
  const named = itemRows(text).filter(({ code }) => !known.has(code));
  const asked = { title: text, right: words.question, text: words.ask, kind: "question", code: "" };
  return [...meant, ...named, asked];
};

/** Houses of the register by address, communities by name. @param {string} text */
export const placeRows = async (text) => {
  if (!text) return null;
  /** @type {Map<string, any>} */
  const houses = new Map();
  for (const { address, lon, lat } of await residents(text))
    houses.set(address, { title: address, text: words.registered, lon, lat });
  const named = places.filter(({ name }) => name.includes(text)).slice(0, MOST);
  const rows = [...houses.values(), ...named.map((one) => ({ ...one, title: one.name, text: words.middle }))];
  return rows.length ? rows : null;
};
