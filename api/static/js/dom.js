/** Finding, making and reading parts of a page. */

/**
 * Find a part that has to be there.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [node]
 * @returns {T}
 */
export const one = (selector, node = document) => {
  const found = /** @type {T | null} */ (node.querySelector(selector));
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
};

/**
 * Find a part that may be missing.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode | null} [node]
 * @returns {T | null}
 */
export const maybe = (selector, node = document) =>
  /** @type {T | null} */ (node?.querySelector(selector) ?? null);

/**
 * List all parts, in the order of the page.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode | null} [node]
 * @returns {T[]}
 */
export const all = (selector, node = document) =>
  /** @type {T[]} */ (node ? [...node.querySelectorAll(selector)] : []);

/**
 * Find the closest part around the target of an event.
 * @template {Element} [T=HTMLElement]
 * @param {Event} event
 * @param {string} selector
 * @returns {T | null}
 */
export const around = (event, selector) =>
  event.target instanceof Element ? /** @type {T | null} */ (event.target.closest(selector)) : null;

/**
 * Make an element with properties, `data` for its data-attributes, and what is inside; empty parts are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<Omit<HTMLElementTagNameMap[K], "style">> & {data?: Record<string, string>}} [properties]
 * @param {(Node | string | null | undefined)[]} inside
 * @returns {HTMLElementTagNameMap[K]}
 */
export const make = (tag, { data = {}, ...properties } = {}, ...inside) => {
  const node = Object.assign(document.createElement(tag), properties);
  Object.assign(node.dataset, data);
  node.append(...inside.flatMap((part) => (part ? [part] : [])));
  return /** @type {HTMLElementTagNameMap[K]} */ (node);
};

/**
 * Read JSON that the server put into the page; an empty object where there is none.
 * @param {string} id
 * @returns {any}
 */
export const given = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");

/**
 * Read the fields of a form as trimmed text; files are left out.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
export const textOf = (form) =>
  Object.fromEntries(
    [...new FormData(form)].flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value.trim()]] : [],
    ),
  );

/**
 * Find a control of a form by its name.
 * @template {Element} [T=HTMLInputElement]
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {T}
 */
export const control = (form, name) => {
  const found = form.elements.namedItem(name);
  if (!found) throw new Error(`the form has no ${name}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
};
