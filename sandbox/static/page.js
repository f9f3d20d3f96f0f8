// The page asks for the messages every second and draws them again when something has changed.
// Whatever came in a message is put on the page as text only, or into a frame that cannot run anything.
"use strict";

const INTERVAL = 1000;
const NEWEST = 500;
const $ = (id) => document.getElementById(id);

let shown = { messages: "[]", answers: "[]", posts: "[]", faults: "[]", mishaps: "[]", webhooks: "{}" };
let messages = [];
let answers = [];
let told = new Map();
let openMail = null;
const phones = new Map(); // by number, so that what is typed into one is kept

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function clock(message) {
  const at = new Date(message.time);
  const today = at.toDateString() === new Date().toDateString();
  return today ? at.toLocaleTimeString() : at.toLocaleString();
}

// Text with its web addresses as links, so that a person can follow the journey.
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).map((part, index) =>
    index % 2 ? element("a", { href: part, textContent: part, target: "_blank", rel: "noopener" }) : part);
}

// A call says each line by itself, and pauses: the digits of a code stand one to a line.
function words(message) {
  return message.channel === "voice" ? [(message.text || "").split("\n").join(" … ")] : linked(message.text || "");
}

const NAMES = { sms: "SMS", whatsapp: "WhatsApp", messenger: "Messenger", voice: "Call", email: "Mail" };
const READABLE = new Set(["whatsapp", "messenger"]);

function bubble(message) {
  const media = message.num_media ? ` · ${message.num_media} attachment(s)` : "";
  const name = NAMES[message.channel] || message.channel;
  const from = message.from || message.messaging_service_sid;
  const meta = element("span", { className: "meta" }, `${name} from ${from} · ${clock(message)}${media} `,
    fate(told.get(message.id)));
  const keys = message.keys_url ? [keypad(message)] : [];
  return element("li", { className: `bubble ${message.channel}` }, element("p", {}, ...words(message)), ...keys, meta);
}

function ownBubble(answer) {
  const name = NAMES[answer.channel] || answer.channel;
  return element("li", { className: `bubble mine ${answer.channel}` },
    element("p", { textContent: answer.text }),
    element("span", { className: "meta", textContent: `${name} to ${answer.to} · ${clock(answer)}` }));
}

function newPhone(number) {
  const unread = element("button", { type: "button", textContent: "Read all", className: "quiet", onclick: () => read(number) });
  const made = element("article", { className: "phone" },
    element("h3", {}, number, unread), element("ol"), phoneComposer(number));
  phones.set(number, made);
  return made;
}

async function read(number) {
  const unread = messages.filter((each) => each.to === number && READABLE.has(each.channel)
    && told.get(each.id)?.what !== "read");
  for (const each of unread) await tell(`/messages/${each.id}/deeds`, { deed: "read" });
  await refresh();
}

function phone([number, thread]) {
  const made = phones.get(number) || newPhone(number);
  const received = thread.filter((each) => !each.mine && each.channel !== "voice"); // nobody writes back to a call
  made.querySelector("ol").replaceChildren(...thread.map((each) => each.mine ? ownBubble(each) : bubble(each)));
  made.querySelector("h3 button").hidden = !received.some((each) => READABLE.has(each.channel));
  made.querySelector("form").channels(new Set(received.map((each) => each.channel)), received.at(-1)?.channel || "sms");
  return made;
}

function empty(tag, what) {
  return element(tag, { className: "empty" },
    `No ${what} yet. Point a client at `, element("code", { textContent: location.origin }),
    ", or give the worker ", element("code", { textContent: `HOMING_SANDBOX_URL=${location.origin}` }),
    ", and send something: it appears here by itself.");
}

function drawPhones(texts, written) {
  const numbers = new Map();
  const all = [...texts, ...written.map((each) => ({ ...each, mine: true }))];
  for (const each of all.sort((one, other) => new Date(other.time) - new Date(one.time))) {
    const number = each.mine ? each.from : each.to;
    numbers.set(number, [each, ...(numbers.get(number) || [])]);
  }
  const wanted = numbers.size ? [...numbers].map(phone) : [empty("p", "text messages")];
  const there = [...$("phones").children];
  const typed = document.activeElement;
  const others = wanted.length !== there.length || wanted.some((each) => !there.includes(each));
  // While somebody types, phones only come and go; they are put in order when that is done.
  if (others || (!$("phones").contains(typed) && wanted.some((each, index) => each !== there[index]))) {
    $("phones").replaceChildren(...wanted);
    typed?.focus();
  }
  document.querySelectorAll(".phone ol").forEach((list) => { list.scrollTop = list.scrollHeight; });
}

function inboxLine(mail, opened) {
  const open = element("button", { type: "button", onclick: () => { openMail = mail.id; draw(); } },
    element("strong", { textContent: mail.subject || "(no subject)" }),
    element("span", { className: "meta" }, `to ${mail.to} · from ${mail.from} · ${clock(mail)} `,
      fate(told.get(mail.id))));
  open.setAttribute("aria-current", String(mail === opened));
  return element("li", {}, open);
}

function drawMail(mails) {
  const newestFirst = [...mails].reverse();
  const mail = newestFirst.find((each) => each.id === openMail) || newestFirst[0];
  const lines = newestFirst.map((each) => inboxLine(each, mail));
  $("inbox").replaceChildren(...(lines.length ? lines : [empty("li", "mail")]));
  const reader = $("reader");
  reader.hidden = !mail;
  if (mail && reader.dataset.id !== String(mail.id)) {
    reader.dataset.id = mail.id;
    reader.replaceChildren(...readMail(mail), element("ol", { className: "thread" }), mailComposer(mail));
  }
  const thread = mail ? answers.filter((each) => each.in_reply_to === mail.id) : [];
  reader.querySelector(".thread")?.replaceChildren(...thread.map(ownBubble));
}

function readMail(mail) {
  const files = mail.attachments.length ? ` · attached: ${mail.attachments.join(", ")}` : "";
  const about = element("span", { className: "meta", textContent: `${mail.from} → ${mail.to} · ${clock(mail)}${files}` });
  const heading = element("h3", { textContent: mail.subject || "(no subject)" });
  const text = element("pre", {}, ...linked(mail.text || ""));
  const headers = element("details", {}, element("summary", { textContent: "Headers and arguments" }),
    element("pre", { textContent: JSON.stringify({ headers: mail.headers, custom_args: mail.custom_args }, null, 2) }));
  const actions = mailActions(mail);
  if (!mail.html) return [heading, about, actions, text, headers];
  const plain = element("details", {}, element("summary", { textContent: "Plain text" }), text);
  return [heading, about, actions, frame(mail.html), plain, headers];
}

// No allow-scripts and no allow-same-origin: the mail is inert, only its links open, in a window of their own.
function frame(html) {
  const made = element("iframe", { title: "Mail as HTML" });
  made.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  made.srcdoc = `<base target="_blank">${html}`;
  return made;
}

function draw() {
  const wanted = $("filter").value.trim().toLowerCase();
  const visible = messages.filter((message) => message.to.toLowerCase().includes(wanted));
  const written = answers.filter((each) => each.channel !== "email" && each.from.toLowerCase().includes(wanted));
  drawPhones(visible.filter((message) => message.channel !== "email"), written);
  drawMail(visible.filter((message) => message.channel === "email"));
  const recipients = [...new Set(messages.map((message) => message.to))].sort();
  $("recipients").replaceChildren(...recipients.map((value) => element("option", { value })));
  $("state").textContent = `${visible.length} message${visible.length === 1 ? "" : "s"}`;
}

function drawSwitches(name, on) {
  $(`${name}-count`).textContent = on.length ? `(${on.length} on)` : "";
  $(`${name}-list`).replaceChildren(...on.map(({ id, seed, seen, struck, ...one }) => {
    const words = Object.entries(one).filter(([, value]) => value).map(([key, value]) => `${key} ${value}`).join(", ");
    return element("li", { textContent: `${words}: struck ${struck} of ${seen}` });
  }));
}

function drawWebhooks({ sendgrid_public_key: key, ...targets }) {
  const lines = Object.entries(targets).map(([name, url]) =>
    element("li", {}, `${name.replaceAll("_", " ")}: `, url ? element("code", { textContent: url }) : "nowhere"));
  $("targets").replaceChildren(...lines,
    element("li", {}, "SendGrid's verification key: ", element("code", { textContent: key || "" })));
}

function drawPosts(posts) {
  $("post-list").replaceChildren(...posts.slice(-30).reverse().map(postLine));
  told = fates(posts);
}

async function changed(name, path) {
  const text = await (await fetch(path)).text();
  if (text === shown[name]) return null;
  shown[name] = text;
  return JSON.parse(text);
}

async function refresh() {
  try {
    const wasLost = $("state").classList.contains("lost");
    const [newMessages, newAnswers, newPosts, faults, mishaps, webhooks] = await Promise.all([
      changed("messages", `/messages?limit=${NEWEST}`), changed("answers", "/answers"),
      changed("posts", `/posts?limit=${NEWEST * 4}`), changed("faults", "/faults"), changed("mishaps", "/mishaps"),
      changed("webhooks", "/webhooks")]);
    $("state").classList.remove("lost");
    if (faults) drawSwitches("fault", faults);
    if (mishaps) drawSwitches("mishap", mishaps);
    if (webhooks) drawWebhooks(webhooks);
    if (newPosts) drawPosts(newPosts);
    messages = newMessages || messages;
    answers = newAnswers || answers;
    if (newMessages || newAnswers || newPosts || wasLost) draw();
  } catch {
    $("state").textContent = "The sandbox does not answer; trying again every second.";
    $("state").classList.add("lost");
  }
}

function switching(name, path) {
  $(`${name}-form`).addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const one = JSON.parse(form.get("effect"));
    for (const key of ["channel", "to", "of"]) if (form.get(key)) one[key] = form.get(key);
    if (form.get("times")) one.times = Number(form.get("times"));
    $(`${name}-problem`).textContent = await tell(path, one);
    await refresh();
  });
  $(`${name}s-off`).addEventListener("click", async () => { await fetch(path, { method: "DELETE" }); await refresh(); });
}

$("filter").addEventListener("input", draw);
$("clear").addEventListener("click", async () => { await fetch("/messages", { method: "DELETE" }); await refresh(); });
switching("fault", "/faults");
switching("mishap", "/mishaps");

draw();
// The next question waits for the last answer, so that a slow machine is not asked ever more often.
(async () => { for (;;) { await refresh(); await new Promise((done) => { setTimeout(done, INTERVAL); }); } })();
