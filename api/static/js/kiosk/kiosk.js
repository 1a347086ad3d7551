/** The kiosk: one question a screen; what was tapped stays in this page alone and is gone with it. */
import { ask } from "../ask.js";
import { all, around, given, make, maybe, one } from "../dom.js";
import { onMap } from "../map.js";
import { uuid } from "../uuid.js";
import { forget, watch } from "./idle.js";
import { showNear, showStatus } from "./look.js";
import { startPads, typed } from "./pad.js";
import { startSos } from "./sos.js";
import { questionOf, speak, startVoice } from "./voice.js";

const settings = given("kiosk");
const words = given("kiosk-words");
const here = { lon: settings.lon, lat: settings.lat };

/** @type {{flow: string, code: string, name: string, place: {lon: number, lat: number} | null, pointed: {lon: number, lat: number} | null, key: string}} */
const wish = { flow: "", code: "", name: "", place: null, pointed: null, key: "" };
/** Screens in the order in which they were shown, the present one last. */
const shown = ["home"];

/** @param {string} name */
const step = (name) => one(`[data-step="${name}"]`);
const current = () => step(shown[shown.length - 1]);

const draw = () => {
  for (const each of all("[data-step]")) each.hidden = each !== current();
  one(".k-head [data-back]").hidden = ["home", "done"].includes(shown[shown.length - 1]);
  one("#main").scrollTop = 0;
  speak(questionOf(current()));
};

/** @param {string} name */
const go = (name) => {
  shown.push(name);
  draw();
};

/** @param {string} src @param {string} title */
const frame = (src, title) => {
  const made = make("iframe", { title, src });
  made.setAttribute("data-jinlin-map", "");
  return made;
};

/** What is sent: the same for all doors; the door is known by the kiosk's own sign-in. */
const body = () => {
  const caller = typed.phone ? { caller: { phone: typed.phone } } : {};
  if (wish.flow === "call") return { kind: "question", text: words.call_text, ...here, ...caller };
  const address = typed.door ? { address: typed.door } : {};
  const note = wish.flow === "order" && typed.door ? { text: typed.door } : {};
  return { kind: wish.flow, code: wish.code, ...wish.place, ...address, ...note, ...caller };
};

/** @type {Intl.DateTimeFormatOptions} */
const WHEN = {
  timeZone: "Asia/Shanghai",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};

/** @param {string | null | undefined} iso */
const at = (iso) => (iso ? new Date(iso).toLocaleString(document.documentElement.lang, WHEN) : "");

/** @param {string} selector @param {[string, string | null | undefined][]} facts */
const tell = (selector, facts) =>
  one(selector).replaceChildren(
    ...facts.flatMap(([name, value]) =>
      value ? [make("div", {}, make("span", {}, name), make("b", { className: "num" }, value))] : [],
    ),
  );

/** @param {string} selector @param {unknown} problem */
const fail = (selector, problem) => {
  const status = /** @type {{status?: number}} */ (problem).status;
  const text = status === 0 ? words.offline : words.failed;
  one(selector).textContent = text;
  one(selector).hidden = false;
  speak(text);
};

/** @param {any} found @returns {[string, string | null | undefined][]} */
const foreseen = ({ offers, promise }) => {
  const [first] = offers;
  const price = first?.price_fen ? `${first.price_fen / 100} ${words.yuan}` : first ? words.free : "";
  return [
    [words.who, first?.name || promise?.department_name || (wish.flow === "order" ? words.nobody : "")],
    [words.minutes, first ? `${words.about} ${first.arrive_min} ${words.minute}` : ""],
    [words.most, price],
    [words.latest, at(promise?.arrive_by || promise?.answer_by || promise?.done_by)],
  ];
};

/** Show what would follow before it is sent. */
const foresee = async () => {
  wish.key = uuid();
  one("[data-what]").textContent = [wish.name, typed.phone, typed.door].filter(Boolean).join(" · ");
  one("[data-question]").textContent = words[wish.flow];
  one("[data-send-word]").textContent = words[`yes_${wish.flow}`];
  one("[data-problem]").hidden = true;
  tell("[data-facts]", [[words.searching, "…"]]);
  go("confirm");
  try {
    tell("[data-facts]", foreseen(await ask("POST", "/api/v1/intake/check", body(), { quiet: true })));
  } catch (problem) {
    tell("[data-facts]", []);
    fail("[data-problem]", problem);
  }
};

const send = async () => {
  const button = /** @type {HTMLButtonElement} */ (one("[data-send]"));
  button.disabled = true;
  try {
    const made = await ask("POST", "/api/v1/intake", body(), { quiet: true, key: wish.key });
    one("[data-done]").textContent = words[`done_${made.kind === "alarm" ? "alarm" : wish.flow}`];
    one("[data-number]").textContent = made.no;
    tell("[data-done-facts]", [
      [words.department, made.department_name],
      [words.latest, at(made.arrive_due_at || made.promised_at || made.due_at)],
    ]);
    shown.length = 0;
    go("done");
    speak(`${questionOf(current())}。${made.no}`);
  } catch (problem) {
    fail("[data-problem]", problem);
  }
  button.disabled = false;
};

const pick = () => {
  wish.pointed = null;
  one("[data-picked]").textContent = "";
  /** @type {HTMLButtonElement} */ (one('[data-next="where"]')).disabled = true;
  const query = new URLSearchParams({ lon: String(here.lon), lat: String(here.lat) });
  one("[data-pick]").replaceChildren(frame(`/map/pick?${query}`, questionOf(step("where"))));
  go("where");
};
onMap("place", ({ lon, lat }) => {
  wish.pointed = { lon, lat };
  one("[data-picked]").textContent = words.picked;
  /** @type {HTMLButtonElement} */ (one('[data-next="where"]')).disabled = false;
});

/** @param {{lon: number, lat: number} | null} place */
const placed = (place) => {
  wish.place = place;
  if (wish.flow === "order") go("door");
  else foresee();
};

const first = { order: "groups", report: "classes", follow: "number", near: "near", call: "phone" };
/** @type {Record<string, (value: string, button: HTMLElement) => void>} */
const taps = {
  back: () => {
    shown.pop();
    draw();
  },
  home: forget,
  flow: (flow) => {
    wish.flow = flow;
    one("[data-skip]").hidden = flow !== "report";
    go(first[/** @type {keyof typeof first} */ (flow)]);
  },
  group: (name) => go(`items-${name}`),
  class: (name) => go(`class-${name}`),
  code: (code, button) => {
    wish.code = code;
    wish.name = maybe("b", button)?.textContent || "";
    go("phone");
  },
  skip: () => {
    typed.phone = "";
    pick();
  },
  here: () => placed(here),
  next: (name) => {
    if (name === "phone") wish.flow === "call" ? foresee() : pick();
    if (name === "where") placed(wish.pointed);
    if (name === "door") foresee();
    if (name === "number") go("ends");
    if (name === "ends") showStatus(go);
  },
  send,
  kind: (kind) => showNear(kind, go, frame),
  larger: (_value, button) => {
    const larger = document.documentElement.dataset.type !== "large";
    document.documentElement.dataset.type = larger ? "large" : "normal";
    button.setAttribute("aria-pressed", String(larger));
  },
  leave: () => {},
};
document.addEventListener("click", (e) => {
  const button = around(e, "button, a");
  if (!button) return;
  const name = Object.keys(button.dataset).find((each) => each in taps);
  if (name === "leave") {
    e.preventDefault(); // in the place of this page, so that no way leads back to it
    location.replace(/** @type {HTMLAnchorElement} */ (button).href);
  } else if (name) taps[name](button.dataset[name] || "", button);
});

startPads({
  phone: { most: 12, whole: (text) => /^(1[3-9]\d{9}|0\d{9,11})$/.test(text) },
  door: { most: 20, whole: () => true },
  number: {
    most: 12,
    whole: (text) => /^[STZ]\d{11}$/.test(text),
    fits: (text) => /^([STZ]\d{0,11})?$/.test(text),
    shown: (text) =>
      text
        ? `${text[0]}${settings.county}-${text.slice(1, 7)}${text.length > 7 ? "-" : ""}${text.slice(7)}`
        : "",
  },
  ends: { most: 4, whole: (text) => /^\d{4}$/.test(text) },
});
startVoice(current);
startSos();
watch(settings, () => shown.length === 1 && shown[0] === "home");
const clock = () => {
  one("[data-time]").textContent = new Date().toLocaleTimeString("zh-CN", {
    timeZone: "Asia/Shanghai",
    hour: "2-digit",
    minute: "2-digit",
  });
};
clock();
setInterval(clock, 1000);
draw();
