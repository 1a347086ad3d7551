/** What the desk holds: the case that is open, the caller and the place of a new order. */
import { given, maybe, one } from "../dom.js";

export const words = given("desk-words");
export const side = one("#case");
export const queueSide = one("#queue-side");

/** @typedef {{lon: number, lat: number}} Place */

/** @type {{no: string, caller: any, place: Place | null}} */
export const state = { no: side.dataset.no || "", caller: null, place: null };

/** The case that is open, as its element. */
export const article = () => maybe("[data-case]", side);
/** The candidate that is chosen. */
export const chosen = () => maybe('[role="radio"][aria-checked="true"]', side);
/** The dialog that is open; keys and live changes leave the case alone meanwhile. */
export const dialog = () => /** @type {HTMLDialogElement | null} */ (maybe("dialog[open]"));
