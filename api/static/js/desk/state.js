/** What the desk holds: the case that is open; of a new case who calls, where, and what was chosen. */
import { given, maybe, one } from "../dom.js";

export const words = given("desk-words");
export const side = one("#case");
export const queueSide = one("#queue-side");

/** @typedef {{lon: number, lat: number}} Place */

/** @typedef {{wanted: string, code: string, name: string}} Chosen What was picked of what the words may mean. */

/** @type {{no: string, caller: any, another: boolean, place: Place | null, chosen: Chosen | null, call: string, offered: string[]}} */
export const state = {
  no: side.dataset.no || "",
  caller: null,
  another: false,
  place: null,
  chosen: null,
  call: "",
  offered: [],
};
/** Numbers of cases that the desk can open: alarms, orders, tickets, questions. */
export const OPENS = /^[ASTZ]\d{3,}/i;

/** The case that is open, as its element. */
export const article = () => maybe("[data-case]", side);
/** The candidate that is chosen. */
export const chosen = () => maybe('[role="radio"][aria-checked="true"]', side);
/** The dialog that is open; keys and live changes leave the case alone meanwhile. */
export const dialog = () => /** @type {HTMLDialogElement | null} */ (maybe("dialog[open]"));
