// Shows the notifications of Homing. A file of your own site loads it: importScripts('https://homing.example/homing-push-sw.js').
// A message that comes twice has the same tag, so it is shown once. How to use it: docs/push.md.
'use strict';

(() => {
  // A push that is somebody else's is left to them.
  const read = (data) => {
    try {
      const message = data.json();
      return message && message.homing === 1 ? message : null;
    } catch {
      return null;
    }
  };

  // What comes in a message may lead to pages, and to nothing else: no javascript:, no data:.
  const web = (link) => {
    try {
      const url = new URL(link);
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  };

  // What became of it. That nobody hears it must not keep a notification from being shown or followed.
  const report = async (receipt, state) => {
    const url = receipt && web(receipt.url);
    if (!url) return;
    const body = JSON.stringify({ token: receipt.token, state });
    const headers = { 'Content-Type': 'application/json' };
    try {
      await fetch(url, { method: 'POST', headers, body, credentials: 'omit', keepalive: true });
    } catch { /* offline, perhaps */ }
  };

  const show = async (message) => {
    const { title, text, tag, locale, link, receipt } = message;
    const about = { body: title ? text : '', tag, data: { homing: 1, link, receipt } };
    if (locale) about.lang = locale;
    for (const name of ['icon', 'badge']) if (self.homingPush?.[name]) about[name] = self.homingPush[name];
    await self.registration.showNotification(title || text, about);
    await report(receipt, 'delivered');
  };

  const follow = async ({ link, receipt }) => {
    const url = web(link);
    const open = url ? visit(url) : Promise.resolve();
    await Promise.all([open, report(receipt, 'clicked')]);
  };

  const visit = async (url) => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const there = pages.find((page) => page.url === url);
    await (there ? there.focus() : self.clients.openWindow(url));
  };

  self.addEventListener('push', (event) => {
    const message = event.data && read(event.data);
    if (message) event.waitUntil(show(message));
  });

  self.addEventListener('notificationclick', (event) => {
    const about = event.notification.data;
    if (about?.homing !== 1) return;
    event.notification.close();
    event.waitUntil(follow(about));
  });
})();
