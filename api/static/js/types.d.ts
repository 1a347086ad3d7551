// biome-ignore-all lint/suspicious/noExplicitAny: scripts of others and JSON of many shapes have no narrower type
/** What the scripts of others put into the window, and the facts that map documents are given. */

import type * as L from "leaflet";

declare module "leaflet" {
  function markerClusterGroup(options: object): L.FeatureGroup & { addLayers(layers: L.Layer[]): void };
  function heatLayer(points: number[][], options: object): L.Layer;
}

declare global {
  const htmx: { ajax(method: string, url: string, options: object): Promise<void> };
  const protomapsL: any;
  const idb: {
    openDB(name: string, version: number, options: { upgrade(db: IdbDatabase): void }): Promise<IdbDatabase>;
  };

  interface IdbDatabase {
    createObjectStore(name: string, options?: object): { createIndex(name: string, path: string): void };
    put(store: string, value: unknown, key?: string): Promise<void>;
    get(store: string, key: string): Promise<any>;
    delete(store: string, key: string): Promise<void>;
    getAllFromIndex(store: string, index: string): Promise<any[]>;
  }

  interface Window {
    jinlinMap: any;
  }

  /** A mark: where, what is written on it, of which kind and state. */
  interface Fact {
    lon: number;
    lat: number;
    label: string;
    kind: string;
    id?: string;
    state?: string;
    tooltip?: string;
    note?: string;
    style?: L.PathOptions;
  }

  /** A way along streets, points as lon, lat. */
  interface WayFact {
    points: [number, number][];
    kind?: string;
    id?: string;
    state?: string;
    tooltip?: string;
  }

  interface Part {
    method: string;
    facts: any;
  }

  /** What a map shows besides its base map; `Drawing.scene` of maps/pages.py writes it. */
  interface Scene {
    title: string;
    groups: { name: string; show: boolean; parts: Part[] }[];
    boxes: string[];
    bounds: [[number, number], [number, number]];
    pick?: boolean;
    place?: [number, number];
    place_label?: string;
    keep?: boolean; // the view stays as it is
  }

  interface BaseOptions {
    attribution: string;
    near?: string;
    far?: string;
    near_max?: number;
    far_max?: number;
    addresses?: string[];
    datum?: "wgs84" | "gcj02";
    max_zoom?: number;
    subdomains?: string;
  }
}
