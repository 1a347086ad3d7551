/** The district's own base map: how land, water, green, houses, roads and names are drawn, by day and by night. */
const INK = /** @type {const} */ ([
  "land",
  "built",
  "green",
  "water",
  "house",
  "houseEdge",
  "casing",
  "road",
  "major",
  "majorCasing",
  "path",
  "rail",
  "tunnel",
  "name",
  "street",
  "waterName",
  "greenName",
  "halo",
]);
/** @typedef {Record<typeof INK[number], string>} Ink */

/** The colours of the ground from the tokens, in the theme of the document. @returns {Ink} */
const inkOf = () => {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const token = (name) => `--map-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return /** @type {Ink} */ (
    Object.fromEntries(INK.map((name) => [name, style.getPropertyValue(token(name)).trim()]))
  );
};

const font = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const near = 13; // the near file starts to show here
/** Widths at zooms, linear in between. @param {[number, number][]} stops @returns {(z: number) => number} */
const ramp = (stops) => (z) => {
  if (z <= stops[0][0]) return stops[0][1];
  for (let i = 1; i < stops.length; i += 1) {
    const [z0, w0] = stops[i - 1],
      [z1, w1] = stops[i];
    if (z <= z1) return w0 + ((w1 - w0) * (z - z0)) / (z1 - z0);
  }
  return stops[stops.length - 1][1];
};
/** @type {Record<string, (z: number) => number>} */
const widths = {
  major: ramp([
    [8, 1],
    [12, 2.4],
    [14, 5],
    [16, 10],
    [18, 20],
  ]),
  primary: ramp([
    [9, 0.8],
    [12, 1.8],
    [14, 4.4],
    [16, 9],
    [18, 18],
  ]),
  secondary: ramp([
    [10, 0.6],
    [13, 2],
    [14, 3.6],
    [16, 8],
    [18, 16],
  ]),
  tertiary: ramp([
    [11, 0.5],
    [13, 1.6],
    [14, 2.8],
    [16, 7],
    [18, 14],
  ]),
  minor: ramp([
    [13, 0.8],
    [14, 1.8],
    [16, 5],
    [18, 12],
  ]),
  walk: ramp([
    [13, 0.6],
    [14, 1.4],
    [16, 4.4],
    [18, 10],
  ]),
  service: ramp([
    [14, 0.6],
    [16, 2.6],
    [18, 6],
  ]),
  path: ramp([
    [15, 0.6],
    [17, 1.2],
    [19, 2],
  ]),
};
const order = ["path", "service", "walk", "minor", "tertiary", "secondary", "primary", "major"];
/** @type {Record<string, number>} Zoom from which a class of road is drawn. */
const from = {
  path: 15,
  service: 14,
  walk: 13,
  minor: 13,
  tertiary: 11,
  secondary: 10,
  primary: 9,
  major: 7,
};

/** @typedef {(z: number, f: any) => boolean} Filter */
/** @param {string} kind @param {string} [cls] @returns {Filter} */
const is = (kind, cls) => (_z, f) => f.props.kind === kind && (!cls || f.props.class === cls);
/** The rule for the near and for the far file. @param {any} rule @returns {any[]} */
const both = (rule) =>
  ["near", "far"]
    .map((dataSource) => ({
      ...rule,
      dataSource,
      dataLayer: "base",
      minzoom: dataSource === "near" ? Math.max(near, rule.minzoom || 0) : rule.minzoom,
      maxzoom: dataSource === "far" ? Math.min(near - 1, rule.maxzoom || 30) : rule.maxzoom,
    }))
    .filter((r) => (r.minzoom || 0) <= (r.maxzoom || 30));

/** @param {Ink} c */
const paint = (c) => {
  const { PolygonSymbolizer: Area, LineSymbolizer: Line } = protomapsL;
  /** @param {string} kind @param {string} fill @param {any} [more] */
  const area = (kind, fill, more = {}) =>
    both({
      filter: is(kind),
      symbolizer: new Area({ fill, ...more }),
      ...(more.minzoom ? { minzoom: more.minzoom } : {}),
    });
  /** @param {Filter} filter @param {object} options @param {number} minzoom */
  const line = (filter, options, minzoom) =>
    both({ filter, minzoom, symbolizer: new Line({ lineCap: "round", lineJoin: "round", ...options }) });
  /** @param {string} cls @param {number} level */
  const casing = (cls, level) =>
    line(
      (z, /** @type {any} */ f) => is("road", cls)(z, f) && (f.props.level || 0) === level,
      {
        color: cls === "major" ? c.majorCasing : c.casing,
        width: (/** @type {number} */ z) => widths[cls](z) + (z >= 16 ? 2 : 1.4),
        ...(level ? { lineCap: "butt" } : {}),
      },
      Math.max(from[cls], cls === "service" ? 15 : 12),
    );
  /** @param {string} cls @param {number} level */
  const top = (cls, level) =>
    line(
      (z, /** @type {any} */ f) => is("road", cls)(z, f) && (f.props.level || 0) === level,
      cls === "path"
        ? { color: c.path, width: widths.path, dash: [3, 2], lineCap: "butt" }
        : { color: level < 0 ? c.tunnel : cls === "major" ? c.major : c.road, width: widths[cls] },
      from[cls],
    );
  /** @param {string} cls */
  const far = (cls) =>
    line(
      is("road", cls),
      {
        color: cls === "major" ? c.majorCasing : c.casing,
        width: (/** @type {number} */ z) => widths[cls](z) + 0.6,
      },
      from[cls],
    )
      .filter((r) => r.dataSource === "far" && r.minzoom < 12)
      .map((r) => ({ ...r, maxzoom: 11 }));
  const roads = [-1, 0, 1].flatMap((level) => [
    ...order.filter((k) => k !== "path").flatMap((k) => casing(k, level)),
    ...order.flatMap((k) => top(k, level)),
  ]);
  return [
    ...area("built", c.built),
    ...area("green", c.green),
    ...area("water", c.water),
    ...line(
      is("river", "stream"),
      {
        color: c.water,
        width: ramp([
          [13, 0.8],
          [18, 4],
        ]),
      },
      14,
    ),
    ...line(
      (_z, /** @type {any} */ f) => f.props.kind === "river" && f.props.class !== "stream",
      {
        color: c.water,
        width: ramp([
          [9, 1],
          [13, 3],
          [18, 12],
        ]),
      },
      9,
    ),
    ...area("house", c.house, { stroke: c.houseEdge, width: 0.7, minzoom: 15 }),
    ...line(
      (_z, /** @type {any} */ f) => f.props.kind === "rail" && f.props.level >= 0,
      {
        color: c.rail,
        width: ramp([
          [11, 0.5],
          [15, 0.9],
          [18, 2],
        ]),
      },
      11,
    ),
    ...order.flatMap(far),
    ...roads,
  ];
};

/** @param {Ink} c */
const labels = (c) => {
  const { CenteredTextSymbolizer: Centred, LineLabelSymbolizer: Along } = protomapsL;
  const halo = { labelProps: ["name"], stroke: c.halo, width: 3 };
  /** @param {any} Kind @param {string} fill @param {number | ((z: number) => number)} size @param {number} weight @param {object} [more] */
  const say = (Kind, fill, size, weight, more = {}) =>
    new Kind({
      ...halo,
      fill,
      font: (/** @type {number} */ z) => `${weight} ${typeof size === "function" ? size(z) : size}px ${font}`,
      ...more,
    });
  /** @type {Record<string, number>} */
  const rank = {
    city: 9,
    town: 8,
    suburb: 7,
    quarter: 5,
    village: 5,
    neighbourhood: 4,
    hamlet: 3,
    locality: 1,
  };
  /** @type {Record<string, number>} */
  const shown = {
    city: 7,
    town: 9,
    suburb: 12,
    village: 12,
    quarter: 13,
    neighbourhood: 14,
    hamlet: 14,
    locality: 16,
  };
  /** @param {any} a @param {any} b */
  const byRank = (a, b) => (rank[b.class] || 0) - (rank[a.class] || 0);
  /** @param {string[]} classes @param {number} minzoom @param {number} size */
  const street = (classes, minzoom, size) =>
    both({
      minzoom,
      filter: (/** @type {number} */ _z, /** @type {any} */ f) =>
        f.props.kind === "road" && classes.includes(f.props.class) && (f.props.level || 0) >= 0,
      symbolizer: say(Along, c.street, size, 500, { repeatDistance: 420 }),
    });
  return [
    ...both({
      filter: (/** @type {number} */ z, /** @type {any} */ f) =>
        f.props.kind === "place" && z >= shown[f.props.class] && !(f.props.class === "city" && z > 13),
      sort: byRank,
      symbolizer: say(Centred, c.name, (/** @type {number} */ z) => (z >= 15 ? 14 : 13), 600),
    }),
    ...both({
      minzoom: 11,
      filter: (/** @type {number} */ _z, /** @type {any} */ f) =>
        f.props.kind === "river" && f.props.class === "river",
      symbolizer: say(Along, c.waterName, 12, 500, { repeatDistance: 800 }),
    }),
    ...street(["major", "primary", "secondary"], 14, 12),
    ...street(["tertiary"], 15, 12),
    ...street(["minor", "walk"], 16, 11.5),
    ...both({
      minzoom: 15,
      filter: is("landmark", "park"),
      symbolizer: say(Centred, c.greenName, 11.5, 500),
    }),
    ...both({
      minzoom: 16,
      filter: (/** @type {number} */ _z, /** @type {any} */ f) =>
        f.props.kind === "landmark" && f.props.class !== "park",
      symbolizer: say(Centred, c.street, 11.5, 600),
    }),
  ];
};

/**
 * A Leaflet layer of the near and the far PMTiles file.
 * @param {BaseOptions} options
 * @returns {any}
 */
export const vectorBase = (options) => {
  const c = inkOf();
  return protomapsL.leafletLayer({
    sources: {
      near: { url: options.near, maxDataZoom: options.near_max },
      far: { url: options.far, maxDataZoom: options.far_max },
    },
    paintRules: paint(c),
    labelRules: labels(c),
    backgroundColor: c.land,
    attribution: options.attribution,
    lang: "zh",
    maxZoom: 20,
    minZoom: 7,
  });
};
