// The page asks for the messages every second and draws them again when something has changed.
// Whatever came in a message is put on the page as text only, or into a frame that cannot run anything.
"use strict";

const INTERVAL = 1000;
const NEWEST = 500;
const $ = (id) => document.getElementById(id);

let shown = { messages: "[]", faults: "[]" };
let messages = [];
let openMail = null;

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

function bubble(message) {
  const media = message.num_media ? ` · ${message.num_media} attachment(s)` : "";
  const name = message.channel === "sms" ? "SMS" : "WhatsApp";
  const from = message.from || message.messaging_service_sid;
  return element("li", { className: `bubble ${message.channel}` },
    element("p", {}, ...linked(message.text || "")),
    element("span", { className: "meta", textContent: `${name} from ${from} · ${clock(message)}${media}` }));
}

function phone([number, received]) {
  const list = element("ol", {}, ...received.map(bubble));
  return element("article", { className: "phone" }, element("h3", { textContent: number }), list);
}

function empty(tag, what) {
  return element(tag, { className: "empty" },
    `No ${what} yet. Point a client at `, element("code", { textContent: location.origin }),
    ", or give the worker ", element("code", { textContent: `HOMING_SANDBOX_URL=${location.origin}` }),
    ", and send something: it appears here by itself.");
}

function drawPhones(texts) {
  const numbers = new Map();
  for (const message of [...texts].reverse()) {
    numbers.set(message.to, [message, ...(numbers.get(message.to) || [])]);
  }
  $("phones").replaceChildren(...(numbers.size ? [...numbers].map(phone) : [empty("p", "text messages")]));
  document.querySelectorAll(".phone ol").forEach((list) => { list.scrollTop = list.scrollHeight; });
}

function inboxLine(mail, opened) {
  const open = element("button", { type: "button", onclick: () => { openMail = mail.id; draw(); } },
    element("strong", { textContent: mail.subject || "(no subject)" }),
    element("span", { className: "meta", textContent: `to ${mail.to} · from ${mail.from} · ${clock(mail)}` }));
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
    reader.replaceChildren(...readMail(mail));
  }
}

function readMail(mail) {
  const files = mail.attachments.length ? ` · attached: ${mail.attachments.join(", ")}` : "";
  const about = element("span", { className: "meta", textContent: `${mail.from} → ${mail.to} · ${clock(mail)}${files}` });
  const heading = element("h3", { textContent: mail.subject || "(no subject)" });
  const text = element("pre", {}, ...linked(mail.text || ""));
  const headers = element("details", {}, element("summary", { textContent: "Headers and arguments" }),
    element("pre", { textContent: JSON.stringify({ headers: mail.headers, custom_args: mail.custom_args }, null, 2) }));
  if (!mail.html) return [heading, about, text, headers];
  const plain = element("details", {}, element("summary", { textContent: "Plain text" }), text);
  return [heading, about, frame(mail.html), plain, headers];
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
  drawPhones(visible.filter((message) => message.channel !== "email"));
  drawMail(visible.filter((message) => message.channel === "email"));
  const recipients = [...new Set(messages.map((message) => message.to))].sort();
  $("recipients").replaceChildren(...recipients.map((value) => element("option", { value })));
  $("state").textContent = `${visible.length} message${visible.length === 1 ? "" : "s"}`;
}

function drawFaults(faults) {
  $("fault-count").textContent = faults.length ? `(${faults.length} on)` : "";
  $("fault-list").replaceChildren(...faults.map(({ id, seed, seen, struck, ...fault }) => {
    const told = Object.entries(fault).filter(([, value]) => value);
    const words = told.map(([key, value]) => `${key} ${value}`).join(", ");
    return element("li", { textContent: `${words}: struck ${struck} of ${seen} calls` });
  }));
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
    const [newMessages, newFaults] = await Promise.all([
      changed("messages", `/messages?limit=${NEWEST}`), changed("faults", "/faults")]);
    $("state").classList.remove("lost");
    if (newFaults) drawFaults(newFaults);
    if (newMessages) messages = newMessages;
    if (newMessages || wasLost) draw();
  } catch {
    $("state").textContent = "The sandbox does not answer; trying again every second.";
    $("state").classList.add("lost");
  }
}

async function switchOn(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const fault = JSON.parse(form.get("effect"));
  for (const name of ["channel", "to"]) if (form.get(name)) fault[name] = form.get(name);
  if (form.get("times")) fault.times = Number(form.get("times"));
  const answer = await fetch("/faults", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fault) });
  $("fault-problem").textContent = answer.ok ? "" : (await answer.json()).detail.map((each) => each.msg).join("; ");
  await refresh();
}

$("filter").addEventListener("input", draw);
$("clear").addEventListener("click", async () => { await fetch("/messages", { method: "DELETE" }); await refresh(); });
$("faults-off").addEventListener("click", async () => { await fetch("/faults", { method: "DELETE" }); await refresh(); });
$("fault-form").addEventListener("submit", switchOn);

draw();
// The next question waits for the last answer, so that a slow machine is not asked ever more often.
(async () => { for (;;) { await refresh(); await new Promise((done) => { setTimeout(done, INTERVAL); }); } })();
