// Keep the page for when there is no network: fresh files as long as one is there, else those kept here.
// Version $version: where that changes, the browser installs this again, and keeps what has changed.

const FILES = $files;
const KEPT = registration.scope; // other pages of this host keep theirs

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => skipWaiting()));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const kept = () => caches.open(KEPT).then((files) => files.match(event.request));
  event.respondWith(fetch(event.request).catch(async () => (await kept()) ?? Response.error()));
});
