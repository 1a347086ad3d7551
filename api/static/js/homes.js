/** Homes that were looked at, for a reason that is kept: they stay on the page when its cards are put anew. */
import { ask } from "./ask.js";
import { all, make, maybe } from "./dom.js";

export class Homes {
  /** @param {HTMLElement} page Holds a card of each order, with its number and a place for the home. */
  constructor(page) {
    this.page = page;
    /** @type {Map<string, {name: string, phone: string, address: string}>} */
    this.told = new Map();
  }

  /** Look at whom an order is for; the look is kept. @param {HTMLElement} card */
  async look(card) {
    const { no = "" } = card.dataset;
    const reason = maybe("[data-home]", card)?.dataset.reason;
    if (reason === undefined) return;
    const path = `/api/v1/orders/${encodeURIComponent(no)}/reveal`;
    const told = await ask("POST", path, { reason }).catch(() => null); // shown already
    if (told) this.told.set(no, told);
    this.show();
  }

  /** Show in the cards what was told; to be called when they were put anew. */
  show() {
    for (const card of all("[data-no]", this.page)) {
      const told = this.told.get(card.dataset.no || "");
      const box = maybe("[data-home]", card);
      if (!told || !box) continue;
      box.replaceChildren(
        make("b", { textContent: told.name }),
        make("a", { className: "num", href: `tel:${told.phone}`, textContent: told.phone }),
        make("span", { textContent: told.address }),
      );
    }
  }
}
