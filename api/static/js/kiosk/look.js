/** Looking things up at the kiosk: how far one's own matter is, with a mark for it; the nearest hall and the way. */
import { ask } from "../ask.js";
import { all, given, make, one } from "../dom.js";
import { typed } from "./pad.js";
import { speak } from "./voice.js";

const settings = given("kiosk");
const words = given("kiosk-words");
/** @type {Intl.DateTimeFormatOptions} */
const WHEN = {
  timeZone: "Asia/Shanghai",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};
/** States in which a mark can be given. @type {Record<string, string>} */
const RATED_IN = { order: "settled", ticket: "closed", question: "answered" };

/** @param {string | null | undefined} iso */
const at = (iso) => (iso ? new Date(iso).toLocaleString(document.documentElement.lang, WHEN) : "");

const numberOf = () => {
  const text = typed.number;
  return `${text[0]}${settings.county}-${text.slice(1, 7)}-${text.slice(7)}`;
};

/** @param {string} text */
const problem = (text) => {
  one("[data-status-problem]").textContent = text;
  one("[data-status-problem]").hidden = !text;
  if (text) speak(text);
};

/** @param {any} found */
const tellStatus = (found) => {
  const isOwn = "rating" in found;
  one("[data-status-no]").textContent = found.no;
  one("[data-status]").textContent = found.state_name;
  /** @type {[string, string | null | undefined][]} */
  const facts = [
    [words.item, found.item_name || found.category_name],
    [words.department, found.department_name],
    [words.latest, at(found.arrive_due_at || found.promised_at || found.due_at)],
    [words.rated, isOwn && found.rating ? `${found.rating} ${words.stars}` : ""],
  ];
  one("[data-status-facts]").replaceChildren(
    ...facts.flatMap(([name, value]) =>
      value ? [make("div", {}, make("span", {}, name), make("b", {}, value))] : [],
    ),
  );
  one("[data-rate]").hidden = !isOwn || Boolean(found.rating) || RATED_IN[found.kind] !== found.state;
  problem(isOwn ? "" : words.wrong);
};

/** @param {(step: string) => void} go */
export const showStatus = async (go) => {
  const no = numberOf();
  one("[data-status-no]").textContent = no;
  one("[data-status]").textContent = "…";
  one("[data-status-facts]").replaceChildren();
  one("[data-rate]").hidden = true;
  problem("");
  go("status");
  try {
    const path = `/api/v1/follow/${encodeURIComponent(no)}`;
    tellStatus(await ask("GET", `${path}?key=${typed.ends}`, undefined, { quiet: true }));
  } catch (error) {
    const { status } = /** @type {{status?: number}} */ (error);
    one("[data-status]").textContent = status === 0 ? words.offline : words.missing;
  }
  speak(one("[data-status]").textContent || "");
};

for (const button of /** @type {HTMLButtonElement[]} */ (all("[data-stars]"))) {
  button.addEventListener("click", async () => {
    const path = `/api/v1/follow/${encodeURIComponent(numberOf())}/rating`;
    try {
      const rating = Number(button.dataset.stars);
      tellStatus(await ask("POST", path, { rating, key: typed.ends }, { quiet: true }));
      speak(words.thanks);
    } catch {
      problem(words.failed);
    }
  });
}

/** @param {any} station */
const opening = (station) => {
  if (!station.turns_at) return station.open ? `${words.open} · ${words.always}` : words.shut;
  const when = at(station.turns_at);
  return station.open ? `${words.open} · ${words.until} ${when}` : `${words.shut} · ${when} ${words.opens}`;
};

/**
 * Show the nearest stations of a kind, and the way to the one that was tapped last.
 * @param {string} kind
 * @param {(step: string) => void} go
 * @param {(src: string, title: string) => HTMLIFrameElement} frame
 */
export const showNear = async (kind, go, frame) => {
  const list = one("[data-near]");
  one("[data-near-title]").textContent = words.near;
  one("[data-way]").replaceChildren();
  list.replaceChildren("…");
  go("way");
  const query = new URLSearchParams({ lon: String(settings.lon), lat: String(settings.lat), kind, k: "3" });
  try {
    const { items } = await ask("GET", `/api/v1/stations/nearest?${query}`, undefined, { quiet: true });
    const buttons = items.map((/** @type {any} */ station) => {
      const minutes = `${words.about} ${station.walk_min} ${words.minute}`;
      const button = make(
        "button",
        { type: "button" },
        make("b", {}, station.name),
        make("span", { className: "num" }, `${minutes} · ${opening(station)}`),
        make("span", {}, [station.address, station.phone].filter(Boolean).join(" · ")),
      );
      button.addEventListener("click", () => {
        for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
        const to = encodeURIComponent(station.no);
        one("[data-way]").replaceChildren(frame(`/kiosk/way?to=${to}`, station.name));
        speak(`${station.name}，${minutes}，${opening(station)}`);
      });
      return button;
    });
    list.replaceChildren(...(buttons.length ? buttons : [words.none]));
    buttons[0]?.click();
  } catch {
    list.replaceChildren(words.failed);
  }
};
