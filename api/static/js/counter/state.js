/** What the counter holds while a session is filled in; it goes into the draft as it is. */
import { given } from "../dom.js";

export const words = given("counter-words");

/**
 * @typedef {{id: number, words: string, kind: string, code: string, name: string, text: string, answer: string, address: string, lon: number | null, lat: number | null}} Item
 * @typedef {{state: string, until: string, held: boolean, pieces: number, due_on: string}} Paper
 */

/** @type {{resident: any, items: Item[], papers: Record<string, Paper>, last: number}} */
export const state = { resident: null, items: [], papers: {}, last: 0 };

/** Add an empty item; its number tells it from the others. @returns {Item} */
export const newItem = () => {
  state.last += 1;
  const item = {
    ...{ id: state.last, words: "", kind: "", code: "", name: "", text: "", answer: "" },
    ...{ address: "", lon: null, lat: null },
  };
  state.items.push(item);
  return item;
};

export const forget = () => {
  Object.assign(state, { resident: null, items: [], papers: {} });
};

/** How it stands with a paper, made when it is first asked for. @param {string} code @returns {Paper} */
export const paperOf = (code) => {
  state.papers[code] ??= { state: "", until: "", held: false, pieces: 1, due_on: "" };
  return state.papers[code];
};

/** A word with a number in it. @param {string} word @param {number | string} n */
export const counted = (word, n) => word.replace("{n}", String(n));
