// The connection of a customer's page to Homing: calls with the visitor's token, and the open stream.

const SILENCE_MS = 50000; // the stream says at least every 20 s that it is there
const LONGEST_PAUSE_MS = 30000;
const HIDDEN_MS = 60000; // a tab at which nobody looks gives its connection back: browsers have six for one server
const AT_ONCE = 20;
const MOST = 100; // messages that are fetched anew at once

/** One connection of a page, shared by its elements: what is known, and what happens. */
export class Line extends EventTarget {
  static all = new Map();

  static of(element) {
    const key = Line.key(element);
    if (!Line.all.has(key)) Line.all.set(key, new Line(element, key));
    return Line.all.get(key);
  }

  static base(element) { return (element.getAttribute('api') || new URL(import.meta.url).origin).replace(/\/$/, ''); }

  static key(element) { return [Line.base(element), element.getAttribute('token-url'), element.getAttribute('token')].join(' '); }

  items = []; unread = 0; cursor = null; before = null; users = 0; deeds = 0; unsent = new Set();

  constructor(element, key) { super(); Object.assign(this, { base: Line.base(element), element, key }); }

  /** Counted at once, as elements may be taken away again at once; begun when the page has had time to set getToken. */
  join() { this.users++; queueMicrotask(() => { if (this.users && !this.runs) { this.runs = true; this.run(); } }); }

  leave() {
    if (--this.users) return;
    Line.all.delete(this.key);
    this.over = true; this.cut?.abort(); this.wake?.();
  }

  async token(renew) {
    const page = this.element, url = page.getAttribute('token-url');
    if (this.known && !renew) return this.known;
    if (page.getToken) return this.known = await page.getToken();
    if (!url) return this.known = page.getAttribute('token');
    const answer = await fetch(url, { cache: 'no-store' });
    return this.known = answer.ok ? (await answer.json()).token : '';
  }

  /** The page has put another token in, perhaps of somebody else: all is fetched anew. */
  renewed(element) {
    Line.all.delete(this.key);
    Line.all.set(this.key = Line.key(element), this);
    Object.assign(this, { known: element.getAttribute('token'), cursor: null, before: null, now: true });
    this.cut?.abort(); this.wake?.();
  }

  /** A call with a good token: one that has ended is renewed once. The page is told if that is not good either. */
  async call(method, path, headers = {}, more = {}) {
    for (let again = 0; ; again++) {
      const Authorization = `Bearer ${await this.token(again)}`;
      const answer = await fetch(`${this.base}/v1/${path}`, { method, headers: { Authorization, ...headers }, cache: 'no-store', ...more });
      if (answer.status !== 401) this.lost = false;
      else if (!again) continue;
      else if (!this.lost) { this.lost = true; this.tell('lost'); }
      return answer;
    }
  }

  async run() {
    for (let pause = 1000; !this.over;) {
      try {
        if (!document.hidden) {
          this.again();
          if (this.cursor === null) await this.fetch();
          await this.listen(() => { pause = 1000; });
        }
      } catch { pause = Math.min(pause * 2, LONGEST_PAUSE_MS); }
      if (this.now) this.now = false;
      else if (!this.over) await new Promise((go) => { this.wake = go; setTimeout(go, pause * (0.5 + Math.random())); });
    }
  }

  /** How a tab is looked at has changed. */
  turned() {
    clearTimeout(this.resting);
    if (document.hidden) this.resting = setTimeout(() => this.cut?.abort(), HIDDEN_MS); else this.wake?.();
  }

  async page(query) {
    const answer = await this.call('GET', `inbox?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  /** As much as is shown, as it is now; once more if meanwhile something came or was done. */
  async fetch() {
    await this.noting;
    const { deeds, known } = this, found = await this.page(`limit=${Math.min(Math.max(this.items.length, AT_ONCE), MOST)}`);
    if (deeds !== this.deeds || found.cursor < this.cursor || (known && known !== this.known)) return this.fetch();
    Object.assign(this, found);
    this.tell('inbox');
  }

  async older() {
    const from = this.before, { items, before } = await this.page(`limit=${AT_ONCE}&before=${from}`);
    if (from !== this.before) return;
    Object.assign(this, { items: [...this.items, ...items], before });
    this.tell('inbox');
  }

  async listen(good) {
    this.cut = new AbortController();
    const answer = await this.call('GET', 'inbox/stream', { 'Last-Event-ID': this.cursor }, { signal: this.cut.signal });
    if (!answer.ok) throw new Error(answer.status);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '', timer;
    try {
      for (;;) {
        timer = setTimeout(() => this.cut.abort(), SILENCE_MS);
        const { done, value } = await reader.read();
        clearTimeout(timer);
        if (done) return;
        good();
        const events = (rest + value).split('\n\n');
        rest = events.pop();
        for (const one of events) await this.hear(Object.fromEntries(one.split('\n').map((line) => line.split(/: (.*)/s))));
      }
    } finally { clearTimeout(timer); }
  }

  async hear({ event, data, id }) {
    if (!event) return;
    const about = JSON.parse(data);
    if (event === 'refetch') await this.fetch();
    else if (event === 'checklist') this.steps = about;
    else if (event === 'unread') {
      if (about.unread !== this.unread) await this.fetch(); // something was read elsewhere
    } else if (event === 'message' && !this.items.some((one) => one.id === about.id)) {
      this.items.unshift(about);
      if (!about.read) this.unread++;
      this.tell('news', about);
    }
    if (id) this.cursor = Math.max(id, this.cursor);
    this.tell(event === 'checklist' ? event : 'inbox');
  }

  /** The person did something: it is so at once here, and is told. */
  async did(item, deed) {
    if (deed === 'dismiss') this.items = this.items.filter((one) => one !== item);
    if (!item.read) this.unread = Math.max(0, this.unread - 1);
    item.read = true;
    this.tell('inbox');
    await this.note(`${item.id}/${deed}`);
  }

  async readAll() {
    this.unread = 0;
    for (const one of this.items) one.read = true;
    this.tell('inbox');
    await this.note('read-all');
  }

  note(path) {
    this.deeds++;
    return this.noting = Promise.all([this.noting, this.send(path)]);
  }

  /** What cannot be told now is told when the connection is back. */
  async send(path) {
    this.unsent.delete(path);
    const answer = await this.call('POST', `inbox/${path}`, {}, { keepalive: true }).catch(() => null);
    if (!answer || answer.status >= 500) this.unsent.add(path);
  }

  again() { for (const path of [...this.unsent]) this.note(path); }

  tell(kind, detail) { this.dispatchEvent(new CustomEvent(kind, { detail })); }
}
for (const what of ['online', 'pageshow']) addEventListener(what, () => Line.all.forEach((line) => { line.again(); line.wake?.(); }));
addEventListener('visibilitychange', () => Line.all.forEach((line) => line.turned()));
