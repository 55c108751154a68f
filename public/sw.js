// The service worker: what is painted where there is no network. A page always comes from the server while it can be
// reached, so a new version is there at the next load; what was loaded last, page and program together, is what an
// offline visit gets. Nothing but the app's own page and its hashed files is ever kept: no API, no files, no messages.
"use strict";

const SHELL = "confab-shell";
const PAGE = "/";
/** A file of the bundle: its name carries a hash, so what is in it never changes. */
const HASHED = /\/[\w.-]*-[0-9a-f]{16}[\w.]*$/;
/** Paths that are not the app's, though a browser may navigate to them. */
const FOREIGN = /^\/(api|docs|files|hooks|messages|metrics|healthz|readyz|postman\.json)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(fetch(PAGE, { cache: "no-cache" }).then(keep).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || FOREIGN.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (HASHED.test(pathname)) event.respondWith(file(request));
});

/** The app's page from the server, which is then kept; the kept one where there is no network. */
async function page(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && answer.headers.get("content-type")?.startsWith("text/html")) event.waitUntil(keep(answer.clone()));
    return answer;
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

/** Keeps a page with the files it names, and lets those of the page before it go. */
async function keep(answer) {
  const cache = await caches.open(SHELL);
  const before = await cache.match(PAGE);
  const text = await answer.text();
  if (before && (await before.text()) === text) return;
  const named = [...new Set(text.match(/\/[\w.-]*-[0-9a-f]{16}[\w.]*\.(?:js|wasm|svg|css)/g) ?? [])];
  // All of them or none: a page without its program is worse than the one before.
  await cache.addAll(named);
  await cache.put(PAGE, new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } }));
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== PAGE && !named.includes(pathname)) await cache.delete(request);
  }
}
