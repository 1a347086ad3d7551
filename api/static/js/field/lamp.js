/** The lamp of the outbox: whether there is signal, what waits, what was refused. */
import { all, given } from "../dom.js";
import * as outbox from "./outbox.js";

const words = given("outbox-words");

/**
 * Say what the lamp shows.
 * @param {{state: string}[]} drafts
 * @param {boolean} online
 * @param {Record<string, string>} [say] Words by key.
 * @returns {[string, string]} State and text.
 */
export const lampOf = (drafts, online, say = words) => {
  /** @param {string} state */
  const count = (state) => drafts.filter((d) => d.state === state).length;
  const line = online ? say.online : say.offline;
  if (count("refused")) return ["late", `${line} · ${count("refused")} ${say.refused_n}`];
  if (count("waiting")) return ["warn", `${line} · ${count("waiting")} ${say.waiting_n}`];
  return [online ? "ok" : "warn", line];
};

/** @param {outbox.Draft[]} drafts */
const draw = (drafts) => {
  const [state, text] = lampOf(drafts, navigator.onLine);
  for (const e of all("[data-outbox-lamp]")) {
    e.className = `lamp ${state}`;
    e.textContent = text;
  }
  const locked = drafts.some((d) => d.state === "waiting" && d.locked);
  for (const e of all("[data-outbox-sign-in]")) e.hidden = !locked;
};
const redraw = async () => draw(await outbox.list());
outbox.onChange(draw);
window.addEventListener("online", redraw);
window.addEventListener("offline", redraw);
