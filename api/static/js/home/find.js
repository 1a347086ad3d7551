/** Finding a service or a category by name, pinyin initials or code. */
import { all, maybe, one } from "../dom.js";

const MOST = 16;
const find = /** @type {HTMLInputElement | null} */ (maybe("#find"));
const findable = all("[data-find]");
find?.addEventListener("input", () => {
  const text = find.value.trim().toLowerCase();
  const section = one("#found");
  section.hidden = !text;
  const hits = text ? findable.filter((a) => a.dataset.find?.includes(text)).slice(0, MOST) : [];
  one("[data-found]", section).replaceChildren(...hits.map((a) => a.cloneNode(true)));
  one("[data-none]", section).hidden = hits.length > 0;
});
find?.addEventListener("keydown", (e) => {
  if (e.key === "Enter") maybe("[data-found] a")?.click();
});
