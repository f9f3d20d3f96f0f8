// The connection of a customer's page to Homing: calls with the visitor's token, and the open stream.

const SILENCE_MS = 50000; // the stream says at least every 20 s that it is there
const LONGEST_PAUSE_MS = 30000;

/** One connection of a page, shared by its elements: what is known, and what happens. */
export class Line extends EventTarget {
  static all = new Map();

  static of(element) {
    const base = (element.getAttribute('api') || new URL(import.meta.url).origin).replace(/\/$/, '');
    const key = [base, element.getAttribute('token-url'), element.getAttribute('token')].join(' ');
    if (!Line.all.has(key)) Line.all.set(key, new Line(base, element, key));
    return Line.all.get(key);
  }

  items = []; unread = 0; cursor = null; users = 0;

  constructor(base, element, key) { super(); Object.assign(this, { base, element, key }); }

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
    return this.known = url ? (await (await fetch(url, { cache: 'no-store' })).json()).token : page.getAttribute('token');
  }

  /** A call with a good token: one that has ended is renewed once. */
  async call(method, path, headers = {}, more = {}) {
    for (let again = 0; ; again++) {
      const Authorization = `Bearer ${await this.token(again)}`;
      const answer = await fetch(`${this.base}/v1/${path}`, { method, headers: { Authorization, ...headers }, cache: 'no-store', ...more });
      if (answer.status !== 401 || again) return answer;
    }
  }

  async run() {
    for (let pause = 1000; !this.over;) {
      try {
        if (this.cursor === null) await this.fetch();
        await this.listen(() => { pause = 1000; });
      } catch { pause = Math.min(pause * 2, LONGEST_PAUSE_MS); }
      if (!this.over) await new Promise((go) => { this.wake = go; setTimeout(go, pause * (0.5 + Math.random())); });
    }
  }

  async fetch() {
    const answer = await this.call('GET', 'inbox?limit=50');
    if (!answer.ok) throw new Error(answer.status);
    const { items, unread, cursor } = await answer.json();
    Object.assign(this, { items, unread, cursor });
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
    else if (event === 'unread') this.unread = about.unread;
    else if (event === 'message' && !this.items.some((one) => one.id === about.id)) {
      this.items.unshift(about);
      this.tell('news', about);
    }
    if (id) this.cursor = id;
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

  async note(path) {
    const answer = await this.call('POST', `inbox/${path}`, {}, { keepalive: true });
    if (answer.ok) { this.unread = (await answer.json()).unread; this.tell('inbox'); }
  }

  tell(kind, detail) { this.dispatchEvent(new CustomEvent(kind, { detail })); }
}
for (const what of ['online', 'pageshow']) addEventListener(what, () => Line.all.forEach((line) => line.wake?.()));
