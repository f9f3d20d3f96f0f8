// What the person at the page does with messages: write back, open, click, read, complain.
// Forms are made once and kept, so that nothing that is being typed is lost when new messages are drawn.
"use strict";

const KNOWN = { processed: 0, sent: 1, delivered: 2, undelivered: 3, failed: 3, bounce: 3, blocked: 3, dropped: 3,
  initiated: 0, ringing: 1, "in-progress": 1, completed: 2, busy: 3, "no-answer": 3, canceled: 3,
  press: 4, read: 4, open: 4, click: 5, unsubscribe: 6, spamreport: 7 };
const WORDS = { open: "opened", click: "clicked", bounce: "bounced", spamreport: "reported as spam",
  unsubscribe: "unsubscribed", processed: "on its way", sent: "on its way", initiated: "calling", "in-progress": "on the phone",
  completed: "heard", press: "key pressed", "no-answer": "not answered" };

async function tell(path, body, method = "POST") {
  const answer = await fetch(path, {
    method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (answer.ok) return "";
  const { detail } = await answer.json();
  return Array.isArray(detail) ? detail.map((each) => each.msg).join("; ") : detail;
}

function button(label, onclick, className = "") {
  return element("button", { type: "button", textContent: label, onclick, className });
}

// As a click does: the page opens, by way of whoever counts it. The window knows nothing of this page.
function follow(url) { if (/^https?:\/\//i.test(url)) window.open(url, "_blank", "noopener,noreferrer"); }

// One line, or a few for mail, and what went wrong below.
function composer(label, field, extra, send) {
  const problem = element("p", { className: "problem", role: "alert" });
  field.setAttribute("aria-label", label);
  Object.assign(field, { name: "text", required: true, maxLength: 20000, placeholder: label, autocomplete: "off" });
  const form = element("form", { className: "reply" }, ...extra, field, element("button", {}, "Send"), problem);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = await send(new FormData(form));
    if (!problem.textContent) field.value = "";
    await refresh();
  });
  return form;
}

function phoneComposer(number) {
  const channel = element("select", { name: "channel", ariaLabel: "Channel" },
    element("option", { value: "sms", textContent: "SMS" }),
    element("option", { value: "whatsapp", textContent: "WhatsApp" }),
    element("option", { value: "messenger", textContent: "Messenger" }));
  const form = composer(`Answer as ${number}`, element("input", {}), [channel], (data) =>
    tell("/answers", { channel: data.get("channel"), from: number, text: data.get("text") }));
  form.channels = (used, newest) => {
    channel.hidden = used.size < 2;
    if (!form.contains(document.activeElement)) channel.value = newest;
  };
  return form;
}

function mailActions(mail) {
  const act = (deed, more = {}) => async () => {
    await tell(`/messages/${mail.id}/deeds`, { deed, ...more });
    await refresh();
  };
  const links = [...new DOMParser().parseFromString(mail.html || "", "text/html").querySelectorAll("a[href^=http]")];
  const choice = element("select", { ariaLabel: "Link" }, ...links.map((link) =>
    element("option", { value: link.href, textContent: link.textContent.trim() || link.href })));
  choice.hidden = links.length < 2;
  const click = button("Click the link", () => { follow(choice.value); act("click", { url: choice.value || null })(); });
  click.hidden = !links.length;
  return element("div", { className: "actions" }, button("Open", act("open")), click, choice,
    button("Report as spam", act("spamreport"), "quiet"), ...oneClick(mail));
}

// As Gmail shows it beside the sender (RFC 8058): a form is posted to the address in the header, and nothing is asked.
function oneClick(mail) {
  const address = (mail.headers["List-Unsubscribe"] || "").match(/<(https?:[^>]+)>/)?.[1];
  if (!address || mail.headers["List-Unsubscribe-Post"] !== "List-Unsubscribe=One-Click") return [];
  return [element("form", { method: "post", action: address, target: "_blank", rel: "noopener" },
    element("input", { type: "hidden", name: "List-Unsubscribe", value: "One-Click" }),
    element("button", { className: "quiet", textContent: "Unsubscribe with one click" }))];
}

// A call that listens to keys.
function keypad(call) {
  const press = (key) => async () => { await tell(`/messages/${call.id}/deeds`, { deed: "press", key }); await refresh(); };
  const keys = [..."1234567890"].map((key) => Object.assign(button(key, press(key), "quiet"), { ariaLabel: `Press ${key}` }));
  return element("div", { className: "actions" }, ...keys);
}

function mailComposer(mail) {
  return composer(`Answer as ${mail.to}`, element("textarea", { rows: 2 }), [], (data) =>
    tell("/answers", { channel: "email", from: mail.to, text: data.get("text"), in_reply_to: mail.id }));
}

// What has been told of each message so far, and what the customer's server made of it.
function fates(posts) {
  const found = new Map();
  for (const post of posts) {
    if (!post.tries || post.message === null || post.what === "answer") continue;
    const before = found.get(post.message);
    if (!before || KNOWN[post.what] >= KNOWN[before.what]) found.set(post.message, post);
  }
  return found;
}

function fate(post) {
  if (!post) return "";
  const refused = post.state === "taken" ? "" : ` (not taken: ${post.status || "no answer"})`;
  const words = (WORDS[post.what] || post.what) + refused;
  return element("span", { className: `fate ${post.what}`, textContent: words,
    ariaLabel: `It is ${words}` });
}

function postLine(post) {
  const outcome = { taken: "taken", waiting: post.tries ? "will be posted again" : "planned", "given up": "given up" };
  const told = `${post.what} to ${post.url}: ${outcome[post.state]}${post.status ? `, ${post.status}` : ""}`;
  return element("li", { className: post.state === "given up" ? "bad" : "", textContent: told });
}
