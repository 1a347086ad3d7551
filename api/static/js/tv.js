/** The television: arrows move the focus to what stands next in their direction, OK follows it, Back goes back. */
import { all, maybe } from "./dom.js";

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const BACK = new Set(["Backspace", "Escape", "GoBack", "BrowserBack"]);
const SIDEWAYS = 3; // how much worse a step aside is than one ahead

const targets = () => all("header a, main a, main li[tabindex]");

/** @param {Element} node */
const middle = (node) => {
  const { left, top, width, height } = node.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
};

/**
 * How far a target is in a direction; nothing for what is not ahead.
 * @param {Element} from
 * @param {Element} to
 * @param {[number, number]} way
 */
const cost = (from, to, [dx, dy]) => {
  const [a, b] = [middle(from), middle(to)];
  const ahead = (b.x - a.x) * dx + (b.y - a.y) * dy;
  const aside = Math.abs((b.x - a.x) * dy) + Math.abs((b.y - a.y) * dx);
  return ahead > 1 ? ahead + SIDEWAYS * aside : Number.POSITIVE_INFINITY;
};

/** @param {HTMLElement | undefined} node */
const go = (node) => {
  node?.focus();
  node?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (e) => {
  const back = maybe("[data-back]");
  if (BACK.has(e.key) && back) {
    e.preventDefault();
    back.click();
    return;
  }
  const way = WAYS[e.key];
  if (!way) return;
  e.preventDefault();
  const from = document.activeElement;
  const found = targets();
  if (!from || !found.includes(/** @type {HTMLElement} */ (from))) {
    go(found[0]);
    return;
  }
  const ranked = found
    .map((node) => ({ node, far: cost(from, node, way) }))
    .filter(({ far }) => Number.isFinite(far))
    .sort((a, b) => a.far - b.far);
  go(ranked[0]?.node);
});
go(maybe("main .tv-tile, main li[tabindex], main a") ?? undefined);
