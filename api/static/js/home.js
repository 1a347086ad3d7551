/* The public's pages: finding, ordering, reporting with photo and place, and the own case. */
(() => {
  "use strict";
  const jinlin = window.jinlin;
  const $ = (selector, node = document) => node.querySelector(selector);
  const word = JSON.parse($("#home-words")?.textContent || "{}");

  /* --- finding a service or a category by name, pinyin initials or code --- */
  const find = $("#find");
  const findable = [...document.querySelectorAll("[data-find]")];
  find?.addEventListener("input", () => {
    const text = find.value.trim().toLowerCase(), section = $("#found"), box = $("[data-found]", section);
    section.hidden = !text;
    const hits = text ? findable.filter((a) => a.dataset.find.includes(text)).slice(0, 16) : [];
    box.replaceChildren(...hits.map((a) => a.cloneNode(true)));
    $("[data-none]", section).hidden = Boolean(hits.length);
  });
  find?.addEventListener("keydown", (e) => { if (e.key === "Enter") $("[data-found] a")?.click(); });

  /* --- the place --- */
  const form = $("[data-order], [data-report]");
  const registered = $("[data-registered]");
  const state = { place: null, accuracy_m: 0, photos: [] };
  const lamp = (text, kind) => { const e = $("[data-place]"); e.textContent = text; e.className = `lamp ${kind}`; };
  const answerer = async () => {
    const category = form?.elements.namedItem("category")?.value, line = $("[data-answerer]");
    if (!form?.hasAttribute("data-report") || !state.place || !category) return;
    const query = new URLSearchParams({ ...state.place, category });
    const [found, like] = await Promise.all([
      jinlin.api("GET", `/api/v1/cells/locate?${query}&accuracy_m=${Math.min(5000, state.accuracy_m)}`, undefined, { quiet: true }).catch(() => null),
      jinlin.api("GET", `/api/v1/tickets/like?${query}`, undefined, { quiet: true }).catch(() => ({ items: [] })),
    ]);
    line.hidden = !found;
    if (!found) return;
    line.textContent = `${word.answerer}${found.department_name} · ${found.community_name}${like.items.length ? `　${word.like}${like.items.map((l) => l.no).join("、")}` : ""}`;
  };
  const setPlace = (place, accuracy_m = 0) => {
    Object.assign(state, { place, accuracy_m });
    lamp(word.picked, "ok");
    const error = $('[data-error-for="lon"]');
    if (error) error.hidden = true;
    answerer();
  };
  if (form) jinlin.onMap("place", (m) => setPlace({ lon: m.lon, lat: m.lat }));
  $("[data-here]")?.addEventListener("click", () => {
    lamp(word.locating, "info");
    const failed = () => lamp(word.no_position, "warn");
    if (!navigator.geolocation) { failed(); return; }
    navigator.geolocation.getCurrentPosition((at) => {
      const place = { lon: at.coords.longitude, lat: at.coords.latitude };
      jinlin.toMap("map", { type: "set-place", ...place });
      setPlace(place, at.coords.accuracy || 0);
    }, failed, { enableHighAccuracy: true, timeout: 10000 });
  });
  $("[data-elsewhere]")?.addEventListener("click", () => { registered.hidden = true; $("[data-other]").hidden = false; });
  form?.addEventListener("change", (e) => { if (e.target.name === "category") answerer(); });

  /* --- photos go up as soon as they are chosen --- */
  $("[data-photos]")?.addEventListener("change", async (e) => {
    const files = [...e.target.files];
    e.target.value = "";
    if (state.photos.length + files.length > 9) { jinlin.say(word.photo_over, "warn"); return; }
    for (const file of files) {
      const body = new FormData();
      body.append("file", file);
      try { state.photos.push((await jinlin.api("POST", "/api/v1/photos", body, { form })).sha256); } catch { continue; }
      const img = $("[data-previews]").appendChild(document.createElement("img"));
      img.alt = file.name; img.src = URL.createObjectURL(file);
    }
  });

  /* --- sending --- */
  const show = (no, facts, key = "") => {
    const answer = $("#answer").content.cloneNode(true);
    $("[data-number]", answer).textContent = no;
    $("[data-follow]", answer).href = `/follow/${no}${key ? `?key=${encodeURIComponent(key)}` : ""}`;
    const list = $("[data-facts]", answer);
    facts.filter(([, value]) => value).forEach(([name, value]) => {
      list.appendChild(document.createElement("dt")).textContent = name;
      list.appendChild(document.createElement("dd")).textContent = value;
    });
    /* The form stays behind the answer, so that its map may finish reading. */
    [...$("#main").children].forEach((part) => { part.hidden = true; });
    $("#main").append(answer);
    window.scrollTo(0, 0);
    $(".answer").focus();
  };
  const at = (iso) => iso && new Date(iso).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" });
  const contact = (given) => (form.elements.namedItem("phone") ? { contact: { name: given.name, phone: given.phone, address: given.address || "" } } : {});
  const orderBody = (given) => {
    const body = { item: form.dataset.item, channel: "web", note: given.note, ...contact(given), ...(state.place || {}) };
    if (given.wanted_at) body.wanted_at = `${given.wanted_at}:00+08:00`;
    return body;
  };
  const reportBody = (given) => ({
    category: given.category, nature: given.nature, description: given.description, photos: state.photos, channel: "web",
    accuracy_m: Math.min(5000, state.accuracy_m), ...state.place, ...contact(given),
  });
  const missing = (given) => {
    if (form.hasAttribute("data-report") && !given.category) return ["category", word.choose];
    if (form.hasAttribute("data-report") && !given.nature) return ["nature", word.choose_nature];
    if (!state.place && (!registered || registered.hidden)) return ["lon", word.pick];
    return null;
  };
  let key = jinlin.uuid();
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    jinlin.clearErrors(form);
    const given = Object.fromEntries([...new FormData(form)].filter(([, v]) => typeof v === "string").map(([k, v]) => [k, v.trim()]));
    const lacks = missing(given);
    if (lacks) { jinlin.showProblem({ field: lacks[0], detail: lacks[1] }, form).scrollIntoView({ block: "center" }); return; }
    if (!form.reportValidity()) return;
    const send = $('[type="submit"]', form), isOrder = form.hasAttribute("data-order");
    send.disabled = true; send.setAttribute("aria-busy", "true");
    try {
      const made = await jinlin.api("POST", isOrder ? "/api/v1/orders" : "/api/v1/tickets", isOrder ? orderBody(given) : reportBody(given), { form, key });
      show(made.no, isOrder
        ? [[word.ack_by, at(made.ack_due_at)], [word.arrive_by, at(made.arrive_due_at)], [word.complete_by, at(made.complete_due_at)]]
        : [[word.department, made.department_name], [word.why, word.whys[made.why] || made.why], [word.promised, `${at(made.promised_at)} ${word.inside}`]], made.follow_key);
    } catch (problem) {
      if (!(problem instanceof jinlin.Problem)) throw problem;
      key = jinlin.uuid();
      send.disabled = false; send.removeAttribute("aria-busy");
    }
  });

  /* --- the own case --- */
  $("[data-own]")?.addEventListener("click", async (e) => {
    const button = e.target.closest("[data-act]");
    if (!button) return;
    const done = await jinlin.takeAction({
      kind: button.parentElement.dataset.own, no: $("[data-follow-no]").dataset.followNo, action: button.dataset.act,
      label: button.dataset.label, needs: button.dataset.needs.split(" "),
    });
    if (done) location.reload();
  });

  /* --- what the reporter says of the result --- */
  $("[data-rate]")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rate = event.target, given = new FormData(rate), solved = given.get("solved");
    const body = { rating: Number(given.get("rating")), key: rate.dataset.key, ...(solved ? { solved: solved === "true" } : {}) };
    try {
      await jinlin.api("POST", `/api/v1/follow/${rate.dataset.rate}/rating`, body, { form: rate });
      location.reload();
    } catch (problem) { if (!(problem instanceof jinlin.Problem)) throw problem; }
  });

  /* --- words to those who handle the report --- */
  $("[data-say]")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const speak = event.target, send = $('[type="submit"]', speak), text = speak.elements.namedItem("text").value.trim();
    if (!text) { speak.elements.namedItem("text").focus(); return; }
    send.disabled = true;
    try {
      await jinlin.api("POST", `/api/v1/follow/${speak.dataset.say}/messages`, { text, key: speak.dataset.key }, { form: speak });
      location.reload();
    } catch (problem) {
      if (!(problem instanceof jinlin.Problem)) throw problem;
      send.disabled = false;
    }
  });
})();
