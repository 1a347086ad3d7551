/** The dispatcher's desk: queue, case and map kept together, all of it by keyboard, live, and loud for emergencies. */
import { around, maybe, one } from "../dom.js";
import { onKey } from "../keys.js";
import { live } from "../live.js";
import { onMap } from "../map.js";
import { answerFirst, refreshCalls } from "./calls.js";
import {
  act,
  alarmKey,
  answerAlarm,
  choose,
  idle,
  isAlarm,
  noteAlarm,
  open,
  pressAlarm,
  pressedOnAlarm,
  radios,
  relocate,
  reveal,
  send,
  visit,
} from "./case.js";
import { chooseKind, drop, forAnother, form, newCase, placed, resume, submit } from "./intake.js";
import { lineIs } from "./line.js";
import { peopleMoved, showPeople } from "./people.js";
import { here, neighbour, refresh, showQueue } from "./queue.js";
import { called, ring, ringTicket } from "./ring.js";
import { mute } from "./sound.js";
import { offerCase, showOnMap } from "./stage.js";
import { article, dialog, OPENS, queueSide, side, state, words } from "./state.js";

const help = /** @type {HTMLDialogElement} */ (one("#keys"));
const showHelp = () => help.showModal();

/* --- clicks --- */

/** @type {Record<string, (button: any) => void>} */
const doings = {
  new: () => newCase(),
  idle,
  drop,
  send,
  reveal,
  visit,
  "no-caller": forAnother,
};

const answerRing = () => {
  const { no, alarm } = called();
  if (alarm) answerAlarm({ of: no, alarm: "take" });
  else open(no);
};

/** @param {string} query */
const turnTo = async (query) => {
  await showQueue(query);
  if (!state.no && !form()) showOnMap("", here());
};

const PRESSED =
  "#ring button, [data-alarm], [data-ask-to-go], [data-copy], [data-help-link], [data-queue], a[data-no], [data-do], [data-act], [role=radio], #help, #sound";
document.addEventListener("click", (e) => {
  const target = around(e, PRESSED);
  if (!target || e.ctrlKey || e.metaKey || e.shiftKey) return;
  const { id, dataset } = target;
  if (target.closest("#ring")) answerRing();
  else if (target.closest("dialog")) return;
  else if (id === "help") showHelp();
  else if (id === "sound") mute();
  else if (pressedOnAlarm(dataset)) return;
  else if (dataset.do) doings[dataset.do](target);
  else if (dataset.act) act(target);
  else if (target.getAttribute("role") === "radio") choose(target);
  else {
    e.preventDefault();
    if (dataset.queue) turnTo(dataset.queue);
    else if (dataset.no) open(dataset.no);
  }
});

/** @param {HTMLFormElement} filter */
const applyFilter = (filter) => {
  /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  const given = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(filter)));
  turnTo(`?${new URLSearchParams(given)}`);
};
queueSide.addEventListener("submit", (e) => {
  e.preventDefault();
  applyFilter(/** @type {HTMLFormElement} */ (e.target));
});
queueSide.addEventListener("change", (e) => {
  const filter = /** @type {HTMLInputElement} */ (e.target).form;
  if (filter) applyFilter(filter);
});
side.addEventListener("submit", (e) => {
  const note = /** @type {HTMLFormElement} */ (e.target);
  if (!note.matches("[data-alarm-note]")) return;
  e.preventDefault();
  noteAlarm(note);
});
side.addEventListener("keydown", (e) => {
  const all = radios();
  const at = all.indexOf(/** @type {HTMLElement} */ (e.target));
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (at < 0 || (!step && e.key !== "Enter")) return;
  e.preventDefault();
  if (!step) {
    send();
    return;
  }
  const next = all[(at + step + all.length) % all.length];
  choose(next);
  next.focus();
});

/* --- the map --- */

onMap("pick", ({ kind, id }) => {
  if (kind === "candidate") choose(maybe(`[data-provider="${CSS.escape(id)}"][role="radio"]`, side));
  else if (!OPENS.test(id) || id === state.no) return;
  else if (form()) offerCase(id, () => open(id));
  else open(id);
});
onMap("place", ({ lon, lat }) => {
  if (form()) placed({ lon, lat });
  else if (article()?.hasAttribute("data-locate")) relocate({ lon, lat });
});

/* --- keys --- */

/** @param {number} step */
const walk = (step) => {
  const no = neighbour(step);
  if (no) open(no);
};
/** @type {Record<string, () => unknown>} */
const keys = {
  n: () => newCase(),
  j: () => walk(1),
  k: () => alarmKey("K") || walk(-1),
  e: () => alarmKey("E"),
  f: () => alarmKey("F"),
  w: () => alarmKey("W"),
  r: reveal,
  g: () => showOnMap("", here()),
  enter: send,
  "?": showHelp,
  escape: () => {
    if (form()) idle();
  },
  "ctrl+enter": () => submit(),
  "alt+s": () => submit(true),
};
for (const n of [1, 2, 3]) keys[`alt+${n}`] = () => chooseKind(n);
for (const letter of "adcux") {
  const key = letter.toUpperCase();
  keys[letter] = () => alarmKey(key) || act(maybe(`[data-key="${key}"]`, side));
}
for (const n of [1, 2, 3, 4, 5, 6]) keys[n] = () => choose(radios()[n - 1]);
for (const [name, run] of Object.entries(keys)) {
  const free = () => {
    if (!dialog()) run();
  };
  onKey(name, free);
  if (/^[a-z]$/.test(name)) onKey(`alt+${name}`, free);
}
/* What an alarm needs works in dialogs, too. */
for (const [name, run] of Object.entries({
  m: mute,
  p: answerFirst,
  t: () => pressAlarm("take"),
  b: () => (isAlarm() ? alarmKey("B") : pressAlarm("ring_back")),
})) {
  onKey(name, run);
  onKey(`alt+${name}`, run);
}

/* --- live --- */

/** @param {{no: string, kind: string, name: string, state: string, urgent: boolean}} note */
const changed = ({ no, kind, name, state: now, urgent }) => {
  refresh();
  if (kind === "ticket" && urgent && now === "reported" && name === "reported") {
    ringTicket({ no, text: `${words.urgent_ticket} ${no}` });
  }
  if (no === state.no && !dialog()) open(no, { focus: false, map: false });
};
/** Somebody answered, set out or arrived: the alarm shows it. @param {{alarm: string}} note */
const taskMoved = ({ alarm }) => {
  if (alarm === state.no && !dialog()) open(alarm, { focus: false, map: false });
};
let met = false;
const hello = () => {
  refresh();
  refreshCalls();
  if (met) showPeople();
  if (met && state.no && !dialog()) open(state.no, { focus: false, map: false }); // it may have moved meanwhile
  met = true;
};
live(
  {
    hello,
    order: changed,
    ticket: changed,
    alarm: changed,
    call: refreshCalls,
    alarm_task: taskMoved,
    empty_shift: refresh,
    positions: peopleMoved,
    reload: () => {
      refresh();
      showPeople();
    },
  },
  { beat: true, onLine: lineIs },
);
ring();
if (state.no) open(state.no);
else resume();
