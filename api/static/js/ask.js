/** Asking the server: one way to send a request, one kind of error. */
import { given } from "./dom.js";
import { isOpenEnded } from "./press.js";
import { showProblem } from "./say.js";
import { uuid } from "./uuid.js";

const words = given("jinlin-words");

/** An error answer of the server (application/problem+json), or status 0 for no answer at all. */
export class Problem extends Error {
  /** @param {{title: string, status: number, type?: string, detail?: string, field?: string, reason?: string, allowed?: string | string[]}} body */
  constructor(body) {
    super(body.detail || body.title);
    this.name = "Problem";
    this.title = body.title;
    this.status = body.status;
    this.detail = body.detail || "";
    this.field = body.field || "";
    this.reason = body.reason || "";
    this.allowed = /** @type {string[]} */ ([]).concat(body.allowed || []);
  }
}

/** @returns {string} */
export const csrf = () => document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") || "";

/** @param {Response} answer */
const isJson = (answer) => (answer.headers.get("content-type") || "").includes("json");

/** @param {Response} answer */
const problemOf = async (answer) => {
  const fallback = { title: words.failed || "failed", status: answer.status, detail: answer.statusText };
  if (!isJson(answer)) return new Problem(fallback);
  try {
    const told = await answer.json();
    const detail = words[told.reason] || told.detail; // in the reader's language where there are words for it
    return new Problem({ ...fallback, ...told, ...(detail ? { detail } : {}) });
  } catch {
    return new Problem(fallback);
  }
};

/**
 * @typedef {object} AskOptions
 * @property {string} [key] Idempotency-Key, kept over retries.
 * @property {import("./press.js").Press} [press] The press that sends it; gives the key.
 * @property {AbortSignal} [signal]
 * @property {string} [account] Who wrote it; under another's sign-in, or none, the server refuses (401).
 * @property {boolean} [quiet] Do not show the problem.
 * @property {HTMLFormElement | null} [form] Where fields with errors stand.
 */

/** @param {string} method @param {unknown} body @param {AskOptions} options @returns {RequestInit} */
const requestOf = (method, body, { key, account, signal }) => {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang || "zh-CN" };
  if (!["GET", "HEAD"].includes(method.toUpperCase())) {
    headers["X-CSRF-Token"] = csrf();
    headers["Idempotency-Key"] = key || uuid();
  }
  if (account) headers["X-Account"] = account;
  const common = { method, headers, signal, credentials: /** @type {const} */ ("same-origin") };
  if (body === undefined) return common;
  if (body instanceof FormData) return { ...common, body };
  headers["Content-Type"] = "application/json";
  return { ...common, body: JSON.stringify(body) };
};

/** @param {string} url @param {RequestInit} request */
const reach = async (url, request) => {
  try {
    return await fetch(url, request);
  } catch (cause) {
    if (cause instanceof Error && cause.name === "AbortError") throw cause;
    throw new Problem({ title: words.offline || "offline", status: 0 });
  }
};

/**
 * Send a request and give the parsed answer.
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body] A FormData, or what is sent as JSON.
 * @param {AskOptions} [options]
 * @returns {Promise<any>} The JSON, the text, or null for an empty answer.
 * @throws {Problem} When the server refuses or cannot be reached; shown to the reader unless it is to be quiet.
 */
export const ask = async (method, url, body, options = {}) => {
  const { press } = options;
  try {
    const key = press?.keyOf(url, body) ?? options.key;
    const answer = await reach(url, requestOf(method, body, { ...options, key }));
    if (!isOpenEnded(answer.status)) press?.answered();
    if (!answer.ok) throw await problemOf(answer);
    if (answer.status === 204) return null;
    return isJson(answer) ? answer.json() : answer.text();
  } catch (problem) {
    if (problem instanceof Problem && !options.quiet) showProblem(problem, options.form);
    throw problem;
  }
};

/**
 * Let a problem pass that was shown already; anything else is thrown on.
 * @param {unknown} problem
 */
export const shown = (problem) => {
  if (!(problem instanceof Problem)) throw problem;
};

/**
 * Fetch a part of a page as HTML; whoever is no longer signed in is led to the sign-in.
 * @param {string} url
 * @param {{quiet?: boolean}} [options] quiet: do not show the problem.
 * @returns {Promise<string>}
 */
export const part = async (url, { quiet = false } = {}) => {
  const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } });
  if (answer.redirected && new URL(answer.url).pathname === "/login") {
    location.reload();
    throw new Error("signed out");
  }
  if (!answer.ok) {
    const problem = await problemOf(answer);
    if (!quiet) showProblem(problem);
    throw problem;
  }
  return answer.text();
};
