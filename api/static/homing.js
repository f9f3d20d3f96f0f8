// Homing in your own pages: <homing-inbox> and <homing-checklist>. How to use them: docs/in-app.md.
// All that comes from outside is put in as text, links lead to http(s) only, and styles need no inline CSS.

import { Line } from './homing-line.js';

const WORDS = {
  en: 'Messages|{n} unread|Nothing here yet|Mark all as read|Remove|First steps|{n} of {m} done|done|Show older|Choose what you get',
  es: 'Mensajes|{n} sin leer|Aún no hay nada|Marcar todo como leído|Quitar|Primeros pasos|{n} de {m} hechos|hecho|Ver anteriores|Elegir qué recibo',
  pt: 'Mensagens|{n} não lidas|Ainda não há nada|Marcar tudo como lido|Remover|Primeiros passos|{n} de {m} feitos|feito|Ver mais antigas|Escolher o que recebo',
  id: 'Pesan|{n} belum dibaca|Belum ada pesan|Tandai semua dibaca|Hapus|Langkah pertama|{n} dari {m} selesai|selesai|Lihat yang lebih lama|Pilih apa yang kamu terima',
  tr: 'Mesajlar|{n} okunmamış|Henüz bir şey yok|Tümünü okundu say|Kaldır|İlk adımlar|{n}/{m} tamamlandı|tamamlandı|Daha eskileri göster|Ne alacağınızı seçin',
};
const NAMES = ['title', 'unread', 'empty', 'all', 'remove', 'steps', 'progress', 'done', 'older', 'choose'];
const TOAST_MS = 6000;

const web = (link) => { try { const url = new URL(link); return /^https?:$/.test(url.protocol) ? url.href : null; } catch { return null; } };

/** Makes an element; children are elements or text, and never HTML. */
function make(tag, about = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host{display:inline-block;font:16px/1.45 system-ui,sans-serif;--a:var(--homing-accent,light-dark(#1a56c4,#8ab4f8));--l:1px solid color-mix(in srgb,currentColor 20%,transparent)}
:host(homing-checklist){display:block}*{box-sizing:border-box}[hidden]{display:none!important}:focus-visible{outline:2px solid var(--a);outline-offset:2px}
button{font:inherit;color:inherit;background:none;border:0;cursor:pointer;padding:0}h2{font-size:1em;margin:0}ul,ol{list-style:none;margin:0;padding:0}
.v{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.w,.bell{position:relative}.bell{width:44px;height:44px}
svg{width:24px;fill:none;stroke:currentColor;stroke-width:1.8}
.n{position:absolute;top:0;inset-inline-end:0;min-width:20px;padding:0 5px;border-radius:10px;background:#c5221f;color:#fff;font-size:12px;line-height:20px}
.p{position:absolute;inset-inline-end:0;z-index:9999;width:min(380px,calc(100vw - 24px));max-height:80vh;overflow:auto;background:Canvas;color:CanvasText;border:var(--l);border-radius:12px;box-shadow:0 8px 30px #0004}
header{position:sticky;top:0;background:Canvas;display:flex;justify-content:space-between;gap:1rem;padding:12px 16px}.s{inset-inline:0 auto}.up{bottom:100%;max-height:48vh}.o,.f{display:block;width:100%;min-height:44px;border-top:var(--l);text-align:center}.l.f{font-size:.85em;color:var(--a)}.l,.c a{color:var(--a)}.p li{display:flex;border-top:var(--l);overflow-wrap:anywhere}
.m{flex:1;min-width:0;padding:12px 16px;text-align:start;color:inherit;text-decoration:none}.m>*{display:block}b{font-weight:500}.u b{font-weight:700}
.u b::before{content:"";display:inline-block;width:8px;height:8px;margin-inline-end:8px;border-radius:50%;background:var(--a)}
time{opacity:.75;font-size:.8em}.x{width:44px}.e{padding:24px;text-align:center;margin:0}
.t{position:fixed;bottom:16px;inset-inline:16px;margin:auto;width:fit-content;z-index:9999;padding:12px 18px;border-radius:10px;background:CanvasText;color:Canvas;overflow-wrap:anywhere}.t:empty{display:none}
.c{border:var(--l);border-radius:12px;padding:16px}progress{width:100%;accent-color:var(--a)}.c li{display:flex;gap:10px;align-items:center;min-height:40px}
.c li::before{content:"";flex:none;width:20px;height:20px;border-radius:50%;border:var(--l);text-align:center;font:700 13px/18px system-ui}
.c li.d::before{content:"✓";background:var(--a);color:Canvas}
@media(max-width:480px){.p{position:fixed;inset-inline:12px;width:auto}.up{bottom:64px}}`);

class HomingElement extends HTMLElement {
  static observedAttributes = ['token'];

  attributeChangedCallback() { this.line?.renewed(this); }

  connectedCallback() {
    const tag = (this.getAttribute('lang') || this.closest('[lang]')?.lang || navigator.language || 'en').toLowerCase();
    this.language = WORDS[tag.split('-')[0]] ? tag : 'en';
    this.words = WORDS[this.language.split('-')[0]].split('|');
    const root = this.shadowRoot || this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [SHEET];
    root.replaceChildren();
    this.build(root);
    this.heard = new AbortController();
    this.line = Line.of(this);
    const lost = () => this.dispatchEvent(new CustomEvent('homing-token-lost', { bubbles: true }));
    for (const [kind, act] of Object.entries({ lost, ...this.hears })) this.line.addEventListener(kind, act, { signal: this.heard.signal });
    this.line.join();
    this.show();
  }

  disconnectedCallback() { this.heard.abort(); this.line.leave(); this.line = null; }

  say(name, values = {}) { return this.words[NAMES.indexOf(name)].replace(/{(\w)}/g, (_, key) => values[key]); }
}

customElements.define('homing-inbox', class extends HomingElement {
  hears = { inbox: () => this.show(), news: (event) => this.toast(event.detail) };

  build(root) {
    const bell = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS(bell.namespaceURI, 'path');
    bell.setAttribute('viewBox', '0 0 24 24'); bell.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', 'M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4');
    bell.append(path);
    this.badge = make('span', { class: 'n', 'aria-hidden': 'true' });
    this.bell = make('button', { class: 'bell', type: 'button', 'aria-expanded': 'false', 'aria-haspopup': 'dialog', click: () => this.toggle() }, bell, this.badge);
    this.all = make('button', { class: 'l', type: 'button', click: () => this.line.readAll() }, this.say('all'));
    this.list = make('ul');
    this.more = make('button', { class: 'l o', type: 'button', click: () => this.older() }, this.say('older'));
    this.choose = make('a', { class: 'm l f', target: '_blank', rel: 'noopener' }, this.say('choose'));
    this.empty = make('p', { class: 'e' }, this.say('empty'));
    const head = make('header', {}, make('h2', {}, this.say('title')), this.all);
    this.panel = make('div', { class: 'p', role: 'dialog', tabindex: '-1', hidden: true, 'aria-label': this.say('title') }, head, this.list, this.more, this.empty, this.choose);
    this.status = make('div', { class: 't', role: 'status', 'aria-live': 'polite' });
    const close = (event) => { if (event.key === 'Escape' && !this.panel.hidden) { this.toggle(false); this.bell.focus(); } };
    root.append(make('div', { class: 'w', keydown: close }, this.bell, this.panel), this.status);
  }

  connectedCallback() {
    super.connectedCallback();
    const outside = (event) => { if (!event.composedPath().includes(this)) this.toggle(false); };
    document.addEventListener('click', outside, { signal: this.heard.signal });
  }

  toggle(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.bell.setAttribute('aria-expanded', String(open));
    if (!open) return;
    this.panel.classList.remove('s', 'up');
    const { left, right } = this.panel.getBoundingClientRect(), { top, bottom } = this.bell.getBoundingClientRect();
    this.panel.classList.toggle('s', left < 0 || right > innerWidth);
    this.panel.classList.toggle('up', top + bottom > innerHeight);
    this.panel.focus({ preventScroll: true });
    this.line.fetch().catch(() => {}); // the line comes back by itself
  }

  async older() {
    const shown = this.line.items.length;
    await this.line.older().catch(() => {});
    this.list.children[shown]?.firstChild.focus({ preventScroll: true });
  }

  toast(item) {
    this.status.textContent = item.title || item.text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.status.textContent = ''; }, TOAST_MS);
  }

  show() {
    const { items, unread } = this.line;
    this.badge.textContent = unread > 99 ? '99+' : unread;
    this.badge.hidden = this.all.hidden = !unread;
    this.bell.setAttribute('aria-label', unread ? `${this.say('title')}, ${this.say('unread', { n: unread })}` : this.say('title'));
    this.empty.hidden = items.length > 0;
    this.more.hidden = this.line.before === null;
    this.choose.hidden = !(this.choose.href = web(this.line.preferences) || '');
    const at = this.shadowRoot.activeElement?.dataset.at;
    this.list.replaceChildren(...items.map((item) => this.item(item)));
    if (at) (this.list.querySelector(`[data-at="${CSS.escape(at)}"]`) || this.panel).focus();
  }

  item(item) {
    const link = item.link && web(item.link);
    const did = () => (link || !item.read) && this.line.did(item, link ? 'click' : 'open');
    const about = { class: 'm', click: did, 'data-at': `m${item.id}`, ...(link ? { href: link } : { type: 'button' }) };
    const words = [make('b', { dir: 'auto' }, item.title), make('span', { dir: 'auto' }, item.text), make('time', { dir: 'auto', datetime: item.at }, new Date(item.at).toLocaleString(this.language, { dateStyle: 'medium', timeStyle: 'short' }))];
    const gone = { class: 'x', type: 'button', 'aria-label': `${this.say('remove')}: ${item.title}`, 'data-at': `x${item.id}`, click: () => this.line.did(item, 'dismiss') };
    return make('li', { class: item.read ? null : 'u' }, make(link ? 'a' : 'button', about, ...words), make('button', gone, '✕'));
  }
});

customElements.define('homing-checklist', class extends HomingElement {
  hears = { checklist: () => this.show() };

  build(root) {
    this.bar = make('progress', { 'aria-label': this.say('steps') });
    this.count = make('p', { dir: 'auto' });
    this.list = make('ol');
    this.status = make('div', { class: 'v', role: 'status', 'aria-live': 'polite' });
    this.box = make('section', { class: 'c', hidden: true, 'aria-label': this.say('steps') }, make('h2', {}, this.say('steps')), this.count, this.bar, this.list);
    root.append(this.box, this.status);
  }

  show() {
    const steps = this.line.steps;
    if (!steps) return;
    const fresh = steps.items.filter((one) => one.done_at && this.known && !this.known.has(one.id));
    this.known = new Set(steps.items.filter((one) => one.done_at).map((one) => one.id));
    this.box.hidden = !steps.items.length;
    this.bar.max = steps.items.length || 1;
    this.bar.value = steps.done;
    this.count.textContent = this.say('progress', { n: steps.done, m: steps.items.length });
    this.list.replaceChildren(...steps.items.map((one) => this.step(one)));
    if (fresh.length) this.status.textContent = fresh.map((one) => `${one.title}: ${this.say('done')}`).join(', ');
  }

  step({ title, link, done_at: done }) {
    const url = link && web(link);
    const words = url && !done ? make('a', { href: url }, title) : title;
    return make('li', { class: done ? 'd' : null }, words, make('span', { class: 'v' }, done ? this.say('done') : ''));
  }
});
