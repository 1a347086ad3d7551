/** What was sent, what waits, and what came of it. */
import { tick, timeWord } from "../clock.js";
import { given, make, one } from "../dom.js";
import { day, onDay, refreshDay } from "./day.js";
import * as outbox from "./outbox.js";
import { leftLamp } from "./tasks.js";
import { isShown, onView } from "./views.js";

const SHOWN_MS = 3600e3;
const words = given("field-words");
/** @type {Record<string, {lamp: string, card: string, word: string}>} */
const STATES = {
  waiting: { lamp: "warn", card: "", word: words.waiting },
  sent: { lamp: "ok", card: "answer", word: words.sent_state },
  refused: { lamp: "late", card: "late", word: words.refused },
};

/** @param {any} answer */
const answerLines = ({ no, ticket, department_name, due_at, why }) => [
  make("span", { className: "num" }, no),
  ticket ? make("span", { className: "num" }, ticket) : null,
  department_name ? make("span", {}, `${words.department} ${department_name}`) : null,
  due_at ? make("span", {}, `${words.due} ${timeWord(due_at)} ${words.due_after}`) : null,
  why ? make("span", { className: "muted small" }, `${words.why}：${day().whys[why] || why}`) : null,
];

/** @param {import("./outbox.js").Draft} draft */
const sentPart = (draft) => {
  const ticket = draft.kind === "visit" || draft.kind === "round" ? draft.answer?.ticket : draft.number;
  const lines = answerLines(draft.answer || { no: draft.number });
  if (!ticket) return make("span", { className: "task bare" }, ...lines);
  return make("a", { className: "task bare", href: `/ticket/${ticket}` }, ...lines);
};

/** @param {import("./outbox.js").Draft} draft */
const waitingParts = ({ key, why, kind, photos }) => {
  const count = kind === "visit" || kind === "round" ? "" : `${photos.length} ${words.photos}`;
  const remove = () => {
    if (window.confirm(words.sure)) outbox.remove(key);
  };
  const again = make(
    "button",
    { className: "btn", type: "button", onclick: () => outbox.retry(key) },
    words.retry,
  );
  const away = make("button", { className: "btn", type: "button", onclick: remove }, words.remove);
  return [
    make("span", { className: "muted" }, why || count),
    make("span", { className: "actions" }, again, away),
  ];
};

/** @param {import("./outbox.js").Draft} draft */
const boxCard = (draft) => {
  const { lamp, card, word } = STATES[draft.state];
  const when = make("span", { className: "num muted" }, timeWord(draft.created_at));
  return make(
    "li",
    { className: `card task ${card}`, data: { draft: draft.state } },
    make("span", { className: "row" }, make("span", { className: `lamp ${lamp}` }, word), when),
    make("b", {}, draft.title || draft.category),
    draft.description || null,
    ...(draft.state === "sent" ? [sentPart(draft)] : waitingParts(draft)),
  );
};

/** @param {any} ticket */
const mineCard = (ticket) => {
  const when = make("span", { className: "num muted" }, timeWord(ticket.reported_at));
  return make(
    "li",
    {},
    make(
      "a",
      { className: "card task", href: `#task=${ticket.no}` },
      make("span", { className: "row" }, leftLamp(ticket), when),
      make("b", {}, ticket.category_name),
      make("span", { className: "muted" }, `${ticket.state_name} · ${ticket.department_name}`),
      make("span", { className: "muted small num" }, ticket.no),
    ),
  );
};

const drawMine = () => {
  const list = one("[data-mine]");
  const { mine } = day();
  list.replaceChildren(
    ...(mine.length ? mine.map(mineCard) : [make("li", { className: "card empty" }, words.no_mine)]),
  );
  tick(list);
};

/** @type {number | null} */
let sent = null;
outbox.onChange((all) => {
  const recent = all.filter((d) => d.state !== "sent" || Date.now() - d.sent_at < SHOWN_MS);
  one("[data-box]").replaceChildren(...recent.map(boxCard));
  one("[data-outbox-title]").hidden = !recent.length;
  one("[data-waiting]").textContent = String(all.filter((d) => d.state === "waiting").length);
  const now = all.filter((d) => d.state === "sent").length;
  if (sent !== null && now > sent) refreshDay();
  sent = now;
});
onView("mine", () => {
  drawMine();
  outbox.sync({ now: true });
  refreshDay();
});
onDay(() => {
  if (isShown("mine")) drawMine();
});
