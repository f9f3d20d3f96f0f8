// Notifications of Homing in your own pages: subscribes a browser, and takes it away again. How to use it: docs/push.md.
// Browsers let a page ask only while somebody clicks, and so does this: call subscribe() from a click, renew() on load.

const WORKER = '/homing-push-sw.js';

/** Whether this browser can show notifications; Safari on an iPhone can once the page is on the home screen. */
export const supported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/**
 * From a click: asks for permission if need be, and subscribes this browser.
 * `url` is where Homing is; `token` a visitor token, or a function that gets one; `serviceWorker` your worker's path.
 * Comes to 'subscribed', 'denied', 'unsupported', or 'ask' where nobody has clicked: then nothing was asked.
 */
export async function subscribe({ url, token, serviceWorker = WORKER }) {
  if (!supported()) return 'unsupported';
  if (Notification.permission === 'default') {
    if (navigator.userActivation && !navigator.userActivation.isActive) return 'ask';
    await Notification.requestPermission();
  }
  if (Notification.permission !== 'granted') return Notification.permission === 'denied' ? 'denied' : 'ask';
  const registration = await active(await navigator.serviceWorker.register(serviceWorker));
  await keep(registration, { url: base(url), token });
  return 'subscribed';
}

/** On each load of the page: tells Homing of a browser that is subscribed, also after its key has changed. Never asks. */
export async function renew({ url, token, serviceWorker = WORKER }) {
  const registration = await known(serviceWorker);
  if (!registration || Notification.permission !== 'granted') return false;
  if (!(await registration.pushManager.getSubscription())) return false;
  await keep(registration, { url: base(url), token });
  return true;
}

/** When the person wants no notifications here, or logs out. */
export async function unsubscribe({ url, token, serviceWorker = WORKER }) {
  const registration = await known(serviceWorker);
  const subscription = registration && await registration.pushManager.getSubscription();
  if (!subscription) return;
  await subscription.unsubscribe(); // first: whatever fails then, nothing is shown any more
  await call('DELETE', { url: base(url), token }, { endpoint: subscription.endpoint });
}

async function keep(registration, to) {
  const answer = await fetch(`${to.url}/v1/push/key`, { credentials: 'omit' });
  if (!answer.ok) throw new Error(`Homing has no key for notifications (${answer.status})`);
  const { key } = await answer.json();
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && text(subscription.options.applicationServerKey) !== key) {
    await subscription.unsubscribe(); // it was made with a key that is used no more
    await call('DELETE', to, { endpoint: subscription.endpoint });
    subscription = null;
  }
  const wanted = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  subscription ??= await registration.pushManager.subscribe(wanted);
  await call('POST', to, { ...subscription.toJSON(), key });
}

async function call(method, { url, token }, body) {
  const bearer = typeof token === 'function' ? await token() : token;
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
  const sent = { method, headers, body: JSON.stringify(body), credentials: 'omit' };
  const answer = await fetch(`${url}/v1/push/subscriptions`, sent);
  if (!answer.ok) throw new Error(`Homing refused the subscription (${answer.status})`);
}

async function known(serviceWorker) {
  if (!supported()) return null;
  const wanted = new URL(serviceWorker, location.href).href;
  const all = await navigator.serviceWorker.getRegistrations();
  return all.find((each) => each.active?.scriptURL === wanted) ?? null;
}

function active(registration) {
  const coming = registration.installing || registration.waiting;
  if (registration.active || !coming) return registration;
  return new Promise((done, failed) => coming.addEventListener('statechange', () => {
    if (coming.state === 'activated') done(registration);
    if (coming.state === 'redundant') failed(new Error('the service worker could not start'));
  }));
}

const base = (url) => url.replace(/\/+$/, '');
const bytes = (key) => Uint8Array.from(atob(key.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
const text = (raw) => (raw ? btoa(String.fromCharCode(...new Uint8Array(raw)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') : '');
