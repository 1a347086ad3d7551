/** The board on a wall: scenes take turns, figures and map follow what happens, and a wall that stands still says so. */
import { timeWord } from "./clock.js";
import { all, around, maybe, one } from "./dom.js";
import { live } from "./live.js";
import { showMap } from "./map.js";
import { paced } from "./paced.js";

const SOON_MS = 3000;
const MINUTE_MS = 60_000;
const GRACE_MS = 2000; // a line that comes back at once is no news
const LONGEST_MS = 20_000;

/** Ask the server, and no longer than an answer is waited for. @param {string} address */
const ask = (address) =>
  fetch(address, {
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(LONGEST_MS),
  });

/** @param {HTMLElement} wall */
const start = (wall) => {
  const frame = /** @type {HTMLIFrameElement} */ (one("#map"));
  const sign = one("#wall-lost");
  const button = one("[data-pause]");
  const scenes = all("[data-scene]", wall);
  const every_ms = Number(wall.dataset.every) * 1000;
  let turn = 0;
  let changed_at = Date.now();
  let paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** When the figures ceased to follow: the line was lost, or they could not be read; 0 while they do. */
  const lost = { line: Date.now(), figures: 0 };

  const showPause = () => {
    button.setAttribute("aria-pressed", String(paused));
    one("#wall-paused").hidden = !paused;
  };
  const showLost = () => {
    const since = Math.min(...[lost.line, lost.figures].filter(Boolean));
    sign.hidden = !Number.isFinite(since) || Date.now() - since < GRACE_MS;
    if (!sign.hidden) one("[data-since]", sign).textContent = timeWord(since);
  };
  const readCoverage = async () => {
    const box = maybe("[data-coverage]", scenes[turn]);
    if (!box) return;
    const answer = await ask(box.dataset.coverage || "");
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
    box.innerHTML = await answer.text();
  };
  const drawMap = () => showMap(frame, scenes[turn].dataset.map || "");
  /** Read the page anew and exchange its figures alone; the map and the scene stay. */
  const read = async () => {
    try {
      const answer = await ask(wall.dataset.again || "");
      if (answer.headers.has("HX-Refresh")) {
        location.reload();
        return;
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !fresh.querySelector("#wall")) throw new Error(`${answer.status}`);
      for (const part of all("[data-fresh], #wall-stamp"))
        part.replaceChildren(...(fresh.getElementById(part.id)?.childNodes ?? []));
      drawMap();
      await readCoverage();
      lost.figures = 0;
    } catch (problem) {
      lost.figures ||= Date.now();
      console.warn("the figures of the wall could not be read", problem);
    }
    showLost();
  };
  const again = paced(read, { soon_ms: SOON_MS, longest_ms: 3 * LONGEST_MS });
  /** @param {number} to */
  const show = (to) => {
    turn = (to + scenes.length) % scenes.length;
    changed_at = Date.now();
    scenes.forEach((scene, i) => {
      scene.hidden = i !== turn;
    });
    for (const tab of all("[data-to]")) {
      if (tab.dataset.to === scenes[turn].dataset.scene) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    drawMap();
    readCoverage().catch(() => again());
  };
  const pause = () => {
    paused = !paused;
    changed_at = Date.now();
    showPause();
  };

  document.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (step) show(turn + step);
    if (e.key !== " " || around(e, "button, a")) return;
    e.preventDefault();
    pause();
  });
  document.addEventListener("click", (e) => {
    const tab = around(e, "[data-to]");
    if (tab) show(scenes.findIndex((scene) => scene.dataset.scene === tab.dataset.to));
    else if (around(e, "[data-pause], .scenes")) pause();
  });
  setInterval(() => {
    showLost();
    if (!paused && Date.now() - changed_at >= every_ms) show(turn + 1);
  }, 500);
  setInterval(again, MINUTE_MS);
  live(
    { ticket: again, order: again },
    {
      beat: true,
      onLine: (line) => {
        if (line !== "open") lost.line ||= Date.now();
        else if (lost.line) {
          lost.line = 0;
          again(); // what happened meanwhile
        }
        showLost();
      },
    },
  );
  showPause();
  show(0);
};

const wall = maybe("#wall");
if (wall) start(wall);
