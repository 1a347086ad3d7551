/** One case at the right: opened, acted upon, sent to a candidate, revealed for a reason. */
import { act as post, takeAction } from "../acts.js";
import { ask, part, shown } from "../ask.js";
import { tick } from "../clock.js";
import { all, maybe, one } from "../dom.js";
import { say } from "../say.js";
import { here, markOpen, refresh, showQueue } from "./queue.js";
import { taken, turned } from "./ring.js";
import { drawWay, mapShows, offerPlace, showOnMap } from "./stage.js";
import { article, chosen, dialog, queueSide, side, state, words } from "./state.js";

/** The case whose number is shown in the address, for those who load the page anew. @param {string} query */
const address = (query) => history.replaceState(null, "", `/desk${query}`);

/** @type {(() => void)[]} */
const heard = [];
/** Run something whenever something else is put at the right. @param {() => void} run */
export const onPut = (run) => heard.push(run);

export const radios = () => all('[role="radio"]', side);

const nameChosen = () => {
  const target = maybe("[data-chosen]", side);
  if (target) target.textContent = chosen()?.dataset.name || "";
};

/** Choose a candidate and draw the way. @param {HTMLElement | null | undefined} button */
export const choose = (button) => {
  if (!button) return;
  for (const b of radios()) {
    b.setAttribute("aria-checked", String(b === button));
    b.tabIndex = b === button ? 0 : -1;
  }
  button.scrollIntoView({ block: "nearest" });
  nameChosen();
  drawWay();
};

/** Put a part at the right. @param {string} html @param {boolean} [focus] */
export const put = (html, focus = true) => {
  side.innerHTML = html;
  tick(side);
  side.scrollTop = 0;
  if (focus) maybe('[tabindex="-1"]', side)?.focus({ preventScroll: true });
  nameChosen();
  for (const run of heard) run();
};

/**
 * Open a case.
 * @param {string} no
 * @param {{map?: boolean, focus?: boolean}} [options] map: show it on the map, too; focus: go to its title.
 */
export const open = async (no, { map = true, focus = true } = {}) => {
  Object.assign(state, { no, caller: null, place: null });
  markOpen();
  turned(no);
  const html = await part(`/desk/case/${encodeURIComponent(no)}`);
  if (state.no !== no) return;
  const kept = article()?.dataset.case === no ? chosen()?.dataset.provider : "";
  put(html, focus);
  if (kept) choose(maybe(`[role="radio"][data-provider="${CSS.escape(kept)}"]`, side));
  address(`?no=${encodeURIComponent(no)}`);
  if (map && !mapShows(no)) showOnMap(no, "");
  else if (map) drawWay();
};

/** Leave the case. */
export const idle = () => {
  Object.assign(state, { no: "", place: null });
  address(here());
  markOpen();
  put(one("#idle").innerHTML, false);
  showOnMap("", here());
};

/** Show everything anew after an action. */
const again = async () => {
  const { no } = state;
  refresh();
  if (!no) return;
  showOnMap(no, "");
  await open(no);
};

/**
 * Ask a candidate; where others are proposed before it, for a reason.
 * @param {string} no
 * @param {DOMStringMap} candidate
 * @returns {Promise<any>} null when the reader thought better of it.
 */
const contact = (no, { provider, name = "", passes }) => {
  const beside = { provider: Number(provider) };
  if (!passes) return post("order", no, "contact", beside);
  const label = `${words.send_other} ${name}`;
  return takeAction({ kind: "order", no, action: "contact", label, needs: ["reason"], beside });
};

let sending = false;
/** Send the order to the chosen candidate. */
export const send = async () => {
  const [candidate, at] = [chosen(), article()];
  if (!candidate || !at || sending) return;
  sending = true;
  try {
    if (!(await contact(at.dataset.case || "", candidate.dataset))) return;
    say(`${words.sent} ${candidate.dataset.name}`, "ok");
    await again();
  } catch (problem) {
    shown(problem);
  } finally {
    sending = false;
  }
};

/** Take the action of a button. @param {HTMLElement | null} button */
export const act = async (button) => {
  const at = article();
  if (!button || !at) return;
  const { kind, case: no = "", cells = "", cellNames = "", like = "" } = at.dataset;
  const names = cellNames.split("|");
  const near = cells
    .split(" ")
    .filter(Boolean)
    .map((code, i) => /** @type {[string, string]} */ ([code, names[i]]));
  const { act: action = "", label = "", needs = "" } = button.dataset;
  const spec = { kind: kind || "", no, action, label, needs: needs.split(" "), like: like.split(" "), near };
  const done = await takeAction(spec);
  if (!done) return;
  say(`${label}：${done.state_name}`, "ok");
  await again();
};

/** Alarms are a kind of their own; some orders are urgent like one. @param {string} no */
const kindOf = (no) => (no.startsWith("A") ? "alarm" : "order");

/** Presses that wait for their answer: pressed again meanwhile, they are the same press. @type {Set<string>} */
const underWay = new Set();

/**
 * Take an alarm or ring it back with one press; whoever is second is told who was first, and sees the case.
 * @param {{of?: string, alarm?: string, label?: string, fields?: string}} press Data of the button; fields as JSON.
 */
export const answerAlarm = async ({ of: no = "", alarm: action = "", label = "", fields = "{}" }) => {
  const press = `${no} ${action}`;
  if (underWay.has(press)) return;
  underWay.add(press);
  dialog()?.close();
  try {
    await post(kindOf(no), no, action, JSON.parse(fields));
    if (action === "take") taken(no);
    if (label) say(`${label} ${no}`, "ok");
  } catch (problem) {
    shown(problem);
  } finally {
    underWay.delete(press);
  }
  showQueue(here()).catch(refresh);
  await open(no);
};

/** Press the button of an alarm: on the case that is open, else on the alarm that stands highest. @param {string} action */
export const pressAlarm = (action) => {
  const wanted = `[data-alarm="${action}"]`;
  const button = maybe(wanted, side) || maybe(wanted, queueSide);
  if (button) answerAlarm(button.dataset);
};

/** Whether the open case is an alarm. */
export const isAlarm = () => article()?.dataset.kind === "alarm";

/** Press or focus what a key stands for on the alarm that is open. @param {string} key @returns {boolean} Whether there is any. */
export const alarmKey = (key) => {
  if (!isAlarm()) return false;
  const button = maybe(`[data-alarm-key="${key}"]`, side);
  const field = maybe(`[data-alarm-focus="${key}"]`, side);
  button?.click();
  if (!button) field?.focus();
  return Boolean(button || field);
};

/** Ask somebody to go to an alarm. @param {{of?: string, askToGo?: string}} press Data of the button. */
const askToGo = async ({ of: no = "", askToGo: person = "" }) => {
  try {
    await ask("POST", `/api/v1/alarms/${encodeURIComponent(no)}/tasks`, { person });
    say(`${words.sent} ${person}`, "ok");
  } catch (problem) {
    shown(problem);
  }
  await open(no);
};

/** Keep a note on an alarm. @param {HTMLFormElement} form */
export const noteAlarm = async (form) => {
  const note = /** @type {HTMLInputElement} */ (one('[name="note"]', form)).value.trim();
  if (note) await answerAlarm({ of: form.dataset.of, alarm: "note", fields: JSON.stringify({ note }) });
};

/** Copy the text of a part. @param {string} selector */
const copy = async (selector) => {
  const lines = all("p", one(selector, side)).map((line) => line.textContent);
  await navigator.clipboard.writeText(lines.join("\n"));
  say(words.copied, "ok");
};

/** Copy the link with which family answer without an account. @param {string} task */
const copyLink = async (task) => {
  const { path } = await ask("POST", `/api/v1/helping/${encodeURIComponent(task)}/link`);
  await navigator.clipboard.writeText(new URL(path, location.href).href);
  say(words.copied, "ok");
};

/** What a press on an alarm asks for. @param {DOMStringMap} data Of the button. @returns {boolean} Whether it asks for any. */
export const pressedOnAlarm = (data) => {
  if (data.alarm) answerAlarm(data);
  else if (data.askToGo) askToGo(data);
  else if (data.copy) copy(data.copy);
  else if (data.helpLink) copyLink(data.helpLink);
  else return false;
  return true;
};

/** Ask the nearest worker to look. @param {HTMLButtonElement} button */
export const visit = async (button) => {
  button.disabled = true;
  try {
    await post("ticket", article()?.dataset.case || "", "visit", { worker: button.dataset.worker });
    say(`${words.sent} ${button.dataset.name}`, "ok");
    await again();
  } catch (problem) {
    shown(problem);
  } finally {
    button.disabled = false;
  }
};

/** Correct the place of an order that still seeks. @param {import("./state.js").Place} place */
export const relocate = (place) => {
  const { no } = state;
  offerPlace(place, async () => {
    await post("order", no, "locate", place);
    await again();
  });
};

/** Whom somebody looked at, for a reason that is kept: shown while the case stays open, though news put it anew. */
const seen = { no: "", person: /** @type {Record<string, string>} */ ({}) };
const showPerson = () => {
  const at = article();
  if (at?.dataset.case !== seen.no) seen.no = "";
  if (!at || !seen.no) return;
  for (const [name, value] of Object.entries(seen.person)) {
    const place = maybe(`[data-${name}]`, at);
    if (place) place.textContent = value;
  }
  maybe('[data-do="reveal"]', at)?.remove();
};
onPut(showPerson);

/** Show whole name, phone and address for a reason that is kept. */
export const reveal = () => {
  const at = article();
  if (at?.dataset.kind !== "order" || !maybe('[data-do="reveal"]', side)) return;
  const box = document.createElement("dialog");
  box.append(/** @type {HTMLTemplateElement} */ (one("#reveal-form")).content.cloneNode(true));
  document.body.append(box);
  const reason = /** @type {HTMLInputElement} */ (one('[name="reason"]', box));
  box.addEventListener("close", async () => {
    const [text, go] = [reason.value.trim(), box.returnValue === "go"];
    box.remove();
    if (!go) return;
    const no = at.dataset.case || "";
    const { name, phone, address } = await ask("POST", `/api/v1/orders/${no}/reveal`, { reason: text });
    Object.assign(seen, { no, person: { person: name, phone, address } });
    showPerson();
  });
  one("[data-cancel]", box).addEventListener("click", () => box.close());
  box.showModal();
  reason.select();
};
